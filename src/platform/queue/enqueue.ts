import { sql } from 'kysely';
import type { DatabaseClock } from '../database/clock.ts';
import type { Tx } from '../database/database.ts';

/** Channel of the hint that something became due; sent after the commit, never inside it. */
export const QUEUE_CHANNEL = 'a2p_reconcile';

/** What a queue row is about. One row per (resource, aggregateId), for ever. */
export interface Work {
  readonly tenantId: string;
  readonly resource: string;
  readonly aggregateId: string;
}

export interface Asking {
  /** Grows with every spec change or submission. A greater one than before voids backoff and parking. */
  readonly demand?: number;
  /**
   * Something that bears on the aggregate has changed: a parked row is tried once more, and parked again when
   * that fails. Without it a parked row sleeps on, as it should through mere timers and callbacks.
   */
  readonly retryParked?: boolean;
}

/**
 * Asks for a pass over an aggregate, in the caller's transaction. The sooner time wins; a request that comes
 * while the row is leased makes it due again when it settles (`wakes`), so no trigger is ever lost.
 */
export async function enqueue(tx: Tx, clock: DatabaseClock, work: Work, asking: Asking = {}): Promise<void> {
  await enqueueAll(tx, clock, [work], asking);
}

/** The same for many, each as often as it is named; in one order, so that two of these never wait for each other. */
export async function enqueueAll(
  tx: Tx,
  clock: DatabaseClock,
  works: readonly Work[],
  { demand = 0, retryParked = false }: Asking = {},
): Promise<void> {
  if (works.length === 0) return;
  const isNewDemand = sql`excluded.wanted_generation > q.wanted_generation`;
  await sql`
    insert into reconcile_queue as q (tenant_id, resource, aggregate_id, due_at, wanted_generation, wakes)
    select "tenantId", resource, "aggregateId", ${clock.now}, ${demand}::integer, count(*)
    from jsonb_to_recordset(${JSON.stringify(works)}::jsonb)
      as work ("tenantId" text, resource text collate "C", "aggregateId" text collate "C")
    group by "tenantId", resource, "aggregateId" order by "aggregateId", resource
    on conflict (resource, aggregate_id) do update set
      due_at = least(q.due_at, excluded.due_at),
      wakes = q.wakes + excluded.wakes,
      wanted_generation = greatest(q.wanted_generation, excluded.wanted_generation),
      failures = case when ${isNewDemand} then 0
        when ${retryParked} and q.parked_at is not null then q.failures - 1
        else q.failures end,
      parked_at = case when ${isNewDemand} or ${retryParked} then null else q.parked_at end
  `.execute(tx);
}
