import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import type { Tx } from '../database/database.ts';
import { formatSecret } from './signature.ts';

/** Sealing of secrets at rest, bound to a context: the bytes of one row open in no other. */
export type Seal = (plaintext: Buffer, context: string) => Buffer;
export type Open = (sealed: Buffer, context: string) => Buffer;

/** Where a tenant wants its events (R77). */
export interface Endpoint {
  readonly tenantId: string;
  readonly endpointId: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly description?: string;
  /** False: nothing is sent, everything is kept. */
  readonly active: boolean;
  readonly disabledReason?: string;
  /** Optimistic lock; the ETag. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewEndpoint {
  readonly tenantId: string;
  /** Already found to be allowed (checkWebhookUrl). */
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly description?: string;
  /** Database time. */
  readonly now: Date;
}

const SECRET_BYTES = 32;

/** What a sealed secret is bound to. */
export function secretSealContext(tenantId: string, endpointId: string, version: number): string {
  return `webhook_secrets/${tenantId}/${endpointId}/${version}`;
}

/** Stores an endpoint with its first secret, which is shown here and never again (C37). */
export async function createEndpoint(
  tx: Tx,
  seal: Seal,
  { tenantId, url, eventTypes, description, now }: NewEndpoint,
): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
  const endpointId = newId('whk', now);
  const key = randomBytes(SECRET_BYTES);
  const version = 1;
  const { rows } = await sql<EndpointRow>`
    insert into webhook_endpoints (tenant_id, endpoint_id, url, event_types, description, version, created_at,
                                   updated_at)
    values (${tenantId}, ${endpointId}, ${url}, ${[...eventTypes]}::text[], ${description ?? null}, 1,
            ${now}::timestamptz, ${now}::timestamptz)
    returning *`.execute(tx);
  await sql`
    insert into webhook_secrets (tenant_id, endpoint_id, version, sealed, created_at)
    values (${tenantId}, ${endpointId}, ${version},
            ${seal(key, secretSealContext(tenantId, endpointId, version))}::bytea, ${now}::timestamptz)
  `.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('the insert of an endpoint answered no row');
  return { endpoint: toEndpoint(row), secret: formatSecret(key) };
}

/** Undefined also for an endpoint of another tenant: row-level security hides it. */
export async function getEndpoint(tx: Tx, endpointId: string): Promise<Endpoint | undefined> {
  const { rows } = await sql<EndpointRow>`
    select * from webhook_endpoints where endpoint_id = ${endpointId}`.execute(tx);
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
 * Removes an endpoint with its secrets, lanes and deliveries; a delivery on its way settles into nothing.
 * @returns how many events it was still owed; undefined when there is no such endpoint.
 */
export async function deleteEndpoint(
  tx: Tx,
  endpointId: string,
): Promise<{ readonly undelivered: number } | undefined> {
  // First the lock: whoever is appending for this endpoint commits before, or finds it gone (outbox/append.ts).
  const locked = await sql`
    select from webhook_endpoints where endpoint_id = ${endpointId} for update`.execute(tx);
  if (locked.rows.length === 0) return undefined;
  const { rows } = await sql<{ undelivered: number }>`
    with gone as (delete from deliveries where endpoint_id = ${endpointId} returning state),
    lanes_gone as (delete from lanes where endpoint_id = ${endpointId}),
    endpoint_gone as (delete from webhook_endpoints where endpoint_id = ${endpointId})
    select count(*) filter (where state = 'pending') as undelivered from gone`.execute(tx);
  return { undelivered: rows[0]?.undelivered ?? 0 };
}

interface EndpointRow {
  tenant_id: string;
  endpoint_id: string;
  url: string;
  event_types: string[];
  description: string | null;
  active: boolean;
  disabled_reason: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

function toEndpoint(row: EndpointRow): Endpoint {
  return {
    tenantId: row.tenant_id,
    endpointId: row.endpoint_id,
    url: row.url,
    eventTypes: row.event_types,
    ...(row.description === null ? {} : { description: row.description }),
    active: row.active,
    ...(row.disabled_reason === null ? {} : { disabledReason: row.disabled_reason }),
    version: row.version,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
