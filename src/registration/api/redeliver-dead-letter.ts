import { conflict, notFound } from '#kernel/problem.ts';
import { getDelivery } from '#platform/webhooks/jobs/delivery-log.ts';
import { redeliver } from '#platform/webhooks/jobs/requeue.ts';
import type { OperationHandler } from '../contract.gen.ts';
import type { ApiDependencies } from './dependencies.ts';
import { deliveryView } from './present-webhooks.ts';
import { requireEndpoint } from './require-endpoint.ts';

/** POST /webhooks/{webhookId}/deadLetters/{eventId}:redeliver: one dead letter back into its lane. */
export function redeliverDeadLetterHandler({
  clock,
}: ApiDependencies): OperationHandler<'redeliverDeadLetter'> {
  return async ({ params }, tx) => {
    const { endpointId } = await requireEndpoint(tx, params.webhookId);
    const { eventId } = params;
    const outcome = await redeliver(tx, clock, { endpointId, eventId });
    const delivery = await getDelivery(tx, endpointId, eventId);
    if (outcome === 'unknown' || !delivery) throw notFound('Dead letter');
    if (outcome === 'not-dead') throw conflict('The event is no dead letter', { state: delivery.state });
    return { status: 202, body: deliveryView(delivery) };
  };
}
