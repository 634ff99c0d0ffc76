import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase } from '../../../../test/support/database.ts';
import type { Executor } from '../../database/database.ts';
import { begin, someoneWaits } from '../../outbox/feed.test-support.ts';
import { createLaneClaimer } from './claim.ts';
import { setUpWebhooks } from './dispatch.test-support.ts';
import { loadPending } from './pending.ts';
import type { Settlement } from './settlement.ts';
import { createSettler } from './settler.ts';
import { wholeShare } from './slots.ts';
import { judge } from './verdict.ts';

eachDatabase('settling what ends at the same time', (open, engine) => {
  const setUp = async (lanes: number) => {
    const db = await open();
    const world = await setUpWebhooks(async () => db);
    const { database, clock, query } = world;
    await world.addEndpoint('https://a.example/');
    for (let i = 0; i < lanes; i++) await world.emit(`thing_${i}`, ['Happened']);
    const { lanes: leased } = await createLaneClaimer(database, clock, { perEndpoint: 64 }).claim(
      wholeShare(64),
    );
    const pending = await loadPending(
      database.executor,
      clock,
      leased.map((lane) => ({ ...lane, limit: 1 })),
    );
    const settlements = pending.map(({ deliveries: [delivery] }): Settlement => {
      assert.ok(delivery);
      const exchange = { status: 200, phases: { totalMs: 1 } };
      const verdict = judge({ kind: 'delivered', exchange }, 0, 0.5);
      return { delivery, verdict, request: { sentAt: clock.current(), exchange } };
    });
    let statements = 0;
    const executor: Executor = {
      getExecutor: () => {
        statements += 1;
        return database.executor.getExecutor();
      },
    };
    const settler = createSettler({ executor, engine }, clock);
    const settleAll = (all = settlements) => Promise.allSettled(all.map((one) => settler.settle(one)));
    const states = async () =>
      (await query<{ state: string }>('select state from deliveries order by aggregate_id')).map(
        (row) => row.state,
      );
    return { db, ...world, settlements, settler, settleAll, states, statements: () => statements };
  };
  const fulfilled = (results: readonly PromiseSettledResult<unknown>[]) =>
    results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason));

  test('the first goes at once, the others together: two statements for ten deliveries', async () => {
    const { settleAll, states, statements, query, conserved } = await setUp(10);
    assert.deepEqual(fulfilled(await settleAll()), Array(10).fill('emptied'));
    assert.equal(statements(), 2);
    assert.deepEqual(await states(), Array(10).fill('delivered'));
    assert.equal((await query('select from delivery_attempts')).length, 10);
    await conserved();
  });

  test('a lane that goes on is settled without a write to any index', async () => {
    const { settlements, emit, database, clock } = await setUp(3);
    for (const { delivery } of settlements) await emit(delivery.lane.aggregateId, ['Happened']);
    await database.transaction(async (tx) => {
      // The session's figures: they may hold what it did before.
      const writes = async () => {
        const { rows } = await sql<{ updates: number; beside: number }>`
          select sum(pg_stat_get_xact_tuples_updated(oid))::integer as updates,
            sum(pg_stat_get_xact_tuples_updated(oid) - pg_stat_get_xact_tuples_hot_updated(oid))::integer as beside
          from pg_class where relname in ('deliveries', 'lanes')`.execute(tx);
        return rows[0] ?? { updates: 0, beside: 0 };
      };
      const before = await writes();
      const settler = createSettler({ executor: tx, engine }, clock);
      const all = settlements.map((one) => settler.settle({ ...one, keepForMs: 10_000 }));
      assert.deepEqual(await Promise.all(all), Array(3).fill('kept'));
      const after = await writes();
      assert.deepEqual([after.updates - before.updates, after.beside - before.beside], [6, 0]);
    });
  });

  test('what was delivered waits for the disk only where nothing else would take it there; what failed always', async () => {
    const { settlements, database, clock } = await setUp(2);
    const [delivered, other] = settlements;
    assert.ok(delivered && other);
    const exchange = { phases: { totalMs: 1 } };
    const verdict = judge({ kind: 'failed', error: 'timeout', own: false, exchange }, 0, 0.5);
    const waitsAfter = (one: Settlement, settled: string) =>
      database.transaction(async (tx) => {
        assert.equal(await createSettler({ executor: tx, engine }, clock).settle(one), settled);
        const { rows } = await sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(tx);
        return rows[0]?.synchronous_commit;
      });
    assert.equal(await waitsAfter(delivered, 'emptied'), engine === 'postgres' ? 'off' : 'on');
    assert.equal(await waitsAfter({ ...other, verdict }, 'released'), 'on');
  });

  test('one whose lease is lost changes nothing, and the others are settled', async () => {
    const { settleAll, states, query, conserved } = await setUp(4);
    await query(`update lanes set claim_id = 'clm_other' where aggregate_id = 'thing_2'`);
    assert.deepEqual(fulfilled(await settleAll()), ['emptied', 'emptied', 'lost', 'emptied']);
    assert.deepEqual(await states(), ['delivered', 'delivered', 'pending', 'delivered']);
    assert.equal((await query('select from delivery_attempts')).length, 3);
    await conserved();
  });

  test('a success ends the failures in a row also where it did not know of them', async () => {
    const { settleAll, query } = await setUp(3);
    await query('update webhook_endpoints set failures = 4');
    assert.deepEqual(fulfilled(await settleAll()), Array(3).fill('emptied'));
    assert.deepEqual(await query('select failures from webhook_endpoints'), [{ failures: 0 }]);
  });

  test('what the database refuses of one does not keep the others from being settled', async () => {
    const { settlements, settleAll, states } = await setUp(4);
    const broken = settlements.map((one, index) =>
      index === 2 && one.request
        ? { ...one, request: { ...one.request, exchange: { phases: { totalMs: 1 }, status: 2 ** 40 } } }
        : one,
    );
    const results = await settleAll(broken);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await states(), ['delivered', 'delivered', 'pending', 'delivered']);
  });

  test('text that no database takes is no reason not to settle', async () => {
    const { settlements, settler, query } = await setUp(1);
    const [one] = settlements;
    assert.ok(one?.request);
    const exchange = { phases: { totalMs: 1 }, status: 200, response: 'a\0b\ud800c' };
    assert.equal(await settler.settle({ ...one, request: { ...one.request, exchange } }), 'emptied');
    assert.deepEqual(await query('select response from delivery_attempts'), [{ response: 'ab\ufffdc' }]);
  });

  test('when the database is away all are told, and the next go through', async () => {
    const { database, settlements, clock, states } = await setUp(3);
    let away = true;
    const executor: Executor = {
      getExecutor: () => {
        if (away) throw Object.assign(new Error('terminating connection'), { code: '57P01' });
        return database.executor.getExecutor();
      },
    };
    const settler = createSettler({ executor, engine }, clock);
    const results = await Promise.allSettled(settlements.map((one) => settler.settle(one)));
    assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(['rejected']));
    away = false;
    await Promise.all(settlements.map((one) => settler.settle(one)));
    assert.deepEqual(await states(), Array(3).fill('delivered'));
  });

  test('of two that wait for each other the database ends one, which is done again', async () => {
    const { database, settlements, clock, states } = await setUp(1);
    let deadlocks = 2;
    const executor: Executor = {
      getExecutor: () => {
        if (deadlocks-- > 0) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
        return database.executor.getExecutor();
      },
    };
    const [one] = settlements;
    assert.ok(one);
    const failed = judge(
      { kind: 'failed', error: 'timeout', own: false, exchange: { phases: { totalMs: 1 } } },
      0,
      0.5,
    );
    assert.equal(
      await createSettler({ executor, engine }, clock).settle({ ...one, verdict: failed }),
      'released',
    );
    assert.deepEqual([await states(), deadlocks], [['pending'], -1]);
  });

  // Two transactions at once need two connections, which the embedded engine has not.
  if (engine === 'postgres') {
    test('a lane that an append holds keeps no other waiting, and is settled after it', async () => {
      const { database, settleAll, settlements, settler, states, conserved } = await setUp(4);
      const [first, held, ...others] = settlements;
      assert.ok(first && held);
      await settler.settle(first);
      let late: Promise<unknown> | undefined;
      await database.transaction(async (tx) => {
        await sql`select from lanes where aggregate_id = ${held.delivery.lane.aggregateId} for update`.execute(
          tx,
        );
        late = settler.settle(held);
        assert.deepEqual(fulfilled(await settleAll(others)), ['emptied', 'emptied']);
        assert.deepEqual(await states(), ['delivered', 'pending', 'delivered', 'delivered']);
      });
      assert.equal(await late, 'emptied');
      await conserved();
    });

    test('a lane that was held for a moment goes with the next statement for several', async (t) => {
      const { database, clock, settlements } = await setUp(1);
      const [one] = settlements;
      assert.ok(one);
      const holder = await begin(database, t);
      await sql`select from lanes for update`.execute(holder.tx);
      const forSeveral: boolean[] = [];
      const letGoAfterFirst = database.executor.getExecutor().withPlugin({
        transformQuery: ({ node }) => {
          forSeveral.push(JSON.stringify(node).includes('plan kept'));
          return node;
        },
        transformResult: async ({ result }) => {
          if (forSeveral.length === 1) await holder.commit();
          return result;
        },
      });
      const settler = createSettler({ executor: { getExecutor: () => letGoAfterFirst }, engine }, clock);
      assert.equal(await settler.settle(one), 'emptied');
      assert.deepEqual(forSeveral, [true, true]);
    });

    test('an event that is appended while its lane waits to be settled is the lane’s next', async () => {
      const { db, database, settlements, settler, query, emit, conserved } = await setUp(2);
      const [one] = settlements;
      assert.ok(one);
      const { aggregateId } = one.delivery.lane;
      let late: Promise<unknown> | undefined;
      await database.transaction(async (tx) => {
        await emit(aggregateId, ['Happened'], { tx });
        late = settler.settle({ ...one, keepForMs: 10_000 });
        // It waits for this transaction: alone, since what is held is not settled with others.
        await someoneWaits(db);
      });
      assert.equal(await late, 'kept');
      const [lane] = await query<{ depth: number; due: boolean }>(
        `select depth, due_at is not null as due from lanes where aggregate_id = '${aggregateId}'`,
      );
      assert.deepEqual(lane, { depth: 1, due: true });
      await conserved();
    });

    test('an append, an endpoint’s own event and settlements do not wait for each other in a circle', async () => {
      const { database, settlements, settler, query, clock } = await setUp(12);
      const touch = (aggregateIds: readonly string[]) =>
        database.transaction(async (tx) => {
          for (const id of aggregateIds) {
            await sql`update lanes set last_sequence = last_sequence where aggregate_id = ${id}`.execute(tx);
          }
          await sql`update webhook_endpoints set event_sequence = event_sequence + 1`.execute(tx);
        });
      const ids = settlements.map(({ delivery }) => delivery.lane.aggregateId);
      const failed = judge(
        { kind: 'failed', error: 'timeout', own: false, exchange: { phases: { totalMs: 1 } } },
        0,
        0.5,
      );
      const results = await Promise.all([
        ...settlements.map((one, i) => settler.settle(i % 2 ? one : { ...one, verdict: failed })),
        touch(ids),
        touch(ids),
        createLaneClaimer(database, clock, { perEndpoint: 64 }).claim(wholeShare(64)),
      ]);
      assert.deepEqual(
        results.slice(0, 12),
        settlements.map((_, i) => (i % 2 ? 'emptied' : 'released')),
      );
      const [row] = await query<{ failures: number; event_sequence: number }>(
        'select * from webhook_endpoints',
      );
      assert.ok(row && row.failures <= 6 && row.event_sequence === 2);
    });
  }
});
