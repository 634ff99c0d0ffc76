import { sql } from 'kysely';
import type { Logger } from 'pino';
import { type DatabaseClock, shifted } from '../../database/clock.ts';
import type { Database, Tx } from '../../database/database.ts';
import { WEBHOOKS_CHANNEL } from '../../outbox/append.ts';
import { createWaker } from '../../queue/waker.ts';
import type { Worker } from '../../supervisor.ts';
import { type Batch, type BatchLimits, giveUpNext, type HeldJob, putBackNext } from './job-batch.ts';

export interface JobWorkerOptions extends BatchLimits {
  /** How soon a job that has to wait is looked at again, and how soon when nothing has moved since the last look. */
  readonly pollMs: number;
  readonly stuckMs: number;
  /** The same after a failure of our own. */
  readonly failedMs: number;
}

export const DEFAULT_JOB_OPTIONS: JobWorkerOptions = {
  looked: 5_000,
  changed: 500,
  outstanding: 1_000,
  pollMs: 250,
  stuckMs: 2_000,
  failedMs: 30_000,
};

export interface JobWorkerDependencies {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly log: Logger;
  readonly options?: Partial<JobWorkerOptions>;
}

export interface JobWorker extends Worker {
  /** One batch of one job; false when no job is due. For tests, with the clock they inject. */
  runOnce(): Promise<boolean>;
}

/**
 * Carries out replays and skips (R41), any number of workers beside each other. A batch is one transaction: it
 * holds the job's row, so that no two work on one job, changes deliveries and moves the cursor. Killed anywhere,
 * the database takes all of it back and lets go of the row; the next worker goes on behind the last batch. There
 * is no lease to outlive: nothing is remembered outside the transaction.
 */
export function createJobWorker(deps: JobWorkerDependencies): JobWorker {
  const { database, clock, log } = deps;
  const options = { ...DEFAULT_JOB_OPTIONS, ...deps.options };

  async function runOnce(): Promise<boolean> {
    let held: HeldJob | undefined;
    try {
      const batch = await database.transaction(async (tx) => {
        held = await holdDueJob(tx, clock);
        if (!held) return undefined;
        const work = held.kind === 'replay' ? putBackNext : giveUpNext;
        const done = await work(tx, clock, held, options);
        await save(tx, clock, held, done, options);
        return done;
      });
      if (batch && batch.changed > 0) database.hints.send(WEBHOOKS_CHANNEL);
      return batch !== undefined;
    } catch (error) {
      log.error({ err: error, jobId: held?.job_id }, 'job:batch:failed');
      if (held) await putOff(held.job_id);
      return false;
    }
  }

  /** A job that fails must not keep the others waiting. */
  async function putOff(jobId: string): Promise<void> {
    try {
      await sql`
        update webhook_jobs set due_at = ${shifted(clock, options.failedMs)} where job_id = ${jobId}`.execute(
        database.executor,
      );
    } catch (error) {
      // The database is away; it kept the job as it was.
      log.error({ err: error, jobId }, 'job:delay:failed');
    }
  }

  return {
    name: 'jobs',
    runOnce,
    async run(signal) {
      const waker = createWaker();
      while (!signal.aborted) {
        if (!(await runOnce())) await waker.wait(options.pollMs, signal);
      }
    },
  };
}

/** The job that has been due for the longest; those that somebody else works on are passed by. */
async function holdDueJob(tx: Tx, clock: DatabaseClock): Promise<HeldJob | undefined> {
  const { rows } = await sql<HeldJob>`
    select j.*, 0 as outstanding, ${clock.now} as now from webhook_jobs j
    where j.state = 'running' and j.due_at <= ${clock.now}
    order by j.due_at limit 1 for update skip locked`.execute(tx);
  return rows[0];
}

async function save(
  tx: Tx,
  clock: DatabaseClock,
  { job_id }: HeldJob,
  { changed, cursor, atEnd, outstanding }: Batch,
  options: JobWorkerOptions,
): Promise<void> {
  const done = atEnd && outstanding === 0;
  const waits = atEnd || outstanding >= options.outstanding;
  const waitMs = !waits ? 0 : changed > 0 ? options.pollMs : options.stuckMs;
  await sql`
    update webhook_jobs set
      processed = processed + ${changed}::bigint,
      cursor_aggregate = ${cursor.aggregateId},
      cursor_sequence = ${cursor.sequence}::bigint,
      due_at = ${shifted(clock, waitMs)},
      state = ${done ? 'done' : 'running'},
      finished_at = case when ${done}::boolean then ${clock.now} end
    where job_id = ${job_id}`.execute(tx);
}
