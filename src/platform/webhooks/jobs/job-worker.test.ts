import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mortal } from '../../../../test/support/crash.ts';
import { eachDatabase } from '../../../../test/support/database.ts';
import { cancelJob, getJob } from './jobs.ts';
import { type Answer, type Arrival, sequencesOf, setUpUpkeep } from './upkeep.test-support.ts';

const times = (n: number) => Array.from({ length: n }, () => 'Happened');
const thing = (n: number) => `thing_${String(n).padStart(2, '0')}`;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

function assertAscending(arrivals: readonly Arrival[], why: string): void {
  const last = new Map<string, number>();
  for (const { aggregateId, sequence } of arrivals) {
    assert.ok(sequence > (last.get(aggregateId) ?? 0), `${why}: ${aggregateId}/${sequence}`);
    last.set(aggregateId, sequence);
  }
}

eachDatabase('the worker of jobs', (open, engine) => {
  const setUp = async () => {
    const world = await setUpUpkeep(open);
    const { endpoint } = await world.addEndpoint('https://a.example/');
    const { endpointId } = endpoint;
    const read = async (jobId: string) =>
      (await world.asTenant((tx) => getJob(tx, endpointId, jobId))) ?? assert.fail('no such job');
    /** Events of several aggregates, all settled. */
    const history = async (aggregates: number, events: number) => {
      for (let n = 1; n <= aggregates; n++) await world.emit(thing(n), times(events));
      await world.settleAllAs('delivered');
      world.clock.advance(1_000);
    };
    const outstanding = async () => {
      const [row] = await world.query<{ count: number }>(
        `select count(*) as count from deliveries where replay_id is not null and state = 'pending'`,
      );
      return row?.count ?? 0;
    };
    /** Worker and receiver in turns until the job has ended; time goes on by one poll each time. */
    const finish = async (jobId: string, receiver = world.newReceiver(), worker = world.newJobWorker()) => {
      for (let rounds = 0; (await read(jobId)).state === 'running'; rounds++) {
        assert.ok(rounds < 1_000, 'the job never ends');
        await worker.runOnce();
        await receiver.receiveAll();
        world.clock.advance(250);
      }
      return receiver.arrivals;
    };
    return { ...world, endpointId, read, history, outstanding, finish };
  };

  test('killed before and after every step, a replay is whole, in order, once each, exactly what was selected', async () => {
    const { database, history, replay, endpointId, newReceiver, newJobWorker, read, clock, emit, conserved } =
      await setUp();
    await history(8, 90);
    const { jobId, selected } = await replay(endpointId, { fromSequence: 11, toSequence: 85 });
    assert.equal(selected, 8 * 75);
    await emit(thing(3), times(1));
    const { arrivals, receiveAll } = newReceiver();
    let deaths = 0;
    for (let dieAt = 1; (await read(jobId)).state === 'running'; dieAt++) {
      assert.ok(dieAt < 500, 'the job never ends');
      const host = mortal(database, dieAt);
      const worker = newJobWorker({ changed: 30, looked: 100, outstanding: 60 }, host.database);
      while (!host.dead() && (await worker.runOnce()));
      deaths += Number(host.dead());
      await receiveAll();
      clock.advance(250);
    }
    assert.ok(deaths > 20, `only ${deaths} deaths`);
    const replayed = arrivals.filter(({ replayId }) => replayId === jobId);
    assertAscending(replayed, 'put back');
    for (const n of range(1, 8)) assert.deepEqual(sequencesOf(replayed, thing(n)), range(11, 85), thing(n));
    assert.deepEqual(
      arrivals.filter(({ replayId }) => replayId === null).map(({ sequence }) => sequence),
      [91],
    );
    const { processed, outstanding } = await read(jobId);
    assert.deepEqual([processed, outstanding], [600, 0]);
    assert.equal((await conserved())[0]?.delivered, 8 * 90 + 1);
  });

  test('a job that fails is taken back whole and put off; the jobs behind it do not wait for it', async () => {
    const { history, replay, endpointId, newJobWorker, read, query, lines, clock } = await setUp();
    await history(2, 5);
    const bad = await replay(endpointId, { aggregateId: thing(1) });
    clock.advance(1);
    const good = await replay(endpointId, { aggregateId: thing(2) });
    const [lane] = await query<{ row: object }>(`
      with gone as (delete from lanes where aggregate_id = '${thing(1)}' returning *)
      select to_jsonb(gone) as row from gone`);
    assert.equal(await newJobWorker().runOnce(), false);
    assert.ok(lines.some((line) => line.includes('job:batch:failed') && line.includes(bad.jobId)));
    assert.equal(await newJobWorker().runOnce(), true);
    assert.deepEqual([(await read(good.jobId)).processed, (await read(bad.jobId)).processed], [5, 0]);
    assert.equal(await newJobWorker().runOnce(), false, 'both wait');
    await query(`
      insert into lanes (tenant_id, endpoint_id, aggregate_id, accepted, depth, last_sequence, settled_through)
      select tenant_id, endpoint_id, aggregate_id, accepted, depth, last_sequence, settled_through
      from jsonb_populate_record(null::lanes, '${JSON.stringify(lane?.row)}')`);
    clock.advance(30_000);
    for (let i = 0; i < 2; i++) await newJobWorker().runOnce();
    assert.equal((await read(bad.jobId)).processed, 5);
  });

  test('no more than so many are outstanding, and the next are fed as soon as there is room', async () => {
    const { history, replay, endpointId, newJobWorker, outstanding, clock, newReceiver, read } =
      await setUp();
    await history(3, 30);
    const { jobId } = await replay(endpointId);
    const worker = newJobWorker({ changed: 7, outstanding: 20 });
    const { dispatcher, arrivals } = newReceiver();
    let most = 0;
    while ((await read(jobId)).state === 'running') {
      while (await worker.runOnce());
      most = Math.max(most, await outstanding());
      await dispatcher.runOnce();
      clock.advance(250);
    }
    assert.equal(most, 20);
    assert.equal(arrivals.length, 90);
    assertAscending(arrivals, 'put back');
  });

  test('the job of a paused endpoint fills up and waits; it goes on when the endpoint does', async () => {
    const { history, replay, endpointId, newJobWorker, outstanding, clock, query, read, finish } =
      await setUp();
    await history(2, 20);
    await query('update webhook_endpoints set active = false');
    const { jobId } = await replay(endpointId);
    const worker = newJobWorker({ changed: 10, outstanding: 25 });
    let looks = 0;
    for (let i = 0; i < 40; i++) {
      while (await worker.runOnce()) looks += 1;
      clock.advance(250);
    }
    assert.equal(looks, 3 + 5, 'three batches, and every two seconds a look');
    assert.equal(await outstanding(), 25);
    assert.equal((await read(jobId)).state, 'running');
    await query('update webhook_endpoints set active = true');
    const arrivals = await finish(jobId);
    for (const n of [1, 2]) assert.deepEqual(sequencesOf(arrivals, thing(n)), range(1, 20));
  });

  test('live events of a lane keep their order beside a replay of it, and come through', async () => {
    const { history, replay, endpointId, newJobWorker, newReceiver, emit, clock, read, conserved } =
      await setUp();
    await history(1, 100);
    const { jobId } = await replay(endpointId);
    clock.advance(1);
    const worker = newJobWorker({ changed: 15, outstanding: 30 });
    const { arrivals, receiveAll } = newReceiver(async ({ sequence }): Promise<Answer> => {
      // While an event is on its way more are put back and more are accepted.
      if (sequence % 10 === 0) await worker.runOnce();
      return 'ok';
    });
    let accepted = 100;
    while ((await read(jobId)).state === 'running') {
      if (accepted < 130) accepted += (await emit(thing(1), times(3))).length;
      await worker.runOnce();
      await receiveAll();
      clock.advance(250);
    }
    const of = (id: string | null) => sequencesOf(arrivals.filter(({ replayId }) => replayId === id));
    assert.deepEqual(of(jobId), range(1, 100));
    assert.deepEqual(of(null), range(101, accepted));
    assert.equal((await conserved())[0]?.delivered, accepted);
  });

  test('cancelled: nothing more is fed, and what was put back is still delivered', async () => {
    const { history, replay, endpointId, newJobWorker, asTenant, clock, read, newReceiver } = await setUp();
    await history(2, 30);
    const { jobId } = await replay(endpointId);
    await newJobWorker({ changed: 12, outstanding: 12 }).runOnce();
    const cancelled = await asTenant((tx) => cancelJob(tx, endpointId, jobId, clock.current()));
    assert.deepEqual([cancelled?.state, cancelled?.processed, cancelled?.outstanding], ['cancelled', 12, 12]);
    clock.advance(60_000);
    assert.equal(await newJobWorker().runOnce(), false);
    const { arrivals, receiveAll } = newReceiver();
    await receiveAll();
    assert.deepEqual(sequencesOf(arrivals), range(1, 12));
    assert.deepEqual([(await read(jobId)).state, (await read(jobId)).outstanding], ['cancelled', 0]);
  });

  test('two replays of the same events, and two workers, put everything back once per asking at most', async () => {
    const { history, replay, endpointId, newJobWorker, newReceiver, clock, read, conserved } = await setUp();
    await history(4, 40);
    const jobs = [await replay(endpointId), await replay(endpointId)];
    clock.advance(1);
    const workers = [newJobWorker({ changed: 9 }), newJobWorker({ changed: 11 })];
    const { arrivals, receiveAll } = newReceiver();
    for (let rounds = 0; rounds < 200; rounds++) {
      await Promise.all(workers.map((worker) => worker.runOnce()));
      await receiveAll();
      clock.advance(250);
      const states = await Promise.all(jobs.map(async ({ jobId }) => (await read(jobId)).state));
      if (states.every((state) => state === 'done')) break;
    }
    const processed = await Promise.all(jobs.map(async ({ jobId }) => (await read(jobId)).processed));
    assert.equal(
      processed.reduce((sum, n) => sum + n),
      160,
      'what one has put back is settled later than the other was asked for',
    );
    assert.equal(arrivals.length, 160);
    for (const { jobId } of jobs) {
      assertAscending(
        arrivals.filter(({ replayId }) => replayId === jobId),
        jobId,
      );
    }
    await conserved();
  });

  test('a job goes with its endpoint', async () => {
    const { history, replay, endpointId, newJobWorker, query, asTenant } = await setUp();
    await history(1, 10);
    const { jobId } = await replay(endpointId);
    await newJobWorker({ changed: 2 }).runOnce();
    await query('delete from webhook_endpoints');
    assert.equal(await newJobWorker().runOnce(), false);
    assert.equal(await asTenant((tx) => getJob(tx, endpointId, jobId)), undefined);
  });

  test('it stops when told, between two batches, and a stopped one holds nothing', async () => {
    const { history, replay, endpointId, newJobWorker, read, finish } = await setUp();
    await history(1, 50);
    const { jobId } = await replay(endpointId);
    const stopping = new AbortController();
    const running = newJobWorker({ changed: 5, outstanding: 20, pollMs: 5 }).run(stopping.signal);
    while ((await read(jobId)).processed === 0) await new Promise(setImmediate);
    stopping.abort();
    await running;
    assert.deepEqual(sequencesOf(await finish(jobId)), range(1, 50));
  });

  if (engine === 'postgres') {
    test('while one worker holds a job the others pass it by', async () => {
      const { database, history, replay, endpointId, newJobWorker, read, clock } = await setUp();
      await history(1, 10);
      const { jobId } = await replay(endpointId);
      const inside = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const slow = newJobWorker(
        {},
        {
          ...database,
          transaction: (work) =>
            database.transaction(async (tx) => {
              const done = await work(tx);
              inside.resolve();
              await go.promise;
              return done;
            }),
        },
      );
      const first = slow.runOnce();
      await inside.promise;
      assert.equal(await newJobWorker().runOnce(), false);
      assert.equal((await read(jobId)).processed, 0, 'nothing of it shows before it commits');
      go.resolve();
      assert.equal(await first, true);
      clock.advance(250);
      assert.equal((await read(jobId)).processed, 10);
    });
  }
});
