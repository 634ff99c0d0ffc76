import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { DatabaseClock } from '../../database/clock.ts';
import type { Database, Executor } from '../../database/database.ts';
import { periodic } from '../../periodic.ts';
import type { Worker } from '../../supervisor.ts';
import { endpointsWithAged, expirePending, purgeGone, purgeJobs, purgeSettled } from './purge.ts';
import { type RetentionReport, type Round, startRound } from './retention-round.ts';
import { WINDOW_DAYS, windowStart } from './window.ts';

export interface RetentionOptions {
  readonly everyMs: number;
  /** Rows that one transaction deletes, or expires: few, since it takes from what delivery needs. */
  readonly deleted: number;
  readonly expired: number;
  /** Transactions of one round: a million deletions, far more than a minute brings in. */
  readonly batches: number;
}

export const DEFAULT_RETENTION_OPTIONS: RetentionOptions = {
  everyMs: 60_000,
  deleted: 5_000,
  expired: 500,
  batches: 200,
};

export interface RetentionDependencies {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly log: Logger;
  readonly options?: Partial<RetentionOptions>;
}

export interface Retention extends Worker {
  runOnce(signal?: AbortSignal): Promise<RetentionReport>;
}

/** Partitions stand ready for a week: nobody has to be awake on Sunday when they cannot be made. */
const DAYS_AHEAD = 7;
/**
 * A partition goes a whole day after its last event has left the window: by then the rounds have expired what was
 * undelivered of that day, and a transaction that still put something of it back is long over.
 */
const DAYS_KEPT = WINDOW_DAYS + 1;
const MAKE = { ahead: DAYS_AHEAD, kept: 36_500 };
const ENDPOINTS_A_LOOK = 100;
const DAY_MS = 86_400_000;

/**
 * Keeps the tables of events and deliveries to the window (C39). Every process may run it: each transaction begins
 * with a lock that one of them gets, the others leave the round to it. What is not done in one round is left to
 * the next.
 */
export function createRetention(deps: RetentionDependencies): Retention {
  const { database, clock, log } = deps;
  const options = { ...DEFAULT_RETENTION_OPTIONS, ...deps.options };
  const walk = { servedUpTo: '' };

  async function runOnce(signal = new AbortController().signal): Promise<RetentionReport> {
    const round = startRound(database, options.batches, signal);
    const part = async (name: string, work: () => Promise<void>) => {
      if (round.over()) return;
      try {
        await work();
      } catch (error) {
        round.count('failed', 1);
        log.error({ err: error, part: name }, 'retention:part:failed');
      }
    };
    await part('feed', async () => {
      await sql`select align_feed()`.execute(database.executor);
    });
    await part('aged', () => clearAged(round, clock, walk, options));
    await part('gone', () => clearGone(round, options));
    await part('jobs', async () => {
      round.count(
        'jobs',
        await round.turn(async (tx) => purgeJobs(tx, await readClock(tx, clock), options.deleted)),
      );
    });
    // Made and dropped in transactions of their own: one that has made a partition holds the default one, which
    // readers ask for after the table, and must not ask for the table, which dropping does.
    for (const table of ['events', 'delivery_attempts'] as const) {
      await part(`${table} made`, () => keepPartitions(round, clock, table, MAKE));
    }
    await part('events dropped', () => dropEvents(round, clock));
    await part('attempts dropped', () =>
      keepPartitions(round, clock, 'delivery_attempts', { ahead: 0, kept: DAYS_KEPT }),
    );
    const report = round.report();
    const quiet = Object.values(report).every((count) => count === 0);
    log[quiet ? 'debug' : 'info'](report, 'retention:round:done');
    return report;
  }

  return {
    name: 'retention',
    runOnce,
    run: (signal) =>
      periodic('retention', options.everyMs, log, async () => {
        await runOnce(signal);
      }).run(signal),
  };
}

/**
 * Deliveries of events that have left the window: settled ones are deleted, undelivered ones expire. One batch of
 * each endpoint at a time, so that a huge one does not keep the others from theirs.
 */
async function clearAged(
  round: Round,
  clock: DatabaseClock,
  walk: { servedUpTo: string },
  { deleted, expired }: RetentionOptions,
): Promise<void> {
  const before = windowStart(await readClock(round.executor, clock));
  let changed = 0;
  while (!round.spent()) {
    const look = { before, after: walk.servedUpTo, limit: ENDPOINTS_A_LOOK };
    const page = await endpointsWithAged(round.executor, look);
    for (const endpointId of page) {
      if (round.spent()) return;
      const aged = { endpointId, before };
      const purged = await round.turn((tx) => purgeSettled(tx, clock, { ...aged, limit: deleted }));
      // Undelivered ones are looked for where no settled ones stand in the way any more.
      const lapsed =
        purged < deleted
          ? await round.turn((tx) => expirePending(tx, clock, { ...aged, limit: expired }))
          : 0;
      round.count('purged', purged);
      round.count('expired', lapsed);
      changed += purged + lapsed;
      walk.servedUpTo = endpointId;
    }
    if (page.length === ENDPOINTS_A_LOOK) continue;
    walk.servedUpTo = '';
    if (changed === 0) return;
    changed = 0;
  }
}

async function clearGone(round: Round, { deleted }: RetentionOptions): Promise<void> {
  for (let rows = 1; rows > 0 && !round.spent(); ) {
    rows = await round.turn((tx) => purgeGone(tx, deleted));
    round.count('gone', rows);
  }
}

/** No partition of events goes while a delivery of an endpoint that exists may need a body of that time. */
async function dropEvents(round: Round, clock: DatabaseClock): Promise<void> {
  const kept = new Date((await readClock(round.executor, clock)).getTime() - DAYS_KEPT * DAY_MS);
  kept.setUTCHours(0, 0, 0, 0);
  const needed = await endpointsWithAged(round.executor, { before: kept, limit: 1 });
  if (needed.length > 0) round.count('heldBack', 1);
  else await keepPartitions(round, clock, 'events', { ahead: 0, kept: DAYS_KEPT });
}

async function keepPartitions(
  round: Round,
  clock: DatabaseClock,
  table: 'events' | 'delivery_attempts',
  { ahead, kept }: { readonly ahead: number; readonly kept: number },
): Promise<void> {
  let counts = { made: 0, dropped: 0 };
  await round.turn(async (tx) => {
    const { rows } = await sql<{ made: number; dropped: number }>`
      select made, dropped
      from keep_day_partitions(${table}, ${clock.now}, ${ahead}::integer, ${kept}::integer)`.execute(tx);
    counts = rows[0] ?? counts;
    return 1;
  });
  round.count('partitionsMade', counts.made);
  round.count('partitionsDropped', counts.dropped);
}

async function readClock(on: Executor, clock: DatabaseClock): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select ${clock.now} as now`.execute(on);
  const [row] = rows;
  if (!row) throw new Error('a clock that answers no row');
  return new Date(row.now);
}
