import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '../../database/database.ts';

/** One event as it is owed to one endpoint: what became of it. */
export interface Delivery {
  readonly endpointId: string;
  readonly eventId: string;
  /** Absent once the event itself is no longer kept. */
  readonly type?: string;
  readonly aggregateId: string;
  readonly sequence: number;
  /** Of what was owed before it in its lane; 0 when nothing was. */
  readonly previousSequence: number;
  readonly state: 'pending' | 'delivered' | 'dead' | 'skipped';
  /** How often it was tried, replays included. */
  readonly attempts: number;
  readonly lastStatus?: number;
  readonly lastError?: string;
  /** When the event happened. */
  readonly createdAt: Date;
  readonly settledAt?: Date;
  readonly deadAt?: Date;
  /** The earliest time of the next attempt, for the first of its lane while the endpoint is active. */
  readonly nextAttemptAt?: Date;
  /** The job that sends it again, or did so last. */
  readonly replayId?: string;
  readonly skipReason?: 'tenant' | 'expired';
}

export interface DeliveryPage {
  readonly limit: number;
  /** Position that the page before answered. */
  readonly after?: string;
}

export interface Deliveries {
  readonly items: readonly Delivery[];
  /** Position of the next page; absent on the last. */
  readonly after?: string;
}

/** What an endpoint was owed, newest event first. Positions are event ids. */
export function listDeliveries(on: Executor, endpointId: string, page: DeliveryPage): Promise<Deliveries> {
  return pageByEvent(on, endpointId, page, sql``);
}

/** What was given up on and not sent again since, newest event first. Positions are event ids. */
export function listDeadLetters(on: Executor, endpointId: string, page: DeliveryPage): Promise<Deliveries> {
  return pageByEvent(on, endpointId, page, sql`and dead_at is not null`);
}

/**
 * What an endpoint was owed of one aggregate, highest sequence first. Positions are sequences.
 * @returns undefined for a position that is none.
 */
export async function listLane(
  on: Executor,
  { endpointId, aggregateId }: { readonly endpointId: string; readonly aggregateId: string },
  { limit, after }: DeliveryPage,
): Promise<Deliveries | undefined> {
  if (after !== undefined && !/^[0-9]{1,15}$/.test(after)) return undefined;
  const rows = await read(
    on,
    sql`select * from deliveries
      where endpoint_id = ${endpointId} and aggregate_id = ${aggregateId}
      ${after === undefined ? sql`` : sql`and sequence < ${after}::bigint`}
      order by sequence desc limit ${limit + 1}`,
    sql`d.sequence desc`,
  );
  return pageOf(rows, limit, ({ sequence }) => String(sequence));
}

/** Undefined when the endpoint was not owed this event, or is no longer known to have been. */
export async function getDelivery(
  on: Executor,
  endpointId: string,
  eventId: string,
): Promise<Delivery | undefined> {
  const [delivery] = await read(
    on,
    sql`select * from deliveries where endpoint_id = ${endpointId} and event_id = ${eventId}`,
    sql`d.sequence`,
  );
  return delivery;
}

/** One event at every endpoint of its tenant that was owed it. */
export function deliveriesOf(
  on: Executor,
  { tenantId, eventId }: { readonly tenantId: string; readonly eventId: string },
): Promise<readonly Delivery[]> {
  // The index begins with the endpoint, and a tenant has a hundred at most.
  return read(
    on,
    sql`select owed.* from webhook_endpoints e cross join lateral (
        select * from deliveries o where o.endpoint_id = e.endpoint_id and o.event_id = ${eventId}
      ) owed where e.tenant_id = ${tenantId}`,
    sql`d.endpoint_id`,
  );
}

async function pageByEvent(
  on: Executor,
  endpointId: string,
  { limit, after }: DeliveryPage,
  condition: RawBuilder<unknown>,
): Promise<Deliveries> {
  const rows = await read(
    on,
    sql`select * from deliveries
      where endpoint_id = ${endpointId} ${condition} ${after === undefined ? sql`` : sql`and event_id < ${after}`}
      order by event_id desc limit ${limit + 1}`,
    sql`d.event_id desc`,
  );
  return pageOf(rows, limit, ({ eventId }) => eventId);
}

function pageOf(
  rows: readonly Delivery[],
  limit: number,
  positionOf: (delivery: Delivery) => string,
): Deliveries {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last ? { items, after: positionOf(last) } : { items };
}

/**
 * The deliveries that `chosen` selects, with what stands elsewhere. Scalar sub-selects, so that each of these few
 * rows is one look at a key, whatever the planner thinks of tables that breathe.
 */
async function read(
  on: Executor,
  chosen: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): Promise<readonly Delivery[]> {
  const { rows } = await sql<DeliveryRow>`
    select d.*,
      (select ev.type from events ev where ev.event_id = d.event_id and ev.created_at = d.created_at) as type,
      case when d.state = 'pending' then (
        select greatest(l.due_at, e.held_until, e.next_at)
        from lanes l join webhook_endpoints e on e.endpoint_id = l.endpoint_id and e.active
        where l.endpoint_id = d.endpoint_id and l.aggregate_id = d.aggregate_id and d.sequence = (
          select o.sequence from deliveries o
          where o.endpoint_id = l.endpoint_id and o.aggregate_id = l.aggregate_id
            and o.sequence > l.settled_through and o.state = 'pending'
          order by o.sequence limit 1)
      ) end as next_attempt_at
    from (${chosen}) d
    order by ${order}`.execute(on);
  return rows.map(toDelivery);
}

interface DeliveryRow {
  endpoint_id: string;
  event_id: string;
  type: string | null;
  aggregate_id: string;
  sequence: number;
  previous_sequence: number | null;
  state: Delivery['state'];
  attempts: number;
  last_status: number | null;
  last_error: string | null;
  created_at: Date;
  settled_at: Date | null;
  dead_at: Date | null;
  next_attempt_at: Date | null;
  replay_id: string | null;
  skip_reason: 'tenant' | 'expired' | null;
}

function toDelivery(row: DeliveryRow): Delivery {
  return {
    endpointId: row.endpoint_id,
    eventId: row.event_id,
    ...(row.type === null ? {} : { type: row.type }),
    aggregateId: row.aggregate_id,
    sequence: row.sequence,
    previousSequence: row.previous_sequence ?? 0,
    state: row.state,
    attempts: row.attempts,
    ...(row.last_status === null ? {} : { lastStatus: row.last_status }),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    createdAt: new Date(row.created_at),
    ...(row.settled_at === null ? {} : { settledAt: new Date(row.settled_at) }),
    ...(row.dead_at === null ? {} : { deadAt: new Date(row.dead_at) }),
    ...(row.next_attempt_at === null ? {} : { nextAttemptAt: new Date(row.next_attempt_at) }),
    ...(row.replay_id === null ? {} : { replayId: row.replay_id }),
    ...(row.skip_reason === null ? {} : { skipReason: row.skip_reason }),
  };
}
