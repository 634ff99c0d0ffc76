import { sql } from 'kysely';
import { type DatabaseClock, shifted } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';
import type { Lane } from './claim.ts';
import type { Delivery } from './pending.ts';

/** What one attempt came to, as the tenant may read it later. */
export interface Attempt {
  readonly status?: number;
  readonly error?: string;
}

/**
 * - `lost`: the lease is somebody else's by now, or the endpoint is gone; nothing was changed.
 * - `kept`: settled, the lane has more and is still ours with a fresh lease.
 * - `released`: settled, the lane is anybody's.
 */
export type Settled = 'lost' | 'kept' | 'released';

/**
 * Ends an event as delivered or dead (C38): delivery and lane move in one statement, fenced by the claim.
 * @param keepForMs lease for the events behind it; without it the lane is released and due at once.
 */
export async function settleEvent(
  executor: Executor,
  clock: DatabaseClock,
  delivery: Delivery,
  { state, attempt, keepForMs }: { state: 'delivered' | 'dead'; attempt: Attempt; keepForMs?: number },
): Promise<Settled> {
  const { lane, event } = delivery;
  const keep = sql`${keepForMs !== undefined}::boolean and l.depth > 1`;
  const { rows } = await sql<{ kept: boolean }>`
    with settled_lane as (
      update lanes l set
        depth = l.depth - 1,
        attempts = 0,
        -- Somebody may have put the lane back meanwhile, to send an older event again.
        settled_through = case when l.settled_through = ${delivery.settledThrough}
          then ${event.sequence}::bigint else l.settled_through end,
        waiting_since = case when l.depth > 1 then coalesce((
          select d.created_at from deliveries d
          where d.endpoint_id = l.endpoint_id and d.aggregate_id = l.aggregate_id
            and d.sequence > ${event.sequence} and d.state = 'pending'
          order by d.sequence limit 1), ${clock.now}) end,
        -- Kept lanes keep their place: a column of an index that does not move is an index not written.
        due_at = case when ${keep} then l.due_at when l.depth > 1 then ${clock.now} end,
        lease_until = case when ${keep} then ${shifted(clock, keepForMs ?? 0)} end,
        claim_id = case when ${keep} then l.claim_id end
      where ${held(lane)}
      returning l.endpoint_id, l.aggregate_id, l.claim_id
    ),
    settled_delivery as (
      update deliveries d set
        state = ${state},
        attempts = d.attempts + 1,
        last_status = ${attempt.status ?? null},
        last_error = ${attempt.error ?? null},
        settled_at = ${clock.now},
        dead_at = ${state === 'dead' ? clock.now : null}
      from settled_lane s
      where d.endpoint_id = s.endpoint_id and d.aggregate_id = s.aggregate_id
        and d.sequence = ${event.sequence}
    )
    select claim_id is not null as kept from settled_lane
  `.execute(executor);
  const [row] = rows;
  if (!row) return 'lost';
  return row.kept ? 'kept' : 'released';
}

/**
 * Puts the lane off after a failed attempt: its order waits for this event, other lanes do not.
 * @param disable switches the endpoint off with this reason; what it is owed is kept.
 */
export async function settleRetry(
  executor: Executor,
  clock: DatabaseClock,
  { lane, event }: Delivery,
  { attempt, inMs, disable }: { attempt: Attempt; inMs: number; disable?: string | undefined },
): Promise<Settled> {
  const { rows } = await sql`
    with settled_lane as (
      update lanes l set
        attempts = l.attempts + 1, due_at = ${shifted(clock, inMs)}, lease_until = null, claim_id = null
      where ${held(lane)}
      returning l.endpoint_id, l.aggregate_id
    ),
    settled_delivery as (
      update deliveries d set
        attempts = d.attempts + 1,
        last_status = ${attempt.status ?? null},
        last_error = ${attempt.error ?? null}
      from settled_lane s
      where d.endpoint_id = s.endpoint_id and d.aggregate_id = s.aggregate_id
        and d.sequence = ${event.sequence}
    ),
    switched_off as (
      update webhook_endpoints e set
        active = false, disabled_reason = ${disable ?? null}, version = e.version + 1, updated_at = ${clock.now}
      from settled_lane s
      where e.endpoint_id = s.endpoint_id and e.active and ${disable !== undefined}
    )
    select from settled_lane
  `.execute(executor);
  return rows.length === 0 ? 'lost' : 'released';
}

/** Gives lanes back untouched, due as they were, no attempt counted. Lanes that are not ours stay as they are. */
export async function releaseLanes(executor: Executor, lanes: readonly Lane[]): Promise<void> {
  if (lanes.length === 0) return;
  await sql`
    update lanes l set lease_until = null, claim_id = null
    from unnest(${lanes.map((l) => l.endpointId)}::text[], ${lanes.map((l) => l.aggregateId)}::text[],
                ${lanes.map((l) => l.claimId)}::text[]) as mine (endpoint_id, aggregate_id, claim_id)
    where l.endpoint_id = mine.endpoint_id and l.aggregate_id = mine.aggregate_id
      and l.claim_id = mine.claim_id
  `.execute(executor);
}

function held({ endpointId, aggregateId, claimId }: Lane) {
  return sql`l.endpoint_id = ${endpointId} and l.aggregate_id = ${aggregateId} and l.claim_id = ${claimId}`;
}
