import { createReplay } from '#platform/webhooks/jobs/jobs.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { jobView } from './present-webhooks.ts';
import { replayFilter } from './replay-filter.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** POST /webhooks/{webhookId}/deadLetters:redeliver: a replay of dead letters only. */
export function redeliverDeadLettersHandler(): OperationHandler<'redeliverDeadLetters'> {
  return async ({ tenantId, params, body, now }, tx) => {
    const filter = replayFilter({ ...body, states: ['dead'] }, now);
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    return { status: 202, body: jobView(await createReplay(tx, { tenantId, endpointId, filter, now })) };
  };
}
