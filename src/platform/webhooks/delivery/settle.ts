import { type RawBuilder, sql } from 'kysely';
import { type DatabaseClock, readOnce } from '../../database/clock.ts';
import type { Database, Executor } from '../../database/database.ts';
import { unflushedOn } from '../../database/unflushed.ts';
import type { Lane } from './lane.ts';
import { pacedEndpoint } from './settle-endpoint.ts';
import { type Settlement, toRow } from './settlement.ts';

/**
 * - `lost`: the lease is somebody else's by now, or the endpoint is gone; nothing was changed.
 * - `kept`: settled, the lane has more and is still ours with a fresh lease.
 * - `released`: settled, the lane is anybody's, and may have something due.
 * - `emptied`: settled, and there was no more in the lane.
 */
export type Settled = 'lost' | 'kept' | 'released' | 'emptied';

/**
 * Settles one attempt, whatever came of it (C38): delivery, lane, log and endpoint move in one statement or not at
 * all, fenced by the claim. Rows are locked in the order lane, endpoint.
 */
export async function settle(
  executor: Executor,
  clock: DatabaseClock,
  settlement: Settlement,
): Promise<Settled> {
  const { rows } = await sql<SettledRow>`
    with ${readOnce(clock)},
    ${given([settlement])},
    held as materialized (
      select given.*, endpoint.open, l.tenant_id, l.depth, l.waiting_since, l.settled_through as settled_to,
        l.settled_through <> given.settled_through as moved
      from given
      cross join lateral (
        select ${isOpen} as open from webhook_endpoints e where e.endpoint_id = given.endpoint_id limit 1
      ) endpoint
      cross join lateral (
        select l.tenant_id, l.depth, l.settled_through, l.waiting_since from lanes l
        where ${isOurs} for update
      ) l
    ),
    ${placed},
    ${settledLane},
    ${settledDelivery},
    ${loggedAttempt},
    ${pacedEndpoint}
    select place, kept, emptied from settled_lane
  `.execute(executor);
  const [row] = rows;
  return row ? settledAs(row) : 'lost';
}

/**
 * Settles events that were delivered, of different lanes, in one statement. It waits for nobody: what is not the
 * plain case is answered as undefined, unchanged, and has to be settled by itself. That is a lane that somebody
 * holds at this moment or has put back, an endpoint with failures in a row, a lost lease.
 * Every row is found by its key, so its plan may be kept (platform/database/prepared.ts).
 * It does not wait for the disk: a server that dies may forget its last deliveries, which are sent again. While it
 * waited, appends to these lanes would wait for it.
 */
export async function settleDelivered(
  { executor, engine }: Pick<Database, 'executor' | 'engine'>,
  clock: DatabaseClock,
  settlements: readonly Settlement[],
): Promise<readonly (Settled | undefined)[]> {
  const { rows } = await sql<SettledRow>`
    /* plan kept */
    with ${readOnce(clock)},
    ${given(settlements)},
    placed as materialized (
      select given.*, l.tenant_id, l.depth, given.keep_ms is not null and l.depth > 1 and endpoint.open as kept,
        true as heads, false as moved,
        case when l.depth > 1 then coalesce((
          select d.created_at from deliveries d
          where d.endpoint_id = given.endpoint_id and d.aggregate_id = given.aggregate_id
            and d.sequence > given.sequence and d.state = 'pending'
          order by d.sequence limit 1), (select now from time)) end as next_since
      from given
      cross join lateral (
        select ${isOpen} as open from webhook_endpoints e
        where e.endpoint_id = given.endpoint_id and e.failures = 0 limit 1
      ) endpoint
      cross join lateral (
        select l.tenant_id, l.depth from lanes l
        where ${isOurs} and l.settled_through = given.settled_through for update skip locked
      ) l
    ),
    ${settledLane},
    ${settledDelivery},
    ${loggedAttempt}
    select place, kept, emptied, ${unflushedOn(engine)} from settled_lane
  `.execute(executor);
  const byPlace = new Map(rows.map((row) => [row.place, settledAs(row)]));
  return settlements.map((_, place) => byPlace.get(place));
}

interface SettledRow {
  place: number;
  kept: boolean;
  emptied: boolean;
}

function settledAs({ kept, emptied }: SettledRow): Settled {
  if (kept) return 'kept';
  return emptied ? 'emptied' : 'released';
}

