import { conflict, invalid } from '#kernel/problem.ts';
import { healthOf } from '#platform/webhooks/endpoints/endpoints.ts';
import { listSecrets } from '#platform/webhooks/endpoints/secrets.ts';
import { sendTest } from '#platform/webhooks/upkeep/announce.ts';
import type { OperationHandler } from '../contract.gen.ts';
import type { ApiDependencies } from './dependencies.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** POST /webhooks/{webhookId}:test: one event to this endpoint alone, by the same way as all others (R77). */
export function testWebhookHandler({ clock }: ApiDependencies): OperationHandler<'testWebhook'> {
  return async ({ tenantId, params, body, now }, tx) => {
    const endpoint = await requireEndpoint(tx, params.webhookId);
    const { endpointId } = endpoint;
    if (!endpoint.active) {
      const health = healthOf(endpoint);
      throw conflict(`The endpoint is ${health}; resume it to test it`, { health });
    }
    const secretVersion = body?.secretVersion;
    const secrets = (await listSecrets(tx, [endpointId], now)).get(endpointId) ?? [];
    if (secretVersion !== undefined && !secrets.some(({ version }) => version === secretVersion)) {
      throw invalid([{ field: 'secretVersion', message: 'must be the version of a live secret' }]);
    }
    const wanted = { tenantId, endpointId, now, ...(secretVersion === undefined ? {} : { secretVersion }) };
    const { eventId } = await sendTest(tx, clock, wanted);
    return { status: 202, body: { eventId } };
  };
}
