import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sql } from 'kysely';
import { conflict, invalid, Problem } from '#kernel/problem.ts';
import { eachDatabase, type TestDatabase, testClock } from '../../../test/support/database.ts';
import { type Database, sqlState, type Tx } from '../database/database.ts';
import { sendOnly } from '../database/transactions.ts';
import { testVault } from './http.test-support.ts';
import { answerContext, answerOnce, purgeIdempotencyKeys, type WrittenAnswer } from './idempotency.ts';

const HOUR_MS = 60 * 60 * 1_000;
const scope = { tenantId: 'ten_1', method: 'POST', path: '/v1/things', key: 'k1' };
const write = (problem: Problem): WrittenAnswer => ({
  status: problem.status,
  headers: {},
  body: Buffer.from(problem.message),
});

eachDatabase('idempotency', (open, engine) => {
  let opened: Promise<TestDatabase> | undefined;
  /** One database for the block; every test takes keys of a tenant of its own. */
  async function setUp(tenantId: string) {
    opened ??= open().then(async (db) => {
      await sql`create table things (name text not null)`.execute(db.owner);
      await sql`grant select, insert on things to a2p_api, a2p_worker`.execute(db.owner);
      return db;
    });
    const { database, owner } = await opened;
    const clock = testClock();
    const vault = testVault();
    const mine = { ...scope, tenantId };

    /** One request: makes a thing of that name and answers it, unless told to fail. */
    const request = (
      options: Partial<typeof scope> & {
        body?: unknown;
        fail?: unknown;
        name?: string;
        lockTimeoutMs?: number;
        on?: Pick<Database, 'tenantTransaction'>;
        meanwhile?: (tx: Tx) => Promise<unknown>;
      } = {},
    ) => {
      const { body = { a: 1 }, name = tenantId, lockTimeoutMs = 5_000 } = options;
      return answerOnce(
        {
          ...{ database: options.on ?? database, clock, vault },
          opening: sql`${clock.now} as now, set_config('lock_timeout', ${String(lockTimeoutMs)}, true)`,
        },
        { ...mine, ...options, body },
        async (tx) => {
          await sql`insert into things values (${name})`.execute(tx);
          await options.meanwhile?.(tx);
          if (options.fail !== undefined) throw options.fail;
          return { status: 201, headers: { etag: '"1"' }, body: Buffer.from(`{"made":"${name}"}`) };
        },
        write,
      );
    };
    /** A database before whose n-th transaction something else happens. */
    const before = (n: number, happens: () => Promise<unknown>): Pick<Database, 'tenantTransaction'> => {
      let transactions = 0;
      return {
        async tenantTransaction(...args) {
          transactions += 1;
          if (transactions === n) await happens();
          return database.tenantTransaction(...args);
        },
      };
    };
    const count = async (name = tenantId) => {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from things where name = ${name}`.execute(owner);
      return rows[0]?.n;
    };
    return { database, owner, clock, vault, request, before, count, mine };
  }

  test('the same key does the work once and is answered with the same status, headers and bytes', async () => {
    const { request, count } = await setUp('ten_once');
    const first = await request();
    assert.equal(first.replayed, false);
    const again = await request({ name: 'another body of the answer' });
    assert.deepEqual(again, { answer: first.answer, replayed: true });
    assert.equal(await count(), 1);
  });

  test('a body is the same whatever the order of its members, and another one is a 409', async () => {
    const { request } = await setUp('ten_body');
    await request({ body: { a: 1, b: { c: [1, 2], d: null } } });
    assert.equal((await request({ body: { b: { d: null, c: [1, 2] }, a: 1 } })).replayed, true);
    for (const body of [{ a: 1, b: { c: [2, 1], d: null } }, { a: 1 }, { a: '1' }, []]) {
      await assert.rejects(request({ body }), (error) => error instanceof Problem && error.status === 409);
    }
  });

  test('a key counts for one tenant, method and path', async () => {
    const { request, count } = await setUp('ten_scope');
    const other = await setUp('ten_scope_other');
    await request();
    assert.equal((await request({ path: '/v1/things/a:run' })).replayed, false);
    assert.equal((await request({ key: 'k2' })).replayed, false);
    assert.equal((await request({ method: 'PUT' })).replayed, false);
    assert.equal((await other.request()).replayed, false);
    assert.equal(await count(), 4);
  });

  test('a refusal takes the writes back, and is stored and replayed like any answer', async () => {
    const { request, count } = await setUp('ten_refusal');
    for (const problem of [conflict('bound'), invalid([]), new Problem('NotFound', 'none')]) {
      const key = problem.code;
      const first = await request({ key, fail: problem });
      assert.deepEqual([first.answer.status, first.replayed], [problem.status, false]);
      assert.deepEqual(await request({ key }), { answer: first.answer, replayed: true });
    }
    assert.equal(await count(), 0);
  });

  test('a refusal that the database itself caused is stored, too', async () => {
    const { request } = await setUp('ten_database');
    // An aborted transaction takes no further statement.
    const meanwhile = (tx: Tx) =>
      sql`select 1 / 0`.execute(tx).catch(() => {
        throw conflict('divided');
      });
    assert.equal((await request({ meanwhile })).answer.status, 409);
    assert.equal((await request()).replayed, true);
  });

  test('a refusal that comes with the commit is stored, too', async () => {
    const { request, count } = await setUp('ten_commit');
    const meanwhile = (tx: Tx) => sendOnly(tx, sql`select 1 / 0`.compile(tx), () => conflict('divided'));
    assert.equal((await request({ meanwhile })).answer.status, 409);
    assert.deepEqual([(await request()).replayed, await count()], [true, 0]);
  });

  test('whoever stored his answer between a refusal and its storing is replayed', async () => {
    const { request, before, count } = await setUp('ten_between');
    const other = () => request({ name: 'of the other' });
    const ended = await request({ fail: conflict('bound'), on: before(2, other) });
    assert.equal(ended.replayed, true);
    assert.deepEqual(ended, await request());
    assert.equal(ended.answer.body?.toString(), '{"made":"of the other"}');
    assert.deepEqual([await count(), await count('of the other')], [0, 1]);
  });

  test('a refusal does not answer for another body that took its key meanwhile', async () => {
    const { request, before } = await setUp('ten_between_bodies');
    const on = before(2, () => request({ body: { b: 2 } }));
    await assert.rejects(
      request({ fail: new Problem('NotFound', 'none'), on }),
      (error) => error instanceof Problem && error.status === 409,
    );
    assert.equal((await request({ body: { b: 2 } })).replayed, true);
  });

  test('a crash between a refusal and its storing leaves nothing', async () => {
    const { request, before, count } = await setUp('ten_unstored');
    const on = before(2, async () => {
      throw new Error('crash');
    });
    await assert.rejects(request({ fail: conflict('bound'), on }), /crash/);
    assert.deepEqual([(await request()).replayed, await count()], [false, 1]);
  });

  test('who saw no answer and finds one when he stores his own takes his writes back and replays it', async () => {
    const { request, database, count } = await setUp('ten_stale');
    const first = await request();
    // As it is for a statement that began before the first commit and then waited for the lock.
    let transactions = 0;
    const on: Pick<Database, 'tenantTransaction'> = {
      tenantTransaction: (tenantId, work, opening) =>
        database.tenantTransaction(
          tenantId,
          (tx, opened) => work(tx, transactions++ === 0 ? { ...opened, rows: [] } : opened),
          opening,
        ),
    };
    assert.deepEqual(await request({ on, name: 'in vain' }), { answer: first.answer, replayed: true });
    assert.equal(transactions, 2);
    assert.deepEqual([await count(), await count('in vain')], [1, 0]);
  });

  test('a failure to store the answer takes the work back', async () => {
    const { request, count } = await setUp('ten_unstorable');
    const path = `/${'x'.repeat(4_000)}${randomBytes(8_000).toString('hex')}`;
    await assert.rejects(request({ path }), (error) => sqlState(error) === '54000');
    assert.equal(await count(), 0);
    assert.equal((await request()).replayed, false, 'the connection goes on');
  });

  test('429, 500, 503 and crashes leave nothing: the same key does the work the next time', async () => {
    const { request, count } = await setUp('ten_crash');
    const failures = [
      new Problem('RateLimited', 'slow'),
      new Problem('Internal', 'broken'),
      new Problem('Internal', 'busy', { status: 503 }),
      new Error('a bug'),
    ];
    for (const fail of failures) await assert.rejects(request({ fail }), (error) => error === fail);
    assert.equal(await count(), 0);
    assert.equal((await request()).replayed, false);
    assert.equal(await count(), 1);
  });

  test('after 24 hours a key is free again, and not a millisecond before', async () => {
    const { request, clock, count } = await setUp('ten_day');
    await request();
    clock.advance(24 * HOUR_MS - 1);
    assert.equal((await request()).replayed, true);
    clock.advance(1);
    assert.equal((await request({ body: { other: true } })).replayed, false);
    assert.equal((await request({ body: { other: true } })).replayed, true, 'it lives 24 hours anew');
    assert.equal(await count(), 2);
  });

  test('purging removes what is over, in batches, and nothing else', async () => {
    const { request, clock, database } = await setUp('ten_purge');
    await sql`delete from idempotency_keys`.execute(database.executor);
    for (const key of ['a', 'b', 'c']) await request({ key });
    clock.advance(HOUR_MS);
    await request({ key: 'd' });
    assert.equal(await purgeIdempotencyKeys(database.executor, clock, 10), 0);
    clock.advance(23 * HOUR_MS);
    assert.equal(await purgeIdempotencyKeys(database.executor, clock, 2), 2);
    assert.equal(await purgeIdempotencyKeys(database.executor, clock, 2), 1);
    assert.equal((await request({ key: 'd' })).replayed, true);
  });

  test('an answer rests sealed, and opens in its own row only', async () => {
    const { request, owner, vault, mine } = await setUp('ten_sealed');
    await request({ name: 'whsec_shown_once' });
    const { rows } = await sql<{ body: Uint8Array; row: string }>`
      select body, k::text as row from idempotency_keys k where tenant_id = ${mine.tenantId}`.execute(owner);
    const [stored] = rows;
    assert.ok(stored);
    assert.ok(!Buffer.from(stored.body).includes('whsec_shown_once'));
    const body = vault.open(stored.body, answerContext(mine));
    assert.equal(body.toString(), '{"made":"whsec_shown_once"}');
    assert.throws(() => vault.open(stored.body, answerContext({ ...mine, key: 'k2' })));
  });

  test('of many requests at the same time one does the work, and all get its answer', async () => {
    const { request, count } = await setUp('ten_race');
    const results = await Promise.all(Array.from({ length: 8 }, () => request()));
    assert.equal(results.filter(({ replayed }) => !replayed).length, 1);
    const [first] = results;
    for (const { answer } of results) assert.deepEqual(answer, first?.answer);
    assert.equal(await count(), 1);
  });

  test('when the first of two fails, the one that waited does the work', async () => {
    const { request, count } = await setUp('ten_second');
    const [first, second] = await Promise.allSettled([
      request({ fail: new Error('crash'), meanwhile: () => new Promise(setImmediate) }),
      request(),
    ]);
    const done = [first, second].filter((result) => result.status === 'fulfilled');
    assert.ok(done.length >= 1);
    assert.equal(await count(), 1);
  });

  // The embedded engine has one connection: there, a second request cannot even begin while the first one runs.
  if (engine === 'postgres') {
    test('who waits longer than the lock timeout for the first one is told to come back', async () => {
      const { request, count } = await setUp('ten_wait');
      const started = Promise.withResolvers<void>();
      const finish = Promise.withResolvers<void>();
      const first = request({
        meanwhile: () => {
          started.resolve();
          return finish.promise;
        },
      });
      await started.promise;
      const second = request({ lockTimeoutMs: 20 });
      await assert.rejects(
        second,
        (error) => error instanceof Problem && error.status === 409 && error.retryAfterSeconds === 1,
      );
      finish.resolve();
      assert.equal((await first).replayed, false);
      assert.equal((await request()).replayed, true);
      assert.equal(await count(), 1);
    });
  }
});
