import { sql } from 'kysely';
import type { DatabaseClock } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';
import type { Lane } from './claim.ts';
import type { SignedEvent } from './signature.ts';

/** One event that a leased lane has to send, with all that an attempt needs. */
export interface Delivery {
  readonly lane: Lane;
  readonly tenantId: string;
  readonly url: string;
  /** Secrets in force now, newest first; `version` is part of what they are sealed to. */
  readonly secrets: readonly { readonly version: number; readonly sealed: Buffer }[];
  readonly event: SignedEvent;
  readonly previousSequence?: number;
  /** Failed attempts so far. */
  readonly failures: number;
  /** How far the lane is settled when this event's turn comes; see settle.ts. */
  readonly settledThrough: number;
  /** Database time of the reading: the timestamp that is signed. */
  readonly now: Date;
}

/** A lane with the oldest undelivered events of it, in order; at least one. */
export interface PendingLane {
  readonly lane: Lane;
  readonly deliveries: readonly Delivery[];
}

/**
 * What each lane has to send next, up to `limit` events; one only where the first has failed before. Lanes that
 * are no longer ours or whose endpoint was paused are left out. Endpoint and secrets are as they are now.
 */
export async function loadPending(
  executor: Executor,
  clock: DatabaseClock,
  lanes: readonly Lane[],
  limit: number,
): Promise<readonly PendingLane[]> {
  const { rows } = await sql<PendingRow>`
    with time as materialized (select ${clock.now} as now)
    select l.tenant_id, l.endpoint_id, l.aggregate_id, l.claim_id, l.attempts, l.settled_through, e.url,
      d.sequence, d.previous_sequence, ev.event_id, ev.type, ev.body, ev.traceparent, time.now,
      (select json_agg(json_build_object('version', s.version, 'sealed', encode(s.sealed, 'base64'))
                       order by s.version desc)
       from webhook_secrets s
       where s.endpoint_id = l.endpoint_id and (s.expires_at is null or s.expires_at > time.now)) as secrets
    from unnest(${lanes.map((l) => l.endpointId)}::text[], ${lanes.map((l) => l.aggregateId)}::text[],
                ${lanes.map((l) => l.claimId)}::text[]) as held (endpoint_id, aggregate_id, claim_id)
    cross join time
    join lanes l on l.endpoint_id = held.endpoint_id and l.aggregate_id = held.aggregate_id
      and l.claim_id = held.claim_id
    join webhook_endpoints e on e.endpoint_id = l.endpoint_id and e.active
    cross join lateral (
      select sequence, previous_sequence, event_id, created_at from deliveries
      where endpoint_id = l.endpoint_id and aggregate_id = l.aggregate_id
        and sequence > l.settled_through and state = 'pending'
      order by sequence limit case when l.attempts = 0 then ${limit}::bigint else 1 end
    ) d
    join events ev on ev.event_id = d.event_id and ev.created_at = d.created_at
    order by l.endpoint_id, l.aggregate_id, d.sequence
  `.execute(executor);
  const byLane = Map.groupBy(rows, (row) => `${row.endpoint_id} ${row.aggregate_id}`);
  return [...byLane.values()].map((group) => {
    const deliveries = group.map(toDelivery);
    const [first] = deliveries;
    if (!first) throw new Error('a group of rows without a row');
    return { lane: first.lane, deliveries };
  });
}

interface PendingRow {
  tenant_id: string;
  endpoint_id: string;
  aggregate_id: string;
  claim_id: string;
  attempts: number;
  settled_through: number;
  url: string;
  sequence: number;
  previous_sequence: number | null;
  event_id: string;
  type: string;
  body: Uint8Array;
  traceparent: string | null;
  now: Date;
  secrets: { version: number; sealed: string }[] | null;
}

function toDelivery(row: PendingRow, index: number, group: readonly PendingRow[]): Delivery {
  return {
    lane: { endpointId: row.endpoint_id, aggregateId: row.aggregate_id, claimId: row.claim_id },
    tenantId: row.tenant_id,
    url: row.url,
    secrets: (row.secrets ?? []).map(({ version, sealed }) => ({
      version,
      sealed: Buffer.from(sealed, 'base64'),
    })),
    event: {
      eventId: row.event_id,
      type: row.type,
      aggregateId: row.aggregate_id,
      sequence: row.sequence,
      body: Buffer.from(row.body),
      ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
    },
    ...(row.previous_sequence === null ? {} : { previousSequence: row.previous_sequence }),
    failures: row.attempts,
    settledThrough: group[index - 1]?.sequence ?? row.settled_through,
    now: new Date(row.now),
  };
}
