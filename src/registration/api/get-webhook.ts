import { notFound } from '#kernel/problem.ts';
import { getEndpoint } from '#platform/webhooks/endpoints.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { webhookView } from './present.ts';

/** GET /webhooks/{webhookId}: without its secret. */
export function getWebhookHandler(): OperationHandler<'getWebhook'> {
  return async ({ params }, tx) => {
    const endpoint = await getEndpoint(tx, params.webhookId);
    if (!endpoint) throw notFound('Webhook');
    return { status: 200, body: webhookView(endpoint) };
  };
}
