import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { Problem } from '#kernel/problem.ts';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import { sqlState } from '../database/database.ts';
import { begin, createReader, setUpStreams, someoneWaits } from './feed.test-support.ts';
import { alignFeed } from './feed.ts';

/** Ids that the server of before had given out more than the one to which it was restored. */
const AHEAD = 5_000_000;

eachDatabase('the feed of a restored database', (open, engine) => {
  async function setUp() {
    const db = await open();
    const { write: append, settled } = await setUpStreams(db, testClock());
    const { database, owner } = db;
    const write = (aggregateId: string) => database.transaction((tx) => append(tx, aggregateId));
    const shift = async () => {
      const { rows } = await sql<{ shift: number }>`select shift from feed_clock`.execute(owner);
      return rows[0]?.shift;
    };
    /** Ids are this far on, for what reads and writes the feed. */
    const idsAhead = (by: number) => sql`update feed_clock set shift = ${by}`.execute(owner);
    return { ...db, append, write, settled, shift, idsAhead };
  }

  test('places go on above the old ones, and no reader with an old cursor misses anything', async () => {
    const { database, write, settled, idsAhead } = await setUp();
    const halfway = createReader(database, { limit: 1 });
    const atEnd = createReader(database);
    await idsAhead(AHEAD);
    await write('old');
    await write('old');
    await alignFeed(database.executor);
    await settled();
    await halfway.poll();
    await atEnd.poll();

    await idsAhead(0);
    await alignFeed(database.executor);
    await write('old');
    await write('new');
    await settled();
    const fresh = createReader(database);
    for (const reader of [halfway, atEnd, fresh]) {
      for (let polls = 0; polls < 4; polls++) await reader.poll();
      assert.deepEqual(reader.names(), ['old 1', 'old 2', 'old 3', 'new 1']);
    }
  });

  test('until it is aligned, a reader from before is refused and not left without events', async () => {
    const { database, write, settled, idsAhead } = await setUp();
    const reader = createReader(database);
    await idsAhead(AHEAD);
    await write('old');
    await alignFeed(database.executor);
    await settled();
    await reader.poll();
    await idsAhead(0);
    await assert.rejects(reader.poll(), (error) => error instanceof Problem && error.status === 422);
    await alignFeed(database.executor);
    await settled();
    assert.deepEqual((await reader.poll()).items, []);
  });

  test('on a server that goes on, aligning changes nothing, however often', async () => {
    const { database, write, settled, shift } = await setUp();
    const reader = createReader(database);
    for (let minutes = 0; minutes < 5; minutes++) {
      await alignFeed(database.executor);
      await write('thing');
    }
    await settled();
    await reader.poll();
    assert.equal(reader.seen.length, 5);
    assert.equal(await shift(), 0);
  });

  test('until it is aligned nobody writes an event, so none stands where a reader has been', async () => {
    const { database, write, idsAhead } = await setUp();
    await idsAhead(AHEAD);
    await write('old');
    await alignFeed(database.executor);
    await idsAhead(0);
    await assert.rejects(write('new'), (error) => sqlState(error) === '57P03');
    await alignFeed(database.executor);
    await write('new');
  });

  if (engine === 'postgres') {
    test('a transaction older than the last look does not make it look like a restore', async (t) => {
      const { database, shift } = await setUp();
      const older = await begin(database, t);
      await sql`select pg_current_xact_id()`.execute(older.tx);
      await alignFeed(database.executor);
      await alignFeed(older.tx);
      await older.commit();
      assert.equal(await shift(), 0);
    });

    test('whoever moves the feed on by hand waits for the writers at work: none is passed over', async (t) => {
      const db = await setUp();
      const { database, owner, append, write, settled } = db;
      const reader = createReader(database);
      const slow = await begin(database, t);
      await append(slow.tx, 'slow');
      await sql`update feed_clock set last_seen = last_seen + 1000000000`.execute(owner);
      const aligning = alignFeed(database.executor);
      await someoneWaits(db);
      const next = write('next').finally(() => reader.poll());
      await slow.commit();
      await aligning;
      await next;
      await settled();
      await reader.poll();
      assert.deepEqual(reader.names(), ['slow 1', 'next 1']);
    });
  }
});
