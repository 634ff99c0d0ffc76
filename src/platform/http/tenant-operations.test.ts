import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { pino } from 'pino';
import { conflict, Problem } from '#kernel/problem.ts';
import { eachDatabase, type TestDatabase, testClock } from '../../../test/support/database.ts';
import type { Tx } from '../database/database.ts';
import { StaleVersion } from '../database/stale-version.ts';
import type { Caller } from './authentication.ts';
import { bindContract } from './bind.ts';
import { testVault, things } from './http.test-support.ts';
import type { OperationRequest } from './operation.ts';
import { type Answer, errorEnvelope } from './problems.ts';
import { createRateLimit } from './rate-limit.ts';
import { createServer } from './server.ts';
import { tenantOperations } from './tenant-operations.ts';

type Request = Omit<OperationRequest<unknown>, 'body'> & { readonly body: unknown };
type Handler = (request: Request, tx: Tx) => Promise<Answer>;

const TOKENS: Readonly<Record<string, Caller>> = {
  'Bearer all': { tenantId: 'ten_1', tokenId: 'tok_1', scopes: ['read', 'write'] },
  'Bearer reader': { tenantId: 'ten_1', tokenId: 'tok_2', scopes: ['read'] },
  'Bearer other': { tenantId: 'ten_2', tokenId: 'tok_3', scopes: ['read', 'write'] },
};
const json = { authorization: 'Bearer all', 'content-type': 'application/json' };

