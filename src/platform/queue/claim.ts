import { sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import { type DatabaseClock, readOnce, shifted } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';
import { UNFLUSHED } from '../database/unflushed.ts';
import type { Work } from './enqueue.ts';

/** A leased row, as one worker holds it. Every write of the pass is fenced by `claimId`. */
export interface Claim extends Work {
  readonly claimId: string;
  /** Failed passes in a row, one that died with its process included. */
  readonly failures: number;
  readonly wantedGeneration: number;
  readonly wakes: number;
  /** Database time of the claim: `now` of the whole pass. */
  readonly now: Date;
}

export interface Claimer {
  /** Leases up to `limit` due rows. Rows that others are claiming at this moment are skipped. */
  claim(limit: number): Promise<readonly Claim[]>;
}

/** Rows may become visible this much later than their due time says (the writing transaction's length). */
const LOW_WATER_SLACK_MS = 2_000;
const FULL_SWEEP_EVERY_MS = 5_000;

interface ClaimedRow {
  tenant_id: string;
  resource: string;
  aggregate_id: string;
  failures: number;
  wanted_generation: number;
  wakes: number;
  due_at: Date;
  now: Date;
}

/**
 * Claims in batches, oldest due first. Settled rows leave dead index entries behind, and while a transaction
 * anywhere pins the vacuum horizon a scan from the beginning walks through all of them; so under load the scan
 * starts at the last batch's low-water mark, with a full sweep now and then for rows that fell behind it.
 */
export function createClaimer(executor: Executor, clock: DatabaseClock, leaseMs: number): Claimer {
  let lowWater: Date | undefined;
  let sweptAt = 0;
  let foundNothing = false;

  return {
    async claim(limit) {
      // To plan a claim costs three times as much as to look whether there is anything to claim.
      if (foundNothing && !(await anythingDue(executor, clock))) return [];
      const claimId = newId('clm', new Date());
      const from = lowWater
        ? sql`and due_at >= ${lowWater}::timestamptz - make_interval(secs => ${LOW_WATER_SLACK_MS / 1000})`
        : sql``;
      const { rows } = await sql<ClaimedRow>`
        with ${readOnce(clock)},
        due as materialized (
          select resource, aggregate_id from reconcile_queue
          where parked_at is null and due_at <= (select now from time) ${from}
            and (lease_until is null or lease_until <= (select now from time))
          order by due_at limit ${limit}
          for update skip locked
        )
        update reconcile_queue q set
          lease_until = (select now from time) + make_interval(secs => ${leaseMs / 1000}),
          claim_id = ${claimId},
          -- A claim that was never settled nor released is a pass that died with its process.
          failures = q.failures + case when q.claim_id is null then 0 else 1 end
        from due
        where q.resource = due.resource and q.aggregate_id = due.aggregate_id
        returning q.tenant_id, q.resource, q.aggregate_id, q.failures, q.wanted_generation, q.wakes, q.due_at,
          (select now from time) as now, ${UNFLUSHED}
      `.execute(executor);
      foundNothing = rows.length === 0;
      remember(rows, limit);
      return rows.map((row) => ({
        tenantId: row.tenant_id,
        resource: row.resource,
        aggregateId: row.aggregate_id,
        claimId,
        failures: row.failures,
        wantedGeneration: row.wanted_generation,
        wakes: row.wakes,
        now: new Date(row.now),
      }));
    },
  };

  function remember(rows: readonly ClaimedRow[], limit: number): void {
    const now = rows[0] ? new Date(rows[0].now).getTime() : 0;
    if (!lowWater) sweptAt = now;
    const loaded = rows.length === limit && now - sweptAt < FULL_SWEEP_EVERY_MS;
    lowWater = loaded ? new Date(Math.min(...rows.map((row) => new Date(row.due_at).getTime()))) : undefined;
  }
}

async function anythingDue(executor: Executor, clock: DatabaseClock): Promise<boolean> {
  const { rows } = await sql`
    select 1 from reconcile_queue
    where parked_at is null and due_at <= ${clock.now} and (lease_until is null or lease_until <= ${clock.now})
    order by due_at limit 1`.execute(executor);
  return rows.length > 0;
}

/** Renews the leases of claims still held; answers the claim ids of which something is still held. */
export async function renewLeases(
  executor: Executor,
  clock: DatabaseClock,
  leaseMs: number,
  claims: readonly Claim[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ resource: string; aggregate_id: string; claim_id: string }>`
    update reconcile_queue q set lease_until = ${shifted(clock, leaseMs)}
    from unnest(${claims.map((c) => c.resource)}::text[], ${claims.map((c) => c.aggregateId)}::text[],
                ${claims.map((c) => c.claimId)}::text[]) as held (resource, aggregate_id, claim_id)
    where q.resource = held.resource and q.aggregate_id = held.aggregate_id and q.claim_id = held.claim_id
    returning q.resource, q.aggregate_id, q.claim_id
  `.execute(executor);
  return new Set(rows.map((row) => `${row.claim_id}/${row.resource}/${row.aggregate_id}`));
}

/** Key of a claim as `renewLeases` answers it. */
export function claimKey({ claimId, resource, aggregateId }: Claim): string {
  return `${claimId}/${resource}/${aggregateId}`;
}

/**
 * Ends every lease. For the one process of an embedded database, before its workers start: whoever held them is
 * dead. The claims stay, so that a pass that takes its process down is counted when it is claimed again.
 */
export async function endAllLeases(executor: Executor): Promise<void> {
  await sql`update reconcile_queue set lease_until = null where lease_until is not null`.execute(executor);
}

/** Gives claims back untouched, due at once and without counting a failure: a worker that stops. */
export async function releaseClaims(executor: Executor, claims: readonly Claim[]): Promise<void> {
  if (claims.length === 0) return;
  await sql`
    update reconcile_queue q set lease_until = null, claim_id = null
    from unnest(${claims.map((c) => c.resource)}::text[], ${claims.map((c) => c.aggregateId)}::text[],
                ${claims.map((c) => c.claimId)}::text[]) as held (resource, aggregate_id, claim_id)
    where q.resource = held.resource and q.aggregate_id = held.aggregate_id and q.claim_id = held.claim_id
  `.execute(executor);
}
