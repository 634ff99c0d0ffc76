import { sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import { conflict, notFound } from '#kernel/problem.ts';
import type { DatabaseClock } from '#platform/database/clock.ts';
import { type Executor, uniqueViolation } from '#platform/database/database.ts';
import { hashToken, newToken, type Scope } from '#platform/secrets/tokens.ts';

export interface Tenant {
  readonly tenantId: string;
  readonly name: string;
  readonly createdAt: string;
}

export interface ApiToken {
  readonly tenantId: string;
  readonly tokenId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly revokedAt?: string;
}

/** Who makes a request. */
export interface Principal {
  readonly tenantId: string;
  readonly tokenId: string;
  readonly scopes: readonly string[];
}

/** Makes a tenant. Throws Problem 409 when the name is taken. */
export async function createTenant(executor: Executor, clock: DatabaseClock, name: string): Promise<Tenant> {
  try {
    const { rows } = await sql<TenantRow>`
      insert into tenants (tenant_id, name, created_at) values (${newId('ten', new Date())}, ${name}, ${clock.now})
      returning tenant_id, name, created_at`.execute(executor);
    const [row] = rows;
    if (!row) throw new Error('the insert answered no row');
    return toTenant(row);
  } catch (error) {
    if (uniqueViolation(error) !== undefined) throw conflict(`A tenant named ${name} exists already`);
    throw error;
  }
}

/** A tenant by id or by name. Throws Problem 404. */
export async function findTenant(executor: Executor, idOrName: string): Promise<Tenant> {
  const { rows } = await sql<TenantRow>`
    select tenant_id, name, created_at from tenants where tenant_id = ${idOrName} or name = ${idOrName}
    order by tenant_id = ${idOrName} desc limit 1`.execute(executor);
  const [row] = rows;
  if (!row) throw notFound(`Tenant ${idOrName}`);
  return toTenant(row);
}

export async function listTenants(executor: Executor): Promise<readonly Tenant[]> {
  const { rows } = await sql<TenantRow>`
    select tenant_id, name, created_at from tenants order by tenant_id`.execute(executor);
  return rows.map(toTenant);
}

interface TenantRow {
  tenant_id: string;
  name: string;
  created_at: Date;
}

function toTenant(row: TenantRow): Tenant {
  return {
    tenantId: row.tenant_id,
    name: row.name,
    createdAt: new Date(row.created_at).toISOString(),
  };
}

/**
 * Makes an API token. The token itself is answered here and never again: only its hash is stored.
 * @param token given for BOOTSTRAP_TOKEN only; the same one again for the same tenant changes nothing.
 * Throws Problem 409 when the given token is another tenant's or was revoked.
 */
export async function createToken(
  executor: Executor,
  clock: DatabaseClock,
  wanted: { tenantId: string; name: string; scopes: readonly Scope[]; token?: string },
): Promise<{ readonly token: string; readonly tokenId: string }> {
  const token = wanted.token ?? newToken();
  const tokenId = newId('tok', new Date());
  const { rows } = await sql`
    insert into api_tokens (tenant_id, token_id, name, token_hash, scopes, created_at)
    values (${wanted.tenantId}, ${tokenId}, ${wanted.name}, ${hashToken(token)}, ${wanted.scopes}::text[], ${clock.now})
    on conflict (token_hash) do nothing returning token_id`.execute(executor);
  if (rows.length > 0) return { token, tokenId };
  const known = await findPrincipal(executor, hashToken(token));
  if (known?.tenantId !== wanted.tenantId) throw conflict('This token is not new: use another one');
  return { token, tokenId: known.tokenId };
}

export async function listTokens(executor: Executor, tenantId?: string): Promise<readonly ApiToken[]> {
  const { rows } = await sql<{
    tenant_id: string;
    token_id: string;
    name: string;
    scopes: string[];
    created_at: Date;
    revoked_at: Date | null;
  }>`
    select tenant_id, token_id, name, scopes, created_at, revoked_at from api_tokens
    where ${tenantId ?? null}::text is null or tenant_id = ${tenantId ?? null}
    order by token_id`.execute(executor);
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    tokenId: row.token_id,
    name: row.name,
    scopes: row.scopes,
    createdAt: new Date(row.created_at).toISOString(),
    ...(row.revoked_at ? { revokedAt: new Date(row.revoked_at).toISOString() } : {}),
  }));
}

/** Ends a token; running processes notice within seconds. Throws Problem 404 when it is unknown or ended. */
export async function revokeToken(executor: Executor, clock: DatabaseClock, tokenId: string): Promise<void> {
  const { numAffectedRows } = await sql`
    update api_tokens set revoked_at = ${clock.now} where token_id = ${tokenId} and revoked_at is null
  `.execute(executor);
  if (Number(numAffectedRows ?? 0) === 0) throw notFound(`Live token ${tokenId}`);
}

/** The live token with this hash, or undefined. */
export async function findPrincipal(executor: Executor, hash: Uint8Array): Promise<Principal | undefined> {
  const { rows } = await sql<{ tenant_id: string; token_id: string; scopes: string[] }>`
    select tenant_id, token_id, scopes from api_tokens where token_hash = ${hash} and revoked_at is null
  `.execute(executor);
  const [row] = rows;
  return row && { tenantId: row.tenant_id, tokenId: row.token_id, scopes: row.scopes };
}
