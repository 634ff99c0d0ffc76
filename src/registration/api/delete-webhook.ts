import { notFound } from '#kernel/problem.ts';
import { deleteEndpoint } from '#platform/webhooks/endpoints.ts';
import type { OperationHandler } from '../contract.gen.ts';

/** DELETE /webhooks/{webhookId}: nothing more is delivered there. */
export function deleteWebhookHandler(): OperationHandler<'deleteWebhook'> {
  return async ({ params }, tx) => {
    const gone = await deleteEndpoint(tx, params.webhookId);
    if (!gone) throw notFound('Webhook');
    return { status: 204 };
  };
}
