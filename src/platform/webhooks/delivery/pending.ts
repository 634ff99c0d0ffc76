import { sql } from 'kysely';
import { type DatabaseClock, readOnce } from '../../database/clock.ts';
import type { Executor } from '../../database/database.ts';
import type { SignedEvent } from '../endpoints/signature.ts';
import { type Lane, type LeasedLane, laneKey } from './lane.ts';

/** A secret as it is stored; `version` is part of what it is sealed to. */
export interface SealedSecret {
  readonly version: number;
  readonly sealed: Buffer;
  /** Nothing is signed with it from then on. */
  readonly expiresAt?: Date;
}

/** One event that a leased lane has to send, with all that an attempt needs. */
export interface Delivery {
  readonly lane: Lane;
  readonly tenantId: string;
  readonly url: string;
  /** One attempt, to the last byte of the answer. */
  readonly timeoutMs: number;
  /** The endpoint takes so many a second, and each is asked for by a claim of its own. */
  readonly rateLimited: boolean;
  /** Attempts in a row that failed at the endpoint, over all its lanes. */
  readonly endpointFailures: number;
  /** Live at `now`, newest first. */
  readonly secrets: readonly SealedSecret[];
  /** This one alone signs, whatever else is live. */
  readonly secretVersion?: number;
  /** The job that sends it again. */
  readonly replayId?: string;
  readonly event: SignedEvent;
  readonly previousSequence?: number;
  /** Failed attempts so far. */
  readonly failures: number;
  /** How far the lane is settled when this event's turn comes; see settle.ts. */
  readonly settledThrough: number;
  /** Database time of the reading. */
  readonly now: Date;
}

/** A lane with the oldest undelivered events of it, in order; at least one. */
export interface PendingLane {
  readonly lane: Lane;
  readonly deliveries: readonly Delivery[];
}

/**
 * What each lane has to send next, up to its `limit` of events; one only where the first has failed before or where the
 * endpoint has a rate limit. Lanes that are no longer ours, or whose endpoint was paused or held meanwhile, are
 * left out. Endpoint and secrets are as they are now.
 * @param since when the oldest of these events was created, or before: partitions of earlier days are not opened. A
 *   lane whose oldest event is older all the same is left out too.
 */
export async function loadPending(
  executor: Executor,
  clock: DatabaseClock,
  lanes: readonly (Lane & { readonly limit: number })[],
  { since }: { readonly since?: Date } = {},
): Promise<readonly PendingLane[]> {
  const days = since === undefined ? sql`` : sql`and ev.created_at >= ${since}::timestamptz`;
  const { rows } = await sql<PendingRow>`
    with ${readOnce(clock)}
    select l.*, d.sequence, d.previous_sequence, d.event_id, d.replay_id, d.secret_version,
      ev.type, ev.body, ev.traceparent, (select extract(epoch from now) * 1000 from time)::float8 as now_ms
    from unnest(${lanes.map((l) => l.endpointId)}::text[], ${lanes.map((l) => l.aggregateId)}::text[],
                ${lanes.map((l) => l.claimId)}::text[], ${lanes.map((l) => l.limit)}::integer[])
      as held (endpoint_id, aggregate_id, claim_id, most)
    cross join lateral (
      select l.tenant_id, l.endpoint_id, l.aggregate_id, l.claim_id, l.attempts, l.settled_through, e.url,
        e.timeout_ms, e.rate_limit, e.failures,
        (select json_agg(json_build_object('version', s.version, 'sealed', encode(s.sealed, 'base64'),
                                           'expiresAt', s.expires_at) order by s.version desc)::text
         from webhook_secrets s
         where s.endpoint_id = l.endpoint_id and (s.expires_at is null or s.expires_at > (select now from time))
        ) as secrets
      from lanes l join webhook_endpoints e on e.endpoint_id = l.endpoint_id
      where l.endpoint_id = held.endpoint_id and l.aggregate_id = held.aggregate_id
        and l.claim_id = held.claim_id and e.active
        and (e.held_until is null or e.held_until <= (select now from time))
      limit 1
    ) l
    cross join lateral (
      select sequence, previous_sequence, event_id, created_at, replay_id, secret_version from deliveries
      where endpoint_id = l.endpoint_id and aggregate_id = l.aggregate_id
        and sequence > l.settled_through and state = 'pending'
      order by sequence
      limit case when l.attempts = 0 and l.rate_limit is null then held.most else 1 end
    ) d
    left join events ev on ev.event_id = d.event_id and ev.created_at = d.created_at ${days}
    order by l.endpoint_id, l.aggregate_id, d.sequence
  `.execute(executor);
  const byLane = Map.groupBy(rows, (row) =>
    laneKey({ endpointId: row.endpoint_id, aggregateId: row.aggregate_id }),
  );
  const readSecrets = secretsReader();
  return [...byLane.values()]
    .map((rows) => toPendingLane(rows, readSecrets))
    .filter(({ deliveries }) => deliveries.length > 0);
}

