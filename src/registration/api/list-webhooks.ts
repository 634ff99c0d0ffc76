import { pageBody, pageQuery } from '#platform/http/pagination.ts';
import { listEndpoints } from '#platform/webhooks/endpoints.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { webhookView } from './present.ts';

/** GET /webhooks: newest first, without secrets. */
export function listWebhooksHandler(): OperationHandler<'listWebhooks'> {
  return async ({ query }, tx) => {
    const page = await listEndpoints(tx, pageQuery(query));
    return { status: 200, body: pageBody(page, webhookView) };
  };
}
