import { sql } from 'kysely';
import type { DatabaseClock } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';

export interface WebhookFigures {
  /** Seconds that the oldest undelivered event of an active endpoint has been waiting. The one to alert on. */
  readonly oldestUndeliveredSeconds: number;
  /** Undelivered events of active endpoints ... */
  readonly depth: number;
  /** ... and those that paused ones keep. */
  readonly pausedDepth: number;
  /** Events that were given up on and not sent again since. */
  readonly dead: number;
}

/** How far delivery is behind, from the lanes that are not empty alone. */
export async function webhookFigures(executor: Executor, clock: DatabaseClock): Promise<WebhookFigures> {
  const { rows } = await sql<{ oldest: number | null; depth: number; paused: number; dead: number }>`
    select
      extract(epoch from ${clock.now} - min(l.waiting_since) filter (where e.active))::double precision
        as oldest,
      coalesce(sum(l.depth) filter (where e.active), 0)::bigint as depth,
      coalesce(sum(l.depth) filter (where not e.active), 0)::bigint as paused,
      (select count(*) from deliveries where dead_at is not null) as dead
    from lanes l join webhook_endpoints e on e.endpoint_id = l.endpoint_id
    where l.due_at is not null
  `.execute(executor);
  const [row] = rows;
  return {
    oldestUndeliveredSeconds: Math.max(0, row?.oldest ?? 0),
    depth: row?.depth ?? 0,
    pausedDepth: row?.paused ?? 0,
    dead: row?.dead ?? 0,
  };
}

/** Where the events went that one endpoint was owed. */
export interface Conservation {
  readonly tenantId: string;
  readonly endpointId: string;
  /** Counted by the lanes when the events came in ... */
  readonly accepted: number;
  /** ... and these by the deliveries as they are. */
  readonly delivered: number;
  readonly pending: number;
  readonly dead: number;
  readonly skipped: number;
  /** accepted = delivered + pending + dead + skipped, and the lanes' depth is what is pending. */
  readonly holds: boolean;
}

/** The invariant that nothing vanishes, per endpoint. Reads every delivery: for a reconciler, not for a scrape. */
export async function conservation(executor: Executor): Promise<readonly Conservation[]> {
  const { rows } = await sql<ConservationRow>`
    select e.tenant_id, e.endpoint_id, coalesce(l.accepted, 0) as accepted, coalesce(l.depth, 0) as depth,
      coalesce(d.delivered, 0) as delivered, coalesce(d.pending, 0) as pending, coalesce(d.dead, 0) as dead,
      coalesce(d.skipped, 0) as skipped
    from webhook_endpoints e
    left join (
      select endpoint_id, sum(accepted)::bigint as accepted, sum(depth)::bigint as depth
      from lanes group by endpoint_id
    ) l on l.endpoint_id = e.endpoint_id
    left join (
      select endpoint_id,
        count(*) filter (where state = 'delivered') as delivered,
        count(*) filter (where state = 'pending') as pending,
        count(*) filter (where state = 'dead') as dead,
        count(*) filter (where state = 'skipped') as skipped
      from deliveries group by endpoint_id
    ) d on d.endpoint_id = e.endpoint_id
    order by e.endpoint_id
  `.execute(executor);
  return rows.map(({ tenant_id, endpoint_id, depth, ...counts }) => ({
    tenantId: tenant_id,
    endpointId: endpoint_id,
    ...counts,
    holds:
      counts.accepted === counts.delivered + counts.pending + counts.dead + counts.skipped &&
      counts.pending === depth,
  }));
}

interface ConservationRow {
  tenant_id: string;
  endpoint_id: string;
  accepted: number;
  depth: number;
  delivered: number;
  pending: number;
  dead: number;
  skipped: number;
}
