import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  createProviderHttp,
  HOST_REFUSED,
  type ProviderCallRecord,
  type ProviderHttpOptions,
} from './provider-http.ts';

const API = 'https://api.provider.test';
/** Long enough for a busy machine, short enough to be waited for. */
const DEADLINE_MS = 300;

/** A client whose only allowed host leads to `port`. */
function clientTo(t: TestContext, port: number, options: Partial<ProviderHttpOptions> = {}) {
  const records: ProviderCallRecord[] = [];
  const http = createProviderHttp({
    hosts: (url) =>
      url.origin === API ? new URL(`http://127.0.0.1:${port}${url.pathname}${url.search}`) : undefined,
    deadlineMs: DEADLINE_MS,
    onCall: (record) => records.push(record),
    requestIdHeader: 'x-request-id',
    ...options,
  });
  t.after(() => http.close());
  const send = (method: 'GET' | 'POST' = 'GET', path = '/v1/Things?Secret=1', signal?: AbortSignal) =>
    http.send({
      product: 'api',
      method,
      url: `${API}${path}`,
      headers: { authorization: 'Basic c2VjcmV0', 'content-type': 'application/x-www-form-urlencoded' },
      ...(method === 'POST' && { body: 'A=1&A=2' }),
      ...(signal && { signal }),
    });
  return { http, send, records };
}

async function serving(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on any more. */
async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('an answer comes back whole, and the record of the call holds neither query nor body nor header', async (t) => {
  const seen: string[] = [];
  const port = await serving(t, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push(`${request.method} ${request.url} ${body} ${request.headers.authorization}`);
    response.writeHead(201, { 'x-request-id': 'RQ1' }).end('{"a":"ä"}');
  });
  const { send, records } = clientTo(t, port);
  const result = await send('POST');
  assert.equal(result.kind, 'answer');
  assert.deepEqual(result.kind === 'answer' && [result.response.status, result.response.body], [
    201,
    '{"a":"ä"}',
  ]);
  assert.deepEqual(seen, ['POST /v1/Things?Secret=1 A=1&A=2 Basic c2VjcmV0']);
  const [record] = records;
  assert.deepEqual(
    { ...record, ms: 0 },
    {
      product: 'api',
      method: 'POST',
      path: '/v1/Things',
      outcome: 'answer',
      status: 201,
      requestId: 'RQ1',
      ms: 0,
    },
  );
  assert.doesNotMatch(JSON.stringify(records), /Secret|c2VjcmV0|A=1/);
});

test('a host that is not allowed never sees a request, and opens no breaker', async (t) => {
  let requests = 0;
  const port = await serving(t, (_request, response) => {
    requests++;
    response.end('{}');
  });
  const { http } = clientTo(t, port, { breaker: { failures: 1, openMs: 60_000 } });
  for (const url of ['https://evil.test/v1', `http://127.0.0.1:${port}/v1`, 'http://api.provider.test/v1']) {
    assert.deepEqual(await http.send({ product: 'api', method: 'GET', url, headers: {} }), {
      kind: 'notSent',
      reason: HOST_REFUSED,
    });
  }
  assert.equal(requests, 0);
  assert.deepEqual(http.breakers(), []);
});

test('nobody listening means not sent', async (t) => {
  const { send } = clientTo(t, await closedPort());
  assert.deepEqual(await send('POST'), { kind: 'notSent', reason: 'refused' });
});

test('a request that hangs ends at the deadline with its outcome unknown', async (t) => {
  const port = await serving(t, () => {});
  const { send } = clientTo(t, port);
  assert.deepEqual(await send('POST'), { kind: 'noAnswer', reason: 'timeout' });
});

test('an answer that drips is cut at the deadline, head or body', async (t) => {
  const port = await serving(t, (_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  });
  const { send } = clientTo(t, port);
  const from = performance.now();
  assert.deepEqual(await send(), { kind: 'noAnswer', reason: 'timeout' });
  assert.ok(performance.now() - from < 10 * DEADLINE_MS);
});

test('a connection that is reset after the request leaves the outcome unknown', async (t) => {
  const port = await serving(t, (request) => request.socket.resetAndDestroy());
  const { send } = clientTo(t, port);
  const result = await send('POST');
  assert.deepEqual(result, { kind: 'noAnswer', reason: 'reset' });
});

test('bytes that are no HTTP leave the outcome unknown', async (t) => {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => socket.end('hello\r\n\r\n'));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { send } = clientTo(t, (server.address() as AddressInfo).port);
  assert.equal((await send('POST')).kind, 'noAnswer');
});

