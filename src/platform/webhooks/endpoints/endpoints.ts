import { isDeepStrictEqual } from 'node:util';
import { type RawBuilder, sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import { conflict } from '#kernel/problem.ts';
import type { Executor, Tx } from '../../database/database.ts';
import { addSecret, type Seal } from './secrets.ts';

/** Where a tenant wants its events, how, and how it is doing (R77). */
export interface Endpoint {
  readonly tenantId: string;
  readonly endpointId: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly description?: string;
  /** Deliveries a second at most. */
  readonly rateLimit?: number;
  /** What one attempt may take, to the last byte of the answer. */
  readonly timeoutMs: number;
  /** False: nothing is sent, everything is kept. */
  readonly active: boolean;
  /** Set when the service switched it off, and not the tenant. */
  readonly disabledReason?: string;
  /** Attempts in a row that failed, over all lanes. */
  readonly failures: number;
  /** Set while its breaker is open. */
  readonly failingSince?: Date;
  /** Optimistic lock; the ETag. Moves with the settings, not with the health. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a tenant may set. The url was found to be allowed (checkWebhookUrl). */
export interface EndpointSettings {
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly description?: string | null;
  readonly rateLimit?: number | null;
  readonly timeoutMs?: number;
}

/** Settings to change; `null` clears, what is left out stays. */
export type EndpointPatch = Partial<EndpointSettings> & { readonly active?: boolean };

export type EndpointHealth = 'healthy' | 'failing' | 'disabled' | 'paused';

/** R40; a receiver that needs longer says so. */
export const DEFAULT_TIMEOUT_MS = 5_000;
/** Each costs a row for every event; a tenant with more receivers than this wants one that hands on. */
export const MAX_ENDPOINTS = 100;

/** Paused is what the tenant did, disabled what we did, failing what the receiver does. */
export function healthOf({ active, disabledReason, failingSince }: Endpoint): EndpointHealth {
  if (!active) return disabledReason === undefined ? 'paused' : 'disabled';
  return failingSince === undefined ? 'healthy' : 'failing';
}

/**
 * Stores an endpoint with its first secret, which is shown here and never again (C37).
 * Throws Problem 409 when the tenant has as many as there may be; creations of one tenant wait for each other.
 */
export async function createEndpoint(
  tx: Tx,
  seal: Seal,
  { tenantId, now, ...settings }: EndpointSettings & { readonly tenantId: string; readonly now: Date },
): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
  await holdRoom(tx, tenantId);
  const endpointId = newId('whk', now);
  const { url, eventTypes, description = null, rateLimit = null, timeoutMs = DEFAULT_TIMEOUT_MS } = settings;
  const { rows } = await sql<EndpointRow>`
    insert into webhook_endpoints (tenant_id, endpoint_id, url, event_types, description, rate_limit, timeout_ms,
                                   version, created_at, updated_at)
    values (${tenantId}, ${endpointId}, ${url}, ${[...eventTypes]}::text[], ${description}, ${rateLimit},
            ${timeoutMs}, 1, ${now}::timestamptz, ${now}::timestamptz)
    returning *`.execute(tx);
  const secret = await addSecret(tx, seal, { tenantId, endpointId, version: 1, now });
  return { endpoint: only(rows), secret };
}

async function holdRoom(tx: Tx, tenantId: string): Promise<void> {
  const lock = `webhook_endpoints/${tenantId}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(tx);
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from webhook_endpoints where tenant_id = ${tenantId}`.execute(tx);
  if ((rows[0]?.count ?? 0) < MAX_ENDPOINTS) return;
  throw conflict(
    `There are ${MAX_ENDPOINTS} webhook endpoints, the most that a tenant may have; remove one first`,
    {
      limit: MAX_ENDPOINTS,
    },
  );
}

/** Undefined also for an endpoint of another tenant: row-level security hides it. */
export function getEndpoint(on: Executor, endpointId: string): Promise<Endpoint | undefined> {
  return find(on, endpointId, sql``);
}

/** The same, held until the transaction ends: nobody else edits, deletes, claims or settles for it. */
export function lockEndpoint(tx: Tx, endpointId: string): Promise<Endpoint | undefined> {
  return find(tx, endpointId, sql`for no key update`);
}

async function find(
  on: Executor,
  endpointId: string,
  lock: RawBuilder<unknown>,
): Promise<Endpoint | undefined> {
  const { rows } = await sql<EndpointRow>`
    select * from webhook_endpoints where endpoint_id = ${endpointId} ${lock}`.execute(on);
  const [row] = rows;
  return row && toEndpoint(row);
}

/** Newest first. `after` is the id of the last item of the page before; the answer has it when there is more. */
export async function listEndpoints(
  tx: Tx,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ readonly items: readonly Endpoint[]; readonly after?: string }> {
  const { rows } = await sql<EndpointRow>`
    select * from webhook_endpoints
    ${after === undefined ? sql`` : sql`where endpoint_id < ${after}`}
    order by endpoint_id desc limit ${limit + 1}`.execute(tx);
  const items = rows.slice(0, limit).map(toEndpoint);
  const last = items.at(-1);
  return rows.length > limit && last ? { items, after: last.endpointId } : { items };
}

/**
 * Changes the settings of an endpoint that the caller has locked. Resuming forgets every failure. Another url has
 * yet to fail: it is tried at once, and one attempt decides whether the failures in a row go on.
 * @returns the endpoint as it is now; the very same object, nothing written, when the patch changes nothing.
 */
export async function updateEndpoint(
  tx: Tx,
  before: Endpoint,
  patch: EndpointPatch,
  now: Date,
): Promise<Endpoint> {
  const had = settingsOf(before);
  const wanted = { ...had, ...patch };
  if (isDeepStrictEqual(wanted, had)) return before;
  const resumed = wanted.active && !before.active;
  const tryNow = resumed || wanted.url !== before.url;
  const { rows } = await sql<EndpointRow>`
    update webhook_endpoints set
      url = ${wanted.url}, event_types = ${[...wanted.eventTypes]}::text[], active = ${wanted.active},
      description = ${wanted.description}, rate_limit = ${wanted.rateLimit}, timeout_ms = ${wanted.timeoutMs},
      disabled_reason = case when not ${resumed}::boolean then disabled_reason end,
      failures = case when ${resumed}::boolean then 0 else failures end,
      failing_since = case when not ${resumed}::boolean then failing_since end,
      held_until = case when not ${tryNow}::boolean then held_until end,
      version = version + 1, updated_at = ${now}::timestamptz
    where endpoint_id = ${before.endpointId}
    returning *`.execute(tx);
  if (resumed) await forgetWaits(tx, before.endpointId, now);
  return only(rows);
}

/** More lanes than an endpoint leaves in backoff: its breaker opens after ten failures, then tries one at a time. */
const LANES_RESUMED = 10_000;

/** Whoever resumes has mended something: what waits for its retry is due now. Lanes at work are passed by. */
async function forgetWaits(tx: Tx, endpointId: string, now: Date): Promise<void> {
  await sql`
    update lanes l set due_at = ${now}::timestamptz
    from (select aggregate_id from lanes
          where endpoint_id = ${endpointId} and due_at > ${now}::timestamptz
          limit ${LANES_RESUMED} for update skip locked) waiting
    where l.endpoint_id = ${endpointId} and l.aggregate_id = waiting.aggregate_id`.execute(tx);
}

function settingsOf({ url, eventTypes, active, description, rateLimit, timeoutMs }: Endpoint) {
  return {
    url,
    eventTypes,
    active,
    timeoutMs,
    description: description ?? null,
    rateLimit: rateLimit ?? null,
  };
}

/**
 * Removes an endpoint with its secrets and jobs, whatever it was owed. Its lanes and deliveries are out of reach
 * from then on and are cleaned up in batches (retention.ts). Whoever is appending for it commits before, or finds
 * it gone (outbox/append.ts).
 * @returns false when there is no such endpoint.
 */
export async function deleteEndpoint(tx: Tx, endpointId: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from webhook_endpoints where endpoint_id = ${endpointId}`.execute(tx);
  return Number(numAffectedRows ?? 0) > 0;
}

interface EndpointRow {
  tenant_id: string;
  endpoint_id: string;
  url: string;
  event_types: string[];
  description: string | null;
  rate_limit: number | null;
  timeout_ms: number;
  active: boolean;
  disabled_reason: string | null;
  failures: number;
  failing_since: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

function only(rows: readonly EndpointRow[]): Endpoint {
  const [row] = rows;
  if (!row) throw new Error('the write of an endpoint answered no row');
  return toEndpoint(row);
}

function toEndpoint(row: EndpointRow): Endpoint {
  return {
    tenantId: row.tenant_id,
    endpointId: row.endpoint_id,
    url: row.url,
    eventTypes: row.event_types,
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.rate_limit === null ? {} : { rateLimit: row.rate_limit }),
    timeoutMs: row.timeout_ms,
    active: row.active,
    ...(row.disabled_reason === null ? {} : { disabledReason: row.disabled_reason }),
    failures: row.failures,
    ...(row.failing_since === null ? {} : { failingSince: new Date(row.failing_since) }),
    version: row.version,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
