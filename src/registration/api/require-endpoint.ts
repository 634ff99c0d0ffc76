import { notFound } from '#kernel/problem.ts';
import type { Tx } from '#platform/database/database.ts';
import { type Endpoint, getEndpoint } from '#platform/webhooks/endpoints/endpoints.ts';

/** The endpoint that an address names. Throws Problem 404, also for another tenant's. */
export async function requireEndpoint(tx: Tx, webhookId: string): Promise<Endpoint> {
  const endpoint = await getEndpoint(tx, webhookId);
  if (!endpoint) throw notFound('Webhook');
  return endpoint;
}
