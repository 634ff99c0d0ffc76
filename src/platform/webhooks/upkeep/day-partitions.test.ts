import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase } from '../../../../test/support/database.ts';
import { sqlState } from '../../database/database.ts';
import { setUpUpkeep } from '../jobs/upkeep.test-support.ts';

const DAY_MS = 86_400_000;
const times = (n: number) => Array.from({ length: n }, () => 'Happened');

eachDatabase('day partitions', (open, engine) => {
  const setUp = async () => {
    const world = await setUpUpkeep(open);
    await world.addEndpoint('https://a.example/');
    const keep = async (table: string, ahead: number, days: number) => {
      const { rows } = await sql<{ made: number; dropped: number }>`
        select * from keep_day_partitions(${table}, ${world.clock.now}, ${ahead}::integer, ${days}::integer)`.execute(
        world.database.executor,
      );
      return rows[0];
    };
    const count = async (table: string) => (await world.query(`select from ${table}`)).length;
    /** All that delivery reads of an event, by its place in the partitions. */
    const bodies = () =>
      world.query(
        `select event_id, sequence, encode(body, 'hex') as body, feed_position from events order by 1`,
      );
    /** Resolves when a statement of this database waits for a lock. */
    const somebodyWaits = async () => {
      for (let looks = 0; looks < 1_000; looks++) {
        const waiting = await world.query(`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
        if (waiting.length > 0) return;
      }
      throw new Error('nothing waits');
    };
    return { ...world, keep, count, bodies, somebodyWaits };
  };

  test('rows of many days leave the default partition for their own day, unchanged', async () => {
    const { emit, clock, keep, count, bodies, newReceiver } = await setUp();
    for (let day = 0; day < 4; day++) {
      await emit(`thing_${day}`, times(3));
      clock.advance(DAY_MS);
    }
    const before = await bodies();
    assert.equal(await count('events_default'), 12);
    const { made } = (await keep('events', 2, 31)) ?? assert.fail();
    assert.equal(made, 4 + 3, 'four days that have rows, today and two more');
    assert.equal(await count('events_default'), 0);
    assert.deepEqual(await bodies(), before);
    const { arrivals, receiveAll } = newReceiver();
    await receiveAll();
    assert.equal(arrivals.length, 12, 'they are found for delivery where they are now');
    assert.deepEqual(await keep('events', 2, 31), { made: 0, dropped: 0 });
  });

  test('what is older than is kept goes at the first call after it was moved', async () => {
    const { emit, clock, keep, count, settleAllAs } = await setUp();
    await emit('thing_1', times(3));
    await settleAllAs('delivered');
    clock.advance(40 * DAY_MS);
    await emit('thing_1', times(2));
    assert.deepEqual(await keep('events', 0, 31), { made: 2, dropped: 1 });
    assert.equal(await count('events'), 2);
  });

  test('a write of a day without a partition still has the default one', async () => {
    const { emit, clock, keep, count } = await setUp();
    await keep('events', 1, 31);
    clock.advance(9 * DAY_MS);
    await emit('thing_1', times(2));
    assert.equal(await count('events_default'), 2);
    await keep('events', 0, 31);
    assert.deepEqual([await count('events_default'), await count('events')], [0, 2]);
  });

  test('no other table can be partitioned through it', async () => {
    const { keep, asTenant, clock } = await setUp();
    await assert.rejects(keep('tenants', 1, 0), /no table in day partitions/);
    const asApi = asTenant((tx) =>
      sql`select * from keep_day_partitions('events', ${clock.now}, 1, 0)`.execute(tx),
    );
    await assert.rejects(asApi, (error) => sqlState(error) === '42501');
  });

  if (engine === 'postgres') {
    test('a write under way while they are made is not lost, and lies in its day', async () => {
      const { emit, keep, count, database, somebodyWaits } = await setUp();
      const wrote = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const writing = database.transaction(async (tx) => {
        await emit('thing_1', times(2), { tx });
        wrote.resolve();
        await go.promise;
      });
      await wrote.promise;
      const keeping = keep('events', 1, 31);
      await somebodyWaits().finally(go.resolve);
      await writing;
      assert.deepEqual(await keeping, { made: 2, dropped: 0 });
      assert.deepEqual([await count('events_default'), await count('events')], [0, 2]);
    });

    test('made under steady writes at the first call, without one of them failing', async () => {
      const { emit, keep, count } = await setUp();
      let going = true;
      const warm = Promise.withResolvers<void>();
      const writer = async (n: number) => {
        let written = 0;
        for (let turn = 0; going; turn++) {
          written += (await emit(`thing_${n}_${turn}`, times(1))).length;
          if (turn === 10) warm.resolve();
        }
        return written;
      };
      const writers = Promise.all([1, 2, 3, 4].map(writer));
      await Promise.race([warm.promise, writers]);
      const keeping = keep('events', 2, 31).finally(() => {
        going = false;
      });
      const { made } = (await keeping) ?? assert.fail();
      const written = (await writers).reduce((sum, n) => sum + n);
      assert.deepEqual([made, await count('events'), await count('events_default')], [3, written, 0]);
    });

    test('a writer that does not end makes it give up after 2 s; writes go on', async () => {
      const { emit, keep, count, database } = await setUp();
      await database.transaction(async (tx) => {
        await emit('thing_1', times(1), { tx });
        await assert.rejects(keep('events', 1, 31), (error) => sqlState(error) === '55P03');
      });
      await emit('thing_1', times(1));
      assert.equal(await count('events'), 2);
    });
  }
});
