import { type RawBuilder, sql } from 'kysely';
import { type DatabaseClock, readOnce } from '../../database/clock.ts';
import type { Tx } from '../../database/database.ts';
import type { Ready } from './claim-pick.ts';
import { dueAndFree, keyedDueAndFree, leased } from './lane.ts';
import { BREAKER_FAILURES } from './pacing.ts';
import { GROUP, type Group, type Share } from './slots.ts';

export interface Look {
  readonly ready: readonly Ready[];
  /** The last endpoint that was looked at. */
  readonly lookedTo: string;
  /** The range was looked at to its end. */
  readonly ended: boolean;
}

/** Endpoints with a backlog that one look goes over: a bound on a claim where thousands wait for a retry. */
const LOOKS = 256;

/**
 * Locks active endpoints with due lanes and room for one, in the order of their ids, up to `wanted`, and says
 * which lanes those are. The recursion jumps from endpoint to endpoint along the index of lanes that are not
 * empty, and of each endpoint only the longest due lanes are read, first attempts and retries apart: whatever else
 * lies there, due or not, costs nothing. Passed by: endpoints that are held, that have no delivery left of their
 * rate limit, or whose lanes at work are as many as they may be (one while half-open).
 * Laterals and limits leave the planner one way only, whatever its statistics say of a table that breathes: so the
 * plan may be kept (platform/database/prepared.ts).
 */
export async function lockEndpoints(
  tx: Tx,
  clock: DatabaseClock,
  look: {
    readonly share: Share;
    readonly perEndpoint: number;
    readonly wanted: number;
    readonly after: string;
    readonly upTo?: string | undefined;
  },
): Promise<Look> {
  const { share, perEndpoint, wanted, after, upTo = null } = look;
  const cap = sql`case when e.failures < ${BREAKER_FAILURES} then ${perEndpoint}::integer else 1 end`;
  const { rows } = await sql<LookRow>`
    /* plan kept */
    with recursive ${readOnce(clock)},
    backlog (endpoint_id) as (
      (${nextEndpoint(sql`${after}`)})
      union all
      select (${nextEndpoint(sql`b.endpoint_id`)}) from backlog b
      where b.endpoint_id is not null and (${upTo}::text is null or b.endpoint_id < ${upTo}::text)
    ),
    looked as materialized (
      select endpoint_id, now from backlog cross join time
      where endpoint_id is not null and (${upTo}::text is null or endpoint_id <= ${upTo}::text)
      limit ${LOOKS}
    ),
    ready as materialized (
      select e.*, share.lanes as room, share.group_number, due.*, leased.*
      from looked
      cross join lateral (
        select from webhook_endpoints e where e.endpoint_id = looked.endpoint_id and ${mayBeSentTo} limit 1
      ) open
      cross join lateral (
        select least((room ->> 0)::integer, ${perEndpoint}::integer) as lanes, (room ->> 1)::integer as group_number
        from (
          select coalesce(${roomsOf(share)}::jsonb -> looked.endpoint_id, ${strangerRoom(share)}::jsonb)
        ) as given (room)
        limit 1
      ) share
      cross join lateral (
        select array(${longestDue(sql`not l.retrying`)} limit share.lanes) as first,
          array(${longestDue(sql`l.retrying`)} limit least(share.lanes, ${share.retries}::integer)) as retries,
          (select l.retrying from lanes l where l.endpoint_id = looked.endpoint_id
             and l.aggregate_id = looked.endpoint_id and ${keyedDueAndFree(sql`looked.now`)}) as own_retrying
        where share.lanes > 0
          and (array[1, ${share.suspects}, ${share.strangers}]::integer[])[share.group_number + 1] > 0
        limit 1
      ) due
      cross join lateral (
        select count(*)::integer as leased, (count(*) filter (where l.retrying))::integer as leased_retries
        from lanes l where l.endpoint_id = looked.endpoint_id and ${leased(sql`looked.now`)}
          and cardinality(due.first) + cardinality(due.retries) > 0
        limit 1
      ) leased
      cross join lateral (
        select e.endpoint_id, e.timeout_ms, e.rate_limit, e.failures, ${cap} as cap, ${leftOfRate} as left_of_rate
        from webhook_endpoints e
        where e.endpoint_id = looked.endpoint_id and ${mayBeSentTo} and leased.leased < ${cap}
          and cardinality(due.first) + cardinality(due.retries) > 0
          and (e.rate_limit is null or ${leftOfRate} > 0)
        for no key update skip locked
      ) e
      limit ${wanted}
    )
    select ready.*,
      case when enough then (select max(endpoint_id) from ready)
        else (select max(endpoint_id) from looked) end as looked_to,
      case when enough then false else (select count(*) < ${LOOKS} from looked) end as ended
    from (select count(*) >= ${wanted} from ready) as count (enough) left join ready on true
  `.execute(tx);
  return {
    ready: rows.flatMap((row) => (row.endpoint_id === null ? [] : [toReady(row, row.endpoint_id)])),
    lookedTo: rows[0]?.looked_to ?? '',
    ended: rows[0]?.ended ?? true,
  };
}

