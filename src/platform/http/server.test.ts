import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { StaleVersion } from '../database/stale-version.ts';
import { bindContract } from './bind.ts';
import { loggerInto, things } from './http.test-support.ts';
import { createServer } from './server.ts';

/** A server whose every operation answers what it was sent, or throws what it is told to. */
function newServer(throws?: unknown) {
  const lines: string[] = [];
  const answered: { operationId: string; status: number }[] = [];
  const app = createServer({
    logger: loggerInto(lines),
    onAnswered: ({ operationId, status }) => void answered.push({ operationId, status }),
  });
  bindContract(
    app,
    things,
    Object.fromEntries(
      things.operations.map(({ id }) => [
        id,
        () => ({
          handler: async (request) => {
            if (throws !== undefined) throw throws;
            return { body: request.body ?? null, correlationId: request.id };
          },
        }),
      ]),
    ),
  );
  return { app, lines, answered };
}

const json = { 'content-type': 'application/json' };
const envelope = (response: { json(): unknown }) =>
  (response.json() as { error: { code: string; message: string; details: Record<string, unknown> } }).error;

test('a well-formed Correlation-Id is taken over, any other replaced; it is in every answer, error and log line', async () => {
  const { app, lines } = newServer();
  const ask = (id: string, url = '/v1/things') => app.inject({ url, headers: { 'correlation-id': id } });
  const given = await ask('abc.DEF_1-2');
  assert.equal(given.headers['correlation-id'], 'abc.DEF_1-2');
  assert.equal(given.json().correlationId, 'abc.DEF_1-2');
  for (const bad of ['', 'a b', 'ä', 'x'.repeat(129), '{"a":1}']) {
    assert.match(String((await ask(bad)).headers['correlation-id']), /^[0-9a-f-]{36}$/);
  }
  const missing = await ask('id-1', '/nowhere');
  assert.equal(missing.headers['correlation-id'], 'id-1');
  assert.equal(envelope(missing).details.correlationId, 'id-1');
  assert.ok(lines.some((line) => line.includes('"correlationId":"id-1"')));
});

test('what is not there, in path or method, is a 404 in the envelope', async () => {
  const { app } = newServer();
  for (const [method, url] of [
    ['GET', '/v2/things'],
    ['DELETE', '/v1/things'],
    ['GET', `/v1/things/${'a'.repeat(600)}`],
  ] as const) {
    const response = await app.inject({ method, url });
    assert.equal(response.statusCode, 404, url);
    assert.equal(envelope(response).code, 'NotFound');
    assert.ok(response.headers['correlation-id']);
  }
});

test('what cannot be read is refused in the envelope, with the status that says why', async () => {
  const { app } = newServer();
  const post = (payload: string | Buffer, headers: Record<string, string> = json) =>
    app.inject({ method: 'POST', url: '/v1/things', payload, headers });
  const table: readonly [string, Promise<{ statusCode: number; json(): unknown }>, number][] = [
    ['no JSON', post('{"a":'), 400],
    ['half a document', post('{} {}'), 400],
    ['not UTF-8', post(Buffer.from([0x22, 0xff, 0x22])), 400],
    ['another type', post('a=1', { 'content-type': 'application/x-www-form-urlencoded' }), 415],
    ['no type', post('{}', {}), 415],
    ['a malformed type', post('{}', { 'content-type': '/' }), 415],
    ['over 64 KiB', post(`"${'x'.repeat(64 * 1_024)}"`), 413],
    ['a malformed address', app.inject('/v1/things/%zz'), 400],
  ];
  for (const [reason, response, status] of table) {
    const answer = await response;
    assert.equal(answer.statusCode, status, reason);
    assert.equal(envelope(answer).code, 'ValidationError', reason);
    assert.ok(envelope(answer).details.correlationId, reason);
  }
});

