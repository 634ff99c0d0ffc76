import type { Migration } from 'kysely/migration';
import * as tenancy from './0001_tenancy.ts';
import * as aggregates from './0002_aggregates.ts';
import * as queueAndEffects from './0003_queue_and_effects.ts';
import * as eventsAndWebhooks from './0004_events_and_webhooks.ts';
import * as idempotency from './0005_idempotency.ts';
import * as endpointPacing from './0006_endpoint_pacing.ts';
import * as eventFeed from './0007_event_feed.ts';
import * as deliveryLog from './0008_delivery_log.ts';
import * as webhookJobs from './0009_webhook_jobs.ts';
import * as providerSide from './0010_provider_side.ts';
import * as replayingDeliveries from './0011_replaying_deliveries.ts';
import * as roomForClaims from './0012_room_for_claims.ts';

/** Every migration of the registration database, in order. A released one is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_tenancy': tenancy,
  '0002_aggregates': aggregates,
  '0003_queue_and_effects': queueAndEffects,
  '0004_events_and_webhooks': eventsAndWebhooks,
  '0005_idempotency': idempotency,
  '0006_endpoint_pacing': endpointPacing,
  '0007_event_feed': eventFeed,
  '0008_delivery_log': deliveryLog,
  '0009_webhook_jobs': webhookJobs,
  '0010_provider_side': providerSide,
  '0011_replaying_deliveries': replayingDeliveries,
  '0012_room_for_claims': roomForClaims,
};
