import { type RawBuilder, sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import { type DatabaseClock, readOnce } from '../database/clock.ts';
import type { Database, Executor, Tx } from '../database/database.ts';

/** One aggregate's order at one endpoint, leased: nobody else sends of it. Every write is fenced by `claimId`. */
export interface Lane {
  readonly endpointId: string;
  readonly aggregateId: string;
  readonly claimId: string;
}

export interface ClaimOptions {
  readonly leaseMs: number;
  /** Lanes of one endpoint that are leased at once, by all processes together. */
  readonly perEndpoint: number;
}

export interface LaneClaimer {
  /** Leases up to `slots` due lanes: as many endpoints as possible get one before any gets its second. */
  claim(slots: number): Promise<readonly Lane[]>;
}

/**
 * Claims endpoints first, then lanes, so that a dead endpoint with a million events costs the others one look
 * at an index. Two statements in one transaction: the second sees what claimers before it leased, since each
 * holds its endpoints locked; so the cap per endpoint is exact. Endpoints under lock are passed by, not waited
 * for. When more endpoints have work than there are slots, the next claim goes on behind the last one served.
 */
export function createLaneClaimer(
  database: Database,
  clock: DatabaseClock,
  options: ClaimOptions,
): LaneClaimer {
  let servedUpTo = '';
  return {
    claim: (slots) =>
      database.transaction(async (tx) => {
        const endpoints = await lockEndpoints(tx, clock, options, { slots, after: servedUpTo });
        servedUpTo = endpoints.length === slots ? (endpoints.at(-1) ?? '') : '';
        return endpoints.length === 0 ? [] : leaseLanes(tx, clock, options, { slots, endpoints });
      }),
  };
}

/**
 * Ends every lease. For the one process of an embedded database, before its workers start: whoever held them is
 * dead, and what he was sending is sent again.
 */
export async function endLaneLeases(executor: Executor): Promise<void> {
  await sql`update lanes set lease_until = null, claim_id = null where lease_until is not null`.execute(
    executor,
  );
}

/**
 * Active endpoints with a due lane and room under their cap. The recursion jumps from endpoint to endpoint
 * along the index of lanes that are not empty, first behind `after` and then from the beginning, and stops
 * when there are enough. A retry that lies in the future, however many there are, is one comparison.
 * Laterals and limits leave the planner one way only, whatever its statistics say of a table that breathes.
 */
async function lockEndpoints(
  tx: Tx,
  clock: DatabaseClock,
  { perEndpoint }: ClaimOptions,
  { slots, after }: { slots: number; after: string },
): Promise<readonly string[]> {
  const { rows } = await sql<{ endpoint_id: string }>`
    with recursive ${readOnce(clock)},
    behind as (
      (${nextEndpoint(sql`${after}`)})
      union all
      select (${nextEndpoint(sql`b.endpoint_id`)}) from behind b where b.endpoint_id is not null
    ),
    before as (
      (${nextEndpoint(sql`''`)})
      union all
      select (${nextEndpoint(sql`b.endpoint_id`)}) from before b where b.endpoint_id <= ${after}
    )
    select e.endpoint_id
    from (
      select endpoint_id from behind union all select endpoint_id from before where endpoint_id <= ${after}
    ) backlog
    cross join lateral (
      select endpoint_id from webhook_endpoints
      where endpoint_id = backlog.endpoint_id and active
      for no key update skip locked
    ) e
    where (select true from lanes l where l.endpoint_id = backlog.endpoint_id and ${dueAndFree()}
           order by l.due_at limit 1)
      and ${leasedBy(sql`backlog.endpoint_id`)} < ${perEndpoint}
    limit ${slots}
  `.execute(tx);
  return rows.map((row) => row.endpoint_id);
}

async function leaseLanes(
  tx: Tx,
  clock: DatabaseClock,
  { leaseMs, perEndpoint }: ClaimOptions,
  { slots, endpoints }: { slots: number; endpoints: readonly string[] },
): Promise<readonly Lane[]> {
  const claimId = newId('clm', new Date());
  const { rows } = await sql<{ endpoint_id: string; aggregate_id: string }>`
    with ${readOnce(clock)},
    due as (
      select chosen.endpoint_id, lane.aggregate_id
      from unnest(${[...endpoints]}::text[]) with ordinality as chosen (endpoint_id, place)
      cross join lateral (
        select aggregate_id, row_number() over (order by due_at) as turn from (
          select l.aggregate_id, l.due_at from lanes l
          where l.endpoint_id = chosen.endpoint_id and ${dueAndFree()}
          order by l.due_at
          limit greatest(0, ${perEndpoint} - ${leasedBy(sql`chosen.endpoint_id`)})
        ) longest_due
      ) lane
      order by lane.turn, chosen.place limit ${slots}
    ),
    free as materialized (
      select locked.* from due cross join lateral (
        select l.endpoint_id, l.aggregate_id from lanes l
        where l.endpoint_id = due.endpoint_id and l.aggregate_id = due.aggregate_id and ${dueAndFree()}
        for update skip locked
      ) locked
    )
    update lanes l set
      claim_id = ${claimId},
      lease_until = (select now from time) + make_interval(secs => ${leaseMs / 1000}::double precision)
    from free
    where l.endpoint_id = free.endpoint_id and l.aggregate_id = free.aggregate_id
    returning l.endpoint_id, l.aggregate_id
  `.execute(tx);
  return rows.map((row) => ({ endpointId: row.endpoint_id, aggregateId: row.aggregate_id, claimId }));
}

const dueAndFree = () => sql`l.due_at <= (select now from time)
  and (l.lease_until is null or l.lease_until <= (select now from time))`;

const nextEndpoint = (bound: RawBuilder<unknown>) => sql`
  select endpoint_id from lanes where due_at is not null and endpoint_id > ${bound}
  order by endpoint_id limit 1`;

/** How many lanes of an endpoint are leased at this moment. */
function leasedBy(endpointId: RawBuilder<unknown>) {
  return sql`(select count(*) from lanes c where c.endpoint_id = ${endpointId} and c.claim_id is not null
    and c.lease_until > (select now from time))`;
}
