import { sql } from 'kysely';
import type { DatabaseClock } from '../../database/clock.ts';
import type { Executor } from '../../database/database.ts';

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

/** How one endpoint is doing, for operators. */
export interface EndpointFigures {
  readonly tenantId: string;
  readonly endpointId: string;
  readonly url: string;
  readonly active: boolean;
  readonly health: 'healthy' | 'failing' | 'disabled' | 'paused';
  /** Attempts in a row that failed. */
  readonly failures: number;
  readonly pending: number;
  /** Seconds since the oldest undelivered event was created; absent when nothing is pending. */
  readonly oldestSeconds?: number;
  readonly dead: number;
}

/** Endpoints of all tenants, by id. `after` is the id of the last one of the page before. */
export async function endpointFigures(
  executor: Executor,
  clock: DatabaseClock,
  { limit, after = '' }: { readonly limit: number; readonly after?: string },
): Promise<readonly EndpointFigures[]> {
  const { rows } = await sql<EndpointFiguresRow>`
    select e.tenant_id, e.endpoint_id, e.url, e.active, e.failures,
      case when e.active then case when e.failing_since is null then 'healthy' else 'failing' end
           when e.disabled_reason is null then 'paused' else 'disabled' end as health,
      coalesce(l.pending, 0) as pending,
      extract(epoch from ${clock.now} - l.oldest)::double precision as oldest,
      (select count(*) from deliveries d where d.endpoint_id = e.endpoint_id and d.dead_at is not null) as dead
    from webhook_endpoints e
    cross join lateral (
      select sum(depth)::bigint as pending, min(waiting_since) as oldest from lanes
      where endpoint_id = e.endpoint_id and due_at is not null
    ) l
    where e.endpoint_id > ${after} order by e.endpoint_id limit ${limit}`.execute(executor);
  return rows.map(({ tenant_id, endpoint_id, oldest, ...figures }) => ({
    tenantId: tenant_id,
    endpointId: endpoint_id,
    ...figures,
    ...(oldest === null ? {} : { oldestSeconds: Math.max(0, oldest) }),
  }));
}

interface EndpointFiguresRow extends Omit<EndpointFigures, 'tenantId' | 'endpointId' | 'oldestSeconds'> {
  tenant_id: string;
  endpoint_id: string;
  oldest: number | null;
}

export { type Conservation, conservation } from './conservation.ts';