eachDatabase('operations of a tenant', (open) => {
  let opened: Promise<TestDatabase> | undefined;
  /** A server whose every operation is carried out by `handler`, over one database for the block. */
  async function setUp(handler: Handler, options: { capacity?: number } = {}) {
    opened ??= open().then(async (db) => {
      await sql`create table things (name text not null)`.execute(db.owner);
      await sql`grant select, insert, delete on things to a2p_api, a2p_worker`.execute(db.owner);
      return db;
    });
    const { database } = await opened;
    await sql`delete from things`.execute(database.executor);
    await sql`delete from idempotency_keys`.execute(database.executor);
    const clock = testClock();
    const told: string[] = [];
    let calls = 0;
    const counted: Handler = (request, tx) => {
      calls += 1;
      return handler(request, tx);
    };
    const app = createServer({ logger: pino({ level: 'silent' }) });
    const operations = tenantOperations(
      {
        database,
        clock,
        authenticate: async (header) => (header === undefined ? 'missing' : (TOKENS[header] ?? 'invalid')),
        rateLimit: createRateLimit({ capacity: options.capacity ?? 100, refillPerSecond: 1 }, () => 0),
        vault: testVault(),
        envelope: errorEnvelope,
        afterCommit: (id) => void told.push(`committed ${id}`),
        onReplay: (id) => void told.push(`replayed ${id}`),
      },
      Object.fromEntries(
        things.operations.filter(({ scopes }) => scopes).map(({ id }) => [id, counted as never]),
      ),
    );
    bindContract(app, things, { ...operations, getHealth: () => ({ handler: async () => ({}) }) });
    const post = (payload: unknown, headers: Record<string, string> = {}) =>
      app.inject({
        method: 'POST',
        url: '/v1/things',
        payload: JSON.stringify(payload),
        headers: { ...json, ...headers },
      });
    const names = async () =>
      (
        await sql<{ name: string }>`select name from things order by name`.execute(database.executor)
      ).rows.map(({ name }) => name);
    return { app, clock, told, post, names, calls: () => calls };
  }

  /** Makes a thing of the name in the body. */
  const make: Handler = async ({ body }, tx) => {
    const { name } = body as { name: string };
    await sql`insert into things values (${name})`.execute(tx);
    return { status: 201, headers: { ETag: '"1"', Location: '/v1/things/a' }, body: { name } };
  };

  test('a request without a token, with a bad one or without the scope is refused before its body is read', async () => {
    const { app, calls } = await setUp(make);
    const { authorization: _, ...type } = json;
    const ask = (authorization: string | undefined, payload: string) =>
      app.inject({
        method: 'POST',
        url: '/v1/things',
        payload,
        headers: authorization === undefined ? type : { ...type, authorization },
      });
    const table = [
      [undefined, 401, 'Bearer', 'Unauthorized'],
      ['Bearer nobody', 401, 'Bearer error="invalid_token"', 'Unauthorized'],
      ['Bearer reader', 403, 'Bearer error="insufficient_scope", scope="write"', 'Forbidden'],
    ] as const;
    for (const [authorization, status, challenge, code] of table) {
      const response = await ask(authorization, '{ this is no JSON');
      assert.equal(response.statusCode, status);
      assert.equal(response.headers['www-authenticate'], challenge);
      assert.equal(response.json().error.code, code);
    }
    assert.equal(calls(), 0);
  });

  test('a tenant past its limit waits as told, and another one is served', async () => {
    const { app } = await setUp(async () => ({ status: 200, body: {} }), { capacity: 2 });
    const ask = (authorization: string) => app.inject({ url: '/v1/things', headers: { authorization } });
    assert.equal((await ask('Bearer all')).headers.ratelimit, '"tenant";r=1;t=1');
    await ask('Bearer reader');
    const refused = await ask('Bearer all');
    assert.equal(refused.statusCode, 429);
    assert.equal(refused.headers['retry-after'], '1');
    assert.equal(refused.headers.ratelimit, '"tenant";r=0;t=2');
    assert.equal(refused.json().error.code, 'RateLimited');
    assert.equal((await ask('Bearer other')).statusCode, 200);
  });

  test('a handler gets whose request it is, what was validated, and the time of the database', async () => {
    let got: unknown;
    const { app, clock } = await setUp(async (request, tx) => {
      const { rows } = await sql<{ tenant: string; role: string }>`
        select current_setting('app.tenant_id') as tenant, current_user as role`.execute(tx);
      got = { ...request, headers: undefined, ...rows[0] };
      return { status: 200, body: {} };
    });
    await app.inject({
      url: '/v1/things?limit=7',
      headers: { ...json, 'correlation-id': 'c-1' },
    });
    assert.deepEqual(got, {
      tenantId: 'ten_1',
      tokenId: 'tok_1',
      scopes: ['read', 'write'],
      correlationId: 'c-1',
      params: {},
      query: { limit: 7 },
      body: undefined,
      headers: undefined,
      now: clock.current(),
      tenant: 'ten_1',
      role: 'a2p_api',
    });
  });

  test('an answer goes out as the handler gave it, and workers hear of writes only', async () => {
    const { post, app, told, names } = await setUp(make);
    const response = await post({ name: 'a' });
    assert.equal(response.statusCode, 201);
    assert.equal(response.headers.etag, '"1"');
    assert.equal(response.headers.location, '/v1/things/a');
    assert.equal(response.headers['content-type'], 'application/json; charset=utf-8');
    assert.deepEqual(response.json(), { name: 'a' });
    assert.deepEqual(told, ['committed createThing']);
    assert.deepEqual(await names(), ['a']);
    const silent = await setUp(async () => ({ status: 204 }));
    const empty = await silent.app.inject({ url: '/v1/things', headers: json });
    assert.equal(empty.payload, '');
    assert.equal(empty.headers['content-type'], undefined);
    assert.deepEqual(silent.told, []);
    await app.close();
  });

  test('a problem takes back what its handler wrote, and nobody is told', async () => {
    const { post, names, told } = await setUp(async (request, tx) => {
      await make(request, tx);
      throw conflict('No', { why: 'because' });
    });
    for (const headers of [{}, { 'idempotency-key': 'k' }] as const) {
      const response = await post({ name: 'a' }, headers);
      assert.equal(response.statusCode, 409);
      assert.equal(response.json().error.details.why, 'because');
    }
    assert.deepEqual(await names(), []);
    assert.deepEqual(told, []);
  });

  test('a repeated key gets the same bytes, marked as replayed, under its own correlation id', async () => {
    const { post, told, names } = await setUp(make);
    const first = await post({ name: 'a' }, { 'idempotency-key': 'k', 'correlation-id': 'c-1' });
    const again = await post({ name: 'a' }, { 'idempotency-key': 'k', 'correlation-id': 'c-2' });
    assert.equal(first.headers['idempotent-replayed'], undefined);
    assert.equal(again.headers['idempotent-replayed'], 'true');
    assert.equal(again.statusCode, first.statusCode);
    assert.equal(again.payload, first.payload);
    assert.equal(again.headers.etag, first.headers.etag);
    assert.equal(again.headers['correlation-id'], 'c-2');
    assert.deepEqual(told, ['committed createThing', 'replayed createThing']);
    assert.deepEqual(await names(), ['a']);
    const other = await post({ name: 'b' }, { 'idempotency-key': 'k' });
    assert.equal(other.statusCode, 409);
    const malformed = await post({ name: 'b' }, { 'idempotency-key': 'ä' });
    assert.equal(malformed.statusCode, 400);
    assert.equal(malformed.json().error.details.fields[0].field, 'header.idempotency-key');
  });

  test('a request that is not valid keeps no key: mended, it may use the same one', async () => {
    const { post } = await setUp(make);
    assert.equal((await post({ nam: 'a' }, { 'idempotency-key': 'k' })).statusCode, 422);
    assert.equal((await post({ name: 'a' }, { 'idempotency-key': 'k' })).statusCode, 201);
  });

  test('a key is for POST: other methods take no notice of it', async () => {
    const { app, calls } = await setUp(async () => ({ status: 200, body: {} }));
    const headers = { ...json, 'idempotency-key': 'k' };
    for (const _ of [1, 2]) {
      const response = await app.inject({ url: '/v1/things', headers });
      assert.equal(response.headers['idempotent-replayed'], undefined);
    }
    assert.equal(calls(), 2);
  });

  test('a lost race is run again from the start, and told when it is lost three times', async () => {
    let losses = 2;
    const { post, names, calls } = await setUp(async (request, tx) => {
      const answer = await make(request, tx);
      losses -= 1;
      if (losses >= 0) throw new StaleVersion('the thing');
      return answer;
    });
    assert.equal((await post({ name: 'a' }, { 'idempotency-key': 'k' })).statusCode, 201);
    assert.deepEqual([calls(), await names()], [3, ['a']]);
    losses = 3;
    assert.equal((await post({ name: 'b' }, { 'idempotency-key': 'k2' })).statusCode, 409);
    assert.equal(calls(), 6);
    losses = 0;
    assert.equal(
      (await post({ name: 'b' }, { 'idempotency-key': 'k2' })).statusCode,
      201,
      'nothing was stored',
    );
  });

  test('a deadlock is a lost race; any other failure of the database is not tried again', async () => {
    const failing = async (code: string) => {
      const { post, calls } = await setUp(async () => {
        throw Object.assign(new Error('x'), { code });
      });
      return [(await post({ name: 'a' })).statusCode, calls()];
    };
    assert.deepEqual(await failing('40P01'), [503, 3]);
    assert.deepEqual(await failing('40001'), [503, 3]);
    assert.deepEqual(await failing('23505'), [500, 1]);
  });

  test('429 and 503 of a handler are answered and not stored', async () => {
    const { post, calls } = await setUp(async () => {
      throw new Problem('Internal', 'busy', { status: 503, retryAfterSeconds: 3 });
    });
    for (const expected of [1, 2]) {
      const response = await post({ name: 'a' }, { 'idempotency-key': 'k' });
      assert.equal(response.statusCode, 503);
      assert.equal(response.headers['retry-after'], '3');
      assert.equal(calls(), expected);
    }
  });
});
