import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { pino } from 'pino';
import { Problem } from '#kernel/problem.ts';
import { recorded } from '../telemetry/recorded.test-support.ts';
import { currentTraceparent } from '../telemetry/tracing.ts';
import { bindContract, type Endpoint } from './bind.ts';
import { things } from './http.test-support.ts';
import { createServer } from './server.ts';

const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function spansOf(endpoint: Endpoint, url: string, headers: Record<string, string> = {}) {
  const app = createServer({ logger: pino({ level: 'silent' }) });
  const rest = things.operations.map(({ id }) => [id, () => endpoint] as const);
  bindContract(app, things, Object.fromEntries(rest));
  return recorded(async () => app.inject({ url, headers }));
}

/** The span of one request for a thing. */
async function spanOf(endpoint: Endpoint, headers: Record<string, string> = {}) {
  const [span, ...others] = await spansOf(endpoint, '/v1/things/secret_1', headers);
  assert.deepEqual(others, []);
  return span ?? assert.fail('no span has ended');
}

test('a request is a span of the trace of its caller, under the name of its route, without its address', async () => {
  let seen: string | undefined;
  const handler = async () => {
    await Promise.resolve();
    seen = currentTraceparent();
    return {};
  };
  const span = await spanOf({ handler }, { traceparent: CALLER, 'correlation-id': 'c-1' });
  assert.equal(span.name, 'GET /v1/things/{thingId}');
  assert.equal(span.kind, SpanKind.SERVER);
  assert.equal(span.parentSpanContext?.spanId, 'b7ad6b7169203331');
  assert.equal(seen, `00-0af7651916cd43dd8448eb211c80319c-${span.spanContext().spanId}-01`);
  assert.deepEqual(span.attributes, {
    operationId: 'getThing',
    'http.request.method': 'GET',
    'http.route': '/v1/things/{thingId}',
    correlationId: 'c-1',
    'http.response.status_code': 200,
  });
});

test('who is turned away at the door leaves a span too; a refusal is no failure, a fault of ours is', async () => {
  const refuse = async () => {
    throw new Problem('Unauthorized', 'No token');
  };
  const refused = await spanOf({ onRequest: refuse, handler: async () => ({}) }, { traceparent: 'garbage' });
  assert.equal(refused.attributes['http.response.status_code'], 401);
  assert.deepEqual([refused.status.code, refused.parentSpanContext], [SpanStatusCode.UNSET, undefined]);
  const broken = await spanOf({
    handler: async () => {
      throw new Error('EIN 12-3456789 is bad');
    },
  });
  assert.equal(broken.status.code, SpanStatusCode.ERROR);
  assert.equal(broken.attributes['error.type'], '500');
  assert.ok(!JSON.stringify([broken.status, broken.attributes, broken.events]).includes('3456789'));
});

test('what machines ask for every few seconds leaves none', async () => {
  assert.deepEqual(await spansOf({ handler: async () => ({}) }, '/health'), []);
});
