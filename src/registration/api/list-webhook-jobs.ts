import { pageBody, pageQuery } from '#platform/http/pagination.ts';
import { listJobs } from '#platform/webhooks/jobs/jobs.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { jobView } from './present-webhooks.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** GET /webhooks/{webhookId}/jobs: newest first. */
export function listWebhookJobsHandler(): OperationHandler<'listWebhookJobs'> {
  return async ({ params, query }, tx) => {
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    return { status: 200, body: pageBody(await listJobs(tx, endpointId, pageQuery(query)), jobView) };
  };
}
