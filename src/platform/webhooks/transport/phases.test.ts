import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as elapsed } from 'node:timers/promises';
import type { Lookup } from './lookup.ts';
import { RECEIVER_CERTIFICATE, startRawReceiver, startReceiver } from './receivers.test-support.ts';
import { startStalledListener } from './stalled-listener.test-support.ts';
import { DEADLINE_MS, LOOPBACK, openings, outcome, SOON_MS, send } from './transport.test-support.ts';
import type { DeliveryResult } from './transport.ts';

const opened = openings(after);
/** How long a part is made to take; a timer may strike up to a millisecond early. */
const SLOW_MS = 60;

const slowly: Lookup = async () => {
  await elapsed(SLOW_MS);
  return [LOOPBACK];
};

function phasesOf({ exchange }: DeliveryResult) {
  const { totalMs, ...parts } = exchange.phases;
  const spent = Object.values(parts);
  for (const ms of [totalMs, ...spent]) assert.ok(Number.isInteger(ms) && ms >= 0 && ms < SOON_MS);
  // Each is rounded for itself.
  assert.ok(spent.reduce((sum, ms) => sum + ms, 0) <= totalMs + spent.length);
  return { ...parts, totalMs };
}

test('a new connection by name has every phase, each with the time that it took', async () => {
  const behind = await opened.receiver(
    startReceiver(() => elapsed(2 * SLOW_MS).then(() => 200), { tls: true }),
  );
  const letThrough = async (socket: Socket) => {
    socket.pause();
    await elapsed(SLOW_MS);
    socket.pipe(connect(behind.port, '127.0.0.1')).pipe(socket);
  };
  const front = await opened.receiver(startRawReceiver(letThrough, { tls: true }));
  const transport = opened.transport({ ca: RECEIVER_CERTIFICATE, lookup: slowly });
  const result = await send(transport, front.namedUrl);
  assert.equal(result.exchange.address, '127.0.0.1');
  const phases = phasesOf(result);
  assert.deepEqual(Object.keys(phases), ['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs', 'totalMs']);
  assert.ok((phases.dnsMs ?? 0) >= SLOW_MS - 1);
  // A busy process hears late that the connection stands; the handshake has begun to wait by then.
  assert.ok((phases.connectMs ?? 0) + (phases.tlsMs ?? 0) >= SLOW_MS - 2);
  assert.ok((phases.firstByteMs ?? 0) >= 2 * SLOW_MS - 1);
  assert.ok(phases.totalMs >= 4 * SLOW_MS - 3);
});

test('what did not happen has no time: TLS without TLS, a question for an address, a connection that was kept', async () => {
  const receiver = await opened.receiver(startReceiver());
  const transport = opened.transport();
  const keys = async (url: string) => Object.keys(phasesOf(await send(transport, url)));
  assert.deepEqual(await keys(receiver.url), ['connectMs', 'firstByteMs', 'totalMs']);
  assert.deepEqual(await keys(receiver.url), ['firstByteMs', 'totalMs']);
  assert.deepEqual(await keys(receiver.namedUrl), ['dnsMs', 'connectMs', 'firstByteMs', 'totalMs']);
  assert.deepEqual(await keys(receiver.namedUrl), ['dnsMs', 'firstByteMs', 'totalMs']);
});

test('two attempts at once each keep their own times: a connection belongs to the one that opened it', async () => {
  const receiver = await opened.receiver(
    startReceiver(({ url }) => elapsed(url.endsWith('slow') ? 4 * SLOW_MS : 0).then(() => 200)),
  );
  const transport = opened.transport();
  const [slow, quick] = await Promise.all([
    send(transport, `${receiver.url}/slow`),
    send(transport, `${receiver.url}/quick`),
  ]);
  assert.ok((phasesOf(slow).firstByteMs ?? 0) >= 4 * SLOW_MS - 1);
  assert.ok((phasesOf(quick).firstByteMs ?? SOON_MS) < 4 * SLOW_MS);
  assert.ok('connectMs' in phasesOf(slow) && 'connectMs' in phasesOf(quick));
});

