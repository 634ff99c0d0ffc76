import { notFound } from '#kernel/problem.ts';
import { getJob } from '#platform/webhooks/jobs/jobs.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { jobView } from './present-webhooks.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** GET /webhooks/{webhookId}/jobs/{jobId}. */
export function getWebhookJobHandler(): OperationHandler<'getWebhookJob'> {
  return async ({ params }, tx) => {
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    const job = await getJob(tx, endpointId, params.jobId);
    if (!job) throw notFound('Job');
    return { status: 200, body: jobView(job) };
  };
}
