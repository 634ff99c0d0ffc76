import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import {
  RECEIVER_CERTIFICATE,
  RECEIVER_HOST,
  type Receiver,
  startRawReceiver,
  startReceiver,
} from './receivers.test-support.ts';
import type { Lookup, ResolvedAddress } from './target.ts';
import { createTransport, type DeliveryResult, type Transport, type TransportOptions } from './transport.ts';

const DEADLINE_MS = 250;
/** Far above the deadline, far below what the slow receivers here would take: seconds against half a minute. */
const SOON_MS = 5_000;
const LOOPBACK: ResolvedAddress = { address: '127.0.0.1', family: 4 };
const BODY = Buffer.from('{"eventId":"evt_1","note":"Zoë"}');

const closers: (() => Promise<void>)[] = [];
after(() => Promise.all(closers.map((close) => close())));

function openTransport(options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({ allowPrivate: true, lookup: async () => [LOOPBACK], ...options });
  closers.push(transport.close);
  return transport;
}

async function opened(receiver: Promise<Receiver>): Promise<Receiver> {
  closers.push((await receiver).close);
  return receiver;
}

function send(transport: Transport, url: string, deadlineMs = SOON_MS, signal?: AbortSignal) {
  const headers = { 'content-type': 'application/json', 'X-NMC-Event': 'BrandVetted' };
  return transport.send({ url, headers, body: BODY, deadlineMs, ...(signal ? { signal } : {}) });
}

test('the exact bytes are posted to the path and query of the URL, under its own host name', async () => {
  const receiver = await opened(startReceiver());
  const result = await send(openTransport(), `${receiver.namedUrl}/a%2Fb?token=1&x=%20`);
  assert.deepEqual(result, { kind: 'delivered', status: 200 });
  const [request] = receiver.requests;
  assert.equal(request?.method, 'POST');
  assert.equal(request?.url, '/hook/a%2Fb?token=1&x=%20');
  assert.deepEqual(request?.body, BODY);
  assert.equal(request?.headers.host, `${RECEIVER_HOST}:${receiver.port}`);
  assert.equal(request?.headers['content-length'], String(BODY.length));
  assert.equal(request?.headers['x-nmc-event'], 'BrandVetted');
});

test('over TLS the name of the URL is what the certificate must prove', async () => {
  const receiver = await opened(startReceiver(() => 204, { tls: true }));
  const trusting = openTransport({ ca: RECEIVER_CERTIFICATE });
  assert.deepEqual(await send(trusting, receiver.namedUrl), { kind: 'delivered', status: 204 });
  const otherName = receiver.namedUrl.replace(RECEIVER_HOST, 'other.test');
  assert.deepEqual(await send(trusting, otherName), { kind: 'failed', error: 'tls' });
  assert.deepEqual(await send(openTransport(), receiver.namedUrl), { kind: 'failed', error: 'tls' });
  assert.equal(receiver.requests.length, 1);
});

test('only 2xx is delivered; a redirect is a failure and nobody follows it', async () => {
  const elsewhere = await opened(startReceiver());
  for (const status of [200, 201, 204, 299, 300, 301, 302, 303, 307, 308, 400, 404, 410, 429, 500, 503]) {
    const receiver = await opened(startReceiver(() => ({ status, headers: { location: elsewhere.url } })));
    const expected: DeliveryResult =
      status < 300 ? { kind: 'delivered', status } : { kind: 'failed', error: 'status', status };
    assert.deepEqual(await send(openTransport(), receiver.url), expected);
    assert.equal(receiver.requests.length, 1);
  }
  assert.equal(elsewhere.connections(), 0);
});

test('Retry-After is handed on in milliseconds, in either form', async () => {
  const clock = { now: () => new Date('2026-01-05T12:00:00Z') };
  for (const [value, ms] of [
    ['7', 7_000],
    ['Mon, 05 Jan 2026 12:00:30 GMT', 30_000],
  ] as const) {
    const receiver = await opened(startReceiver(() => ({ status: 503, headers: { 'retry-after': value } })));
    assert.deepEqual(await send(openTransport({ clock }), receiver.url), {
      kind: 'failed',
      error: 'status',
      status: 503,
      retryAfterMs: ms,
    });
  }
});

const OK_HEAD = 'HTTP/1.1 200 OK\r\n';
/** Writes a piece every 50 ms for half a minute, or until the other side has gone. */
function drip(socket: Socket, piece: string): void {
  let left = 600;
  const timer = setInterval(() => {
    if (socket.destroyed || left-- === 0) clearInterval(timer);
    else socket.write(piece);
  }, 50);
}

