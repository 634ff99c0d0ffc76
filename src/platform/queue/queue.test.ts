import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase, onPostgres, testClock } from '../../../test/support/database.ts';
import { begin, someoneWaits } from '../outbox/feed.test-support.ts';
import { type Claim, claimKey, createClaimer, releaseClaims, renewLeases } from './claim.ts';
import { listDeadLetters, requeueDeadLetters } from './dead-letters.ts';
import { enqueue, enqueueAll, type Work } from './enqueue.ts';
import { queueFigures } from './figures.ts';
import { LeaseLost, lockInOrder, type Settlement, settle } from './settle.ts';

const LEASE_MS = 10_000;
const work = (id: string): Work => ({ tenantId: 'ten_1', resource: 'brand', aggregateId: id });
const DUE: Settlement = { kind: 'due', inMs: 60_000 };

eachDatabase('the work queue', (open) => {
  const setUp = async () => {
    const { database, owner } = await open();
    const clock = testClock();
    const put = (id: string, demand = 0) =>
      database.transaction((tx) => enqueue(tx, clock, work(id), { demand }));
    const claimer = () => createClaimer(database.executor, clock, LEASE_MS);
    const claimOne = async () => {
      const [claim] = await claimer().claim(1);
      assert.ok(claim, 'a row was expected to be due');
      return claim;
    };
    const end = (claim: Awaited<ReturnType<typeof claimOne>>, settlement: Settlement) =>
      database.transaction(async (tx) => (await settle(tx, clock, [{ claim, settlement }])).length > 0);
    return { database, owner, clock, put, claimer, claimOne, end };
  };

  test('a leased row is nobody else’s, and is handed out again when its lease ends', async () => {
    const { put, claimer, claimOne, clock } = await setUp();
    await put('brand_1');
    const first = await claimOne();
    assert.deepEqual(await claimer().claim(10), []);
    clock.advance(LEASE_MS);
    const second = await claimOne();
    assert.notEqual(second.claimId, first.claimId);
    assert.equal(second.failures, 1, 'a pass that died counts as a failure, so that a poison row parks too');
  });

  test('a trigger during a pass makes the row due again the moment it settles', async () => {
    const { put, claimOne, claimer, end } = await setUp();
    await put('brand_1');
    const claim = await claimOne();
    await put('brand_1');
    await end(claim, DUE);
    assert.equal((await claimer().claim(10)).length, 1);
  });

  test('without a trigger it is due when the settlement says, not before', async () => {
    const { put, claimOne, claimer, end, clock } = await setUp();
    await put('brand_1');
    await end(await claimOne(), DUE);
    clock.advance(59_999);
    assert.deepEqual(await claimer().claim(10), []);
    clock.advance(1);
    assert.equal((await claimer().claim(10)).length, 1);
  });

  test('2,000 triggers on a hot key while it runs are one more run, and none is lost', async () => {
    const { database, clock, claimOne, claimer, end, put } = await setUp();
    await put('brand_1');
    const claim = await claimOne();
    await database.transaction(async (tx) => {
      for (let i = 0; i < 2_000; i++) await enqueue(tx, clock, work('brand_1'));
    });
    await end(claim, DUE);
    const again = await claimOne();
    assert.deepEqual(await claimer().claim(10), []);
    await end(again, DUE);
    assert.deepEqual(await claimer().claim(10), []);
  });

  test('a worker that lost its lease cannot write: its whole transaction rolls back', async () => {
    const { database, put, claimOne, clock, end } = await setUp();
    await put('brand_1');
    const stale = await claimOne();
    clock.advance(LEASE_MS);
    const fresh = await claimOne();
    await assert.rejects(
      database.transaction(async (tx) => {
        await sql`insert into tenants values ('ten_x', 'written by the stale worker', now())`.execute(tx);
        await settle(tx, clock, [{ claim: stale, settlement: DUE }]);
      }),
      LeaseLost,
    );
    const { rows } = await sql`select 1 from tenants`.execute(database.executor);
    assert.deepEqual(rows, []);
    await end(fresh, DUE);
  });

  test('renewal keeps what is held and names what is lost', async () => {
    const { database, put, claimOne, claimer, clock } = await setUp();
    await put('brand_1');
    const stale = await claimOne();
    clock.advance(LEASE_MS);
    const fresh = await claimOne();
    clock.advance(LEASE_MS - 1);
    const alive = await renewLeases(database.executor, clock, LEASE_MS, [stale, fresh]);
    assert.deepEqual([...alive], [claimKey(fresh)]);
    clock.advance(LEASE_MS - 1);
    assert.deepEqual(await claimer().claim(10), []);
  });

  test('a release gives the row back at once and counts no failure', async () => {
    const { database, put, claimOne } = await setUp();
    await put('brand_1');
    await releaseClaims(database.executor, [await claimOne()]);
    assert.equal((await claimOne()).failures, 0);
  });

  test('failures count up, a good pass wipes them, being held back changes nothing', async () => {
    const { put, claimOne, end, clock } = await setUp();
    await put('brand_1');
    const pass = async (settlement: Settlement) => {
      const claim = await claimOne();
      await end(claim, settlement);
      clock.advance(60_000);
      return claim.failures;
    };
    assert.equal(await pass({ kind: 'failed', inMs: 1_000, error: 'x' }), 0);
    assert.equal(await pass({ kind: 'held-back', inMs: 1_000 }), 1);
    assert.equal(await pass(DUE), 1);
    assert.equal(await pass(DUE), 0);
  });

  test('a new demand cuts a backoff short and voids failures; a mere trigger keeps the count', async () => {
    const { put, claimOne, end } = await setUp();
    await put('brand_1', 1);
    await end(await claimOne(), { kind: 'failed', inMs: 900_000, error: 'x' });
    await put('brand_1', 1);
    const triggered = await claimOne();
    assert.equal(triggered.failures, 1);
    await end(triggered, { kind: 'failed', inMs: 900_000, error: 'x' });
    await put('brand_1', 2);
    assert.equal((await claimOne()).failures, 0);
  });

  test('a parked row sleeps through triggers and time, and wakes by a new demand', async () => {
    const { put, claimOne, claimer, end, clock, database } = await setUp();
    await put('brand_1', 1);
    assert.deepEqual(await end(await claimOne(), { kind: 'parked', error: 'boom' }), true);
    await put('brand_1', 1);
    clock.advance(86_400_000);
    assert.deepEqual(await claimer().claim(10), []);
    const [letter] = await listDeadLetters(database.executor);
    assert.equal(letter?.lastError, 'boom');
    await put('brand_1', 2);
    assert.equal((await claimOne()).failures, 0);
  });

  test('a change that bears on a parked row gives it one more try, and one more failure parks it again', async () => {
    const { database, clock, put, claimOne, claimer, end } = await setUp();
    await put('brand_1', 1);
    for (let failures = 0; failures < 11; failures++) {
      await end(await claimOne(), { kind: 'failed', inMs: 0, error: 'boom' });
    }
    await end(await claimOne(), { kind: 'parked', error: 'boom' });
    await database.transaction((tx) => enqueue(tx, clock, work('brand_1'), { retryParked: true }));
    const again = await claimOne();
    assert.equal(again.failures, 11, 'one below the limit at which a row is not run any more');
    assert.deepEqual(await end(again, { kind: 'parked', error: 'boom' }), true);
    assert.deepEqual(await claimer().claim(10), []);
  });

  test('a demand that comes during the pass that would park the row keeps it alive', async () => {
    const { put, claimOne, end } = await setUp();
    await put('brand_1', 1);
    const claim = await claimOne();
    await put('brand_1', 2);
    assert.deepEqual(await end(claim, { kind: 'parked', error: 'boom' }), false);
    assert.equal((await claimOne()).failures, 0);
  });

  test('many are settled at once, each as its own settlement says; one lost lease takes all of it back', async () => {
    const { database, put, claimer, claimOne, clock, end } = await setUp();
    for (const id of ['brand_1', 'brand_2', 'brand_3']) await put(id);
    const claims = await claimer().claim(3);
    const [first, second, third] = claims.toSorted((a, b) => (a.aggregateId < b.aggregateId ? -1 : 1));
    assert.ok(first && second && third);
    await put('brand_1');
    const parked = await database.transaction((tx) =>
      settle(tx, clock, [
        { claim: first, settlement: DUE },
        { claim: second, settlement: { kind: 'parked', error: 'boom' } },
        { claim: third, settlement: { kind: 'failed', inMs: 5_000, error: 'slow' } },
      ]),
    );
    assert.deepEqual(parked, [second]);
    const woken = await claimOne();
    assert.equal(woken.aggregateId, 'brand_1', 'woken while it ran; the others are not due');
    await end(woken, DUE);
    clock.advance(5_000);
    const late = await claimOne();
    assert.deepEqual([late.aggregateId, late.failures], ['brand_3', 1]);
    await assert.rejects(
      database.transaction((tx) =>
        settle(tx, clock, [
          { claim: late, settlement: DUE },
          { claim: first, settlement: DUE },
        ]),
      ),
      LeaseLost,
    );
    await end(late, DUE);
  });

  test('two that settle their own and wake each other’s rows never wait for each other in a circle', async () => {
    const { database, put, claimer, clock } = await setUp();
    const ids = Array.from({ length: 20 }, (_, n) => `brand_${n}`);
    for (const id of ids) await put(id);
    const claims = await claimer().claim(ids.length);
    const even = claims.filter((_, at) => at % 2 === 0);
    const odd = claims.filter((_, at) => at % 2 === 1);
    const finish = (own: readonly Claim[], woken: readonly Claim[]) =>
      database.transaction(async (tx) => {
        await lockInOrder(tx, [...own, ...woken]);
        await enqueueAll(tx, clock, woken);
        await settle(
          tx,
          clock,
          own.map((claim) => ({ claim, settlement: DUE })),
        );
      });
    await Promise.all([finish(even, odd.toReversed()), finish(odd.toReversed(), even)]);
    assert.ok(
      (await claimer().claim(ids.length)).length >= odd.length,
      'whoever was woken while leased is due',
    );
  });

  test('dead letters are listed by kind and requeued by name', async () => {
    const { database, clock, put, claimOne, end, claimer } = await setUp();
    for (const id of ['brand_1', 'brand_2']) {
      await put(id);
      await end(await claimOne(), { kind: 'parked', error: 'boom' });
    }
    assert.deepEqual(await listDeadLetters(database.executor, { resource: 'campaign' }), []);
    assert.equal(await requeueDeadLetters(database.executor, clock, { aggregateId: 'brand_2' }), 1);
    assert.deepEqual(
      (await claimer().claim(10)).map((c) => c.aggregateId),
      ['brand_2'],
    );
    assert.equal((await listDeadLetters(database.executor)).length, 1);
  });

  test('racing claimers never get the same row', async () => {
    const { database, clock, claimer } = await setUp();
    await database.transaction(async (tx) => {
      for (let i = 0; i < 200; i++) await enqueue(tx, clock, work(`brand_${i}`));
    });
    const racers = Array.from({ length: 8 }, async () => {
      const mine = claimer();
      const got: string[] = [];
      for (;;) {
        const batch = await mine.claim(7);
        if (batch.length === 0) return got;
        got.push(...batch.map((c) => c.aggregateId));
      }
    });
    const all = (await Promise.all(racers)).flat();
    assert.equal(all.length, 200);
    assert.equal(new Set(all).size, 200);
  });

  test('a row that fell behind the low-water mark is found by the next sweep', async () => {
    const { database, clock, put, claimer } = await setUp();
    const one = claimer();
    for (let i = 0; i < 4; i++) {
      clock.advance(10_000);
      await put(`brand_${i}`);
    }
    assert.equal((await one.claim(2)).length, 2);
    await sql`update reconcile_queue set due_at = due_at - interval '1 hour', lease_until = null, claim_id = null
      where aggregate_id = 'brand_0'`.execute(database.executor);
    const seen: string[] = [];
    for (let i = 0; i < 3; i++) seen.push(...(await one.claim(2)).map((c) => c.aggregateId));
    assert.deepEqual(seen.sort(), ['brand_0', 'brand_2', 'brand_3']);
  });

  test('figures tell lag, due, leased and parked', async () => {
    const { database, clock, put, claimOne } = await setUp();
    await put('brand_1');
    clock.advance(5_000);
    await put('brand_2');
    await claimOne();
    clock.advance(2_000);
    assert.deepEqual(await queueFigures(database.executor, clock), {
      lagSeconds: 2,
      due: 1,
      leased: 1,
      parked: 0,
    });
  });
});

// The embedded engine has one connection: there, the second cannot even begin before the first has ended.
onPostgres('the work queue under two transactions', (open) => {
  test('a trigger that is committed while the settlement waits for the row makes it due again', async (t) => {
    const opened = await open();
    const { database } = opened;
    const clock = testClock();
    await database.transaction((tx) => enqueue(tx, clock, work('brand_1')));
    const claimer = createClaimer(database.executor, clock, LEASE_MS);
    const [claim] = await claimer.claim(1);
    assert.ok(claim);
    const trigger = await begin(database, t);
    await enqueue(trigger.tx, clock, work('brand_1'));
    const settled = database.transaction((tx) => settle(tx, clock, [{ claim, settlement: DUE }]));
    await someoneWaits(opened);
    await trigger.commit();
    await settled;
    assert.equal((await claimer.claim(1)).length, 1);
  });
});
