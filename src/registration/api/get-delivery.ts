import { notFound } from '#kernel/problem.ts';
import { listAttempts } from '#platform/webhooks/delivery/attempt-log.ts';
import { getDelivery } from '#platform/webhooks/jobs/delivery-log.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { attemptView, deliveryView } from './present-webhooks.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** GET /webhooks/{webhookId}/deliveries/{eventId}: with every attempt. */
export function getDeliveryHandler(): OperationHandler<'getDelivery'> {
  return async ({ params }, tx) => {
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    const delivery = await getDelivery(tx, endpointId, params.eventId);
    if (!delivery) throw notFound('Delivery');
    const attempts = await listAttempts(tx, endpointId, params.eventId);
    return { status: 200, body: { ...deliveryView(delivery), attemptLog: attempts.map(attemptView) } };
  };
}
