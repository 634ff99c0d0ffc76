import { type RawBuilder, sql } from 'kysely';
import type { DatabaseClock } from '../../database/clock.ts';
import type { Tx } from '../../database/database.ts';
import { windowStart } from '../upkeep/window.ts';

/** A delivery of one endpoint: its lane and its place there. */
export interface Place {
  readonly aggregateId: string;
  readonly sequence: number;
}

export type SettledState = 'delivered' | 'dead' | 'skipped';

/** What came of a list of places. */
export interface Changed {
  /** Places dealt with, from the first on. The others are in lanes that somebody else holds at this moment. */
  readonly examined: number;
  /** How many of them were changed. */
  readonly changed: number;
}

const NOTHING: Changed = { examined: 0, changed: 0 };

/**
 * Puts settled deliveries back into their lanes, to be sent again with the same body, id and sequence. An event
 * that is on its way meanwhile is settled as usual; its lane then goes on with what was put back (settle.ts).
 * Only what is still as it was selected: in one of `states`, settled at `settledBy` or before, inside the window.
 * @param places sorted by aggregate, then sequence.
 */
export async function putBack(
  tx: Tx,
  clock: DatabaseClock,
  selected: {
    readonly endpointId: string;
    readonly places: readonly Place[];
    readonly states: readonly SettledState[];
    readonly settledBy: Date;
    readonly createdFrom: Date;
    readonly replayId?: string;
  },
): Promise<Changed> {
  const { endpointId, states, settledBy, createdFrom, replayId } = selected;
  if (selected.places.length === 0) return NOTHING;
  const places = await lockLanes(tx, endpointId, selected.places);
  const { rows } = await sql<{ changed: number }>`
    with chosen as materialized (
      select d.at from ${listed(places)} cross join lateral (
        select d.ctid as at from deliveries d
        where ${isPlace(endpointId)} and d.state = any(${[...states]}::text[])
          and d.settled_at <= ${settledBy}::timestamptz and d.created_at >= ${createdFrom}::timestamptz
        for update
      ) d
    ),
    put_back as (
      -- A test asks for one secret, which may be gone: what is sent again is signed like anything else.
      update deliveries d set state = 'pending', replay_id = ${replayId ?? null}, replaying = ${replayId ?? null},
        settled_at = null, dead_at = null, skip_reason = null, secret_version = null
      where d.ctid = any(array(select at from chosen))
      returning d.aggregate_id, d.sequence, d.created_at
    ),
    placed as materialized (
      select lane.*, l.*, not exists (
        -- The statement sees the deliveries as they were before it: what was waiting already.
        select from deliveries d where d.endpoint_id = ${endpointId} and d.aggregate_id = lane.aggregate_id
          and d.sequence > l.settled_through and d.sequence < lane.lowest and d.state = 'pending') as first
      from (
        select aggregate_id, count(*)::integer as added, min(sequence) as lowest, min(created_at) as oldest
        from put_back group by aggregate_id
      ) lane cross join lateral (${laneOf(endpointId, sql`lane.aggregate_id`)}) l
    ),
    requeued as (
      update lanes l set
        depth = l.depth + p.added,
        -- Always lower while somebody sends: his settling must not pass over what comes in before its event.
        settled_through = least(l.settled_through - (l.claim_id is not null)::integer, p.lowest - 1),
        waiting_since = least(l.waiting_since, p.oldest),
        attempts = case when p.first then 0 else l.attempts end,
        due_at = case when p.first then least(l.due_at, ${clock.now}) else l.due_at end
      from placed p where l.ctid = p.at
    )
    select count(*) as changed from put_back`.execute(tx);
  return { examined: places.length, changed: rows[0]?.changed ?? 0 };
}

/**
 * Gives up undelivered events: skipped, with the reason, and their lanes go on behind them. A delivery that is on
 * its way in one of these lanes settles into nothing, and is sent again if it was none of them.
 * @param places sorted by aggregate, then sequence.
 */
