import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import { eachDatabase } from '../../../../test/support/database.ts';
import { sequencesOf, setUpUpkeep } from '../jobs/upkeep.test-support.ts';
import { idsFrom, WINDOW_DAYS } from './window.ts';

const DAY_MS = 86_400_000;
const times = (n: number) => Array.from({ length: n }, () => 'Happened');

test('an id made at or after a time is not below the first id of it, one made before is', () => {
  for (const time of [0, 1, 255, 1_764_000_000_000, 0xffff_ffff_ffff]) {
    assert.ok(newId('evt', new Date(time)) >= idsFrom('evt', new Date(time)));
    if (time > 0) assert.ok(newId('evt', new Date(time - 1)) < idsFrom('evt', new Date(time)));
  }
});

eachDatabase('retention', (open, engine) => {
  const setUp = async () => {
    const world = await setUpUpkeep(open);
    const { endpoint } = await world.addEndpoint('https://a.example/');
    /** Names of the day partitions that a table has, as days from today on. */
    const days = async (table: string) => {
      const today = Date.parse(`${world.clock.current().toISOString().slice(0, 10)}T00:00:00Z`);
      const rows = await world.query<{ name: string }>(`
        select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = to_regclass('${table}') and c.relname ~ '_[0-9]{8}$' order by 1`);
      return rows.map(({ name }) => {
        const [, y, m, d] = /(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
        return (Date.parse(`${y}-${m}-${d}T00:00:00Z`) - today) / DAY_MS;
      });
    };
    const states = async () =>
      (await world.query<{ state: string }>('select state from deliveries order by event_id')).map(
        ({ state }) => state,
      );
    return { ...world, endpointId: endpoint.endpointId, days, states };
  };

  test('what was settled goes when its event leaves the window, to the millisecond, and stays counted', async () => {
    const { emit, settleAllAs, clock, newRetention, states, conserved, query } = await setUp();
    await emit('thing_1', times(3));
    await settleAllAs('delivered');
    clock.advance(1);
    await emit('thing_1', times(2));
    await settleAllAs('dead');
    clock.advance(WINDOW_DAYS * DAY_MS - 1);
    assert.equal((await newRetention().runOnce()).purged, 0);
    assert.equal((await states()).length, 5);
    clock.advance(1);
    assert.equal((await newRetention().runOnce()).purged, 3);
    assert.deepEqual(await states(), ['dead', 'dead']);
    clock.advance(1);
    await newRetention().runOnce();
    assert.deepEqual(await query('select state, count from purged_deliveries order by 1'), [
      { state: 'dead', count: 2 },
      { state: 'delivered', count: 3 },
    ]);
    const [figures] = await conserved();
    assert.deepEqual([figures?.accepted, figures?.delivered, figures?.dead], [5, 3, 2]);
  });

  test('what is undelivered when it leaves the window is skipped as expired; its lane goes on behind it', async () => {
    const { emit, clock, newRetention, newReceiver, states, query, conserved } = await setUp();
    await emit('thing_1', times(2));
    await query('update webhook_endpoints set active = false');
    clock.advance(WINDOW_DAYS * DAY_MS);
    await emit('thing_1', times(2));
    clock.advance(1);
    assert.equal((await newRetention().runOnce()).expired, 2);
    assert.deepEqual(await states(), ['skipped', 'skipped', 'pending', 'pending']);
    assert.deepEqual(
      await query('select distinct skip_reason from deliveries where skip_reason is not null'),
      [{ skip_reason: 'expired' }],
    );
    clock.advance(DAY_MS - 1);
    await newRetention().runOnce();
    assert.equal((await states()).length, 4, 'it can be read for a day');
    clock.advance(2);
    await newRetention().runOnce();
    assert.deepEqual(await states(), ['pending', 'pending']);
    await query('update webhook_endpoints set active = true');
    const { arrivals, receiveAll } = newReceiver();
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), [3, 4]);
    const [figures] = await conserved();
    assert.deepEqual([figures?.accepted, figures?.skipped, figures?.delivered], [4, 2, 2]);
  });

  test('a round does what it may and the next goes on; a huge endpoint does not keep the others from theirs', async () => {
    const { emit, addEndpoint, settleAllAs, clock, newRetention, query, conserved } = await setUp();
    const { endpoint: small } = await addEndpoint('https://b.example/', ['Small']);
    await emit('thing_1', times(100));
    await emit('thing_2', ['Small']);
    await settleAllAs('delivered');
    clock.advance(WINDOW_DAYS * DAY_MS + 1);
    const retention = newRetention({ deleted: 10, batches: 4 });
    const first = await retention.runOnce();
    assert.ok(first.purged > 0 && first.purged < 101);
    const left = await query(`select from deliveries where endpoint_id = '${small.endpointId}'`);
    assert.equal(left.length, 0);
    let purged = first.purged;
    for (let rounds = 0; purged < 101; rounds++) {
      assert.ok(rounds < 20);
      purged += (await retention.runOnce()).purged;
      await conserved();
    }
    assert.equal(purged, 101);
  });

  test('partitions stand ready for a week, and go a whole day after their last event has left the window', async () => {
    const { emit, settleAllAs, clock, newRetention, days, query } = await setUp();
    await emit('thing_1', times(2));
    const made = await newRetention().runOnce();
    assert.deepEqual([made.partitionsMade, made.partitionsDropped], [16, 0]);
    const week = [0, 1, 2, 3, 4, 5, 6, 7];
    for (const table of ['events', 'delivery_attempts']) assert.deepEqual(await days(table), week);
    assert.equal((await query('select from events_default')).length, 0, 'they were moved to their day');
    await emit('thing_1', times(1));
    assert.equal((await query('select from events_default')).length, 0, 'and new ones go there');
    assert.equal((await query('select from events')).length, 3);
    await settleAllAs('delivered');
    const again = await newRetention().runOnce();
    assert.deepEqual([again.partitionsMade, again.partitionsDropped], [0, 0]);

    const midnight = new Date(clock.current());
    midnight.setUTCHours(24, 0, 0, 0);
    clock.advance(midnight.getTime() - clock.current().getTime() + (WINDOW_DAYS + 1) * DAY_MS - 1);
    await newRetention().runOnce();
    assert.equal((await query('select from events')).length, 3, 'the day after the last left the window');
    clock.advance(1);
    assert.equal((await newRetention().runOnce()).partitionsDropped, 2);
    assert.equal((await query('select from events')).length, 0);
    assert.deepEqual((await days('events'))[0], -WINDOW_DAYS - 1 + 0);
  });

  test('no partition goes while something undelivered points into it', async () => {
    const { emit, clock, newRetention, query } = await setUp();
    await emit('thing_1', times(3));
    await newRetention().runOnce();
    clock.advance((WINDOW_DAYS + 3) * DAY_MS);
    const held = await newRetention({ expired: 1, batches: 4 }).runOnce();
    assert.deepEqual([held.expired > 0 && held.expired < 3, held.heldBack], [true, 1]);
    assert.equal((await query('select from events')).length, 3);
    // Those of the log hold nothing up and are not held up.
    assert.equal(held.partitionsDropped > 0, true);
    clock.advance(1);
    assert.equal((await newRetention().runOnce()).heldBack, 1, 'what expired late is still to be read');
    clock.advance(DAY_MS + 1);
    const done = await newRetention().runOnce();
    assert.equal(done.heldBack, 0);
    assert.equal((await query('select from events')).length, 0);
  });

  test('what is left of an endpoint that is gone goes in batches, and nothing of the others', async () => {
    const { emit, addEndpoint, settleAllAs, newRetention, query, conserved, endpointId, clock } =
      await setUp();
    await addEndpoint('https://b.example/');
    for (const thing of ['thing_1', 'thing_2', 'thing_3']) await emit(thing, times(4));
    await settleAllAs('delivered');
    await emit('thing_1', times(2));
    await query(
      `insert into purged_deliveries select tenant_id, endpoint_id, 'dead', 3 from webhook_endpoints`,
    );
    await query('update lanes set accepted = accepted + 1');
    const others = async () => {
      const counts: Record<string, number> = {};
      for (const table of ['lanes', 'deliveries', 'purged_deliveries']) {
        const rows = await query(`select from ${table} where endpoint_id <> '${endpointId}'`);
        counts[table] = rows.length;
      }
      return counts;
    };
    const before = await others();
    await query(`delete from webhook_endpoints where endpoint_id = '${endpointId}'`);
    const first = await newRetention({ deleted: 5, batches: 2 }).runOnce();
    assert.ok(first.gone <= 10);
    clock.advance(60_000);
    await newRetention({ deleted: 5 }).runOnce();
    for (const table of ['lanes', 'deliveries', 'purged_deliveries']) {
      const left = await query(`select from ${table} where endpoint_id = '${endpointId}'`);
      assert.equal(left.length, 0, table);
    }
    assert.deepEqual(await others(), before);
    assert.deepEqual(before, { lanes: 3, deliveries: 14, purged_deliveries: 1 });
    await conserved();
  });

  test('jobs that ended before the window go, one that runs or ended inside it stays', async () => {
    const { replay, endpointId, newRetention, clock, workOff, query, newJobWorker } = await setUp();
    await replay(endpointId);
    await workOff();
    const running = await replay(endpointId);
    clock.advance(WINDOW_DAYS * DAY_MS + 1);
    const late = await replay(endpointId);
    await query(
      `update webhook_jobs set due_at = due_at + interval '1 year' where job_id = '${running.jobId}'`,
    );
    await newJobWorker().runOnce();
    assert.equal((await newRetention().runOnce()).jobs, 1);
    const left = await query<{ job_id: string }>('select job_id from webhook_jobs order by 1');
    assert.deepEqual(
      left.map(({ job_id }) => job_id),
      [running.jobId, late.jobId],
    );
  });

  test('a part that fails is logged and leaves the others to be done; a quiet round is not worth a line', async () => {
    const { emit, settleAllAs, clock, newRetention, lines, query } = await setUp();
    await newRetention().runOnce();
    await emit('thing_1', times(1));
    await settleAllAs('delivered');
    clock.advance(WINDOW_DAYS * DAY_MS + 1);
    await query('alter table webhook_jobs rename to webhook_jobs_away');
    lines.length = 0;
    const report = await newRetention().runOnce();
    await query('alter table webhook_jobs_away rename to webhook_jobs');
    assert.deepEqual([report.failed, report.purged], [1, 1]);
    assert.ok(report.partitionsMade > 0);
    const told = lines.map((line) => JSON.parse(line));
    assert.deepEqual(
      told.map(({ msg, part, purged }) => [msg, part ?? purged]),
      [
        ['retention:part:failed', 'jobs'],
        ['retention:round:done', 1],
      ],
    );
    lines.length = 0;
    await newRetention().runOnce();
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).level),
      [20],
    );
  });

  test('told to stop, it begins nothing more', async () => {
    const { emit, settleAllAs, clock, newRetention, states } = await setUp();
    await emit('thing_1', times(1));
    await settleAllAs('delivered');
    clock.advance(WINDOW_DAYS * DAY_MS + 1);
    const stop = new AbortController();
    stop.abort();
    const report = await newRetention().runOnce(stop.signal);
    assert.ok(Object.values(report).every((count) => count === 0));
    assert.equal((await states()).length, 1);
    await newRetention().run(stop.signal);
  });

  if (engine === 'postgres') {
    test('while one process is at it the others leave the round to it', async () => {
      const { emit, settleAllAs, clock, newRetention, states, database } = await setUp();
      await emit('thing_1', times(1));
      await settleAllAs('delivered');
      clock.advance(WINDOW_DAYS * DAY_MS + 1);
      await database.transaction(async (tx) => {
        await sql`select pg_advisory_xact_lock(hashtextextended('retention', 0))`.execute(tx);
        const report = await newRetention().runOnce();
        assert.ok(Object.values(report).every((count) => count === 0));
      });
      assert.equal((await states()).length, 1);
      assert.equal((await newRetention().runOnce()).purged, 1);
    });
  }
});
