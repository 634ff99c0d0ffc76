import { notFound } from '#kernel/problem.ts';
import { revokeSecret } from '#platform/webhooks/endpoints/secrets.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { secretView } from './present-webhooks.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** POST /webhooks/{webhookId}:revokeSecret: nothing is signed with it from now on. */
export function revokeWebhookSecretHandler(): OperationHandler<'revokeWebhookSecret'> {
  return async ({ params, body, now }, tx) => {
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    const secrets = await revokeSecret(tx, { endpointId, version: body.version, now });
    if (!secrets) throw notFound('Secret');
    return { status: 200, body: { secrets: secrets.map(secretView) } };
  };
}