export async function giveUp(
  tx: Tx,
  clock: DatabaseClock,
  given: {
    readonly endpointId: string;
    readonly places: readonly Place[];
    readonly reason: 'tenant' | 'expired';
  },
): Promise<Changed> {
  const { endpointId, reason } = given;
  if (given.places.length === 0) return NOTHING;
  const places = await lockLanes(tx, endpointId, given.places);
  const { rows: lanes } = await sql<{ aggregate_id: string; taken: number; lowest: number }>`
    with chosen as materialized (
      select d.at from ${listed(places)} cross join lateral (
        select d.ctid as at from deliveries d where ${isPlace(endpointId)} and d.state = 'pending' for update
      ) d
    ),
    given_up as (
      update deliveries d set state = 'skipped', skip_reason = ${reason}, settled_at = ${clock.now},
        replaying = null
      where d.ctid = any(array(select at from chosen))
      returning d.aggregate_id, d.sequence
    )
    select aggregate_id, count(*) as taken, min(sequence) as lowest from given_up group by aggregate_id
  `.execute(tx);
  if (lanes.length === 0) return { examined: places.length, changed: 0 };

  // A statement of its own: it sees what is undelivered now, and so the head that each lane has.
  await sql`
    with placed as materialized (
      select given.*, l.*, head.*
      from unnest(${lanes.map((l) => l.aggregate_id)}::text[], ${lanes.map((l) => l.taken)}::integer[],
                  ${lanes.map((l) => l.lowest)}::bigint[]) as given (aggregate_id, taken, lowest)
      cross join lateral (${laneOf(endpointId, sql`given.aggregate_id`)}) l
      left join lateral (
        select d.sequence as head, d.created_at as head_since from deliveries d
        where d.endpoint_id = ${endpointId} and d.aggregate_id = given.aggregate_id
          and d.sequence > l.settled_through and d.state = 'pending'
        order by d.sequence limit 1
      ) head on true
    )
    update lanes l set
      depth = l.depth - p.taken,
      settled_through = coalesce(p.head - 1, l.last_sequence),
      waiting_since = p.head_since,
      attempts = case when p.head < p.lowest then l.attempts else 0 end,
      due_at = case when p.head < p.lowest then l.due_at
                    when p.head is not null then least(l.due_at, ${clock.now}) end,
      lease_until = null,
      claim_id = null
    from placed p where l.ctid = p.at
  `.execute(tx);
  return { examined: places.length, changed: lanes.reduce((sum, { taken }) => sum + taken, 0) };
}

/**
 * Sends one dead letter again, in its place in the order; what is behind it and undelivered comes after it.
 * @returns `unknown` when this endpoint was never owed the event, or not within the window.
 */
export async function redeliver(
  tx: Tx,
  clock: DatabaseClock,
  { endpointId, eventId }: { readonly endpointId: string; readonly eventId: string },
): Promise<'queued' | 'not-dead' | 'unknown'> {
  const { rows } = await sql<{ aggregate_id: string; sequence: number; created_at: Date; now: Date }>`
    select aggregate_id, sequence, created_at, ${clock.now} as now from deliveries
    where endpoint_id = ${endpointId} and event_id = ${eventId}`.execute(tx);
  const [row] = rows;
  if (!row) return 'unknown';
  const now = new Date(row.now);
  const createdFrom = windowStart(now);
  if (new Date(row.created_at) < createdFrom) return 'unknown';
  const { changed } = await putBack(tx, clock, {
    endpointId,
    places: [{ aggregateId: row.aggregate_id, sequence: row.sequence }],
    states: ['dead'],
    settledBy: now,
    createdFrom,
  });
  return changed > 0 ? 'queued' : 'not-dead';
}

/**
 * Locks the lanes of these places and answers the places that may be changed: all up to the first lane that is
 * not to be had at once. Only for the first lane is waited, so that nobody here waits with a lane in hand, and
 * writers of several aggregates, in whatever order they come, never wait in a circle with us.
 */
async function lockLanes(tx: Tx, endpointId: string, places: readonly Place[]): Promise<readonly Place[]> {
  const [first, ...others] = new Set(places.map(({ aggregateId }) => aggregateId));
  const { rows: waited } = await sql`
    select from lanes where endpoint_id = ${endpointId} and aggregate_id = ${first} for update`.execute(tx);
  if (waited.length === 0) throw new Error('a delivery without a lane');
  if (others.length === 0) return places;
  const { rows } = await sql<{ aggregate_id: string }>`
    select aggregate_id from lanes where endpoint_id = ${endpointId} and aggregate_id = any(${others}::text[])
    order by aggregate_id for update skip locked`.execute(tx);
  const held = new Set([first, ...rows.map((row) => row.aggregate_id)]);
  const end = places.findIndex(({ aggregateId }) => !held.has(aggregateId));
  return end < 0 ? places : places.slice(0, end);
}

// Rows are found one by one by their key and changed where they lie: a plan that joins goes wrong by a factor of
// thousands as soon as the statistics lag behind what is pending and what is settled.

function listed(places: readonly Place[]) {
  return sql`unnest(${places.map((p) => p.aggregateId)}::text[], ${places.map((p) => p.sequence)}::bigint[])
    as place (aggregate_id, sequence)`;
}

function isPlace(endpointId: string) {
  return sql`d.endpoint_id = ${endpointId} and d.aggregate_id = place.aggregate_id and d.sequence = place.sequence`;
}

function laneOf(endpointId: string, aggregateId: RawBuilder<unknown>) {
  return sql`
    select l.ctid as at, l.settled_through from lanes l
    where l.endpoint_id = ${endpointId} and l.aggregate_id = ${aggregateId} for update`;
}
