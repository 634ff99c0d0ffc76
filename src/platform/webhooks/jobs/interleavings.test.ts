import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '#kernel/problem.ts';
import { eachDatabase } from '../../../../test/support/database.ts';
import { cancelJob } from './jobs.ts';
import { redeliver } from './requeue.ts';
import { type Answer, type Arrival, setUpUpkeep } from './upkeep.test-support.ts';

const HOUR_MS = 3_600_000;
const SMALL = { changed: 3, looked: 5, outstanding: 6 };

/** What may happen to the deliveries of one endpoint; several at the same time. */
type Action =
  | { readonly kind: 'append'; readonly aggregate: number; readonly count: number }
  | { readonly kind: 'deliver'; readonly answers: readonly Answer[] }
  | {
      readonly kind: 'replay';
      readonly from: number;
      readonly states: readonly ('delivered' | 'dead' | 'skipped')[];
    }
  | { readonly kind: 'skip' | 'jobs' | 'cancel' | 'redeliver' | 'retention' | 'pause' | 'resume' };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('append'),
      aggregate: fc.nat(2),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('deliver'),
      answers: fc.array(fc.constantFrom('ok', 'ok', 'fail', 'abort')),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('replay'),
      from: fc.nat(4),
      states: fc.subarray(['delivered', 'dead', 'skipped'] as const, { minLength: 1 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('jobs') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('skip', 'cancel', 'redeliver', 'retention', 'pause', 'resume'),
    }),
  },
);
/** Actions that happen at the same time, and how long it is quiet after them. */
const wave = fc.record({
  actions: fc.array(action, { minLength: 1, maxLength: 4 }),
  thenMs: fc.constantFrom(1_000, HOUR_MS, 7 * HOUR_MS, 11 * 24 * HOUR_MS),
});

eachDatabase('deliveries under everything at once', (open, engine) => {
  test('nothing vanishes, lanes count right, and what is sent for one reason is sent in order', async () => {
    const world = await setUpUpkeep(open);
    const { database, clock, query, emit, conserved, asTenant, newReceiver, newJobWorker } = world;

    const run = async (waves: readonly { actions: readonly Action[]; thenMs: number }[]) => {
      for (const table of ['webhook_endpoints', 'lanes', 'deliveries', 'purged_deliveries', 'events']) {
        await query(`delete from ${table}`);
      }
      const { endpoint } = await world.addEndpoint('https://a.example/');
      const { endpointId } = endpoint;
      let answers: Answer[] = [];
      const { arrivals, dispatcher } = newReceiver(() => answers.shift() ?? 'ok');
      const redelivered = new Set<string>();
      const retention = world.newRetention({ deleted: 3, expired: 2, batches: 12 });

      const act = async (one: Action): Promise<void> => {
        switch (one.kind) {
          case 'append':
            await emit(
              `thing_${one.aggregate}`,
              Array.from({ length: one.count }, () => 'Happened'),
            );
            return;
          case 'deliver':
            answers = [...one.answers];
            await dispatcher.runOnce();
            return;
          case 'replay':
            await world.replay(endpointId, { fromSequence: one.from, states: one.states });
            return;
          case 'skip':
            await world.skip(endpointId);
            return;
          case 'jobs':
            for (let i = 0; i < 3; i++) await newJobWorker(SMALL).runOnce();
            return;
          case 'cancel': {
            const [job] = await query<{ job_id: string }>(
              `select job_id from webhook_jobs where state = 'running'`,
            );
            if (job) await asTenant((tx) => cancelJob(tx, endpointId, job.job_id, clock.current()));
            return;
          }
          case 'redeliver': {
            const [dead] = await query<{ event_id: string }>(
              `select event_id from deliveries where state = 'dead'`,
            );
            if (!dead) return;
            redelivered.add(dead.event_id);
            await asTenant((tx) => redeliver(tx, clock, { endpointId, eventId: dead.event_id }));
            return;
          }
          case 'retention':
            assert.equal((await retention.runOnce()).failed, 0);
            return;
          default:
            await query(`update webhook_endpoints set active = ${one.kind === 'resume'}`);
        }
      };

      for (const { actions, thenMs } of waves) {
        const results = await Promise.allSettled(actions.map(act));
        for (const result of results) {
          // Too many jobs, or one that ended meanwhile, are answers. Anything else is not.
          if (result.status === 'rejected' && !(result.reason instanceof Problem)) throw result.reason;
        }
        await conserved();
        await lanesCountRight();
        clock.advance(thenMs);
      }

      answers = [];
      await query(
        'update webhook_endpoints set active = true, failures = 0, failing_since = null, held_until = null',
      );
      for (let rounds = 0; ; rounds++) {
        assert.ok(rounds < 200, 'something is owed for ever');
        await newJobWorker(SMALL).runOnce();
        await dispatcher.runOnce();
        clock.advance(HOUR_MS);
        const left = await query(`select from deliveries where state = 'pending'
                                  union all select from webhook_jobs where state = 'running'`);
        if (left.length === 0) break;
      }
      await conserved();
      await lanesCountRight();
      assertOrder(arrivals, redelivered);
    };

    const lanesCountRight = async () => {
      const wrong = await query(`
        select l.*, pending.* from lanes l
        cross join lateral (
          select count(*) as waiting, min(d.sequence) as first, bool_and(ev.event_id is not null) as with_body
          from deliveries d left join events ev on ev.event_id = d.event_id and ev.created_at = d.created_at
          where d.endpoint_id = l.endpoint_id and d.aggregate_id = l.aggregate_id and d.state = 'pending'
        ) pending
        where l.depth <> waiting or first <= l.settled_through or not with_body
          or (l.waiting_since is null) <> (l.depth = 0)`);
      assert.deepEqual(wrong, []);
      const misfits = await query(`
        select * from deliveries where (state = 'pending') <> (settled_at is null)
          or (state = 'dead') <> (dead_at is not null) or (state = 'skipped') <> (skip_reason is not null)`);
      assert.deepEqual(misfits, []);
    };

    await fc.assert(fc.asyncProperty(fc.array(wave, { minLength: 3, maxLength: 14 }), run), {
      numRuns: engine === 'postgres' ? 25 : 10,
    });
    assert.ok(database);
  });
});

/** Of a lane, what one job has put back comes in order, and so does what comes for the first time. */
function assertOrder(arrivals: readonly Arrival[], redelivered: ReadonlySet<string>): void {
  const last = new Map<string, number>();
  for (const { aggregateId, sequence, replayId, eventId } of arrivals) {
    if (replayId === null && redelivered.has(eventId)) continue;
    const key = `${replayId} ${aggregateId}`;
    assert.ok(sequence >= (last.get(key) ?? 0), `${key}: ${sequence} after ${last.get(key)}`);
    last.set(key, sequence);
  }
}
