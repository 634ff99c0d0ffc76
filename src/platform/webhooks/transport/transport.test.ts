import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Lookup, ResolvedAddress } from './lookup.ts';
import {
  RECEIVER_CERTIFICATE,
  RECEIVER_HOST,
  startRawReceiver,
  startReceiver,
} from './receivers.test-support.ts';
import { BODY, DEADLINE_MS, LOOPBACK, openings, outcome, SOON_MS, send } from './transport.test-support.ts';

const opened = openings(after);

test('the exact bytes are posted to the path and query of the URL, under its own host name', async () => {
  const receiver = await opened.receiver(startReceiver());
  const result = await send(opened.transport(), `${receiver.namedUrl}/a%2Fb?token=1&x=%20`);
  assert.deepEqual(outcome(result), { kind: 'delivered', status: 200 });
  const [request] = receiver.requests;
  assert.equal(request?.method, 'POST');
  assert.equal(request?.url, '/hook/a%2Fb?token=1&x=%20');
  assert.deepEqual(request?.body, BODY);
  assert.equal(request?.headers.host, `${RECEIVER_HOST}:${receiver.port}`);
  assert.equal(request?.headers['content-length'], String(BODY.length));
  assert.equal(request?.headers['x-nmc-event'], 'BrandVetted');
});

test('over TLS the name of the URL is what the certificate must prove, at each new connection', async () => {
  const receiver = await opened.receiver(
    startReceiver(() => ({ status: 204, headers: { connection: 'close' } }), { tls: true }),
  );
  const trusting = opened.transport({ ca: RECEIVER_CERTIFICATE });
  const tls = { kind: 'failed', error: 'tls', stage: 'tls' };
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(outcome(await send(trusting, receiver.namedUrl)), { kind: 'delivered', status: 204 });
    const otherName = receiver.namedUrl.replace(RECEIVER_HOST, 'other.test');
    assert.deepEqual(outcome(await send(trusting, otherName)), tls);
    assert.deepEqual(outcome(await send(trusting, receiver.url)), tls, 'an address must be proven too');
  }
  assert.deepEqual(outcome(await send(opened.transport(), receiver.namedUrl)), tls);
  assert.equal(receiver.requests.length, 3);
});

test('only 2xx is delivered; a redirect is a failure and nobody follows it', async () => {
  const elsewhere = await opened.receiver(startReceiver());
  for (const status of [200, 201, 204, 299, 300, 301, 302, 303, 307, 308, 400, 404, 410, 429, 500, 503]) {
    const receiver = await opened.receiver(
      startReceiver(() => ({ status, headers: { location: elsewhere.url } })),
    );
    const expected =
      status < 300
        ? { kind: 'delivered', status }
        : { kind: 'failed', error: 'status', status, stage: 'response' };
    assert.deepEqual(outcome(await send(opened.transport(), receiver.url)), expected);
    assert.equal(receiver.requests.length, 1);
  }
  assert.equal(elsewhere.connections(), 0);
});

test('Retry-After is handed on in milliseconds, in either form; of two the first counts', async () => {
  const clock = { now: () => new Date('2026-01-05T12:00:00Z') };
  for (const [value, ms] of [
    ['7', 7_000],
    ['Mon, 05 Jan 2026 12:00:30 GMT', 30_000],
    [['3', '9'], 3_000],
    ['soon', undefined],
  ] as [string | string[], number | undefined][]) {
    const receiver = await opened.receiver(
      startReceiver(() => ({ status: 503, headers: { 'retry-after': value } })),
    );
    const result = await send(opened.transport({ clock }), receiver.url);
    assert.equal(result.kind === 'failed' && result.error, 'status');
    assert.equal(result.kind === 'failed' ? result.retryAfterMs : -1, ms);
  }
});

test('a receiver may disable its endpoint or refuse one event, unless it answers 2xx', async () => {
  for (const [status, value, directive] of [
    [400, 'disable', 'disable'],
    [302, 'Disable', 'disable'],
    [500, ' abort-message ', 'abort-message'],
    [422, 'abort-message, disable', 'disable'],
    [400, ['abort-message', 'other'], 'abort-message'],
    [400, 'disabled', undefined],
    [400, '', undefined],
    [200, 'disable', undefined],
  ] as [number, string | string[], string | undefined][]) {
    const receiver = await opened.receiver(
      startReceiver(() => ({ status, headers: { 'webhook-delivery': value } })),
    );
    const result = await send(opened.transport(), receiver.url);
    assert.equal(result.kind, status < 300 ? 'delivered' : 'failed');
    assert.equal('directive' in result ? result.directive : undefined, directive, `${status} ${value}`);
  }
});

test('a receiver that is not there is refused; a name without an address is dns, and its own fault', async () => {
  const gone = await startReceiver();
  await gone.close();
  const refused = { kind: 'failed', error: 'refused', stage: 'connect' };
  assert.deepEqual(outcome(await send(opened.transport(), gone.url)), refused);
  const failing: Lookup = async () => {
    throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  };
  for (const lookup of [failing, async () => []]) {
    const result = await send(opened.transport({ lookup }), 'http://receiver.test/');
    assert.deepEqual(outcome(result), { kind: 'failed', error: 'dns', stage: 'dns' });
  }
});