const BAD_RECEIVERS: readonly {
  readonly does: string;
  readonly onConnection: (socket: Socket) => void;
  readonly expected: DeliveryResult;
  readonly tls?: boolean;
}[] = [
  {
    does: 'accepts and says nothing',
    onConnection: () => {},
    expected: { kind: 'failed', error: 'timeout' },
  },
  {
    does: 'drips its header',
    onConnection: (socket) => {
      socket.write(OK_HEAD);
      drip(socket, 'x-a: b\r\n');
    },
    expected: { kind: 'failed', error: 'timeout' },
  },
  {
    does: 'drips its body, which an idle timer would allow for ever',
    onConnection: (socket) => {
      socket.write(`${OK_HEAD}content-length: 600\r\n\r\n`);
      drip(socket, 'x');
    },
    expected: { kind: 'failed', error: 'timeout', status: 200 },
  },
  {
    does: 'stalls in the TLS handshake',
    onConnection: () => {},
    expected: { kind: 'failed', error: 'timeout' },
    tls: true,
  },
  {
    does: 'speaks no TLS where it should',
    onConnection: (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    expected: { kind: 'failed', error: 'tls' },
    tls: true,
  },
  {
    does: 'sends a header bomb',
    onConnection: (socket) => void socket.write(`${OK_HEAD}x-bomb: ${'a'.repeat(1 << 20)}\r\n\r\n`),
    expected: { kind: 'failed', error: 'protocol' },
  },
  {
    does: 'sends a bomb of many small headers',
    onConnection: (socket) => void socket.write(`${OK_HEAD}${'x-bomb: a\r\n'.repeat(1 << 16)}\r\n`),
    expected: { kind: 'failed', error: 'protocol' },
  },
  {
    does: 'answers something that is not HTTP',
    onConnection: (socket) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
    expected: { kind: 'failed', error: 'protocol' },
  },
  {
    does: 'resets the connection',
    onConnection: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
    expected: { kind: 'failed', error: 'reset' },
  },
  {
    does: 'resets the connection within its body',
    onConnection: (socket) => {
      socket.write(`${OK_HEAD}content-length: 600\r\n\r\nhalf`);
      setTimeout(() => socket.resetAndDestroy(), 50);
    },
    expected: { kind: 'failed', error: 'reset', status: 200 },
  },
  {
    does: 'hangs up without a word',
    onConnection: (socket) => void socket.once('data', () => socket.end()),
    expected: { kind: 'failed', error: 'reset' },
  },
];

for (const { does, onConnection, expected, tls = false } of BAD_RECEIVERS) {
  test(`a receiver that ${does} is a failed attempt within the deadline`, async () => {
    const receiver = await opened(startRawReceiver(onConnection, { tls }));
    const startedAt = performance.now();
    assert.deepEqual(await send(openTransport(), receiver.url, DEADLINE_MS), expected);
    assert.ok(performance.now() - startedAt < SOON_MS);
  });
}

test('an endless answer is cut after 16 KiB, and what was said in its head counts', async () => {
  let written = 0;
  const receiver = await opened(
    startRawReceiver((socket) => {
      socket.write(`${OK_HEAD}transfer-encoding: chunked\r\n\r\n`);
      const more = () => {
        while (!socket.destroyed && socket.write(`1000\r\n${'x'.repeat(4096)}\r\n`)) written += 4096;
      };
      socket.on('drain', more);
      more();
    }),
  );
  assert.deepEqual(await send(openTransport(), receiver.url), { kind: 'delivered', status: 200 });
  await receiver.idle();
  assert.ok(written < 64 << 20, 'the sender stopped because it was cut off, not because it was done');
});

test('a receiver that is not there is refused, and a name without an address is dns', async () => {
  const gone = await startReceiver();
  await gone.close();
  assert.deepEqual(await send(openTransport(), gone.url), { kind: 'failed', error: 'refused' });
  const failing: Lookup = async () => {
    throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  };
  for (const lookup of [failing, async () => []]) {
    const result = await send(openTransport({ lookup }), 'http://receiver.test/');
    assert.deepEqual(result, { kind: 'failed', error: 'dns' });
  }
});

test('the deadline covers a resolver that never answers', async () => {
  const transport = openTransport({ lookup: () => new Promise(() => {}) });
  assert.deepEqual(await send(transport, 'http://receiver.test/', DEADLINE_MS), {
    kind: 'failed',
    error: 'timeout',
  });
});

test('a handshake that ends after the deadline sends nothing any more', async () => {
  const behind = await opened(startReceiver(() => 200, { tls: true }));
  const held: Socket[] = [];
  const letThrough = (socket: Socket) => void socket.pipe(connect(behind.port, '127.0.0.1')).pipe(socket);
  let onConnection = (socket: Socket) => void held.push(socket);
  const front = await opened(startRawReceiver((socket) => onConnection(socket), { tls: true }));
  const transport = openTransport({ ca: RECEIVER_CERTIFICATE });
  assert.deepEqual(await send(transport, front.namedUrl, DEADLINE_MS), { kind: 'failed', error: 'timeout' });
  assert.equal(held.length, 1);
  onConnection = letThrough;
  for (const socket of held) letThrough(socket);
  // Until that connection is of use: the pool hands it the second request, and the first must be gone from it.
  const next = await send(transport, front.namedUrl);
  assert.deepEqual(next, { kind: 'delivered', status: 200 });
  await transport.close();
  await behind.idle();
  assert.equal(behind.requests.length, 1);
});

test('giving up is told from running out of time', async () => {
  const receiver = await opened(startRawReceiver(() => {}));
  const stop = new AbortController();
  const sending = send(openTransport(), receiver.url, SOON_MS, stop.signal);
  stop.abort();
  assert.deepEqual(await sending, { kind: 'failed', error: 'aborted' });
  assert.deepEqual(await send(openTransport(), receiver.url, SOON_MS, stop.signal), {
    kind: 'failed',
    error: 'aborted',
  });
});

test('a connection is kept for the next event, but never across a change of addresses', async () => {
  const receiver = await opened(startReceiver());
  let answer: readonly ResolvedAddress[] = [LOOPBACK];
  const transport = openTransport({ lookup: async () => answer });
  await send(transport, receiver.namedUrl);
  // The pool takes a connection back a moment after its answer is read.
  await setImmediate();
  await send(transport, receiver.namedUrl);
  assert.equal(receiver.connections(), 1);
  await setImmediate();
  answer = [LOOPBACK, { address: '127.0.0.2', family: 4 }];
  await send(transport, receiver.namedUrl);
  assert.equal(receiver.connections(), 2);
});

test('connections are kept to a bounded number of origins; the one longest unused goes', async () => {
  const transport = openTransport({ maxPools: 1 });
  const first = await opened(startReceiver());
  const second = await opened(startReceiver());
  await send(transport, first.url);
  await send(transport, second.url);
  const startedAt = performance.now();
  await first.idle();
  assert.ok(performance.now() - startedAt < 2_000, 'it was closed, not left to its keep-alive');
  assert.deepEqual(await send(transport, first.url), { kind: 'delivered', status: 200 });
});

test('proxy variables of the environment change nothing', async () => {
  const proxy = await opened(startRawReceiver((socket) => void socket.destroy()));
  const receiver = await opened(startReceiver());
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = name.startsWith('NODE') ? '1' : proxy.url;
  try {
    assert.deepEqual(await send(openTransport(), receiver.url), { kind: 'delivered', status: 200 });
    assert.equal(proxy.connections(), 0);
  } finally {
    for (const [i, name] of names.entries()) {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    }
  }
});

/** Runs `work` and answers how many sockets this process opened meanwhile. */
async function socketsOpenedBy(work: () => Promise<void>): Promise<number> {
  let sockets = 0;
  const count = () => {
    sockets += 1;
  };
  subscribe('net.client.socket', count);
  try {
    await work();
  } finally {
    unsubscribe('net.client.socket', count);
  }
  return sockets;
}

test('the counter of sockets does count', async () => {
  const receiver = await opened(startReceiver());
  const opened1 = await socketsOpenedBy(async () => void (await send(openTransport(), receiver.url)));
  assert.equal(opened1, 1);
});

const BLOCKED_LITERALS = [
  '127.0.0.1',
  '0x7f.1',
  '2130706433',
  '0',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '192.168.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fc00::1]',
  '[fe80::1]',
  '[ff02::1]',
  '[2001:db8::1]',
];

test('no socket is ever opened to an address that is not global, whether written or resolved', async () => {
  const sockets = await socketsOpenedBy(async () => {
    for (const literal of BLOCKED_LITERALS) {
      const blocked = { kind: 'failed', error: 'blocked_address' };
      const closed = openTransport({ allowPrivate: false });
      assert.deepEqual(await send(closed, `https://${literal}/`), blocked, literal);
      const address = new URL(`https://${literal}/`).hostname.replace(/[[\]]/g, '');
      const answer: ResolvedAddress = { address, family: address.includes(':') ? 6 : 4 };
      const lookup: Lookup = async () => [{ address: '1.1.1.1', family: 4 }, answer];
      const resolving = openTransport({ allowPrivate: false, lookup });
      assert.deepEqual(await send(resolving, 'https://example.com/'), blocked, `resolved to ${address}`);
    }
    const development = openTransport({ lookup: async () => [{ address: '169.254.169.254', family: 4 }] });
    assert.equal((await send(development, 'http://metadata.test/')).kind, 'failed');
  });
  assert.equal(sockets, 0);
});

test('a resolver that changes its answer is asked once an attempt, and its second answer is judged anew', async () => {
  const receiver = await opened(startReceiver());
  const answers: ResolvedAddress[][] = [[LOOPBACK], [{ address: '169.254.169.254', family: 4 }]];
  let asked = 0;
  const transport = openTransport({
    lookup: async () => {
      asked += 1;
      return answers.shift() ?? assert.fail('asked once more than there were attempts');
    },
  });
  assert.deepEqual(await send(transport, receiver.namedUrl), { kind: 'delivered', status: 200 });
  const sockets = await socketsOpenedBy(async () => {
    const second = await send(transport, receiver.namedUrl);
    assert.deepEqual(second, { kind: 'failed', error: 'blocked_address' });
  });
  assert.equal(asked, 2);
  assert.equal(sockets, 0);
  assert.equal(receiver.requests.length, 1);
});
