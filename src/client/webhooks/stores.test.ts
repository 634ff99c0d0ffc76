import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { freshPostgres, stopOwnServer, type TestDatabase } from '../../../test/support/database.ts';
import { createMemoryStore } from './memory-store.ts';
import { createPostgresStore, forgetAccepted, POSTGRES_STORE_TABLES } from './postgres-store.ts';
import type { EventKey, Known, WebhookStore } from './store.ts';

// What every store must hold to. On PostgreSQL, two pools on one database stand for two processes.

let database: TestDatabase | undefined;
const pools: pg.Pool[] = [];

before(async () => {
  database = await freshPostgres();
  for (const _ of [1, 2]) pools.push(new pg.Pool({ connectionString: database.url, max: 8 }));
  await poolOf(0).query(POSTGRES_STORE_TABLES);
  await poolOf(0).query('create table handled (event_id text not null)');
});
after(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database?.close();
  await stopOwnServer();
});

function poolOf(index: number): pg.Pool {
  const pool = pools[index % pools.length];
  if (!pool) throw new Error('the pools are not open yet');
  return pool;
}

/** Stores that share what they remember; a name of its own for every test. */
type Open = (name: string) => readonly WebhookStore<unknown>[];
const openMemory: Open = () => {
  const store = createMemoryStore();
  return [store, store];
};
const openPostgres: Open = (name) => [
  createPostgresStore(poolOf(0), name),
  createPostgresStore(poolOf(1), name),
];

const key = (sequence: number, aggregateId = 'brand_1'): EventKey => ({
  eventId: `evt_${aggregateId}_${sequence}`,
  aggregateId,
  sequence,
});
const know = async (known: Known) => known;

for (const [engine, open] of [
  ['memory', openMemory],
  ['PostgreSQL, two processes', openPostgres],
] as const) {
  describe(`the store in ${engine}`, () => {
    const opened = (name: string) => {
      const [one, other] = open(name);
      if (!one || !other) throw new Error('two are needed');
      return { one, other };
    };

    test('knows what was accepted, by either', async () => {
      const { one, other } = opened('known');
      assert.deepEqual(await one.accept(key(2), know), { duplicate: false, sequence: 0 });
      assert.deepEqual(await other.accept(key(5), know), { duplicate: false, sequence: 2 });
      assert.deepEqual(await one.accept(key(3), know), { duplicate: false, sequence: 5 });
      assert.deepEqual(await other.accept(key(3), know), { duplicate: true, sequence: 5 });
      assert.deepEqual(await other.accept(key(1, 'brand_2'), know), { duplicate: false, sequence: 0 });
    });

    test('remembers nothing of work that threw, and throws the same', async () => {
      const { one, other } = opened('thrown');
      const fault = new Error('not handled');
      await assert.rejects(
        one.accept(key(1), () => Promise.reject(fault)),
        (error) => error === fault,
      );
      assert.deepEqual(await other.accept(key(1), know), { duplicate: false, sequence: 0 });
    });

    test('lets one event of an aggregate at work at a time, and others beside it', async () => {
      const { one, other } = opened('turns');
      const gate = Promise.withResolvers<void>();
      const begun: string[] = [];
      const first = one.accept(key(1), async (known) => {
        begun.push('first');
        await gate.promise;
        return known;
      });
      await one.accept(key(1, 'brand_2'), know);
      const second = other.accept(key(1), async (known) => {
        begun.push('second');
        return known;
      });
      await other.accept(key(1, 'brand_3'), know);
      assert.deepEqual(begun, ['first']);
      gate.resolve();
      assert.deepEqual(await Promise.all([first, second]), [
        { duplicate: false, sequence: 0 },
        { duplicate: true, sequence: 1 },
      ]);
    });

    test('of many copies at once, sent to both, one is new', async () => {
      const { one, other } = opened('copies');
      const copies = Array.from({ length: 12 }, (_, index) => (index % 2 ? one : other).accept(key(1), know));
      const known = await Promise.all(copies);
      assert.equal(known.filter(({ duplicate }) => !duplicate).length, 1);
    });
  });
}

test('in PostgreSQL, what a handler writes with tx and the acceptance happen both or neither', async () => {
  const store = createPostgresStore(poolOf(0), 'both');
  const count = async () => (await poolOf(1).query('select count(*)::int as n from handled')).rows[0].n;
  const handle = (fails: boolean) =>
    store.accept(key(1), async ({ duplicate }, tx) => {
      if (!duplicate) await tx.query('insert into handled values ($1)', ['evt_1']);
      if (fails) throw new Error('after the write');
    });
  await assert.rejects(handle(true), /after the write/);
  assert.equal(await count(), 0);
  await handle(false);
  await handle(false);
  assert.equal(await count(), 1);
});

test('in PostgreSQL, a statement that failed and was caught does not let the event pass for accepted', async () => {
  const store = createPostgresStore(poolOf(0), 'caught');
  const handle = store.accept(key(1), (_known, tx) => tx.query('select * from nowhere').catch(() => {}));
  await assert.rejects(handle, /aborted/);
  assert.equal((await store.accept(key(1), know)).duplicate, false);
});

test('in PostgreSQL, two endpoints that are sent the same events do not take them from each other', async () => {
  const [billing, crm] = ['billing', 'crm'].map((scope) => createPostgresStore(poolOf(0), scope));
  assert.equal((await billing?.accept(key(1), know))?.duplicate, false);
  assert.equal((await crm?.accept(key(1), know))?.duplicate, false);
});

test('in PostgreSQL, a connection that breaks under a handler is not given to the next', async () => {
  const pool = new pg.Pool({ connectionString: database?.url, max: 1 });
  pool.on('error', () => {});
  const store = createPostgresStore<pg.PoolClient>(pool, 'broken');
  const broken = store.accept(key(1), async (_known, tx) => {
    const heard = new Promise((resolve) => tx.once('error', resolve));
    const { pid } = (await tx.query('select pg_backend_pid() as pid')).rows[0];
    await poolOf(0).query('select pg_terminate_backend($1)', [pid]);
    // It is doing something else when the connection breaks, as handlers are most of their time.
    await heard;
  });
  await assert.rejects(broken, /terminat|ECONNRESET|not queryable/);
  assert.deepEqual(await store.accept(key(1), know), { duplicate: false, sequence: 0 });
  await pool.end();
});

test('in PostgreSQL, old acceptances can be forgotten; how far an aggregate has come stays', async () => {
  const store = createPostgresStore(poolOf(0), 'forgotten');
  await store.accept(key(1), know);
  await store.accept(key(2), know);
  await poolOf(0).query(
    `update webhook_events_accepted set accepted_at = now() - interval '32 days' where event_id = $1`,
    [key(1).eventId],
  );
  await forgetAccepted(poolOf(1), 31);
  assert.deepEqual(await store.accept(key(1), know), { duplicate: false, sequence: 2 });
  assert.deepEqual(await store.accept(key(2), know), { duplicate: true, sequence: 2 });
});
