import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { conflict } from '#kernel/problem.ts';
import type { Tx } from '../../database/database.ts';
import { formatSecret } from './signature.ts';

/** Sealing of secrets at rest, bound to a context: the bytes of one row open in no other. */
export type Seal = (plaintext: Buffer, context: string) => Buffer;
export type Open = (sealed: Buffer, context: string) => Buffer;

/** What a tenant may know of a secret after it was shown. */
export interface SecretInfo {
  readonly version: number;
  readonly createdAt: Date;
  /** Nothing is signed with it from then on; the newest has none. */
  readonly expiresAt?: Date;
}

/** The length of the hash that they key (RFC 2104, 3). */
const SECRET_BYTES = 32;
/** Every request carries three signatures for each: so many are room for a rotation a day with a week of grace. */
export const MAX_LIVE_SECRETS = 5;
/** How long older secrets live on after a rotation, when nobody says: time to deploy the new one. */
export const DEFAULT_GRACE_SECONDS = 86_400;

/** What a sealed secret is bound to. */
export function secretSealContext(tenantId: string, endpointId: string, version: number): string {
  return `webhook_secrets/${tenantId}/${endpointId}/${version}`;
}

/** Stores a new secret of an endpoint and answers it as `whsec_<base64>`; it is shown then and never again (C37). */
export async function addSecret(
  tx: Tx,
  seal: Seal,
  { tenantId, endpointId, version, now }: SecretRef & { readonly version: number; readonly now: Date },
): Promise<string> {
  const key = randomBytes(SECRET_BYTES);
  await sql`
    insert into webhook_secrets (tenant_id, endpoint_id, version, sealed, created_at)
    values (${tenantId}, ${endpointId}, ${version},
            ${seal(key, secretSealContext(tenantId, endpointId, version))}::bytea, ${now}::timestamptz)
  `.execute(tx);
  return formatSecret(key);
}

interface SecretRef {
  readonly tenantId: string;
  readonly endpointId: string;
}

/**
 * Gives an endpoint a new secret. Every older one that lives signs beside it for `graceSeconds`, or until its
 * present end when that comes first; 0 ends them at once. What has expired is thrown away. Rotations of one
 * endpoint wait for each other.
 * @returns undefined when there is no such endpoint. Throws Problem 409 when too many would live.
 */
export async function rotateSecret(
  tx: Tx,
  seal: Seal,
  { tenantId, endpointId, graceSeconds, now }: SecretRef & { graceSeconds: number; now: Date },
): Promise<
  { readonly secret: string; readonly version: number; readonly secrets: readonly SecretInfo[] } | undefined
> {
  if (!(await holdEndpoint(tx, endpointId))) return undefined;
  await sql`
    delete from webhook_secrets where endpoint_id = ${endpointId} and expires_at <= ${now}::timestamptz
  `.execute(tx);
  const [newest, ...older] = await secretsOf(tx, endpointId, now);
  if (!newest) throw new Error('an endpoint without a live secret');
  if (graceSeconds > 0 && older.length + 2 > MAX_LIVE_SECRETS) {
    throw conflict(
      `${MAX_LIVE_SECRETS} secrets live already; revoke one that no receiver needs any more, then rotate`,
      { versions: [newest, ...older].map(({ version }) => version) },
    );
  }
  const version = newest.version + 1;
  await sql`
    update webhook_secrets set
      expires_at = least(expires_at, ${now}::timestamptz + make_interval(secs => ${graceSeconds}))
    where endpoint_id = ${endpointId}`.execute(tx);
  const secret = await addSecret(tx, seal, { tenantId, endpointId, version, now });
  await touchEndpoint(tx, endpointId, now);
  return { secret, version, secrets: await secretsOf(tx, endpointId, now) };
}

/**
 * Ends a live secret now. The newest cannot go: nothing leaves unsigned.
 * @returns what lives after it; undefined when no such endpoint or live secret is there. Throws Problem 409 for
 * the newest.
 */
export async function revokeSecret(
  tx: Tx,
  { endpointId, version, now }: { endpointId: string; version: number; now: Date },
): Promise<readonly SecretInfo[] | undefined> {
  if (!(await holdEndpoint(tx, endpointId))) return undefined;
  const live = await secretsOf(tx, endpointId, now);
  if (!live.some((secret) => secret.version === version)) return undefined;
  if (live[0]?.version === version) {
    throw conflict('The newest secret cannot be revoked; rotate first, with a grace of 0 if it has leaked');
  }
  await sql`
    update webhook_secrets set expires_at = ${now}::timestamptz
    where endpoint_id = ${endpointId} and version = ${version}`.execute(tx);
  await touchEndpoint(tx, endpointId, now);
  return live.filter((secret) => secret.version !== version);
}

/** The live secrets of each of these endpoints, newest first; nothing of what has expired. */
export async function listSecrets(
  tx: Tx,
  endpointIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, readonly SecretInfo[]>> {
  const { rows } = await sql<{
    endpoint_id: string;
    version: number;
    created_at: Date;
    expires_at: Date | null;
  }>`
    select endpoint_id, version, created_at, expires_at from webhook_secrets
    where endpoint_id = any(${[...endpointIds]}::text[])
      and (expires_at is null or expires_at > ${now}::timestamptz)
    order by endpoint_id, version desc`.execute(tx);
  const byEndpoint = Map.groupBy(rows, (row) => row.endpoint_id);
  return new Map(
    [...byEndpoint].map(([endpointId, secrets]) => [
      endpointId,
      secrets.map(({ version, created_at, expires_at }) => ({
        version,
        createdAt: new Date(created_at),
        ...(expires_at === null ? {} : { expiresAt: new Date(expires_at) }),
      })),
    ]),
  );
}

async function secretsOf(tx: Tx, endpointId: string, now: Date): Promise<readonly SecretInfo[]> {
  return (await listSecrets(tx, [endpointId], now)).get(endpointId) ?? [];
}

/** Takes the endpoint's row, so that changes of its secrets follow each other; false when there is none. */
async function holdEndpoint(tx: Tx, endpointId: string): Promise<boolean> {
  const { rows } = await sql`
    select from webhook_endpoints where endpoint_id = ${endpointId} for no key update`.execute(tx);
  return rows.length > 0;
}

/** Its ETag moves with its secrets, since it shows them. */
async function touchEndpoint(tx: Tx, endpointId: string, now: Date): Promise<void> {
  await sql`
    update webhook_endpoints set version = version + 1, updated_at = ${now}::timestamptz
    where endpoint_id = ${endpointId}`.execute(tx);
}
