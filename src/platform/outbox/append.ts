import { sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import type { DatabaseClock } from '../database/clock.ts';
import type { Tx } from '../database/database.ts';
import { sendOnly } from '../database/transactions.ts';

/** Channel of the hint that deliveries became due; sent after the commit, never inside it. */
export const WEBHOOKS_CHANNEL = 'webhooks';

/** Events of one aggregate, in order, whose sequences the caller allotted under the aggregate's row lock. */
export interface NewEvents {
  readonly tenantId: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** Sequence of the first event; the others follow without a gap. From 1. */
  readonly firstSequence: number;
  readonly events: readonly { readonly type: string; readonly data: unknown }[];
  /** Database time: `timestamp` of the events. */
  readonly now: Date;
  /** W3C trace context of the change, sent along with every delivery. */
  readonly traceparent?: string;
  /**
   * Place in the feed (feed.ts): the aggregate's `event_position` after this write, which is
   * greatest(event_position, feed_position()). Left out: feed_position() of this transaction, which keeps the
   * order of one aggregate only where its events never come from two transactions.
   */
  readonly position?: number;
  /** Owed to this endpoint alone, whatever types it wants; signed with this one secret where it is named. */
  readonly onlyTo?: { readonly endpointId: string; readonly secretVersion?: number };
}

export interface AppendedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly sequence: number;
  /** The exact bytes that are signed and sent. */
  readonly body: Buffer;
}

/**
 * The transactional outbox (R6, R16, R50): writes the events and what every endpoint is owed of them, in the
 * caller's transaction. Endpoints that are paused are owed too; they keep a backlog. One statement.
 * @returns the events as stored; nothing when the list is empty.
 */
export async function appendEvents(
  tx: Tx,
  clock: DatabaseClock,
  batch: NewEvents,
): Promise<readonly AppendedEvent[]> {
  const [appended = []] = await appendAll(tx, clock, [batch]);
  return appended;
}

/** The same for the events of many aggregates, each of which is named once; answers those of each. */
export async function appendAll(
  tx: Tx,
  clock: DatabaseClock,
  batches: readonly NewEvents[],
): Promise<readonly (readonly AppendedEvent[])[]> {
  const appended = batches.map((batch) =>
    batch.events.map((event, index) => asStored(batch, event, batch.firstSequence + index)),
  );
  const rows = batches.flatMap((batch, at) => (appended[at] ?? []).map((event) => asRow(batch, event)));
  if (rows.length > 0) await insert(tx, clock, rows);
  return appended;
}

function asStored(batch: NewEvents, event: NewEvents['events'][number], sequence: number): AppendedEvent {
  const eventId = newId('evt', batch.now);
  const body = JSON.stringify({
    eventId,
    type: event.type,
    tenantId: batch.tenantId,
    aggregateType: batch.aggregateType,
    aggregateId: batch.aggregateId,
    sequence,
    timestamp: batch.now.toISOString(),
    data: event.data,
  });
  return { eventId, type: event.type, sequence, body: Buffer.from(body) };
}

/** As JSON: the statement is the same however many there are, and so is its plan. */
function asRow(batch: NewEvents, { eventId, type, sequence, body }: AppendedEvent) {
  const { tenantId, aggregateType, aggregateId, position, now, traceparent, onlyTo } = batch;
  return {
    ...{ tenantId, eventId, aggregateType, aggregateId, sequence, type, now, traceparent, position },
    body: body.toString(),
    onlyTo: onlyTo?.endpointId,
    secretVersion: onlyTo?.secretVersion,
  };
}

/**
 * One delivery per event and interested endpoint, one lane per endpoint and aggregate. KEY SHARE makes the deletion
 * of an endpoint and this append wait for each other, and an endpoint that is gone afterwards is simply not owed.
 * A lane's last sequence is current: whoever appended to its aggregate before held that row's lock.
 */
async function insert(
  tx: Tx,
  clock: DatabaseClock,
  rows: readonly ReturnType<typeof asRow>[],
): Promise<void> {
  const statement = sql`
    with appended as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as event ("tenantId" text collate "C",
        "eventId" text, "aggregateType" text, "aggregateId" text collate "C", sequence bigint, type text, body text,
        traceparent text, now timestamptz, position bigint, "onlyTo" text collate "C", "secretVersion" integer)
    ),
    stored as (
      insert into events (tenant_id, event_id, aggregate_type, aggregate_id, sequence, type, body, traceparent,
                          created_at, feed_position)
      select "tenantId", "eventId", "aggregateType", "aggregateId", sequence, type, convert_to(body, 'UTF8'),
        traceparent, now, coalesce(position, feed_position())
      from appended
    ),
    owed as materialized (
      select e.endpoint_id, a.* from webhook_endpoints e join appended a on e.tenant_id = a."tenantId"
        and case when a."onlyTo" is null then a.type = any(e.event_types) else e.endpoint_id = a."onlyTo" end
      for key share of e
    ),
    new_deliveries as (
      insert into deliveries (tenant_id, endpoint_id, aggregate_id, sequence, previous_sequence, event_id,
                              created_at, secret_version)
      select o."tenantId", o.endpoint_id, o."aggregateId", o.sequence,
        coalesce(lag(o.sequence) over (partition by o.endpoint_id, o."aggregateId" order by o.sequence),
                 l.last_sequence),
        o."eventId", o.now, o."secretVersion"
      from owed o
      left join lanes l on l.endpoint_id = o.endpoint_id and l.aggregate_id = o."aggregateId"
    )
    insert into lanes as l (tenant_id, endpoint_id, aggregate_id, accepted, depth, last_sequence,
                            waiting_since, due_at)
    select "tenantId", endpoint_id, "aggregateId", count(*), count(*), max(sequence), max(now), ${clock.now}
    from owed group by "tenantId", endpoint_id, "aggregateId" order by endpoint_id, "aggregateId"
    on conflict (endpoint_id, aggregate_id) do update set
      accepted = l.accepted + excluded.accepted,
      depth = l.depth + excluded.depth,
      last_sequence = excluded.last_sequence,
      waiting_since = coalesce(l.waiting_since, excluded.waiting_since),
      due_at = coalesce(l.due_at, excluded.due_at)
  `;
  await sendOnly(tx, statement.compile(tx));
}
