import { sql } from 'kysely';
import { type DatabaseClock, shifted } from '../../database/clock.ts';
import type { Executor, Tx } from '../../database/database.ts';
import { giveUp } from '../jobs/requeue.ts';
import { idsFrom, windowStart } from './window.ts';

const EXPIRED_SHOWN_MS = 86_400_000;

/** What is older than the window, found by ids, which begin with their time; all of it in small statements. */
export interface Aged {
  readonly endpointId: string;
  /** Events created before this time. */
  readonly before: Date;
  readonly limit: number;
}

/** Endpoints behind `after`, by id, that hold a delivery of an event from before this time. */
export async function endpointsWithAged(
  executor: Executor,
  { before, after = '', limit }: { readonly before: Date; readonly after?: string; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await sql<{ endpoint_id: string }>`
    select e.endpoint_id from webhook_endpoints e
    cross join lateral (
      select from deliveries d
      where d.endpoint_id = e.endpoint_id and d.event_id < ${idsFrom('evt', before)} limit 1
    ) aged
    where e.endpoint_id > ${after} order by e.endpoint_id limit ${limit}`.execute(executor);
  return rows.map((row) => row.endpoint_id);
}

/**
 * Deletes settled deliveries and keeps their count, in one statement: no moment at which one is missing.
 * What expired can be read for a day, or nobody would ever see it.
 */
export async function purgeSettled(
  executor: Executor,
  clock: DatabaseClock,
  { endpointId, before, limit }: Aged,
): Promise<number> {
  const { rows } = await sql<{ purged: number }>`
    with aged as materialized (
      select ctid as at from deliveries
      where endpoint_id = ${endpointId} and event_id < ${idsFrom('evt', before)} and state <> 'pending'
        and (skip_reason is distinct from 'expired' or settled_at < ${shifted(clock, -EXPIRED_SHOWN_MS)})
      order by event_id limit ${limit} for update skip locked
    ),
    gone as (
      delete from deliveries where ctid = any(array(select at from aged)) returning tenant_id, state
    ),
    counted as (
      insert into purged_deliveries as p (tenant_id, endpoint_id, state, count)
      select tenant_id, ${endpointId}, state, count(*) from gone group by tenant_id, state
      on conflict (endpoint_id, state) do update set count = p.count + excluded.count
    )
    select count(*) as purged from gone`.execute(executor);
  return rows[0]?.purged ?? 0;
}

/** Skips undelivered events that have left the window: their bodies are about to go (R41, C39). */
export async function expirePending(
  tx: Tx,
  clock: DatabaseClock,
  { endpointId, before, limit }: Aged,
): Promise<number> {
  const { rows } = await sql<{ aggregate_id: string; sequence: number }>`
    select aggregate_id, sequence from (
      select aggregate_id, sequence from deliveries
      where endpoint_id = ${endpointId} and event_id < ${idsFrom('evt', before)} and state = 'pending'
      order by event_id limit ${limit}
    ) aged order by aggregate_id, sequence`.execute(tx);
  const places = rows.map((row) => ({ aggregateId: row.aggregate_id, sequence: row.sequence }));
  return (await giveUp(tx, clock, { endpointId, places, reason: 'expired' })).changed;
}

/**
 * Deletes what is left of endpoints that are gone: deliveries first, since it is by their lanes that they are
 * found. Nobody adds to a lane of an endpoint that is gone (outbox/append.ts).
 * @returns rows deleted; 0 when nothing is left.
 */
export async function purgeGone(executor: Executor, limit: number): Promise<number> {
  const { rows } = await sql<{ endpoint_id: string }>`
    with recursive known as (
      (select endpoint_id from lanes order by endpoint_id limit 1)
      union all
      select (select l.endpoint_id from lanes l where l.endpoint_id > known.endpoint_id
              order by l.endpoint_id limit 1)
      from known where known.endpoint_id is not null
    )
    select endpoint_id from known
    where endpoint_id is not null
      and not exists (select from webhook_endpoints e where e.endpoint_id = known.endpoint_id)
    limit 1`.execute(executor);
  const [gone] = rows;
  if (!gone) return 0;
  const deliveries = await deleteSome(executor, 'deliveries', gone.endpoint_id, limit);
  if (deliveries > 0) return deliveries;
  await sql`delete from purged_deliveries where endpoint_id = ${gone.endpoint_id}`.execute(executor);
  return deleteSome(executor, 'lanes', gone.endpoint_id, limit);
}

async function deleteSome(
  executor: Executor,
  table: 'deliveries' | 'lanes',
  endpointId: string,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ${sql.table(table)} where ctid = any(array(
      select ctid from ${sql.table(table)} where endpoint_id = ${endpointId} limit ${limit}))`.execute(
    executor,
  );
  return Number(numAffectedRows ?? 0);
}

/** Deletes jobs that ended before the window began. */
export async function purgeJobs(executor: Executor, now: Date, limit: number): Promise<number> {
  const start = windowStart(now);
  const { numAffectedRows } = await sql`
    delete from webhook_jobs where job_id = any(array(
      select job_id from webhook_jobs
      where job_id < ${idsFrom('job', start)} and state <> 'running' and finished_at < ${start}::timestamptz
      limit ${limit}))`.execute(executor);
  return Number(numAffectedRows ?? 0);
}
