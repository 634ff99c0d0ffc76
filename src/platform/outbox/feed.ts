import { sql } from 'kysely';
import { invalid } from '#kernel/problem.ts';
import type { Executor, Tx } from '../database/database.ts';
import { decodePlace, encodePlace, FEED_START, type Place } from './feed-cursor.ts';

export interface FeedQuery {
  readonly tenantId: string;
  /** Cursor of an earlier page, or `latest`: what comes from now on. Left out: from the oldest that is kept. */
  readonly after?: string;
  readonly types?: readonly string[];
  readonly aggregateId?: string;
  /** Items of a page, from 1. */
  readonly limit: number;
}

export interface FeedItem {
  readonly eventId: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly sequence: number;
  /** The exact bytes that are signed and sent: one JSON object in UTF-8. */
  readonly body: Buffer;
}

export interface FeedPage {
  readonly items: readonly FeedItem[];
  /** Where to go on, always: the place asked after when nothing came after it. */
  readonly cursor: string;
  /** There was nothing more when it was read. False: ask again at once, there may be more. */
  readonly atEnd: boolean;
}

/** Rows that one call looks at, so that a filter which fits nothing costs milliseconds and not a scan. */
const LOOKED_AT = 5_000;

const IN_FEED = sql`feed_position, aggregate_id, sequence`;

/**
 * One page of a tenant's events, oldest first (R50; webhooks.md 6.6, 6.12). Whoever reads on from each cursor
 * gets every event once, those of one aggregate in their order. Nothing is shown from the oldest transaction on
 * that is still open (migration 0007), so none that commits late is passed over; the price is that an event is
 * shown only when every writer that began before its own has ended, whatever database of the server it is in.
 *
 * With `types` a page may be empty and have moved on all the same. Events older than the replay window are gone:
 * a cursor from before them goes on with the oldest that is left.
 *
 * Throws Problem 422 naming `query.after` for a cursor that is none of ours, and for one from ahead of the feed:
 * readers hold such when the database was put back to an earlier state, and would miss what is written there now.
 */
export async function readFeed(tx: Tx, query: FeedQuery): Promise<FeedPage> {
  const horizon = await feedHorizon(tx);
  const from = await startOf(tx, query, horizon);
  const wanted = query.types ? sql`type = any(${query.types}::text[])` : sql`true`;
  // Events of one aggregate have an index of their own, and the same order by sequence as in the feed.
  const [mine, order] =
    query.aggregateId === undefined
      ? [sql`true`, IN_FEED]
      : [sql`aggregate_id = ${query.aggregateId}`, sql`sequence`];
  const { rows } = await sql<LookedAt>`
    select * from (
      select *, row_number() over feed as number, lead(true) over feed is null as last
      from (
        select event_id, type, ${IN_FEED}, ${wanted} as wanted, case when ${wanted} then body end as body
        from events
        where tenant_id = ${query.tenantId} and ${mine} and feed_position < ${horizon}::bigint
          and (${IN_FEED}) > (${from.position}::bigint, ${from.aggregateId}, ${from.sequence}::bigint)
        order by ${order}
        limit ${LOOKED_AT}
      ) as looked_at
      window feed as (order by ${order})
    ) as marked
    where wanted or last
    order by ${order}
    limit ${query.limit}`.execute(tx);
  const end = rows.at(-1);
  return {
    items: rows.filter((row) => row.wanted).map(toItem),
    cursor: encodePlace(end ? placeOf(end) : from),
    atEnd: end === undefined || (end.last && end.number < LOOKED_AT),
  };
}

/**
 * The exact bytes of one event of the tenant; undefined when there is none, or none any more. An event's id begins
 * with the millisecond of its creation (kernel/ids.ts), which names the one partition that can hold it.
 */
export async function getEvent(tx: Tx, tenantId: string, eventId: string): Promise<Buffer | undefined> {
  const createdMs = EVENT_ID.exec(eventId)?.[1];
  if (createdMs === undefined) return undefined;
  const { rows } = await sql<{ body: Uint8Array }>`
    select body from events
    where tenant_id = ${tenantId} and event_id = ${eventId}
      and created_at = timestamptz 'epoch' + ${Number.parseInt(createdMs, 16)} * interval '1 millisecond'`.execute(
    tx,
  );
  const [row] = rows;
  return row && Buffer.from(row.body);
}

/**
 * Keeps new places above all that were ever read where transaction ids begin anew, as on a server to which a dump
 * was restored (migration 0007). At every start, before anything is written, and once a minute.
 */
export async function alignFeed(on: Executor): Promise<void> {
  await sql`select align_feed()`.execute(on);
}

const EVENT_ID = /^evt_([0-9a-f]{12})[0-9a-f]{20}$/;

/**
 * Below it every transaction has ended: what they wrote is seen, and no other will write there. Read before the
 * events and not with them, which is safe: what is below it then stays below it.
 *
 * It also has the plan of a page kept: from about a hundred thousand events on the server would plan all partitions
 * anew for each page, which takes longer than to read it and comes to the same plan.
 */
async function feedHorizon(tx: Tx): Promise<number> {
  const { rows } = await sql<{ horizon: number }>`
    select feed_horizon() as horizon, set_config('plan_cache_mode', 'force_generic_plan', true)`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('the feed has no clock');
  return row.horizon;
}

async function startOf(tx: Tx, { after, tenantId }: FeedQuery, horizon: number): Promise<Place> {
  if (after === undefined) return FEED_START;
  if (after === 'latest') return lastPlace(tx, tenantId, horizon);
  const place = decodePlace(after);
  // A cursor is the place of an event that was below the horizon, and that only ever rises.
  if (place.position < horizon) return place;
  const message = 'is ahead of the feed, which was put back to an earlier state: read from the start again';
  throw invalid([{ field: 'query.after', message }]);
}

/**
 * Of the last event that can be read. The horizon would not do, though nothing is read below it either: after
 * a crash transaction ids are given out again from the last one on disk, while an event that can be read is.
 */
async function lastPlace(tx: Tx, tenantId: string, horizon: number): Promise<Place> {
  const { rows } = await sql<PlaceRow>`
    select ${IN_FEED} from events
    where tenant_id = ${tenantId} and feed_position < ${horizon}::bigint
    order by feed_position desc, aggregate_id desc, sequence desc
    limit 1`.execute(tx);
  const [row] = rows;
  return row ? placeOf(row) : FEED_START;
}

interface PlaceRow {
  readonly feed_position: number;
  readonly aggregate_id: string;
  readonly sequence: number;
}

interface LookedAt extends PlaceRow {
  readonly event_id: string;
  readonly type: string;
  readonly wanted: boolean;
  /** Null when not wanted. */
  readonly body: Uint8Array | null;
  /** From 1. */
  readonly number: number;
  readonly last: boolean;
}

function placeOf(row: PlaceRow): Place {
  return { position: row.feed_position, aggregateId: row.aggregate_id, sequence: row.sequence };
}

function toItem(row: LookedAt): FeedItem {
  const { event_id, type, aggregate_id, sequence } = row;
  return { eventId: event_id, type, aggregateId: aggregate_id, sequence, body: Buffer.from(row.body ?? []) };
}
