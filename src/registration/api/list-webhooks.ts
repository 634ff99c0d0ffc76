import { pageBody, pageQuery } from '#platform/http/pagination.ts';
import { listEndpoints } from '#platform/webhooks/endpoints/endpoints.ts';
import { listSecrets } from '#platform/webhooks/endpoints/secrets.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { webhookView } from './present-webhooks.ts';

/** GET /webhooks: newest first, without secrets. */
export function listWebhooksHandler(): OperationHandler<'listWebhooks'> {
  return async ({ query, now }, tx) => {
    const page = await listEndpoints(tx, pageQuery(query));
    const ids = page.items.map(({ endpointId }) => endpointId);
    const secrets = await listSecrets(tx, ids, now);
    const body = pageBody(page, (endpoint) => webhookView(endpoint, secrets.get(endpoint.endpointId) ?? []));
    return { status: 200, body };
  };
}
