import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { RECEIVER_CERTIFICATE, startRawReceiver, startTlsReceiver } from './receivers.test-support.ts';
import { DEADLINE_MS, openings, outcome, SOON_MS, send } from './transport.test-support.ts';

const opened = openings(after);

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

/** Writes a piece every 50 ms for half a minute, or until the other side has gone. */
function drip(socket: Socket, piece: string): void {
  let left = 600;
  const timer = setInterval(() => {
    if (socket.destroyed || left-- === 0) clearInterval(timer);
    else socket.write(piece);
  }, 50);
}

/** Writes a piece over and over, as fast as it is read. */
function flood(socket: Socket, piece: string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece)) {}
  };
  socket.on('drain', more);
  more();
}

/** Resets the connection; inside TLS that is a connection that ends without a farewell. */
function cutOff(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

const write = (text: string) => (socket: Socket) => void socket.once('data', () => socket.write(text));
const writeAndEnd = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text));
const beginAnd = (text: string, then: (socket: Socket) => void) => (socket: Socket) =>
  void socket.once('data', () => {
    socket.write(text);
    then(socket);
  });

const timeout = { kind: 'failed', error: 'timeout' } as const;
const reset = { kind: 'failed', error: 'reset' } as const;
const protocol = { kind: 'failed', error: 'protocol' } as const;

