import { notFound } from '#kernel/problem.ts';
import { getEvent } from '#platform/outbox/feed.ts';
import { deliveriesOf } from '#platform/webhooks/jobs/delivery-log.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { eventDeliveryView } from './present-webhooks.ts';

/** GET /events/{eventId}: as it was sent, and how far its deliveries are. */
export function getEventHandler(): OperationHandler<'getEvent'> {
  return async ({ tenantId, params }, tx) => {
    const { eventId } = params;
    const body = await getEvent(tx, tenantId, eventId);
    if (!body) throw notFound('Event');
    const deliveries = await deliveriesOf(tx, { tenantId, eventId });
    return {
      status: 200,
      body: { event: JSON.parse(body.toString()), deliveries: deliveries.map(eventDeliveryView) },
    };
  };
}
