import { invalid } from '#kernel/problem.ts';
import { createEndpoint } from '#platform/webhooks/endpoints.ts';
import { checkWebhookUrl } from '#platform/webhooks/url.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { DEFAULT_EVENT_TYPES } from '../domain/events.ts';
import type { ApiDependencies } from './dependencies.ts';
import { webhookView } from './present.ts';

/** POST /webhooks: registers an endpoint; its secret is in this answer and nowhere else (C37). */
export function createWebhookHandler({ webhooks }: ApiDependencies): OperationHandler<'createWebhook'> {
  return async ({ tenantId, body, now }, tx) => {
    const { url, eventTypes = DEFAULT_EVENT_TYPES, description } = body;
    const faults = checkWebhookUrl(url, webhooks);
    if (faults.length > 0) throw invalid(faults);
    const { endpoint, secret } = await createEndpoint(tx, webhooks.seal, {
      tenantId,
      url,
      eventTypes,
      now,
      ...(description === undefined ? {} : { description }),
    });
    const headers = { Location: `/v1/webhooks/${endpoint.endpointId}` };
    return { status: 201, headers, body: { ...webhookView(endpoint), secret } };
  };
}
