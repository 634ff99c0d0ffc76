import { conflict, invalid, notFound } from '#kernel/problem.ts';
import { etagOf, matchIfMatch } from '#platform/http/etag.ts';
import { DEFAULT_TIMEOUT_MS, lockEndpoint, updateEndpoint } from '#platform/webhooks/endpoints/endpoints.ts';
import { listSecrets } from '#platform/webhooks/endpoints/secrets.ts';
import { isSkipping } from '#platform/webhooks/jobs/jobs.ts';
import { checkWebhookUrl } from '#platform/webhooks/transport/url.ts';
import type { OperationHandler, Schemas } from '../contract.gen.ts';
import type { ApiDependencies } from './dependencies.ts';
import { webhookView } from './present-webhooks.ts';

/** PATCH /webhooks/{webhookId}: edits, pauses or resumes (C39: what is owed is kept meanwhile). */
export function updateWebhookHandler({ webhooks }: ApiDependencies): OperationHandler<'updateWebhook'> {
  return async ({ params, headers, body, now }, tx) => {
    const before = await lockEndpoint(tx, params.webhookId);
    if (!before) throw notFound('Webhook');
    matchIfMatch(headers['if-match'], before.version);
    const moved = body.url !== undefined && body.url !== before.url;
    const faults = moved ? checkWebhookUrl(body.url ?? '', webhooks) : [];
    if (faults.length > 0) throw invalid(faults);
    const { endpointId } = before;
    if (body.active && !before.active && (await isSkipping(tx, endpointId))) {
      throw conflict('The backlog is being skipped; wait for that job or cancel it, then resume');
    }
    const endpoint = await updateEndpoint(tx, before, patchOf(body), now);
    const secrets = (await listSecrets(tx, [endpointId], now)).get(endpointId) ?? [];
    return {
      status: 200,
      headers: { ETag: etagOf(endpoint.version) },
      body: webhookView(endpoint, secrets),
    };
  };
}

/** `null` clears; a deadline there must be, so it goes back to what it is when nobody says. */
function patchOf({ timeoutSeconds, ...settings }: Schemas['UpdateWebhookRequest']) {
  if (timeoutSeconds === undefined) return settings;
  return { ...settings, timeoutMs: timeoutSeconds === null ? DEFAULT_TIMEOUT_MS : timeoutSeconds * 1_000 };
}
