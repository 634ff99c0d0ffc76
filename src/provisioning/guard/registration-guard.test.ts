import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createRegistrationGuard } from './registration-guard.ts';

const E164 = '+12025550123';
const SERVICE = `MG${'0'.repeat(31)}1`;
const TOKEN = 'release-guard-of-a-test';
/** Short, for answers that never come; what does come is there at once. */
const DEADLINE_MS = 150;
const SOON_MS = 5_000;

type Answer = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];

/** A registration service that gives these answers in turn, the last one from then on. */
async function registration(t: TestContext, ...answers: readonly Answer[]) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [status, body, headers = {}] = answers[Math.min(asked.length, answers.length - 1)] ?? [500, ''];
    asked.push(request);
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const guard = guardOf(t, (server.address() as AddressInfo).port, SOON_MS);
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return { asked, ...guard };
}

/** Something at a port that does to a connection what it likes. */
async function anything(t: TestContext, onConnection: (socket: Socket) => void) {
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.resume();
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { connections: () => open.size, ...guardOf(t, (server.address() as AddressInfo).port, DEADLINE_MS) };
}

function guardOf(t: TestContext, port: number, deadlineMs: number) {
  const guard = createRegistrationGuard({ url: `http://127.0.0.1:${port}`, token: TOKEN, deadlineMs });
  t.after(() => guard.close());
  const ask = (signal = new AbortController().signal) => guard.ask(E164, { signal, correlationId: 'corr-1' });
  return { guard, ask };
}

test('a number that nobody relies on is free, and where it probably is is handed on', async (t) => {
  const { ask, asked } = await registration(
    t,
    [200, { e164: E164, held: false, messagingServiceSid: SERVICE }],
    [200, { e164: E164, held: false }],
    [200, { e164: E164, held: false, messagingServiceSid: '../Accounts' }],
  );
  assert.deepEqual(await ask(), { kind: 'free', serviceHint: SERVICE });
  assert.deepEqual(await ask(), { kind: 'free' });
  assert.deepEqual(await ask(), { kind: 'free' }, 'what is no id of the provider is no hint');
  const [request] = asked;
  assert.equal(request?.method, 'GET');
  assert.equal(request?.url, `/internal/number-holds/${encodeURIComponent(E164)}`);
  assert.equal(request?.headers.authorization, `Bearer ${TOKEN}`);
  assert.equal(request?.headers['correlation-id'], 'corr-1');
});

test('a number that is held is held, with the words of the service where they are fit to be shown', async (t) => {
  const message = 'The number is bound to a campaign. Detach it there first.';
  const held = { e164: E164, held: true };
  const { ask, asked } = await registration(
    t,
    [200, { ...held, reason: 'NumberBound', message }],
    [200, { ...held, reason: 'NumberDetaching', message: 'a\nb' }],
    [200, held],
  );
  assert.deepEqual(await ask(), { kind: 'held', reason: 'NumberBound', message });
  for (let i = 0; i < 2; i++) {
    const answer = await ask();
    assert.deepEqual([answer.kind, 'reason' in answer && answer.reason], ['held', 'NumberBound']);
  }
  assert.equal(asked.length, 3, 'an answer is not asked for twice');
});

const SETTINGS: readonly { readonly status: number; readonly says: RegExp }[] = [
  { status: 401, says: /refuses our RELEASE_GUARD_TOKEN/ },
  { status: 403, says: /refuses our RELEASE_GUARD_TOKEN/ },
  { status: 404, says: /has no RELEASE_GUARD_TOKEN set/ },
  { status: 422, says: /answered 422/ },
  { status: 302, says: /answered 302/ },
];

for (const { status, says } of SETTINGS) {
  test(`a ${status} is unknown, says what to mend, and is not asked for again`, async (t) => {
    const { ask, asked } = await registration(t, [status, '{}', { location: 'http://127.0.0.1:1/' }]);
    const answer = await ask();
    assert.match(answer.kind === 'unknown' ? answer.reason : answer.kind, says);
    assert.doesNotMatch(JSON.stringify(answer), new RegExp(TOKEN));
    assert.equal(asked.length, 1);
  });
}

test('a fault that passes is asked for once more, and not a third time', async (t) => {
  const mended = await registration(t, [503, ''], [200, { e164: E164, held: false }]);
  assert.deepEqual(await mended.ask(), { kind: 'free' });
  const down = await registration(t, [500, '']);
  assert.deepEqual(await down.ask(), { kind: 'unknown', reason: 'the registration service answered 500' });
  assert.equal(down.asked.length, 2);
});

test('what is not the answer to the question never frees a number', async (t) => {
  const garbage = [
    '',
    'null',
    '[]',
    '<html>ok</html>',
    '{"held":false}',
    JSON.stringify({ e164: '+12025550124', held: false }),
    JSON.stringify({ e164: E164, held: 'false' }),
    JSON.stringify({ e164: E164 }),
    JSON.stringify({ e164: E164, held: false, padding: 'x'.repeat(20_000) }),
  ];
  const { ask } = await registration(t, ...garbage.map((body) => [200, body] as const));
  for (const body of garbage) {
    assert.equal((await ask()).kind, 'unknown', body.slice(0, 60));
  }
});

const BROKEN: readonly { readonly does: string; readonly onConnection: (socket: Socket) => void }[] = [
  { does: 'says nothing', onConnection: () => {} },
  {
    does: 'stops within its body',
    onConnection: (socket) =>
      void socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{')),
  },
  { does: 'hangs up', onConnection: (socket) => void socket.once('data', () => socket.destroy()) },
  { does: 'speaks no HTTP', onConnection: (socket) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n') },
];

for (const { does, onConnection } of BROKEN) {
  test(`something that ${does} is unknown after two tries, in time`, async (t) => {
    let tries = 0;
    const { ask } = await anything(t, (socket) => {
      tries += 1;
      onConnection(socket);
    });
    const startedAt = performance.now();
    const answer = await ask();
    assert.match(answer.kind === 'unknown' ? answer.reason : answer.kind, /did not answer \(\w+\)/);
    assert.equal(tries, 2);
    assert.ok(performance.now() - startedAt < SOON_MS);
  });
}

test('nobody at the address is unknown', async (t) => {
  const { ask } = guardOf(t, 1, DEADLINE_MS);
  assert.equal((await ask()).kind, 'unknown');
});

test('a request that is given up ends the question at once, and asks no second one', async (t) => {
  const giveUp = new AbortController();
  let tries = 0;
  const { ask } = await anything(t, () => {
    tries += 1;
    giveUp.abort();
  });
  assert.equal((await ask(giveUp.signal)).kind, 'unknown');
  assert.equal(tries, 1);
});
