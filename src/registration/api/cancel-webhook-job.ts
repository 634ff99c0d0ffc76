import { notFound } from '#kernel/problem.ts';
import { cancelJob } from '#platform/webhooks/jobs/jobs.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { jobView } from './present-webhooks.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** POST /webhooks/{webhookId}/jobs/{jobId}:cancel: it ends where it stands. */
export function cancelWebhookJobHandler(): OperationHandler<'cancelWebhookJob'> {
  return async ({ params, now }, tx) => {
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    const job = await cancelJob(tx, endpointId, params.jobId, now);
    if (!job) throw notFound('Job');
    return { status: 200, body: jobView(job) };
  };
}