/** The settlements as a table; the planner would take a function for a hundred rows, and rather read whole tables. */
function given(settlements: readonly Settlement[]): RawBuilder<unknown> {
  return sql`
    given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(settlements.map(toRow))}::jsonb) as given (
        place integer, endpoint_id text, aggregate_id text, claim_id text, sequence bigint, settled_through bigint,
        ends text, wait_ms bigint, counts boolean, keep_ms bigint, status integer, error text,
        effect text, holds_ms bigint[], asked_ms bigint, reason text,
        event_id text, attempted_at timestamptz, outcome text, stage text, address text, duration_ms integer,
        dns_ms integer, connect_ms integer, tls_ms integer, first_byte_ms integer, response text, replay_id text)
      limit ${settlements.length}
    )`;
}

const isOpen = sql`e.active and (e.held_until is null or e.held_until <= (select now from time))`;
const isOurs = sql`l.endpoint_id = given.endpoint_id and l.aggregate_id = given.aggregate_id
  and l.claim_id = given.claim_id`;

/**
 * Somebody may have put the lane back meanwhile, to send older events again (requeue.ts): then `settled_through`
 * has moved. What is undelivered before this event makes that the head, to which the lane's attempts belong.
 * When that happened after this statement began to see the database, it does not see those events, and takes them
 * for there.
 */
const placed = sql`
  placed as materialized (
    select held.*,
      keep_ms is not null and ends is not null and depth > 1 and open and not moved as kept,
      case when raced then false when moved then not exists (
        select from deliveries d
        where d.endpoint_id = held.endpoint_id and d.aggregate_id = held.aggregate_id
          and d.sequence > held.settled_to and d.sequence < held.sequence and d.state = 'pending')
        else true end as heads,
      case when ends is null or raced then held.waiting_since when depth > 1 then coalesce((
        select d.created_at from deliveries d
        where d.endpoint_id = held.endpoint_id and d.aggregate_id = held.aggregate_id
          and d.sequence > case when moved then held.settled_to else held.sequence end
          and d.sequence <> held.sequence and d.state = 'pending'
        order by d.sequence limit 1), (select now from time)) end as next_since
    from held cross join lateral (
      select case when moved then held.settled_to <> (
        select l.settled_through from lanes l
        where l.endpoint_id = held.endpoint_id and l.aggregate_id = held.aggregate_id) else false end as raced
      limit 1
    ) race
  )`;

/**
 * A kept lane keeps its place: a column of an index that does not move is an index that is not written. The depth is
 * that of the locked row: an event that was appended since the statement began is in it, and not in the row that the
 * update sees first, on which the constraints are checked all the same.
 */
const settledLane = sql`
  settled_lane as (
    update lanes l set
      depth = p.depth - (p.ends is not null)::integer,
      attempts = case when not p.heads then l.attempts when p.ends is not null then 0
        else l.attempts + p.counts::integer end,
      settled_through = case when p.ends is null or p.moved then l.settled_through else p.sequence end,
      waiting_since = case when p.ends is null or p.depth > 1 then p.next_since end,
      due_at = case when p.kept then l.due_at
        when p.ends is not null and p.depth = 1 then null
        when p.ends is not null or not p.heads then (select now from time)
        else (select now from time) + make_interval(secs => p.wait_ms / 1000.0) end,
      lease_until = case when p.kept then (select now from time) + make_interval(secs => p.keep_ms / 1000.0) end,
      claim_id = case when p.kept then l.claim_id end
    from placed p
    where l.endpoint_id = p.endpoint_id and l.aggregate_id = p.aggregate_id
    returning p.place, p.kept, l.depth = 0 as emptied
  )`;

const settledDelivery = sql`
  settled_delivery as (
    update deliveries d set
      state = coalesce(p.ends, d.state),
      attempts = d.attempts + p.counts::integer,
      last_status = p.status,
      last_error = p.error,
      settled_at = case when p.ends is null then d.settled_at else (select now from time) end,
      dead_at = case when p.ends = 'dead' then (select now from time) end,
      replaying = case when p.ends is null then d.replaying end
    from placed p
    where d.endpoint_id = p.endpoint_id and d.aggregate_id = p.aggregate_id and d.sequence = p.sequence
    returning p.place, d.attempts
  )`;

/** An attempt that does not count has the number of the next one that does. */
const loggedAttempt = sql`
  logged as (
    insert into delivery_attempts (tenant_id, endpoint_id, event_id, number, attempted_at, outcome, status, error,
      stage, address, duration_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, response, replay_id)
    select p.tenant_id, p.endpoint_id, p.event_id, d.attempts + (not p.counts)::integer, p.attempted_at, p.outcome,
      p.status, p.error, p.stage, p.address, p.duration_ms, p.dns_ms, p.connect_ms, p.tls_ms, p.first_byte_ms,
      p.response, p.replay_id
    from placed p join settled_delivery d on d.place = p.place
    where p.attempted_at is not null
  )`;

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