/** Asked twice: first because it is cheap and spares the look at lanes, at last because the row is locked by then. */
const mayBeSentTo = sql`e.active and (e.held_until is null or e.held_until <= looked.now)`;

const nextEndpoint = (bound: RawBuilder<unknown>) => sql`
  select endpoint_id from lanes where due_at is not null and endpoint_id > ${bound}
  order by endpoint_id limit 1`;

const longestDue = (which: RawBuilder<unknown>) => sql`
  select l.aggregate_id from lanes l
  where l.endpoint_id = looked.endpoint_id and ${which} and ${dueAndFree(sql`looked.now`)} order by l.due_at`;

/**
 * Deliveries that the rate limit leaves now; null without one. The bucket is one point in time (GCRA): `next_at`
 * is a second ahead when the second's worth is used up, and every delivery moves it by its part of a second.
 */
const leftOfRate = sql`floor(e.rate_limit * (1 - greatest(0,
  coalesce(extract(epoch from e.next_at - looked.now), 0))) + 1e-6)::integer`;

/** As jsonb, where a name is found without looking through all of them. */
function roomsOf({ rooms }: Share): string {
  return JSON.stringify(
    Object.fromEntries([...rooms].map(([endpointId, { lanes, group }]) => [endpointId, [lanes, group]])),
  );
}

function strangerRoom(share: Share): string {
  return JSON.stringify([share.strangerRoom, GROUP.stranger]);
}

interface LookRow {
  endpoint_id: string | null;
  timeout_ms: number;
  rate_limit: number | null;
  failures: number;
  cap: number;
  left_of_rate: number | null;
  room: number;
  group_number: Group;
  first: string[];
  retries: string[];
  own_retrying: boolean | null;
  leased: number;
  leased_retries: number;
  looked_to: string | null;
  ended: boolean;
}

/** The endpoint's own events (a test, its health) come before all others: nobody wants to wait for a test. */
function toReady(row: LookRow, endpointId: string): Ready {
  const own = (retrying: boolean) => (row.own_retrying === retrying ? [endpointId] : []);
  const others = (aggregateIds: readonly string[]) => aggregateIds.filter((id) => id !== endpointId);
  return {
    endpointId,
    timeoutMs: row.timeout_ms,
    failures: row.failures,
    rateLimit: row.rate_limit,
    cap: row.cap,
    room: Math.min(row.room, row.cap - row.leased, row.left_of_rate ?? row.room),
    group: row.group_number,
    first: [...own(false), ...others(row.first)],
    retries: [...own(true), ...others(row.retries)],
    atWork: { first: row.leased - row.leased_retries, retries: row.leased_retries },
  };
}
