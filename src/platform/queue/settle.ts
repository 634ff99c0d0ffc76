import { sql } from 'kysely';
import { type DatabaseClock, readOnce } from '../database/clock.ts';
import type { Tx } from '../database/database.ts';
import type { Claim } from './claim.ts';
import type { Work } from './enqueue.ts';

/** The lease is somebody else's now: whatever this pass found out must not be written. */
export class LeaseLost extends Error {
  constructor({ resource, aggregateId }: Work) {
    super(`the lease on ${resource} ${aggregateId} was lost`);
    this.name = 'LeaseLost';
  }
}

/** When the row is due next, and what that says about failures. */
export type Settlement =
  /** The pass went well: failures back to zero. */
  | { readonly kind: 'due'; readonly inMs: number }
  /** The provider had no time for us: neither a failure nor a success. */
  | { readonly kind: 'held-back'; readonly inMs: number }
  | { readonly kind: 'failed'; readonly inMs: number; readonly error: string }
  | { readonly kind: 'parked'; readonly error: string };

export interface Settling {
  readonly claim: Claim;
  readonly settlement: Settlement;
}

/**
 * Locks rows of the queue in the one order in which everybody does who writes several. For a transaction that wakes
 * some before it settles others: two that wake each other's would wait for each other.
 */
export async function lockInOrder(tx: Tx, works: readonly Work[]): Promise<void> {
  const keys = works.map(({ resource, aggregateId }) => ({ resource, aggregateId }));
  await sql`
    select 1 from reconcile_queue q
    join (
      select distinct resource, "aggregateId" from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
        as work (resource text collate "C", "aggregateId" text collate "C")
    ) work on q.resource = work.resource and q.aggregate_id = work."aggregateId"
    order by q.aggregate_id, q.resource
    for no key update of q`.execute(tx);
}

/**
 * Ends claims in the transaction that saves what their passes learnt. A trigger that came meanwhile makes a row
 * due at once, except that only a new demand may cut a backoff or a parking short.
 * @returns the claims whose rows are parked now.
 * @throws LeaseLost when one of the claims is no longer ours: everything must roll back.
 */
export async function settle(
  tx: Tx,
  clock: DatabaseClock,
  settlings: readonly Settling[],
): Promise<readonly Claim[]> {
  const given = settlings.map(({ claim, settlement }, at) => ({
    at,
    resource: claim.resource,
    aggregateId: claim.aggregateId,
    claimId: claim.claimId,
    wantedGeneration: claim.wantedGeneration,
    wakes: claim.wakes,
    kind: settlement.kind,
    inMs: 'inMs' in settlement ? settlement.inMs : 0,
    error: 'error' in settlement ? settlement.error : null,
  }));
  const renewed = sql`q.wanted_generation > given."wantedGeneration"`;
  const { rows } = await sql<{ at: number; parked: boolean }>`
    with ${readOnce(clock)},
    -- In the order of lockInOrder.
    locked as materialized (
      select given.* from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (at integer,
        resource text collate "C", "aggregateId" text collate "C", "claimId" text collate "C",
        "wantedGeneration" integer, wakes bigint, kind text, "inMs" double precision, error text)
      join reconcile_queue q on q.resource = given.resource and q.aggregate_id = given."aggregateId"
      order by q.aggregate_id, q.resource for no key update of q
    )
    update reconcile_queue q set
      lease_until = null,
      claim_id = null,
      due_at = (select now from time) + make_interval(secs =>
        case when (given.kind = 'due' and q.wakes <> given.wakes) or (given.kind <> 'due' and ${renewed}) then 0
          else given."inMs" / 1000 end),
      failures = case
        when given.kind = 'due' then 0
        when given.kind = 'held-back' then q.failures
        when ${renewed} then 0
        else q.failures + 1 end,
      parked_at = case when given.kind = 'parked' and not (${renewed}) then (select now from time) end,
      last_error = given.error
    from locked as given
    where q.resource = given.resource and q.aggregate_id = given."aggregateId"
      and q.claim_id = given."claimId"
    returning given.at, q.parked_at is not null as parked
  `.execute(tx);
  const parked = new Map(rows.map((row) => [row.at, row.parked]));
  const lost = settlings.find((_, at) => !parked.has(at));
  if (lost) throw new LeaseLost(lost.claim);
  return settlings.flatMap(({ claim }, at) => (parked.get(at) ? [claim] : []));
}
