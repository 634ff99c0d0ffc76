import { etagOf } from '#platform/http/etag.ts';
import { listSecrets } from '#platform/webhooks/endpoints/secrets.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { webhookView } from './present-webhooks.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** GET /webhooks/{webhookId}: without its secrets. */
export function getWebhookHandler(): OperationHandler<'getWebhook'> {
  return async ({ params, now }, tx) => {
    const endpoint = await requireEndpoint(tx, params.webhookId);
    const { endpointId, version } = endpoint;
    const secrets = (await listSecrets(tx, [endpointId], now)).get(endpointId) ?? [];
    return { status: 200, headers: { ETag: etagOf(version) }, body: webhookView(endpoint, secrets) };
  };
}
