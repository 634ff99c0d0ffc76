import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { eachDatabase } from '../../../../test/support/database.ts';
import { TENANT } from '../delivery/dispatch.test-support.ts';
import { cancelJob, createSkip, getJob, isSkipping, listJobs } from './jobs.ts';
import { setUpUpkeep } from './upkeep.test-support.ts';

const times = (n: number) => Array.from({ length: n }, () => 'Happened');
const refused = (status: number, message: RegExp) => (error: unknown) =>
  error instanceof Problem && error.status === status && message.test(error.message);

eachDatabase('jobs of an endpoint', (open) => {
  const setUp = async () => {
    const world = await setUpUpkeep(open);
    const { endpoint } = await world.addEndpoint('https://a.example/');
    const { endpointId } = endpoint;
    const cancel = (jobId: string) =>
      world.asTenant((tx) => cancelJob(tx, endpointId, jobId, world.clock.current()));
    const read = (jobId: string) => world.asTenant((tx) => getJob(tx, endpointId, jobId));
    return { ...world, endpointId, cancel, read };
  };

  test('a replay is answered with what it selects, and reads so until it is done', async () => {
    const { emit, settleAllAs, replay, endpointId, read, clock, workOff, newReceiver } = await setUp();
    await emit('thing_1', times(3));
    await settleAllAs('delivered');
    const since = new Date(clock.current().getTime() - 1_000);
    const filter = { since, toSequence: 2, eventTypes: ['Happened'], states: ['delivered'] as const };
    const job = await replay(endpointId, filter);
    assert.deepEqual(job, {
      jobId: job.jobId,
      tenantId: TENANT,
      endpointId,
      kind: 'replay',
      state: 'running',
      filter,
      selected: 2,
      processed: 0,
      outstanding: 0,
      createdAt: clock.current(),
    });
    assert.deepEqual(await read(job.jobId), job);
    await workOff();
    assert.deepEqual(await read(job.jobId), { ...job, processed: 2, outstanding: 2 });
    await newReceiver().receiveAll();
    clock.advance(1_000);
    await workOff();
    assert.deepEqual(await read(job.jobId), {
      ...job,
      state: 'done',
      processed: 2,
      finishedAt: clock.current(),
    });
  });

  test('the sixth job at the same time and a second skip are refused, whoever asks at the same time', async () => {
    const { replay, skip, endpointId, cancel } = await setUp();
    const asked = await Promise.allSettled([
      skip(endpointId),
      skip(endpointId),
      ...Array.from({ length: 6 }, () => replay(endpointId)),
    ]);
    const jobs = asked.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []));
    assert.ok(jobs.filter(({ kind }) => kind === 'skip').length === 1, 'one skip');
    assert.ok(jobs.filter(({ kind }) => kind === 'replay').length >= 4, 'replays up to the limit');
    await assert.rejects(skip(endpointId), refused(409, /skipped already/));
    await assert.rejects(replay(endpointId), refused(409, /5 jobs of this endpoint are running/));
    for (const { jobId } of jobs.slice(0, 2)) await cancel(jobId);
    await replay(endpointId);
  });

  test('no job of an endpoint that is not there, or is another tenant’s', async () => {
    const { replay, asTenant, clock, endpointId } = await setUp();
    await assert.rejects(replay('whk_0'), refused(404, /not found/));
    const theirs = asTenant(
      (tx) => createSkip(tx, { tenantId: 'ten_2', endpointId, now: clock.current() }),
      'ten_2',
    );
    await assert.rejects(theirs, refused(404, /not found/));
  });

  test('jobs are read by their endpoint and tenant alone, newest first, page by page', async () => {
    const { replay, addEndpoint, asTenant, endpointId, clock } = await setUp();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      ids.unshift((await replay(endpointId)).jobId);
      clock.advance(1);
    }
    const { endpoint: other } = await addEndpoint('https://b.example/');
    await replay(other.endpointId);
    const page = (after?: string) =>
      asTenant((tx) => listJobs(tx, endpointId, { limit: 2, ...(after ? { after } : {}) }));
    const first = await page();
    const second = await page(first.after);
    const third = await page(second.after);
    const seen = [first, second, third].flatMap(({ items }) => items.map(({ jobId }) => jobId));
    assert.deepEqual(seen, ids);
    assert.equal(third.after, undefined);
    const [jobId = ''] = ids;
    assert.equal(await asTenant((tx) => getJob(tx, other.endpointId, jobId)), undefined);
    assert.equal(await asTenant((tx) => getJob(tx, endpointId, jobId), 'ten_2'), undefined);
    assert.deepEqual(await asTenant((tx) => listJobs(tx, endpointId, { limit: 9 }), 'ten_2'), { items: [] });
  });

  test('cancelled once: ended then and there; again, or after its end, it is refused', async () => {
    const { replay, endpointId, cancel, read, clock, workOff } = await setUp();
    const { jobId } = await replay(endpointId);
    clock.advance(1_000);
    const job = await cancel(jobId);
    assert.deepEqual([job?.state, job?.finishedAt], ['cancelled', clock.current()]);
    await assert.rejects(cancel(jobId), refused(409, /ended already/));
    assert.equal(await cancel('job_0'), undefined);
    const done = await replay(endpointId);
    await workOff();
    assert.equal((await read(done.jobId))?.state, 'done');
    await assert.rejects(cancel(done.jobId), refused(409, /ended already/));
  });

  test('a skip says how much it is, holds off a resume while it runs, and leaves what comes later', async () => {
    const { emit, skip, asTenant, endpointId, read, clock, workOff, newJobWorker, query, conserved } =
      await setUp();
    for (const thing of ['thing_1', 'thing_2', 'thing_3']) await emit(thing, times(3));
    clock.advance(1);
    const job = await skip(endpointId);
    assert.deepEqual([job.kind, job.selected, job.filter], ['skip', 9, {}]);
    assert.equal(await asTenant((tx) => isSkipping(tx, endpointId)), true);
    clock.advance(1);
    await emit('thing_2', times(1));
    await emit('thing_9', times(1));
    await workOff(newJobWorker({ changed: 2, looked: 1 }));
    clock.advance(1_000);
    await workOff(newJobWorker({ changed: 2, looked: 1 }));
    assert.deepEqual([(await read(job.jobId))?.state, (await read(job.jobId))?.processed], ['done', 9]);
    assert.equal(await asTenant((tx) => isSkipping(tx, endpointId)), false);
    const left = await query(
      `select aggregate_id, sequence from deliveries where state = 'pending' order by 1, 2`,
    );
    assert.deepEqual(left, [
      { aggregate_id: 'thing_2', sequence: 4 },
      { aggregate_id: 'thing_9', sequence: 1 },
    ]);
    const [figures] = await conserved();
    assert.deepEqual([figures?.skipped, figures?.pending], [9, 2]);
  });
});
