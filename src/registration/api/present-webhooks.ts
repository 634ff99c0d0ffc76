import type { LoggedAttempt } from '#platform/webhooks/delivery/attempt-log.ts';
import { type Endpoint, healthOf } from '#platform/webhooks/endpoints/endpoints.ts';
import type { SecretInfo } from '#platform/webhooks/endpoints/secrets.ts';
import type { Delivery } from '#platform/webhooks/jobs/delivery-log.ts';
import type { Job } from '#platform/webhooks/jobs/jobs.ts';
import type { ReplayFilter } from '#platform/webhooks/jobs/selection.ts';
import type { Schemas } from '../contract.gen.ts';

/* How endpoints and deliveries look from outside. The mechanism knows event types as texts; those of the contract
 * are the only ones that are ever stored. */
type EventType = Schemas['EventType'];

export function webhookView(endpoint: Endpoint, secrets: readonly SecretInfo[]): Schemas['Webhook'] {
  const { endpointId, url, description, rateLimit, timeoutMs, active, disabledReason, failingSince } =
    endpoint;
  return {
    webhookId: endpointId,
    url,
    eventTypes: endpoint.eventTypes as readonly EventType[],
    ...(description === undefined ? {} : { description }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    timeoutSeconds: timeoutMs / 1_000,
    active,
    ...(disabledReason === undefined ? {} : { disabledReason }),
    health: healthOf(endpoint),
    ...(failingSince === undefined ? {} : { failingSince: failingSince.toISOString() }),
    secrets: secrets.map(secretView),
    createdAt: endpoint.createdAt.toISOString(),
    updatedAt: endpoint.updatedAt.toISOString(),
  };
}

/** What is known of a secret; the secret itself is nowhere but in the answer that made it. */
export function secretView({ version, createdAt, expiresAt }: SecretInfo): Schemas['WebhookSecret'] {
  return {
    version,
    createdAt: createdAt.toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
  };
}

export function jobView(job: Job): Schemas['WebhookJob'] {
  const { jobId, kind, state, filter, selected, processed, outstanding, createdAt, finishedAt } = job;
  return {
    jobId,
    kind,
    state,
    filter: filterView(filter),
    selected,
    processed,
    outstanding,
    createdAt: createdAt.toISOString(),
    ...(finishedAt === undefined ? {} : { finishedAt: finishedAt.toISOString() }),
  };
}

function filterView({ since, until, eventTypes, ...others }: ReplayFilter): Schemas['ReplayFilter'] {
  return {
    ...others,
    ...(since === undefined ? {} : { since: since.toISOString() }),
    ...(until === undefined ? {} : { until: until.toISOString() }),
    ...(eventTypes === undefined ? {} : { eventTypes: eventTypes as readonly EventType[] }),
  };
}

export function deliveryView(delivery: Delivery): Schemas['Delivery'] {
  const { eventId, type, aggregateId, sequence, createdAt } = delivery;
  return {
    eventId,
    ...(type === undefined ? {} : { type: type as EventType }),
    aggregateId,
    sequence,
    ...progressView(delivery),
    createdAt: createdAt.toISOString(),
  };
}

/** The same, of an event that is known already, by the endpoint. */
export function eventDeliveryView(delivery: Delivery): Schemas['EventDelivery'] {
  return { webhookId: delivery.endpointId, ...progressView(delivery) };
}

function progressView(delivery: Delivery) {
  const { state, attempts, previousSequence, lastStatus, lastError, replayId, skipReason } = delivery;
  const { settledAt, deadAt, nextAttemptAt } = delivery;
  return {
    state,
    attempts,
    previousSequence,
    ...(lastStatus === undefined ? {} : { lastStatus }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(settledAt === undefined ? {} : { settledAt: settledAt.toISOString() }),
    ...(deadAt === undefined ? {} : { deadAt: deadAt.toISOString() }),
    ...(nextAttemptAt === undefined ? {} : { nextAttemptAt: nextAttemptAt.toISOString() }),
    ...(replayId === undefined ? {} : { replay: replayId }),
    ...(skipReason === undefined ? {} : { skipReason }),
  };
}

export function attemptView(attempt: LoggedAttempt): Schemas['DeliveryAttempt'] {
  const { attemptedAt, replayId, ...others } = attempt;
  return {
    ...others,
    attemptedAt: attemptedAt.toISOString(),
    ...(replayId === undefined ? {} : { replay: replayId }),
  };
}
