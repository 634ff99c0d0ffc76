import { createReplay } from '#platform/webhooks/jobs/jobs.ts';
import { countReplay } from '#platform/webhooks/jobs/selection.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { jobView } from './present-webhooks.ts';
import { replayFilter } from './replay-filter.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** POST /webhooks/{webhookId}:replay: asks for a job, or counts what it would send (R41). */
export function replayWebhookHandler(): OperationHandler<'replayWebhook'> {
  return async ({ tenantId, params, body, now }, tx) => {
    const { dryRun, ...asked } = body;
    const filter = replayFilter(asked, now);
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    if (dryRun)
      return { status: 200, body: { selected: await countReplay(tx, { endpointId, filter, now }) } };
    return { status: 202, body: jobView(await createReplay(tx, { tenantId, endpointId, filter, now })) };
  };
}
