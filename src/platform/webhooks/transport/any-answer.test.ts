import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { startRawReceiver } from './receivers.test-support.ts';
import { openings, SOON_MS, send } from './transport.test-support.ts';

const opened = openings(after);
/** Short, since every answer that hangs takes all of it. */
const DEADLINE_MS = 60;

/** Pieces of HTTP that fit together now and then. */
const PIECES = [
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 503 No\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n',
  'HTTP/1.0 200 OK\r\n',
  'HTTP/9.9 200 OK\r\n',
  'HTTP/1.1 099 Odd\r\n',
  'content-length: 5\r\n',
  'content-length: 99999999999999999999\r\n',
  'transfer-encoding: chunked\r\n',
  'connection: close\r\n',
  'keep-alive: timeout=0\r\n',
  'retry-after: 99999999999\r\n',
  'retry-after: Mon, 05 Jan 2026 12:00:30 GMT\r\n',
  'webhook-delivery: disable\r\n',
  'content-encoding: gzip\r\n',
  'content-encoding: br\r\n',
  '__proto__: x\r\n',
  ' folded\r\n',
  '\r\n',
  'hello',
  '5\r\nhello\r\n',
  '5;a=b\r\nhello\r\n',
  'ffffffffffffffff\r\n',
  '0\r\n\r\n',
  '\0',
] as const;

const ENDS: readonly ((socket: Socket) => void)[] = [
  (socket) => socket.end(),
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.destroy(),
  () => {},
];

const bytes = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...PIECES).map((piece) => Buffer.from(piece, 'latin1')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((garbage) => Buffer.from(garbage)) },
);

test('whatever is answered, and however it ends, is a result in time, and nothing is left open', async () => {
  let answer: { pieces: readonly Buffer[]; end: (socket: Socket) => void } = { pieces: [], end: () => {} };
  const receiver = await opened.receiver(
    startRawReceiver((socket) => {
      socket.on('data', () => {
        for (const piece of answer.pieces) socket.write(piece);
        answer.end(socket);
      });
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { maxLength: 8 }), fc.constantFrom(...ENDS), async (pieces, end) => {
      answer = { pieces, end };
      const transport = opened.transport();
      const startedAt = performance.now();
      const result = await send(transport, receiver.url, DEADLINE_MS);
      assert.ok(performance.now() - startedAt < SOON_MS);
      const { status, response, phases } = result.exchange;
      const fine = status !== undefined && status >= 200 && status < 300;
      if (result.kind === 'delivered') assert.ok(fine);
      else assert.ok(result.own === false && result.exchange.stage !== undefined);
      assert.ok(result.kind === 'delivered' || result.error !== 'status' || !fine);
      assert.ok(response === undefined || Buffer.byteLength(response) <= 1_024);
      assert.ok(phases.totalMs >= 0);
      await transport.close();
      await receiver.idle();
    }),
    { numRuns: 400 },
  );
});
