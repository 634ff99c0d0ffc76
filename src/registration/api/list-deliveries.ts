import { invalid } from '#kernel/problem.ts';
import { pageBody, pageQuery } from '#platform/http/pagination.ts';
import { listDeliveries, listLane } from '#platform/webhooks/jobs/delivery-log.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { deliveryView } from './present-webhooks.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** GET /webhooks/{webhookId}/deliveries: newest first; of one aggregate by its sequence. */
export function listDeliveriesHandler(): OperationHandler<'listDeliveries'> {
  return async ({ params, query }, tx) => {
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    const { aggregateId } = query;
    const wanted = pageQuery(query);
    const page =
      aggregateId === undefined
        ? await listDeliveries(tx, endpointId, wanted)
        : await listLane(tx, { endpointId, aggregateId }, wanted);
    if (!page) throw invalid([{ field: 'query.cursor', message: 'must be nextCursor of the page before' }]);
    return { status: 200, body: pageBody(page, deliveryView) };
  };
}
