import { notFound } from '#kernel/problem.ts';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Database, Executor, Tx } from '#platform/database/database.ts';
import { type Endpoint, getEndpoint } from '#platform/webhooks/endpoints/endpoints.ts';
import { databaseFacts } from '../../registration/store/diagnosis.ts';
import { findTenant, listTenants, type Tenant } from '../../registration/store/tenants.ts';
import { BadUsage } from '../command.ts';

/** The tenant of this id or name; when none was named, the only one there is. */
export async function tenantOf(executor: Executor, idOrName: string | undefined): Promise<Tenant> {
  if (idOrName !== undefined) return findTenant(executor, idOrName);
  const [only, ...others] = await listTenants(executor);
  if (only && others.length === 0) return only;
  throw new BadUsage(only ? 'there are several tenants: name one with --tenant' : 'there is no tenant yet');
}

/**
 * Works on a webhook as its tenant: row-level security holds here as it does in the API, so that a function that
 * relies on it reaches nothing else. Throws Problem 404.
 */
export async function asTenantOf<T>(
  database: Database,
  webhookId: string,
  work: (tx: Tx, endpoint: Endpoint) => Promise<T>,
): Promise<T> {
  const endpoint = await getEndpoint(database.executor, webhookId);
  if (!endpoint) throw notFound(`Webhook ${webhookId}`);
  return database.tenantTransaction(endpoint.tenantId, (tx) => work(tx, endpoint));
}

/** Database time, as the API hands it to what it calls. */
export async function timeOf(tx: Tx, clock: DatabaseClock): Promise<Date> {
  return (await databaseFacts(tx, clock)).now;
}
