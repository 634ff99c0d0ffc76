import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  RECEIVER_CERTIFICATE,
  type Receiver,
  startRawReceiver,
  startReceiver,
} from '#platform/webhooks/transport/receivers.test-support.ts';
import { createHead, type HeadOptions } from './head.ts';

/** For what never answers; what does answer is there at once. */
const DEADLINE_MS = 150;
const SOON_MS = 5_000;

const asker = (options: Partial<HeadOptions> = {}) => {
  const ask = createHead({
    allowPrivate: true,
    deadlineMs: SOON_MS,
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    ...options,
  });
  return (url: string, signal = new AbortController().signal) => ask(url, signal);
};

async function open(t: TestContext, starting: Promise<Receiver>): Promise<Receiver> {
  const receiver = await starting;
  t.after(() => receiver.close());
  return receiver;
}

test('whatever answers is reachable, a refusal of HEAD included; what says that nothing is there is not', async (t) => {
  const expected = [
    [200, 'reachable'],
    [204, 'reachable'],
    [302, 'reachable'],
    [400, 'reachable'],
    [401, 'reachable'],
    [403, 'reachable'],
    [405, 'reachable'],
    [429, 'reachable'],
    [404, 'not_found'],
    [410, 'not_found'],
    [500, 'server_error'],
    [503, 'server_error'],
  ] as const;
  for (const [status, outcome] of expected) {
    const receiver = await open(
      t,
      startReceiver(() => status),
    );
    assert.equal(await asker()(receiver.url), outcome, String(status));
    await receiver.idle();
  }
});

test('it sends a HEAD to path and query, without body, and without the fragment that is the provider’s', async (t) => {
  const receiver = await open(t, startReceiver());
  assert.equal(await asker()(`${receiver.namedUrl}/a?b=c#rc=2&ct=500`), 'reachable');
  const [request] = receiver.requests;
  assert.deepEqual([request?.method, request?.url], ['HEAD', '/hook/a?b=c']);
  assert.equal(request?.body.length, 0);
  assert.equal(request?.headers['content-length'], undefined);
});

test('no redirect is followed', async (t) => {
  const elsewhere = await open(t, startReceiver());
  const receiver = await open(
    t,
    startReceiver(() => ({ status: 307, headers: { location: elsewhere.url } })),
  );
  assert.equal(await asker()(receiver.url), 'reachable');
  assert.equal(elsewhere.connections(), 0);
});

test('no private address is asked, however it is written or hidden behind a name', async (t) => {
  const receiver = await open(t, startReceiver());
  const { port } = receiver;
  const strict = asker({ allowPrivate: false });
  for (const url of [
    `https://127.0.0.1:${port}/`,
    'https://2130706433/',
    'https://[::1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://hook.example.com/',
    'http://hook.example.com/',
    'https://user@hook.example.com/',
    'no URL',
  ]) {
    assert.equal(await strict(url), 'blocked_address', url);
  }
  const half = asker({
    allowPrivate: false,
    lookup: async () => [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ],
  });
  assert.equal(await half('https://hook.example.com/'), 'blocked_address', 'one of its addresses is private');
  assert.equal(await asker()('https://169.254.169.254/'), 'blocked_address', 'nor metadata in development');
  assert.equal(receiver.connections(), 0);
});

test('a name is resolved anew each time, and goes to what was vetted then', async (t) => {
  const receiver = await open(t, startReceiver());
  const answers = ['127.0.0.1', '169.254.169.254'];
  const ask = asker({ lookup: async () => [{ address: answers.shift() ?? '', family: 4 }] });
  assert.equal(await ask(receiver.namedUrl), 'reachable');
  assert.equal(await ask(receiver.namedUrl), 'blocked_address');
  assert.equal(receiver.connections(), 1);
});

test('a certificate that does not prove the name is a failure', async (t) => {
  const receiver = await open(
    t,
    startReceiver(() => 200, { tls: true }),
  );
  assert.equal(await asker({ ca: RECEIVER_CERTIFICATE })(receiver.namedUrl), 'reachable');
  assert.equal(await asker()(receiver.namedUrl), 'tls');
});

const writes = (text: string) => (socket: Socket) => void socket.once('data', () => socket.write(text));
const BAD: readonly {
  readonly does: string;
  readonly onConnection: (socket: Socket) => void;
  readonly outcome: string;
}[] = [
  { does: 'says nothing', onConnection: () => {}, outcome: 'timeout' },
  { does: 'stops within its head', onConnection: writes('HTTP/1.1 200 OK\r\n'), outcome: 'timeout' },
  { does: 'speaks no HTTP', onConnection: writes('SSH-2.0-OpenSSH_9.6\r\n'), outcome: 'protocol' },
  {
    does: 'sends a head without end',
    onConnection: writes(`HTTP/1.1 200 OK\r\nx-bomb: ${'a'.repeat(1 << 20)}\r\n\r\n`),
    outcome: 'protocol',
  },
  {
    does: 'hangs up',
    onConnection: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
    outcome: 'reset',
  },
];

for (const { does, onConnection, outcome } of BAD) {
  test(`a receiver that ${does} is ${outcome}, in time, and its socket is closed`, async (t) => {
    const receiver = await open(t, startRawReceiver(onConnection));
    const startedAt = performance.now();
    const deadlineMs = outcome === 'timeout' ? DEADLINE_MS : SOON_MS;
    assert.equal(await asker({ deadlineMs })(receiver.url), outcome);
    await receiver.idle();
    assert.ok(performance.now() - startedAt < SOON_MS);
  });
}

test('names that do not resolve, resolvers that hang, ports where nobody is', async () => {
  assert.equal(await asker({ lookup: async () => [] })('https://gone.example.com/'), 'dns');
  const broken = async () => Promise.reject(Object.assign(new Error('no'), { code: 'ESERVFAIL' }));
  assert.equal(await asker({ lookup: broken })('https://gone.example.com/'), 'dns');
  const hangs = asker({ lookup: () => new Promise(() => {}), deadlineMs: DEADLINE_MS });
  assert.equal(await hangs('https://slow.example.com/'), 'timeout');
  assert.equal(await asker()('http://127.0.0.1:1/'), 'refused');
});

test('given up it ends at once, and that says nothing of the webhook', async (t) => {
  const receiver = await open(
    t,
    startRawReceiver(() => {}),
  );
  const giveUp = new AbortController();
  const outcome = asker()(receiver.url, giveUp.signal);
  giveUp.abort();
  assert.equal(await outcome, 'own');
});