const BAD_RECEIVERS: readonly {
  readonly does: string;
  readonly onConnection: (socket: Socket) => void;
  readonly expected: Extract<ReturnType<typeof outcome>, { kind: 'failed' }>;
  /** The receiver speaks no TLS although its URL says https. */
  readonly tls?: true;
}[] = [
  { does: 'accepts and says nothing', onConnection: () => {}, expected: { ...timeout, stage: 'request' } },
  {
    does: 'drips its header',
    onConnection: beginAnd(OK, (socket) => drip(socket, 'x-a: b\r\n')),
    expected: { ...timeout, stage: 'response' },
  },
  {
    does: 'drips its body, which an idle timer would allow for ever',
    onConnection: beginAnd(`${OK}content-length: 600\r\n\r\n`, (socket) => drip(socket, 'x')),
    expected: { ...timeout, status: 200, stage: 'response' },
  },
  {
    does: 'drips interim answers',
    onConnection: (socket) => drip(socket, 'HTTP/1.1 102 Processing\r\n\r\n'),
    expected: { ...timeout, stage: 'response' },
  },
  {
    does: 'stalls in the TLS handshake',
    onConnection: () => {},
    expected: { ...timeout, stage: 'tls' },
    tls: true,
  },
  {
    does: 'speaks no TLS where it should',
    onConnection: writeAndEnd('HTTP/1.1 400 Bad Request\r\n\r\n'),
    expected: { kind: 'failed', error: 'tls', stage: 'tls' },
    tls: true,
  },
  {
    does: 'resets the connection in the TLS handshake',
    onConnection: (socket) => void socket.once('data', () => cutOff(socket)),
    expected: { ...reset, stage: 'tls' },
    tls: true,
  },
  {
    does: 'hangs up in the TLS handshake',
    onConnection: (socket) => void socket.once('data', () => socket.end()),
    expected: { ...reset, stage: 'tls' },
    tls: true,
  },
  {
    does: 'resets the connection when it has the request',
    onConnection: (socket) => void socket.once('data', () => cutOff(socket)),
    expected: { ...reset, stage: 'request' },
  },
  {
    does: 'resets the connection within its header',
    onConnection: beginAnd(OK, (socket) => void setTimeout(() => cutOff(socket), 50)),
    expected: { ...reset, stage: 'response' },
  },
  {
    does: 'resets the connection within its body',
    onConnection: beginAnd(`${OK}content-length: 600\r\n\r\nhalf`, (socket) => {
      setTimeout(() => cutOff(socket), 50);
    }),
    expected: { ...reset, status: 200, stage: 'response' },
  },
  {
    does: 'hangs up without a word',
    onConnection: (socket) => void socket.once('data', () => socket.end()),
    expected: { ...reset, stage: 'request' },
  },
  {
    does: 'hangs up within its header',
    onConnection: writeAndEnd(`${OK}x-a: b\r\n`),
    expected: { ...reset, stage: 'response' },
  },
  {
    does: 'promises more than it sends',
    onConnection: writeAndEnd(`${OK}content-length: 600\r\n\r\nhalf`),
    expected: { ...reset, status: 200, stage: 'response' },
  },
  {
    does: 'promises more than it sends, and closes on purpose',
    onConnection: writeAndEnd(`${OK}content-length: 600\r\nconnection: close\r\n\r\nhalf`),
    expected: { ...protocol, status: 200, stage: 'response' },
  },
  {
    does: 'hangs up within a chunk',
    onConnection: writeAndEnd(`${CHUNKED}ff\r\nhalf`),
    expected: { ...reset, status: 200, stage: 'response' },
  },
  {
    does: 'gives two lengths',
    onConnection: write(`${OK}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!`),
    expected: { ...protocol, stage: 'response' },
  },
  {
    does: 'gives a length that is none',
    onConnection: write(`${OK}content-length: -1\r\n\r\n`),
    expected: { ...protocol, stage: 'response' },
  },
  {
    does: 'gives a chunk of no size',
    onConnection: write(`${CHUNKED}xyz\r\nhello\r\n`),
    expected: { ...protocol, status: 200, stage: 'response' },
  },
  {
    does: 'sends a header bomb',
    onConnection: write(`${OK}x-bomb: ${'a'.repeat(1 << 20)}\r\n\r\n`),
    expected: { ...protocol, stage: 'response' },
  },
  {
    does: 'sends a bomb of many small headers',
    onConnection: write(`${OK}${'x-bomb: a\r\n'.repeat(1 << 16)}\r\n`),
    expected: { ...protocol, stage: 'response' },
  },
  {
    does: 'sends headers without end',
    onConnection: beginAnd(OK, (socket) => flood(socket, 'x-a: b\r\n'.repeat(100))),
    expected: { ...protocol, stage: 'response' },
  },
  {
    does: 'sends trailers without end',
    onConnection: beginAnd(`${CHUNKED}0\r\n`, (socket) => flood(socket, 'x-a: b\r\n'.repeat(100))),
    expected: { ...protocol, status: 200, stage: 'response' },
  },
  {
    does: 'sends a reason phrase without end',
    onConnection: beginAnd('HTTP/1.1 200 ', (socket) => flood(socket, 'very '.repeat(1000))),
    expected: { ...protocol, stage: 'response' },
  },
  {
    does: 'sends interim answers without end',
    onConnection: (socket) => flood(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(100)),
    expected: { ...protocol, stage: 'response' },
  },
  {
    does: 'sends a chunk extension without end',
    onConnection: beginAnd(`${CHUNKED}5;a=`, (socket) => flood(socket, 'x'.repeat(4096))),
    expected: { ...protocol, status: 200, stage: 'response' },
  },
  {
    does: 'sends chunks of one byte with long extensions',
    onConnection: beginAnd(CHUNKED, (socket) => flood(socket, `1;${'x'.repeat(4096)}\r\na\r\n`)),
    expected: { ...protocol, status: 200, stage: 'response' },
  },
  {
    does: 'answers something that is not HTTP',
    onConnection: writeAndEnd('SSH-2.0-OpenSSH_9.6\r\n'),
    expected: { ...protocol, stage: 'response' },
  },
  {
    does: 'answers TLS on a plain port',
    onConnection: write('\x15\x03\x01\x00\x02\x02\x46'),
    expected: { ...protocol, stage: 'response' },
  },
  {
    does: 'answers HTTP/2',
    onConnection: write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    expected: { ...protocol, stage: 'response' },
  },
  {
    does: 'switches to another protocol unasked',
    onConnection: write(
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    ),
    expected: { ...protocol, stage: 'response' },
  },
];

test('a receiver that resets the connection as soon as it is there is a failed attempt', async () => {
  const receiver = await opened.receiver(startRawReceiver((socket) => cutOff(socket)));
  const result = await send(opened.transport(), receiver.url, DEADLINE_MS);
  assert.equal(result.kind === 'failed' && result.error, 'reset');
});

/** Short where it is to strike; elsewhere a machine that is busy is to be no part of the result. */
const deadlineFor = ({ error }: { readonly error: string }) => (error === 'timeout' ? DEADLINE_MS : SOON_MS);

for (const { does, onConnection, expected, tls } of BAD_RECEIVERS) {
  test(`a receiver that ${does} is a failed attempt within the deadline, and its socket is closed`, async () => {
    const receiver = await opened.receiver(startRawReceiver(onConnection, { tls: tls ?? false }));
    const startedAt = performance.now();
    const result = await send(opened.transport(), receiver.url, deadlineFor(expected));
    assert.deepEqual(outcome(result), expected);
    assert.equal(result.exchange.address, '127.0.0.1');
    await receiver.idle();
    assert.ok(performance.now() - startedAt < SOON_MS);
  });
}

