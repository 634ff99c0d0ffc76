import { pageBody, pageQuery } from '#platform/http/pagination.ts';
import { listDeadLetters } from '#platform/webhooks/jobs/delivery-log.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { deliveryView } from './present-webhooks.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** GET /webhooks/{webhookId}/deadLetters: newest first. */
export function listDeadLettersHandler(): OperationHandler<'listDeadLetters'> {
  return async ({ params, query }, tx) => {
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    return {
      status: 200,
      body: pageBody(await listDeadLetters(tx, endpointId, pageQuery(query)), deliveryView),
    };
  };
}
