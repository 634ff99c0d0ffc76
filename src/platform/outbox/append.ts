import { sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import type { DatabaseClock } from '../database/clock.ts';
import type { Tx } from '../database/database.ts';

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
 * caller's transaction. Endpoints that are paused are owed too; they keep a backlog. Two statements.
 * @returns the events as stored; nothing when the list is empty.
 */
export async function appendEvents(
  tx: Tx,
  clock: DatabaseClock,
  batch: NewEvents,
): Promise<readonly AppendedEvent[]> {
  const events = batch.events.map((event, index) => asStored(batch, event, batch.firstSequence + index));
  if (events.length === 0) return events;
  await insertEvents(tx, batch, events);
  await fanOut(tx, clock, batch, events);
  return events;
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

async function insertEvents(tx: Tx, batch: NewEvents, events: readonly AppendedEvent[]): Promise<void> {
  const position = batch.position === undefined ? sql`feed_position()` : sql`${batch.position}::bigint`;
  const rows = events.map(
    (event) => sql`(${batch.tenantId}, ${event.eventId}, ${batch.aggregateType}, ${batch.aggregateId},
      ${event.sequence}::bigint, ${event.type}, ${event.body}::bytea, ${batch.traceparent ?? null},
      ${batch.now}::timestamptz, ${position})`,
  );
  await sql`
    insert into events (tenant_id, event_id, aggregate_type, aggregate_id, sequence, type, body, traceparent,
                        created_at, feed_position)
    values ${sql.join(rows)}`.execute(tx);
}

/**
 * One delivery per event and interested endpoint, one lane per endpoint. KEY SHARE makes the deletion of an
 * endpoint and this append wait for each other, and an endpoint that is gone afterwards is simply not owed.
 * The lane's last sequence is current: whoever appended to this aggregate before held its row lock.
 */
async function fanOut(
  tx: Tx,
  clock: DatabaseClock,
  { tenantId, aggregateId, now, onlyTo }: NewEvents,
  events: readonly AppendedEvent[],
): Promise<void> {
  const rows = events.map((event) => sql`(${event.eventId}, ${event.type}, ${event.sequence}::bigint)`);
  const owes = onlyTo ? sql`e.endpoint_id = ${onlyTo.endpointId}` : sql`a.type = any(e.event_types)`;
  await sql`
    with appended (event_id, type, sequence) as (values ${sql.join(rows)}),
    owed as materialized (
      select e.endpoint_id, a.event_id, a.sequence
      from webhook_endpoints e join appended a on ${owes}
      where e.tenant_id = ${tenantId}
      for key share of e
    ),
    new_deliveries as (
      insert into deliveries (tenant_id, endpoint_id, aggregate_id, sequence, previous_sequence, event_id,
                              created_at, secret_version)
      select ${tenantId}, o.endpoint_id, ${aggregateId}, o.sequence,
        coalesce(lag(o.sequence) over (partition by o.endpoint_id order by o.sequence), l.last_sequence),
        o.event_id, ${now}::timestamptz, ${onlyTo?.secretVersion ?? null}::integer
      from owed o
      left join lanes l on l.endpoint_id = o.endpoint_id and l.aggregate_id = ${aggregateId}
    )
    insert into lanes as l (tenant_id, endpoint_id, aggregate_id, accepted, depth, last_sequence,
                            waiting_since, due_at)
    select ${tenantId}, endpoint_id, ${aggregateId}, count(*), count(*), max(sequence),
      ${now}::timestamptz, ${clock.now}
    from owed group by endpoint_id order by endpoint_id
    on conflict (endpoint_id, aggregate_id) do update set
      accepted = l.accepted + excluded.accepted,
      depth = l.depth + excluded.depth,
      last_sequence = excluded.last_sequence,
      waiting_since = coalesce(l.waiting_since, excluded.waiting_since),
      due_at = coalesce(l.due_at, excluded.due_at)
  `.execute(tx);
}
