import { sql } from 'kysely';
import type { Executor } from '../../database/database.ts';

export type EventState = 'delivered' | 'pending' | 'dead' | 'skipped';

/** Where the events went that one endpoint was owed, since it exists. */
export interface Conservation extends Readonly<Record<EventState, number>> {
  readonly tenantId: string;
  readonly endpointId: string;
  /** Counted by the lanes when the events came in; the others by the deliveries, as they are or were purged. */
  readonly accepted: number;
  /** accepted = delivered + pending + dead + skipped, and the lanes' depth is what is pending. */
  readonly holds: boolean;
}

const PAGE = 100;

/**
 * The invariant that nothing vanishes, for every endpoint. Reads every delivery, one endpoint a statement, so that
 * each is bounded by what one endpoint is owed and sees one moment; for a reconciler, not for a scrape.
 */
export async function conservation(
  executor: Executor,
  signal?: AbortSignal,
): Promise<readonly Conservation[]> {
  const figures: Conservation[] = [];
  for (let after: string | undefined = ''; after !== undefined && !signal?.aborted; ) {
    const page: readonly string[] = await endpointIds(executor, after);
    for (const endpointId of page) {
      if (signal?.aborted) break;
      const one = await conservationOf(executor, endpointId);
      if (one) figures.push(one);
    }
    after = page.length === PAGE ? page.at(-1) : undefined;
  }
  return figures;
}

/** Undefined when there is no such endpoint (any more). */
export async function conservationOf(
  executor: Executor,
  endpointId: string,
): Promise<Conservation | undefined> {
  const { rows } = await sql<ConservationRow>`
    select e.tenant_id, e.endpoint_id, l.*, d.*
    from webhook_endpoints e
    cross join lateral (
      select coalesce(sum(accepted), 0)::bigint as accepted, coalesce(sum(depth), 0)::bigint as depth
      from lanes where endpoint_id = e.endpoint_id
    ) l
    cross join lateral (
      select
        coalesce(sum(count) filter (where state = 'delivered'), 0)::bigint as delivered,
        coalesce(sum(count) filter (where state = 'pending'), 0)::bigint as pending,
        coalesce(sum(count) filter (where state = 'dead'), 0)::bigint as dead,
        coalesce(sum(count) filter (where state = 'skipped'), 0)::bigint as skipped
      from (
        select state, count(*) as count from deliveries where endpoint_id = e.endpoint_id group by state
        union all
        select state, count from purged_deliveries where endpoint_id = e.endpoint_id
      ) counted
    ) d
    where e.endpoint_id = ${endpointId}`.execute(executor);
  const [row] = rows;
  if (!row) return undefined;
  const { tenant_id, endpoint_id, depth, ...counts } = row;
  const { accepted, delivered, pending, dead, skipped } = counts;
  return {
    tenantId: tenant_id,
    endpointId: endpoint_id,
    ...counts,
    holds: accepted === delivered + pending + dead + skipped && pending === depth,
  };
}

async function endpointIds(executor: Executor, after: string): Promise<readonly string[]> {
  const { rows } = await sql<{ endpoint_id: string }>`
    select endpoint_id from webhook_endpoints where endpoint_id > ${after}
    order by endpoint_id limit ${PAGE}`.execute(executor);
  return rows.map((row) => row.endpoint_id);
}

interface ConservationRow extends Readonly<Record<EventState, number>> {
  readonly tenant_id: string;
  readonly endpoint_id: string;
  readonly accepted: number;
  readonly depth: number;
}
