import { createSkip } from '#platform/webhooks/jobs/jobs.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { jobView } from './present-webhooks.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** POST /webhooks/{webhookId}:skip: asks for a job that gives up what is undelivered now. */
export function skipWebhookBacklogHandler(): OperationHandler<'skipWebhookBacklog'> {
  return async ({ tenantId, params, now }, tx) => {
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    return { status: 202, body: jobView(await createSkip(tx, { tenantId, endpointId, now })) };
  };
}
