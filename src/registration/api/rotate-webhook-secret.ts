import { notFound } from '#kernel/problem.ts';
import { DEFAULT_GRACE_SECONDS, rotateSecret } from '#platform/webhooks/endpoints/secrets.ts';
import type { OperationHandler } from '../contract.gen.ts';
import type { ApiDependencies } from './dependencies.ts';
import { secretView } from './present-webhooks.ts';

/** POST /webhooks/{webhookId}:rotateSecret: a new secret, shown here alone; the older ones live on for a while. */
export function rotateWebhookSecretHandler({
  webhooks,
}: ApiDependencies): OperationHandler<'rotateWebhookSecret'> {
  return async ({ tenantId, params, body, now }, tx) => {
    const graceSeconds = body?.graceSeconds ?? DEFAULT_GRACE_SECONDS;
    const wanted = { tenantId, endpointId: params.webhookId, graceSeconds, now };
    const rotated = await rotateSecret(tx, webhooks.seal, wanted);
    if (!rotated) throw notFound('Webhook');
    const { secret, version, secrets } = rotated;
    return { status: 201, body: { secret, version, secrets: secrets.map(secretView) } };
  };
}
