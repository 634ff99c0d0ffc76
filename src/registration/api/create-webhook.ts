import { invalid } from '#kernel/problem.ts';
import { etagOf } from '#platform/http/etag.ts';
import { createEndpoint } from '#platform/webhooks/endpoints/endpoints.ts';
import { listSecrets } from '#platform/webhooks/endpoints/secrets.ts';
import { checkWebhookUrl } from '#platform/webhooks/transport/url.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { DEFAULT_EVENT_TYPES } from '../domain/events.ts';
import type { ApiDependencies } from './dependencies.ts';
import { webhookView } from './present-webhooks.ts';

/** POST /webhooks: registers an endpoint; its secret is in this answer and nowhere else (C37). */
export function createWebhookHandler({ webhooks }: ApiDependencies): OperationHandler<'createWebhook'> {
  return async ({ tenantId, body, now }, tx) => {
    const { timeoutSeconds, eventTypes = DEFAULT_EVENT_TYPES, ...settings } = body;
    const faults = checkWebhookUrl(settings.url, webhooks);
    if (faults.length > 0) throw invalid(faults);
    const { endpoint, secret } = await createEndpoint(tx, webhooks.seal, {
      ...settings,
      tenantId,
      eventTypes,
      now,
      ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1_000 }),
    });
    const { endpointId, version } = endpoint;
    const secrets = (await listSecrets(tx, [endpointId], now)).get(endpointId) ?? [];
    const headers = { Location: `/v1/webhooks/${endpointId}`, ETag: etagOf(version) };
    return { status: 201, headers, body: { ...webhookView(endpoint, secrets), secret } };
  };
}
