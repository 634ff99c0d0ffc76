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
    const { rows } = await sql<{ tenant_id: string; created_at: Date }>`
      insert into tenants (tenant_id, name, created_at) values (${newId('ten', new Date())}, ${name}, ${clock.now})
      returning tenant_id, created_at`.execute(executor);
    const [row] = rows;
    if (!row) throw new Error('the insert answered no row');
    return { tenantId: row.tenant_id, name, createdAt: new Date(row.created_at).toISOString() };
  } catch (error) {
    if (uniqueViolation(error) !== undefined) throw conflict(`A tenant named ${name} exists already`);
    throw error;
  }
}

/** A tenant by id or by name. Throws Problem 404. */
export async function findTenant(executor: Executor, idOrName: string): Promise<Tenant> {
  const tenant = (await listTenants(executor)).find((t) => t.tenantId === idOrName || t.name === idOrName);
  if (!tenant) throw notFound(`Tenant ${idOrName}`);
  return tenant;
}

export async function listTenants(executor: Executor): Promise<readonly Tenant[]> {
  const { rows } = await sql<{ tenant_id: string; name: string; created_at: Date }>`
    select tenant_id, name, created_at from tenants order by tenant_id`.execute(executor);
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    name: row.name,
    createdAt: new Date(row.created_at).toISOString(),
  }));
}

/**
 * Makes an API token. The token itself is answered here and never again: only its hash is stored.
 * @param token given for BOOTSTRAP_TOKEN only.
 */
export async function createToken(
  executor: Executor,
  clock: DatabaseClock,
  wanted: { tenantId: string; name: string; scopes: readonly Scope[]; token?: string },
): Promise<{ readonly token: string; readonly tokenId: string }> {
  const token = wanted.token ?? newToken();
  const tokenId = newId('tok', new Date());
  await sql`
    insert into api_tokens (tenant_id, token_id, name, token_hash, scopes, created_at)
    values (${wanted.tenantId}, ${tokenId}, ${wanted.name}, ${hashToken(token)}, ${wanted.scopes}::text[], ${clock.now})
    on conflict (token_hash) do nothing`.execute(executor);
  return { token, tokenId };
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
