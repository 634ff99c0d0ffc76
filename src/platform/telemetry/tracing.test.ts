import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { recorded } from './recorded.test-support.ts';
import { currentTraceparent, describeSpan, inSpan, openSpan } from './tracing.ts';
import { startTracing } from './tracing-export.ts';

async function collector(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  return `http://127.0.0.1:${address.port}`;
}

test('without an exporter work runs all the same and there is no traceparent', async () => {
  assert.equal(await inSpan('reconcile', {}, async () => currentTraceparent() ?? 'none'), 'none');
  await assert.rejects(
    inSpan('reconcile', {}, async () => {
      throw new RangeError('out');
    }),
    RangeError,
  );
});

test('spans nest across awaits, carry attributes and leave undefined ones out', async () => {
  const [inner, outer] = await recorded(() =>
    inSpan('reconcile', { aggregateId: 'brand_1', providerRef: undefined }, async () => {
      await setImmediate();
      await inSpan('provider.ensureBrand', { attempt: 1 }, () => 'sync work is fine');
    }),
  );
  assert.deepEqual([inner?.name, outer?.name], ['provider.ensureBrand', 'reconcile']);
  assert.equal(inner?.parentSpanContext?.spanId, outer?.spanContext().spanId);
  assert.deepEqual([inner?.attributes, outer?.attributes], [{ attempt: 1 }, { aggregateId: 'brand_1' }]);
});

test('a throw marks the span by the name of the error, without its message', async () => {
  const [span] = await recorded(() =>
    inSpan('save', {}, () => {
      throw new TypeError('EIN 12-3456789 is bad');
    }),
  );
  assert.equal(span?.status.message, 'TypeError');
  assert.equal(span?.attributes['error.type'], 'TypeError');
  assert.ok(!JSON.stringify([span?.status, span?.attributes, span?.events]).includes('3456789'));
});

test('a stored traceparent makes the later span a child of the one that stored it', async () => {
  let stored: string | undefined;
  const [write, delivery] = await recorded(async () => {
    await inSpan('save', {}, () => {
      stored = currentTraceparent();
    });
    await inSpan('deliver', {}, () => {}, { parent: stored });
  });
  assert.match(stored ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  assert.equal(delivery?.spanContext().traceId, write?.spanContext().traceId);
  assert.equal(delivery?.parentSpanContext?.spanId, write?.spanContext().spanId);
});

test('a stored traceparent that is garbage starts a new trace', async () => {
  const [span] = await recorded(() => inSpan('deliver', {}, () => {}, { parent: 'not a traceparent' }));
  assert.equal(span?.parentSpanContext, undefined);
});

test('what is learnt on the way is added to the span that is active, and to none where there is none', async () => {
  describeSpan({ outcome: 'ok' }, 'timeout');
  const [good, bad] = await recorded(async () => {
    await inSpan('deliver', { attempt: 1 }, () => describeSpan({ outcome: 'delivered', status: undefined }));
    await inSpan('deliver', { attempt: 2 }, () => describeSpan({ outcome: 'retry' }, 'timeout'));
  });
  assert.deepEqual(good?.attributes, { attempt: 1, outcome: 'delivered' });
  assert.equal(good?.status.code, SpanStatusCode.UNSET);
  assert.deepEqual(bad?.attributes, { attempt: 2, outcome: 'retry', 'error.type': 'timeout' });
  assert.equal(bad?.status.code, SpanStatusCode.ERROR);
});

test('a span that is begun by one and ended by another has what happens between as its children', async () => {
  const [inner, outer] = await recorded(async () => {
    const span = openSpan('GET /v1/things', { operationId: 'listThings' }, { kind: 'server' });
    await span.within(() => inSpan('look', {}, () => setImmediate()));
    span.end({ status: 503 }, '503');
  });
  assert.deepEqual([inner?.name, outer?.name], ['look', 'GET /v1/things']);
  assert.equal(inner?.parentSpanContext?.spanId, outer?.spanContext().spanId);
  assert.deepEqual(outer?.attributes, { operationId: 'listThings', status: 503, 'error.type': '503' });
});

test('spans reach an OTLP collector over HTTP, under the name of the service', async (t) => {
  let received = '';
  const endpoint = await collector(t, async (request, response) => {
    for await (const chunk of request) received += `${chunk}`;
    response.end('{}');
  });
  const tracing = await startTracing({
    serviceName: 'registration',
    endpoint: `${endpoint}/`,
    onError: assert.fail,
  });
  await inSpan('reconcile', { aggregateId: 'brand_1' }, () => {});
  await tracing.shutdown(5_000);
  for (const part of ['registration', 'reconcile', 'brand_1']) assert.ok(received.includes(part), part);
});

test('a collector that never answers does not hold the shutdown, and is told of', async (t) => {
  const endpoint = await collector(t, () => {});
  const problems: string[] = [];
  const onError = (message: string) => void problems.push(message);
  const tracing = await startTracing({
    serviceName: 'registration',
    endpoint,
    exportTimeoutMs: 200,
    onError,
  });
  await inSpan('reconcile', {}, () => {});
  await tracing.shutdown(50);
  assert.deepEqual(problems, ['spans were not exported within 50 ms']);
});
