import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import type { Socket } from 'node:net';
import { after, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { createConnector } from './connector.ts';
import type { ResolvedAddress } from './lookup.ts';
import {
  RECEIVER_CERTIFICATE,
  RECEIVER_HOST,
  startRawReceiver,
  startReceiver,
  startTlsReceiver,
} from './receivers.test-support.ts';
import type { Target } from './target.ts';
import { startTrace } from './trace.ts';
import { LOOPBACK, openings } from './transport.test-support.ts';

const opened = openings(after);
const NOBODY: ResolvedAddress = { address: '127.0.0.2', family: 4 };

function targetAt(port: number, options: Partial<Target> = {}): Target {
  const host = options.host ?? RECEIVER_HOST;
  const origin = `https://${host}:${port}`;
  return { origin, secure: true, host, port, path: '/', addresses: [LOOPBACK], ...options };
}

/** A connection, and how many listeners it left on the signal. */
async function connected(target: Target, connect = createConnector({ ca: RECEIVER_CERTIFICATE })) {
  const { signal } = new AbortController();
  const trace = startTrace();
  const socket = await connect(target, trace, signal);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
  return { socket, trace };
}

/** Reads until the session has come, which in TLS 1.3 follows the handshake, and closes. */
async function heardOf(socket: Socket): Promise<void> {
  socket.resume();
  await once(socket, 'session');
  socket.destroy();
}

test('the server is told the name, in one handshake that a later connection takes up again', async () => {
  const seen: { name: unknown; reused: boolean }[] = [];
  const receiver = await opened.receiver(
    startTlsReceiver((socket) => {
      if (socket instanceof TLSSocket)
        seen.push({ name: socket.servername, reused: socket.isSessionReused() });
      socket.write('hello');
    }),
  );
  const connect = createConnector({ ca: RECEIVER_CERTIFICATE });
  await heardOf((await connected(targetAt(receiver.port), connect)).socket);
  const { socket } = await connected(targetAt(receiver.port), connect);
  await once(socket, 'data');
  socket.destroy();
  assert.deepEqual(seen, [
    { name: RECEIVER_HOST, reused: false },
    { name: RECEIVER_HOST, reused: true },
  ]);
});

test('a session proves nothing for another name at the same address', async () => {
  const receiver = await opened.receiver(startTlsReceiver((socket) => void socket.write('hello')));
  const connect = createConnector({ ca: RECEIVER_CERTIFICATE });
  const { socket } = await connected(targetAt(receiver.port), connect);
  await heardOf(socket);
  await assert.rejects(connected(targetAt(receiver.port, { host: 'other.test' }), connect), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  await assert.rejects(connected(targetAt(receiver.port, { host: '127.0.0.1' }), connect));
});

test('the dot of the root belongs neither to the name that is asked for nor to the one that is proven', async () => {
  const names: unknown[] = [];
  const receiver = await opened.receiver(
    startTlsReceiver((socket) => names.push(socket instanceof TLSSocket && socket.servername)),
  );
  const { socket } = await connected(targetAt(receiver.port, { host: `${RECEIVER_HOST}.` }));
  await heardOf(socket);
  assert.deepEqual(names, [RECEIVER_HOST]);
});

test('an address where nobody is hands over to the next one', async () => {
  const receiver = await opened.receiver(startReceiver());
  const target = targetAt(receiver.port, { secure: false, addresses: [NOBODY, LOOPBACK] });
  const { socket, trace } = await connected(target);
  assert.equal(socket.remoteAddress, '127.0.0.1');
  assert.equal(trace.address, '127.0.0.1');
  socket.destroy();
});

test('where nobody is anywhere, the fault of each address is told, of four at most', async () => {
  const gone = await startReceiver();
  await gone.close();
  const target = targetAt(gone.port, { secure: false, addresses: Array.from({ length: 9 }, () => NOBODY) });
  await assert.rejects(
    connected(target),
    (error) => error instanceof AggregateError && error.errors.length === 4,
  );
  const single = { ...target, addresses: [NOBODY] };
  await assert.rejects(connected(single), { code: 'ECONNREFUSED' });
});

test('an abort within the handshake closes the socket', async () => {
  const reached = Promise.withResolvers<void>();
  const receiver = await opened.receiver(
    startRawReceiver((socket) => void socket.once('data', () => reached.resolve())),
  );
  const stop = new AbortController();
  const trace = startTrace();
  const connecting = createConnector({})(targetAt(receiver.port), trace, stop.signal);
  await reached.promise;
  stop.abort(new DOMException('deadline', 'TimeoutError'));
  await assert.rejects(connecting, { name: 'TimeoutError' });
  assert.equal(trace.stage, 'tls');
  await receiver.idle();
});

test('an abort before the socket is connected closes it too', async () => {
  const receiver = await opened.receiver(startReceiver());
  const stop = new AbortController();
  const connecting = createConnector({})(targetAt(receiver.port), startTrace(), stop.signal);
  stop.abort(new DOMException('given up', 'AbortError'));
  await assert.rejects(connecting, { name: 'AbortError' });
  await receiver.idle();
  assert.equal(receiver.requests.length, 0);
});
