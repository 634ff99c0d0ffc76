import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase } from '../../../../test/support/database.ts';
import type { Database } from '../../database/database.ts';
import { WINDOW_DAYS } from '../upkeep/window.ts';
import { giveUp, type Place, putBack, redeliver } from './requeue.ts';
import { type Answer, sequencesOf, setUpUpkeep } from './upkeep.test-support.ts';

const DAY_MS = 86_400_000;
const times = (n: number) => Array.from({ length: n }, () => 'Happened');
const places = (aggregateId: string, ...sequences: number[]): Place[] =>
  sequences.map((sequence) => ({ aggregateId, sequence }));

eachDatabase('putting deliveries back', (open, engine) => {
  const setUp = async () => {
    const world = await setUpUpkeep(open);
    const { endpoint } = await world.addEndpoint('https://a.example/');
    const { endpointId } = endpoint;
    const back = (list: readonly Place[], replayId?: string) =>
      world.database.transaction((tx) =>
        putBack(tx, world.clock, {
          endpointId,
          places: list,
          states: ['delivered', 'dead', 'skipped'],
          settledBy: world.clock.current(),
          createdFrom: new Date(0),
          ...(replayId ? { replayId } : {}),
        }),
      );
    const drop = (list: readonly Place[]) =>
      world.database.transaction((tx) =>
        giveUp(tx, world.clock, { endpointId, places: list, reason: 'tenant' }),
      );
    const again = (eventId: string) =>
      world.asTenant((tx) => redeliver(tx, world.clock, { endpointId, eventId }));
    return { ...world, endpointId, back, drop, again };
  };

  test('a dead letter goes back to its place: before what waits, with the same body, id and sequence', async () => {
    const { emit, settleAllAs, again, newReceiver, query, conserved } = await setUp();
    const [, dead] = await emit('thing_1', times(3));
    await settleAllAs('dead');
    await emit('thing_1', times(2));
    assert.ok(dead);
    assert.equal(await again(dead.eventId), 'queued');
    const { arrivals, receiveAll } = newReceiver();
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [2, 4, 5]);
    assert.equal(arrivals[0]?.eventId, dead.eventId);
    const [figures] = await conserved();
    assert.deepEqual([figures?.delivered, figures?.dead, figures?.pending], [3, 2, 0]);
    assert.deepEqual(await query('select sequence from deliveries where dead_at is not null order by 1'), [
      { sequence: 1 },
      { sequence: 3 },
    ]);
  });

  test('only what is dead, was owed and is inside the window is redelivered, and once', async () => {
    const { emit, settleAllAs, again, clock, newReceiver, query } = await setUp();
    const [first, second] = await emit('thing_1', times(2));
    assert.ok(first && second);
    assert.equal(await again(first.eventId), 'not-dead', 'it is pending');
    await settleAllAs('dead');
    assert.equal(await again('evt_0'), 'unknown');
    assert.equal(await again(first.eventId), 'queued');
    assert.equal(await again(first.eventId), 'not-dead', 'it is on its way');
    await newReceiver().receiveAll();
    assert.equal(await again(first.eventId), 'not-dead', 'it was delivered');
    clock.advance(WINDOW_DAYS * DAY_MS + 1);
    assert.equal(await again(second.eventId), 'unknown');
    assert.equal((await query(`select from deliveries where state = 'pending'`)).length, 0);
  });

  test('another tenant cannot redeliver it', async () => {
    const { emit, settleAllAs, asTenant, clock, endpointId } = await setUp();
    const [event] = await emit('thing_1', times(1));
    await settleAllAs('dead');
    const eventId = event?.eventId ?? '';
    const answer = await asTenant((tx) => redeliver(tx, clock, { endpointId, eventId }), 'ten_2');
    assert.equal(answer, 'unknown');
  });

  test('what is put back is due at once with a fresh count of failures, the head behind it waits for it', async () => {
    const { emit, settleAllAs, back, newReceiver, lane, clock } = await setUp();
    await emit('thing_1', times(2));
    await settleAllAs('delivered');
    await emit('thing_1', times(1));
    const failing = newReceiver(() => 'fail');
    await failing.dispatcher.runOnce();
    const waiting = await lane('thing_1');
    assert.ok(waiting.due_at && new Date(waiting.due_at) > clock.current());
    await back(places('thing_1', 1, 2));
    const { attempts, depth, due_at, waiting_since } = await lane('thing_1');
    assert.deepEqual([attempts, depth], [0, 3]);
    assert.deepEqual([due_at, waiting_since].map(Number), [clock.current(), clock.current()].map(Number));
    const { arrivals, receiveAll } = newReceiver();
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [1, 2, 3]);
  });

  test('what is put back behind a failing head leaves the head its place, its due time and its count', async () => {
    const { emit, settleAllAs, back, newReceiver, lane, query } = await setUp();
    await emit('thing_1', times(4));
    await settleAllAs('delivered');
    await back(places('thing_1', 2));
    await newReceiver(() => 'fail').dispatcher.runOnce();
    const before = await lane('thing_1');
    await back(places('thing_1', 4));
    const after = await lane('thing_1');
    assert.deepEqual([after.attempts, after.due_at, after.depth], [1, before.due_at, 2]);
    await query(`update lanes set due_at = due_at - interval '1 day'`);
    const { arrivals, receiveAll } = newReceiver();
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [2, 4]);
  });

  test('an event on its way while older ones are put back settles, and they follow', async () => {
    const { emit, settleAllAs, back, newReceiver, conserved } = await setUp();
    await emit('thing_1', times(3));
    await settleAllAs('delivered');
    await emit('thing_1', times(1));
    const { arrivals, receiveAll } = newReceiver(async ({ sequence }): Promise<Answer> => {
      if (sequence === 4) await back(places('thing_1', 1, 3));
      return 'ok';
    });
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [4, 1, 3]);
    const [figures] = await conserved();
    assert.equal(figures?.delivered, 4);
  });

  test('an event put back between a settled one and the one on its way is not passed over', async () => {
    const { emit, settleAllAs, back, newReceiver, conserved } = await setUp();
    await emit('thing_1', times(5));
    await settleAllAs('delivered');
    await back(places('thing_1', 1, 5));
    const { arrivals, receiveAll } = newReceiver(async ({ sequence }): Promise<Answer> => {
      if (sequence === 5) await back(places('thing_1', 3));
      return 'ok';
    });
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [1, 5, 3]);
    assert.equal((await conserved())[0]?.delivered, 5);
  });

  test('what is put back between the claim of a lane and the look at its events is not passed over', async () => {
    const { emit, settleAllAs, back, database, clock, newDispatcher, newReceiver, conserved } = await setUp();
    await emit('thing_1', times(3));
    await settleAllAs('delivered');
    clock.advance(3 * DAY_MS);
    await emit('thing_1', times(1));
    const { arrivals, transport, receiveAll } = newReceiver();
    const late: Database = {
      ...database,
      beginWith: async (...work) => {
        const claimed = await database.beginWith(...work);
        if (arrivals.length === 0) await back(places('thing_1', 1, 2));
        return claimed;
      },
    };
    await newDispatcher({ transport, database: late }).runOnce();
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [1, 2, 4]);
    assert.equal((await conserved())[0]?.delivered, 4);
  });

  test('a place that is not as it was selected stays as it is', async () => {
    const { emit, settleAllAs, back, database, clock, endpointId, lane } = await setUp();
    await emit('thing_1', times(3));
    await settleAllAs('delivered');
    const selected = { endpointId, places: places('thing_1', 1, 2, 3), createdFrom: new Date(0) };
    const put = (over: { states: ['dead'] | ['delivered']; settledBy: Date }) =>
      database.transaction((tx) => putBack(tx, clock, { ...selected, ...over }));
    assert.equal((await put({ states: ['dead'], settledBy: clock.current() })).changed, 0);
    const before = new Date(clock.current().getTime() - 1);
    assert.equal((await put({ states: ['delivered'], settledBy: before })).changed, 0);
    assert.equal((await back(places('thing_1', 2, 7))).changed, 1);
    assert.equal((await back(places('thing_1', 2))).changed, 0, 'it is pending already');
    assert.equal((await lane('thing_1')).depth, 1);
  });

  test('a replay counts as one until it is delivered or given up, and its job stays known', async () => {
    const { emit, settleAllAs, back, drop, newReceiver, query, clock } = await setUp();
    await emit('thing_1', times(3));
    await settleAllAs('delivered');
    await back(places('thing_1', 1, 2, 3), 'job_1');
    const replaying = async () =>
      (
        await query<{ sequence: number }>(
          'select sequence from deliveries where replaying is not null order by 1',
        )
      ).map(({ sequence }) => sequence);
    await newReceiver(() => 'fail').dispatcher.runOnce();
    assert.deepEqual(await replaying(), [1, 2, 3]);
    await drop(places('thing_1', 2));
    assert.deepEqual(await replaying(), [1, 3]);
    clock.advance(DAY_MS);
    await newReceiver().receiveAll();
    assert.deepEqual(await replaying(), []);
    assert.equal((await query(`select from deliveries where replay_id = 'job_1'`)).length, 3);
  });

  test('given up from the front: the lane goes on behind, due at once, and its age is that of the next', async () => {
    const { emit, drop, newReceiver, lane, clock } = await setUp();
    await emit('thing_1', times(2));
    clock.advance(1_000);
    await emit('thing_1', times(1));
    await newReceiver(() => 'fail').dispatcher.runOnce();
    assert.deepEqual(await drop(places('thing_1', 1, 2)), { examined: 2, changed: 2 });
    const { depth, attempts, due_at, waiting_since } = await lane('thing_1');
    assert.deepEqual([depth, attempts], [1, 0]);
    assert.deepEqual([due_at, waiting_since].map(Number), [clock.current(), clock.current()].map(Number));
    const { arrivals, receiveAll } = newReceiver();
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [3]);
  });

  test('given up behind the head: the head keeps its count and due time; all given up: the lane is empty', async () => {
    const { emit, drop, newReceiver, lane, conserved, query } = await setUp();
    await emit('thing_1', times(3));
    await newReceiver(() => 'fail').dispatcher.runOnce();
    const before = await lane('thing_1');
    await drop(places('thing_1', 2));
    const between = await lane('thing_1');
    assert.deepEqual([between.attempts, between.due_at, between.depth], [1, before.due_at, 2]);
    await drop(places('thing_1', 1, 3));
    const { depth, due_at, waiting_since, settled_through } = await lane('thing_1');
    assert.deepEqual([depth, due_at, waiting_since, settled_through], [0, null, null, 3]);
    assert.equal((await conserved())[0]?.skipped, 3);
    const reasons = await query(
      'select distinct skip_reason, settled_at is not null as settled from deliveries',
    );
    assert.deepEqual(reasons, [{ skip_reason: 'tenant', settled: true }]);
    await emit('thing_1', times(1));
    const { arrivals, receiveAll } = newReceiver();
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [4]);
  });

  test('an event that is given up on its way settles into nothing, delivered or not', async () => {
    const { emit, drop, newReceiver, counts, conserved } = await setUp();
    await emit('thing_1', times(2));
    const { arrivals, receiveAll } = newReceiver(async ({ sequence }): Promise<Answer> => {
      if (sequence === 1) await drop(places('thing_1', 1));
      return 'ok';
    });
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [1, 2]);
    assert.equal(counts.late, 1);
    const [figures] = await conserved();
    assert.deepEqual([figures?.delivered, figures?.skipped, figures?.pending], [1, 1, 0]);
  });

  test('a replayed test event is signed like any other: its one secret may be gone', async () => {
    const { emit, settleAllAs, back, query } = await setUp();
    await emit('thing_1', times(1));
    await query('update deliveries set secret_version = 7');
    await settleAllAs('delivered');
    await back(places('thing_1', 1), 'job_1');
    assert.deepEqual(await query('select secret_version, replay_id, state from deliveries'), [
      { secret_version: null, replay_id: 'job_1', state: 'pending' },
    ]);
  });

  if (engine === 'postgres') {
    test('a lane in other hands ends the list there, and nobody waits in a circle', async () => {
      const { emit, settleAllAs, back, database } = await setUp();
      for (const thing of ['thing_1', 'thing_2', 'thing_3']) await emit(thing, times(1));
      await settleAllAs('delivered');
      const all = ['thing_1', 'thing_2', 'thing_3'].flatMap((thing) => places(thing, 1));
      const lock = (aggregateId: string) =>
        sql`select from lanes where aggregate_id = ${aggregateId} for update`;
      await database.transaction(async (tx) => {
        await lock('thing_2').execute(tx);
        assert.deepEqual(await back(all), { examined: 1, changed: 1 });
        // The lane that was changed is free again: whoever holds the second can have the first.
        await lock('thing_1').execute(tx);
      });
      assert.deepEqual(await back(all), { examined: 3, changed: 2 });
    });
  }

  test('a lane whose lease has ended, but whose worker may still settle, is told apart too', async () => {
    const { emit, settleAllAs, back, clock, query, newReceiver } = await setUp();
    await emit('thing_1', times(3));
    await settleAllAs('delivered');
    await back(places('thing_1', 1, 3));
    await query(`update lanes set claim_id = 'clm_1', lease_until = '${clock.current().toISOString()}'`);
    const [before] = await query<{ settled_through: number }>('select settled_through from lanes');
    clock.advance(60_000);
    await back(places('thing_1', 2));
    const [after] = await query<{ settled_through: number }>('select settled_through from lanes');
    assert.ok(before && after && after.settled_through < before.settled_through);
    const { arrivals, receiveAll } = newReceiver();
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [1, 2, 3]);
  });
});