/** What goes wrong in HTTP goes wrong alike inside TLS: the ones whose end the socket itself sees. */
const INSIDE_TLS = BAD_RECEIVERS.filter(
  ({ does, tls }) => !tls && /without end|resets|hangs up|drips/.test(does),
);

for (const { does, onConnection, expected } of INSIDE_TLS) {
  test(`so is one that ${does} over TLS`, async () => {
    const receiver = await opened.receiver(startTlsReceiver(onConnection));
    const result = await send(
      opened.transport({ ca: RECEIVER_CERTIFICATE }),
      receiver.namedUrl,
      deadlineFor(expected),
    );
    assert.deepEqual(outcome(result), expected);
    await receiver.idle();
  });
}

const LONG_BODIES: readonly { readonly what: string; readonly onConnection: (socket: Socket) => void }[] = [
  {
    what: 'chunks without end',
    onConnection: beginAnd(CHUNKED, (socket) => flood(socket, `1000\r\n${'x'.repeat(4096)}\r\n`)),
  },
  {
    what: 'a body of 2 MB',
    onConnection: write(`${OK}content-length: ${2 << 20}\r\n\r\n${'x'.repeat(2 << 20)}`),
  },
  {
    what: 'a body that only the end of the connection ends',
    onConnection: beginAnd(`${OK}\r\n`, (socket) => flood(socket, 'x'.repeat(4096))),
  },
  {
    what: 'ten gigabytes in one length',
    onConnection: beginAnd(`${OK}content-length: 10000000000\r\n\r\n`, (socket) =>
      flood(socket, 'x'.repeat(4096)),
    ),
  },
];

for (const { what, onConnection } of LONG_BODIES) {
  test(`${what}: cut after 16 KiB, and what was said in the head counts`, async () => {
    const receiver = await opened.receiver(startRawReceiver(onConnection));
    const result = await send(opened.transport(), receiver.url);
    assert.deepEqual(outcome(result), { kind: 'delivered', status: 200 });
    assert.ok((result.exchange.response ?? '').length <= 1_024);
    await receiver.idle();
  });
}

test('an answer of exactly 16 KiB is read to its end, and the connection is kept', async () => {
  const receiver = await opened.receiver(
    startRawReceiver((socket) => {
      socket.on('data', () => socket.write(`${OK}content-length: 16384\r\n\r\n${'x'.repeat(16_384)}`));
    }),
  );
  const transport = opened.transport();
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(outcome(await send(transport, receiver.url)), { kind: 'delivered', status: 200 });
  }
  assert.equal(receiver.connections(), 1);
});

test('what comes behind an answer is never taken for the next one', async () => {
  const smuggled = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
  const receiver = await opened.receiver(
    startRawReceiver((socket) => {
      socket.on('data', () => socket.write(`HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n${smuggled}`));
    }),
  );
  const transport = opened.transport();
  const expected = { kind: 'failed', error: 'status', status: 500, stage: 'response' };
  for (let i = 0; i < 3; i++) assert.deepEqual(outcome(await send(transport, receiver.url)), expected);
});

test('a packed answer is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(8 << 20));
  assert.ok(bomb.length < 16_384, 'it fits into what is read');
  const head = `${OK}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`;
  const receiver = await opened.receiver(
    startRawReceiver(
      (socket) => void socket.once('data', () => socket.write(Buffer.concat([Buffer.from(head), bomb]))),
    ),
  );
  const before = process.memoryUsage().rss;
  const result = await send(opened.transport(), receiver.url);
  assert.deepEqual(outcome(result), { kind: 'delivered', status: 200 });
  assert.equal(result.exchange.response, undefined);
  assert.ok(process.memoryUsage().rss - before < 8 << 20);
});

test('a bomb of tiny headers costs this process next to nothing: nobody else’s deliveries wait for it', async () => {
  const receiver = await opened.receiver(startRawReceiver(write(`${OK}${'a:\r\n'.repeat(1 << 16)}`)));
  const transport = opened.transport();
  // The parser is loaded and warm.
  await send(transport, receiver.url);
  const before = process.threadCpuUsage();
  const result = await send(transport, receiver.url);
  const { user, system } = process.threadCpuUsage(before);
  assert.deepEqual(outcome(result), { ...protocol, stage: 'response' });
  assert.ok(user + system < 100_000, `${user + system} µs`);
});