test('64 KiB, an empty body and names of Object.prototype are read as what they are', async () => {
  const { app } = newServer();
  const post = async (payload: string) =>
    (await app.inject({ method: 'POST', url: '/v1/things', payload, headers: json })).json().body;
  assert.equal((await post(`"${'x'.repeat(64 * 1_024 - 2)}"`)).length, 64 * 1_024 - 2);
  assert.equal(await post(''), null);
  assert.deepEqual(await post('{"constructor":1}'), { constructor: 1 });
  assert.equal(Object.hasOwn({}, 'polluted'), false);
  await post('{"__proto__":{"polluted":true}}');
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('an error that is not ours to explain is a bare 500, and whole in the log with its correlation id', async () => {
  const { app, lines } = newServer(new TypeError('secret-inside', { cause: new Error('deeper') }));
  const response = await app.inject({ url: '/v1/things', headers: { 'correlation-id': 'c-500' } });
  assert.equal(response.statusCode, 500);
  assert.deepEqual(response.json(), {
    error: {
      code: 'Internal',
      message: 'The request failed for a reason of ours',
      details: { correlationId: 'c-500' },
    },
  });
  const line = lines.find((text) => text.includes('request failed'));
  assert.match(line ?? '', /secret-inside.*deeper|deeper.*secret-inside/);
  assert.match(line ?? '', /"correlationId":"c-500"/);
});

test('errors become the problems that callers can act on', async () => {
  const database = (code: string) => Object.assign(new Error('x'), { code });
  const table: readonly [string, unknown, number, string | undefined][] = [
    ['a problem', new Problem('ConflictError', 'No'), 409, undefined],
    ['a problem with a wait', new Problem('RateLimited', 'Slow', { retryAfterSeconds: 7 }), 429, '7'],
    ['a lost race', new StaleVersion('thing'), 409, undefined],
    ['a lock waited for in vain', database('55P03'), 503, '1'],
    ['a full server', database('53300'), 503, '1'],
    ['no database', database('ECONNREFUSED'), 503, '1'],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect'), 503, '1'],
    ['a broken constraint that nobody expected', database('23505'), 500, undefined],
    ['something thrown that is no error', 'oops', 500, undefined],
  ];
  for (const [reason, error, status, retryAfter] of table) {
    const response = await newServer(error).app.inject('/v1/things');
    assert.equal(response.statusCode, status, reason);
    assert.equal(response.headers['retry-after'], retryAfter, reason);
    assert.match(envelope(response).code, /^[A-Z]\w+$/);
  }
  const stale = await newServer(new StaleVersion('thing')).app.inject({
    method: 'PATCH',
    url: '/v1/things/a',
    headers: { 'if-match': '"1"' },
  });
  assert.equal(stale.statusCode, 412, 'a lost race of somebody who said which version he has seen');
  assert.equal(envelope(stale).code, 'PreconditionFailed');
});

test('a log line has operation, method and status, and nothing that a caller sent', async () => {
  const { app, lines, answered } = newServer();
  await app.inject({
    method: 'POST',
    url: '/v1/things/private-id:run?token=private-query',
    payload: '{"name":"private-body"}',
    headers: { ...json, authorization: 'Bearer private-token' },
  });
  await app.inject('/private-path');
  const log = lines.join('');
  assert.match(log, /"operationId":"runThing","method":"POST","status":200/);
  assert.ok(!log.includes('private'), log);
  assert.deepEqual(answered, [{ operationId: 'runThing', status: 200 }]);
});

test('answers must not be kept or guessed at by caches and browsers', async () => {
  const { headers } = await newServer().app.inject('/v1/things');
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['x-content-type-options'], 'nosniff');
});

test('what is not HTTP at all is answered in the envelope, too', async () => {
  const { app } = newServer();
  await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const address = app.server.address();
    assert.ok(typeof address === 'object' && address);
    const send = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(address.port, '127.0.0.1', () => socket.write(text));
        let received = '';
        socket.setEncoding('utf8');
        socket.on('data', (chunk) => {
          received += chunk;
        });
        socket.on('error', reject);
        socket.on('close', () => resolve(received));
      });
    const garbage = await send('GARBAGE\r\n\r\n');
    assert.match(garbage, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.match(garbage, /\r\nCorrelation-Id: [0-9a-f-]{36}\r\n/);
    assert.match(garbage, /\{"error":\{"code":"ValidationError"/);
    const large = await send(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    assert.match(large, /^HTTP\/1\.1 431 /);
  } finally {
    await app.close();
  }
});