test('a redirect is an answer and is not followed', async (t) => {
  let requests = 0;
  const port = await serving(t, (_request, response) => {
    requests++;
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  const { send } = clientTo(t, port);
  const result = await send('POST');
  assert.equal(result.kind === 'answer' && result.response.status, 307);
  assert.equal(requests, 1);
});

test('an answer above 4 MiB is none, one of just that size is one', async (t) => {
  const cap = 4 * 1024 * 1024;
  const port = await serving(t, (request, response) => {
    response.end(Buffer.alloc(request.url === '/v1/big' ? cap + 1 : cap, 'x'));
  });
  const { send } = clientTo(t, port, { deadlineMs: 10_000 });
  assert.deepEqual(await send('GET', '/v1/big'), { kind: 'noAnswer', reason: 'tooLong' });
  const fits = await send('GET', '/v1/fits');
  assert.equal(fits.kind === 'answer' && fits.response.body.length, cap);
});

test('the caller can give up: before it is sent, and while it waits', async (t) => {
  const stop = new AbortController();
  const port = await serving(t, () => stop.abort());
  const { send, http } = clientTo(t, port, { deadlineMs: 10_000, breaker: { failures: 1, openMs: 60_000 } });
  assert.deepEqual(await send('POST', '/v1/Things', AbortSignal.abort()), {
    kind: 'notSent',
    reason: 'aborted',
  });
  assert.deepEqual(await send('POST', '/v1/Things', stop.signal), { kind: 'noAnswer', reason: 'aborted' });
  assert.deepEqual(http.breakers(), [{ product: 'api', state: 'closed' }]);
});

test('a request given up while it waits for a connection is never sent', async (t) => {
  const seen = new Set<string | undefined>();
  const port = await serving(t, (request, response) => {
    seen.add(request.url);
    if (request.url === '/last') response.end('{}');
  });
  const { send } = clientTo(t, port, { breaker: { failures: 100, openMs: 1 } });
  // Twice as many as there are connections; the server answers none of them.
  const paths = Array.from({ length: 32 }, (_, i) => `/${i}`);
  const results = await Promise.all(paths.map((path) => send('POST', path)));
  // Had any of them stayed in line, it would be sent before this one.
  assert.equal((await send('POST', '/last')).kind, 'answer');
  const unsent = paths.filter((_, i) => results[i]?.kind === 'notSent');
  assert.ok(unsent.length > 0);
  assert.deepEqual(
    unsent.filter((path) => seen.has(path)),
    [],
  );
});

test('after so many failures in a row nothing is sent for a while, then one call tests', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  let requests = 0;
  let status = 500;
  const held: (() => void)[] = [];
  let hold = false;
  const port = await serving(t, (_request, response) => {
    requests++;
    const answer = () => response.writeHead(status).end('{}');
    if (hold) held.push(answer);
    else answer();
  });
  const { send, http } = clientTo(t, port, { breaker: { failures: 3, openMs: 10_000 }, deadlineMs: 10_000 });
  const state = () => http.breakers()[0]?.state;

  await send();
  status = 429;
  await send();
  status = 500;
  await send();
  await send();
  assert.equal(state(), 'closed');
  await send();
  assert.equal(state(), 'open');
  assert.equal(requests, 5);

  t.mock.timers.tick(4_000);
  assert.deepEqual(await send(), { kind: 'breakerOpen', retryAfterMs: 6_000 });
  assert.equal(requests, 5);

  // It tests and fails: open for another while.
  t.mock.timers.tick(6_000);
  assert.equal((await send()).kind, 'answer');
  assert.equal(state(), 'open');
  assert.equal((await send()).kind, 'breakerOpen');

  // It tests and works. While it runs, others are not kept waiting.
  t.mock.timers.tick(10_000);
  status = 200;
  hold = true;
  const testing = send();
  assert.equal((await send()).kind, 'breakerOpen');
  assert.equal(state(), 'halfOpen');
  while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
  held.forEach((answer) => {
    answer();
  });
  hold = false;
  await testing;
  assert.equal(state(), 'closed');
  assert.equal((await send()).kind, 'answer');
});

test('products do not share a breaker', async (t) => {
  const port = await serving(t, (_request, response) => response.writeHead(503).end());
  const { http } = clientTo(t, port, { breaker: { failures: 1, openMs: 60_000 } });
  const ask = (product: string) => http.send({ product, method: 'GET', url: `${API}/v1`, headers: {} });
  await ask('one');
  assert.equal((await ask('one')).kind, 'breakerOpen');
  assert.equal((await ask('two')).kind, 'answer');
});