test('a deadline says in which stage it struck, and only stages that ended have a time', async () => {
  const silent = await opened.receiver(startRawReceiver(() => {}));
  const stalled = await opened.receiver(startRawReceiver(() => {}, { tls: true }));
  const half = await opened.receiver(
    startRawReceiver((socket) => void socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n'))),
  );
  for (const [url, lookup, stage, phases] of [
    ['http://receiver.test/', () => new Promise(() => {}), 'dns', ['totalMs']],
    [stalled.namedUrl, slowly, 'tls', ['dnsMs', 'connectMs', 'totalMs']],
    [silent.namedUrl, slowly, 'request', ['dnsMs', 'connectMs', 'totalMs']],
    [half.namedUrl, slowly, 'response', ['dnsMs', 'connectMs', 'firstByteMs', 'totalMs']],
  ] as [string, Lookup, string, string[]][]) {
    const result = await send(opened.transport({ lookup }), url, DEADLINE_MS);
    assert.equal(result.kind === 'failed' && result.error, 'timeout');
    assert.equal(result.exchange.stage, stage);
    assert.equal(result.exchange.address, stage === 'dns' ? undefined : '127.0.0.1');
    assert.deepEqual(Object.keys(phasesOf(result)), phases);
    assert.ok(result.exchange.phases.totalMs >= DEADLINE_MS - 1);
  }
});

test('a deadline within the TCP handshake is told from one within TLS', async (t) => {
  const stalled = await startStalledListener();
  if (!stalled) return t.skip('this system lets a full queue connect');
  for (const scheme of ['http', 'https']) {
    const result = await send(opened.transport(), `${scheme}://receiver.test:${stalled.port}/`, DEADLINE_MS);
    assert.deepEqual(outcome(result), { kind: 'failed', error: 'timeout', stage: 'connect' });
    assert.equal(result.exchange.address, '127.0.0.1');
    assert.deepEqual(Object.keys(phasesOf(result)), ['dnsMs', 'totalMs']);
  }
  await stalled.close();
});

test('an address that does not answer does not hold up the next one', async (t) => {
  const stalled = await startStalledListener();
  if (!stalled) return t.skip('this system lets a full queue connect');
  // The same port at another address of loopback: only there is somebody.
  const elsewhere = await startReceiver(() => 200, { host: '::1', port: stalled.port }).catch(
    () => undefined,
  );
  if (!elsewhere) return t.skip('no IPv6 here');
  await opened.receiver(Promise.resolve(elsewhere));
  const lookup: Lookup = async () => [LOOPBACK, { address: '::1', family: 6 }];
  const result = await send(opened.transport({ lookup }), `http://receiver.test:${stalled.port}/`);
  assert.deepEqual(outcome(result), { kind: 'delivered', status: 200 });
  assert.equal(result.exchange.address, '::1');
  await stalled.close();
});

test('the address of a failed attempt is the last one that was tried', async () => {
  const gone = await startReceiver();
  await gone.close();
  const lookup: Lookup = async () => [LOOPBACK, { address: '127.0.0.2', family: 4 }];
  const result = await send(opened.transport({ lookup }), gone.namedUrl);
  assert.deepEqual(outcome(result), { kind: 'failed', error: 'refused', stage: 'connect' });
  assert.equal(result.exchange.address, '127.0.0.2');
});

test('the text of an answer is kept, of a failed one and of one that came in part', async () => {
  const written = '{"error":"no such order"}';
  for (const [head, end] of [
    [`HTTP/1.1 200 OK\r\ncontent-length: ${written.length}\r\n\r\n`, true],
    [`HTTP/1.1 422 No\r\ncontent-length: ${written.length}\r\n\r\n`, true],
    ['HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n', false],
  ] as const) {
    const receiver = await opened.receiver(
      startRawReceiver((socket) => void socket.once('data', () => socket.write(head + written))),
    );
    const result = await send(opened.transport(), receiver.url, end ? SOON_MS : DEADLINE_MS);
    assert.equal(result.exchange.response, written);
  }
  const silent = await opened.receiver(startReceiver());
  assert.ok(!('response' in (await send(opened.transport(), silent.url)).exchange));
});
