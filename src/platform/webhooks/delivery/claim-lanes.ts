import { sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import { type DatabaseClock, readOnce } from '../../database/clock.ts';
import type { Tx } from '../../database/database.ts';
import { sendOnly } from '../../database/transactions.ts';
import { UNFLUSHED } from '../../database/unflushed.ts';
import type { Pick } from './claim-pick.ts';
import { keyedDueAndFree, LEASE_MARGIN_MS, type LeasedLane, leased } from './lane.ts';

interface LeaseRow {
  endpoint_id: string;
  aggregate_id: string;
  retrying: boolean;
  timeout_ms: number;
  waiting_since: Date;
}

/**
 * Leases lanes of endpoints that the transaction has locked. How many of an endpoint are leased is counted here, by
 * a statement that began when the locks were held: so its cap is never passed. A lane that is leased or locked by
 * now is left out. Every lane costs its endpoint one delivery of its rate limit. A server that dies may forget the
 * leases: whoever works under them finds out when he settles.
 * @returns what is leased, once the transaction is committed, with which the statement goes out.
 */
export async function leaseLanes(
  tx: Tx,
  clock: DatabaseClock,
  picks: readonly Pick[],
): Promise<() => readonly LeasedLane[]> {
  const claimId = newId('clm', new Date());
  const limited = picks.some(({ endpoint }) => endpoint.rateLimit !== null);
  const full = new Set(picks.filter(takesLastPlace).map(({ endpoint }) => endpoint.endpointId));
  const failures = new Map(picks.map(({ endpoint }) => [endpoint.endpointId, endpoint.failures]));
  const statement = sql<LeaseRow>`
    /* plan kept */
    with ${readOnce(clock)},
    free as materialized (
      select lane.*, picked.timeout_ms, time.now
      from time cross join unnest(${picks.map((p) => p.endpoint.endpointId)}::text[], ${picks.map((p) => p.aggregateId)}::text[],
                  ${picks.map((p) => p.endpoint.cap - p.nth)}::integer[],
                  ${picks.map((p) => p.endpoint.timeoutMs)}::integer[])
        as picked (endpoint_id, aggregate_id, others, timeout_ms)
      cross join lateral (
        select count(*) as lanes from lanes l where l.endpoint_id = picked.endpoint_id and ${leased(sql`time.now`)} limit 1
      ) at_work
      cross join lateral (
        select l.endpoint_id, l.aggregate_id from lanes l
        where l.endpoint_id = picked.endpoint_id and l.aggregate_id = picked.aggregate_id
          and ${keyedDueAndFree(sql`time.now`)} and at_work.lanes <= picked.others
        for update skip locked
      ) lane
    ),
    lease as (
      update lanes l set
        claim_id = ${claimId},
        lease_until = free.now + make_interval(secs => (free.timeout_ms + ${LEASE_MARGIN_MS}::integer) / 1000.0)
      from free
      where l.endpoint_id = free.endpoint_id and l.aggregate_id = free.aggregate_id
      returning l.endpoint_id, l.aggregate_id, l.retrying, free.timeout_ms,
        coalesce(l.waiting_since, to_timestamp(0)) as waiting_since
    )
    ${limited ? paced : sql``}
    select lease.*, ${UNFLUSHED} from lease
  `;
  const leases = await sendOnly(tx, statement.compile(tx));
  return () =>
    leases().map((row) => ({
      endpointId: row.endpoint_id,
      aggregateId: row.aggregate_id,
      claimId,
      retrying: row.retrying,
      endpointFailures: failures.get(row.endpoint_id) ?? 0,
      endpointFull: full.has(row.endpoint_id),
      leaseMs: row.timeout_ms + LEASE_MARGIN_MS,
      waitingSince: new Date(row.waiting_since),
    }));
}

const takesLastPlace = ({ endpoint: { atWork, cap }, nth }: Pick) =>
  atWork.first + atWork.retries + nth >= cap;

const paced = sql`,
  paced as (
    update webhook_endpoints e set next_at = greatest(e.next_at, (select now from time))
      + make_interval(secs => taken.lanes / e.rate_limit::double precision)
    from (select endpoint_id, count(*) as lanes from lease group by endpoint_id) taken
    where e.endpoint_id = taken.endpoint_id and e.rate_limit is not null
  )`;