test('a handshake that ends after the deadline sends nothing any more, and its socket is closed', async () => {
  const behind = await opened.receiver(startReceiver(() => 200, { tls: true }));
  const letThrough = (socket: Socket) => void socket.pipe(connect(behind.port, '127.0.0.1')).pipe(socket);
  let onConnection = (_socket: Socket) => {};
  const front = await opened.receiver(startRawReceiver((socket) => onConnection(socket), { tls: true }));
  const transport = opened.transport({ ca: RECEIVER_CERTIFICATE });
  const first = await send(transport, front.namedUrl, DEADLINE_MS);
  assert.deepEqual(outcome(first), { kind: 'failed', error: 'timeout', stage: 'tls' });
  await front.idle();
  onConnection = letThrough;
  const next = await send(transport, front.namedUrl);
  assert.deepEqual(outcome(next), { kind: 'delivered', status: 200 });
  assert.equal(front.connections(), 2);
  await transport.close();
  await behind.idle();
  assert.equal(behind.requests.length, 1);
});

test('giving up is told from running out of time, and is nobody else’s fault', async () => {
  const receiver = await opened.receiver(startRawReceiver(() => {}));
  const stop = new AbortController();
  const sending = send(opened.transport(), receiver.url, SOON_MS, stop.signal);
  stop.abort();
  const aborted = { kind: 'failed', error: 'aborted', own: true, stage: 'dns' };
  assert.deepEqual(outcome(await sending), aborted);
  assert.deepEqual(outcome(await send(opened.transport(), receiver.url, SOON_MS, stop.signal)), aborted);
});

test('closing ends what is being sent and sends nothing afterwards', async () => {
  const reached = Promise.withResolvers<void>();
  const receiver = await opened.receiver(
    startRawReceiver((socket) => void socket.once('data', () => reached.resolve())),
  );
  const transport = opened.transport();
  const sending = send(transport, receiver.url);
  await reached.promise;
  await transport.close();
  assert.deepEqual(outcome(await sending), { kind: 'failed', error: 'aborted', own: true, stage: 'request' });
  await receiver.idle();
  const late = outcome(await send(transport, receiver.url));
  assert.deepEqual(late, { kind: 'failed', error: 'aborted', own: true, stage: 'dns' });
  assert.equal(receiver.connections(), 1);
});

test('a connection is kept for the next event, but never leads where the name does not lead any more', async () => {
  const receiver = await opened.receiver(startReceiver());
  let answer: readonly ResolvedAddress[] = [LOOPBACK];
  const transport = opened.transport({ lookup: async () => answer });
  await send(transport, receiver.namedUrl);
  await send(transport, receiver.namedUrl);
  answer = [{ address: '::1', family: 6 }, LOOPBACK];
  await send(transport, receiver.namedUrl);
  assert.equal(receiver.connections(), 1);
  answer = [{ address: '::1', family: 6 }];
  const elsewhere = await send(transport, receiver.namedUrl);
  assert.equal(elsewhere.kind, 'failed');
  assert.equal(elsewhere.exchange.address, '::1');
  answer = [LOOPBACK, { address: '169.254.169.254', family: 4 }];
  const blocked = { kind: 'failed', error: 'blocked_address', stage: 'dns' };
  assert.deepEqual(outcome(await send(transport, receiver.namedUrl)), blocked);
  assert.equal(receiver.requests.length, 3);
});

test('attempts at the same time have a connection each', async () => {
  const reached: (() => void)[] = [];
  const receiver = await opened.receiver(
    startReceiver(() => new Promise((resolve) => reached.push(() => resolve(200)))),
  );
  const transport = opened.transport();
  const sending = Array.from({ length: 20 }, () => send(transport, receiver.url));
  while (reached.length < 20) await setImmediate();
  for (const answer of reached) answer();
  for (const result of await Promise.all(sending)) assert.equal(result.kind, 'delivered');
  assert.equal(receiver.connections(), 20);
});

test('a bounded number of connections is kept; the one longest unused goes', async () => {
  const transport = opened.transport({ maxKept: 1 });
  const first = await opened.receiver(startReceiver());
  const second = await opened.receiver(startReceiver());
  await send(transport, first.url);
  await send(transport, second.url);
  const startedAt = performance.now();
  await first.idle();
  assert.ok(performance.now() - startedAt < 2_000, 'it was closed, not left to its keep-alive');
  assert.deepEqual(outcome(await send(transport, first.url)), { kind: 'delivered', status: 200 });
});

test('a kept connection that the receiver closes under the request is no failed attempt', async () => {
  let served = 0;
  const receiver = await opened.receiver(
    startRawReceiver((socket) => {
      let requests = 0;
      socket.on('data', () => {
        requests += 1;
        served += 1;
        if (requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        else socket.resetAndDestroy();
      });
    }),
  );
  const transport = opened.transport();
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(outcome(await send(transport, receiver.url)), { kind: 'delivered', status: 200 });
  }
  assert.equal(receiver.connections(), 3);
  assert.ok(served >= 3);
});