/** `created_at` is when a transaction began, so a later event may be older by as much. Far more than that takes. */
const SINCE_MARGIN_MS = 3_600_000;

/** From when on the events of these lanes are to be looked for. */
export function sinceOf(lanes: readonly LeasedLane[]): Date {
  return new Date(Math.min(...lanes.map(({ waitingSince }) => waitingSince.getTime())) - SINCE_MARGIN_MS);
}

interface PendingRow {
  tenant_id: string;
  endpoint_id: string;
  aggregate_id: string;
  claim_id: string;
  attempts: number;
  settled_through: number;
  url: string;
  timeout_ms: number;
  rate_limit: number | null;
  failures: number;
  secrets: string | null;
  sequence: number;
  previous_sequence: number | null;
  event_id: string;
  replay_id: string | null;
  secret_version: number | null;
  type: string | null;
  body: Uint8Array | null;
  traceparent: string | null;
  now_ms: number;
}

type ReadSecrets = (row: PendingRow) => readonly SealedSecret[];

/** All lanes of an endpoint share what was read of its secrets, so that each is opened once (signing.ts). */
function secretsReader(): ReadSecrets {
  const byEndpoint = new Map<string, readonly SealedSecret[]>();
  return ({ endpoint_id, secrets }) => {
    const known = byEndpoint.get(endpoint_id);
    if (known) return known;
    const stored = JSON.parse(secrets ?? '[]') as {
      version: number;
      sealed: string;
      expiresAt: string | null;
    }[];
    const read = stored.map(({ version, sealed, expiresAt }) => ({
      version,
      sealed: Buffer.from(sealed, 'base64'),
      ...(expiresAt === null ? {} : { expiresAt: new Date(expiresAt) }),
    }));
    byEndpoint.set(endpoint_id, read);
    return read;
  };
}

function toPendingLane(rows: readonly PendingRow[], readSecrets: ReadSecrets): PendingLane {
  const [first] = rows;
  if (!first) throw new Error('a group of rows without a row');
  const common = {
    lane: { endpointId: first.endpoint_id, aggregateId: first.aggregate_id, claimId: first.claim_id },
    tenantId: first.tenant_id,
    url: first.url,
    timeoutMs: first.timeout_ms,
    rateLimited: first.rate_limit !== null,
    endpointFailures: first.failures,
    secrets: readSecrets(first),
    failures: first.attempts,
    now: new Date(first.now_ms),
  };
  const deliveries: Delivery[] = [];
  let settledThrough = first.settled_through;
  for (const row of rows) {
    // Behind an event that was not found nothing may be sent.
    if (row.type === null || row.body === null) break;
    deliveries.push({
      ...common,
      event: {
        eventId: row.event_id,
        type: row.type,
        aggregateId: row.aggregate_id,
        sequence: row.sequence,
        body: Buffer.from(row.body),
        ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
      },
      ...(row.previous_sequence === null ? {} : { previousSequence: row.previous_sequence }),
      ...(row.replay_id === null ? {} : { replayId: row.replay_id }),
      ...(row.secret_version === null ? {} : { secretVersion: row.secret_version }),
      settledThrough,
    });
    settledThrough = row.sequence;
  }
  return { lane: common.lane, deliveries };
}
