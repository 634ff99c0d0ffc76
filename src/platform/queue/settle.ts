import { sql } from 'kysely';
import { type DatabaseClock, shifted } from '../database/clock.ts';
import type { Tx } from '../database/database.ts';
import type { Claim } from './claim.ts';

/** The lease is somebody else's now: whatever this pass found out must not be written. */
export class LeaseLost extends Error {
  constructor({ resource, aggregateId }: Claim) {
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

/**
 * Ends a claim in the transaction that saves what the pass learnt. A trigger that came meanwhile makes the row
 * due at once, except that only a new demand may cut a backoff or a parking short.
 * @returns whether the row is parked now.
 * @throws LeaseLost when the claim is no longer ours: everything must roll back.
 */
export async function settle(
  tx: Tx,
  clock: DatabaseClock,
  claim: Claim,
  settlement: Settlement,
): Promise<{ readonly parked: boolean }> {
  const due = shifted(clock, 'inMs' in settlement ? settlement.inMs : 0);
  const renewed = sql`wanted_generation > ${claim.wantedGeneration}`;
  const woken = settlement.kind === 'due' ? sql`wakes <> ${claim.wakes}` : renewed;
  const failures = {
    due: sql`0`,
    'held-back': sql`failures`,
    failed: sql`case when ${renewed} then 0 else failures + 1 end`,
    parked: sql`case when ${renewed} then 0 else failures + 1 end`,
  }[settlement.kind];
  const parkedAt =
    settlement.kind === 'parked' ? sql`case when ${renewed} then null else ${clock.now} end` : sql`null`;
  const { rows } = await sql<{ parked: boolean }>`
    update reconcile_queue set
      lease_until = null,
      claim_id = null,
      due_at = case when ${woken} then ${clock.now} else ${due} end,
      failures = ${failures},
      parked_at = ${parkedAt},
      last_error = ${'error' in settlement ? settlement.error : null}
    where resource = ${claim.resource} and aggregate_id = ${claim.aggregateId} and claim_id = ${claim.claimId}
    returning parked_at is not null as parked
  `.execute(tx);
  const [row] = rows;
  if (!row) throw new LeaseLost(claim);
  return { parked: row.parked };
}
