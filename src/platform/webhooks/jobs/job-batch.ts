import { type RawBuilder, sql } from 'kysely';
import type { DatabaseClock } from '../../database/clock.ts';
import type { Tx } from '../../database/database.ts';
import { windowStart } from '../upkeep/window.ts';
import { type JobRow, toJob } from './jobs.ts';
import { giveUp, type Place, putBack } from './requeue.ts';
import { isSelected, statesOf } from './selection.ts';

export interface BatchLimits {
  /** Rows that one transaction looks at, and ... */
  readonly looked: number;
  /** ... changes, at most: it is short, and its locks with it. */
  readonly changed: number;
  /** Events of one job that are put back and not settled yet; live ones of the endpoint wait for them at most. */
  readonly outstanding: number;
}

/** A job whose row this transaction holds, and how far it has come. */
export interface HeldJob extends JobRow {
  readonly cursor_aggregate: string;
  readonly cursor_sequence: number;
  readonly now: Date;
}

export interface Batch {
  readonly changed: number;
  /** Everything up to here is dealt with. */
  readonly cursor: Place;
  /** Nothing was left behind the cursor. */
  readonly atEnd: boolean;
  /** Put back and not settled, this batch included. */
  readonly outstanding: number;
}

/** Cursor behind everything that a lane may ever hold. */
const WHOLE_LANE = Number.MAX_SAFE_INTEGER;

/** Puts the next of a replay back, in order, as many as may be outstanding. */
export async function putBackNext(
  tx: Tx,
  clock: DatabaseClock,
  job: HeldJob,
  limits: BatchLimits,
): Promise<Batch> {
  const outstanding = await countOutstanding(tx, job, limits);
  const limit = Math.min(limits.changed, limits.outstanding - outstanding);
  if (limit <= 0) return { changed: 0, cursor: cursorOf(job), atEnd: false, outstanding };

  const { endpointId, filter, createdAt: askedAt } = toJob(job);
  const now = new Date(job.now);
  const looked = sql`
    select aggregate_id, sequence, event_id, created_at, state, settled_at from deliveries
    where endpoint_id = ${endpointId}
      and (aggregate_id, sequence) > (${job.cursor_aggregate}, ${job.cursor_sequence}::bigint)
      ${filter.aggregateId === undefined ? sql`` : sql`and aggregate_id = ${filter.aggregateId}`}
    order by aggregate_id, sequence limit ${limits.looked}`;
  const rows = await look(tx, limit, {
    chosen: sql`
      select aggregate_id, sequence from (${looked}) d where ${isSelected({ filter, askedAt, now })}
      order by aggregate_id, sequence limit ${limit}`,
    looked: sql`select aggregate_id, sequence from (${looked}) d`,
  });
  const places = placesOf(rows);
  const { examined, changed } = await putBack(tx, clock, {
    endpointId,
    places,
    states: statesOf(filter),
    settledBy: askedAt,
    createdFrom: windowStart(now),
    replayId: job.job_id,
  });
  const stand = standAfter(job, rows, { places, examined, limit, limits });
  return { ...stand, changed, outstanding: outstanding + changed };
}

/** Gives up the next of a backlog: what was accepted before the job was asked for, lane by lane. */
export async function giveUpNext(
  tx: Tx,
  clock: DatabaseClock,
  job: HeldJob,
  limits: BatchLimits,
): Promise<Batch> {
  const { endpointId, createdAt: askedAt } = toJob(job);
  const looked = sql`
    select aggregate_id, settled_through, due_at,
      case when aggregate_id = ${job.cursor_aggregate} then ${job.cursor_sequence}::bigint else 0 end as after
    from lanes where endpoint_id = ${endpointId}
      and aggregate_id >= ${job.cursor_aggregate}
      and (aggregate_id, ${WHOLE_LANE}::bigint) > (${job.cursor_aggregate}, ${job.cursor_sequence}::bigint)
    order by aggregate_id limit ${limits.looked}`;
  const rows = await look(tx, limits.changed, {
    chosen: sql`
      select l.aggregate_id, d.sequence from (${looked}) l cross join lateral (
        select d.sequence from deliveries d
        where d.endpoint_id = ${endpointId} and d.aggregate_id = l.aggregate_id
          and d.sequence > l.settled_through and d.sequence > l.after
          and d.state = 'pending' and d.created_at <= ${askedAt}::timestamptz
        order by d.sequence limit ${limits.changed}
      ) d
      where l.due_at is not null
      order by l.aggregate_id, d.sequence limit ${limits.changed}`,
    looked: sql`select aggregate_id, ${WHOLE_LANE}::bigint as sequence from (${looked}) l`,
  });
  const places = placesOf(rows);
  const { examined, changed } = await giveUp(tx, clock, { endpointId, places, reason: 'tenant' });
  const stand = standAfter(job, rows, { places, examined, limit: limits.changed, limits });
  return { ...stand, changed, outstanding: 0 };
}

/** A chosen place; or the last place that was looked at, with the number of all that were. */
interface Look {
  readonly aggregate_id: string;
  readonly sequence: number;
  readonly looked: number | null;
}

/** The chosen places, in order, and, only where they are fewer than `limit`, how far was looked for them. */
async function look(
  tx: Tx,
  limit: number,
  { chosen, looked }: { readonly chosen: RawBuilder<unknown>; readonly looked: RawBuilder<unknown> },
): Promise<readonly Look[]> {
  const { rows } = await sql<Look>`
    with chosen as materialized (${chosen}),
    looked as materialized (select * from (${looked}) all_looked where (select count(*) from chosen) < ${limit})
    select aggregate_id, sequence, null::bigint as looked from chosen
    union all (
      select aggregate_id, sequence, (select count(*) from looked) from looked
      order by aggregate_id desc, sequence desc limit 1
    )
    order by looked nulls first, aggregate_id, sequence`.execute(tx);
  return rows;
}

function placesOf(rows: readonly Look[]): readonly Place[] {
  return rows.filter((row) => row.looked === null).map(placeOf);
}

const placeOf = (row: Look): Place => ({ aggregateId: row.aggregate_id, sequence: row.sequence });
const cursorOf = (job: HeldJob): Place => ({
  aggregateId: job.cursor_aggregate,
  sequence: job.cursor_sequence,
});

/** How far the job has come: never past a place that was chosen and not dealt with. */
function standAfter(
  job: HeldJob,
  rows: readonly Look[],
  batch: {
    readonly places: readonly Place[];
    readonly examined: number;
    readonly limit: number;
    readonly limits: BatchLimits;
  },
): Pick<Batch, 'cursor' | 'atEnd'> {
  const { places, examined, limit, limits } = batch;
  if (examined < places.length || places.length === limit) {
    return { cursor: places[examined - 1] ?? cursorOf(job), atEnd: false };
  }
  const last = rows.find((row) => row.looked !== null);
  return { cursor: last ? placeOf(last) : cursorOf(job), atEnd: (last?.looked ?? 0) < limits.looked };
}

/** No further than to the limit: more does not matter. */
async function countOutstanding(tx: Tx, { job_id }: HeldJob, { outstanding }: BatchLimits): Promise<number> {
  const { rows } = await sql<{ outstanding: number }>`
    select count(*) as outstanding from (
      select from deliveries where replaying = ${job_id} and state = 'pending' limit ${outstanding}
    ) waiting`.execute(tx);
  return rows[0]?.outstanding ?? 0;
}
