import { notFound } from '#kernel/problem.ts';
import { deleteEndpoint } from '#platform/webhooks/endpoints/endpoints.ts';
import type { OperationHandler } from '../contract.gen.ts';

/** DELETE /webhooks/{webhookId}: nothing more is delivered there. */
export function deleteWebhookHandler(): OperationHandler<'deleteWebhook'> {
  return async ({ params }, tx) => {
    if (!(await deleteEndpoint(tx, params.webhookId))) throw notFound('Webhook');
    return { status: 204 };
  };
}
