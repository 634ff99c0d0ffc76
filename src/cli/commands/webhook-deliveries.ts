import { conflict, notFound } from '#kernel/problem.ts';
import { WEBHOOKS_CHANNEL } from '#platform/outbox/append.ts';
import { listAttempts } from '#platform/webhooks/delivery/attempt-log.ts';
import {
  type Delivery,
  getDelivery,
  listDeadLetters,
  listDeliveries,
  listLane,
} from '#platform/webhooks/jobs/delivery-log.ts';
import { createReplay } from '#platform/webhooks/jobs/jobs.ts';
import { redeliver } from '#platform/webhooks/jobs/requeue.ts';
import { flag, integer, required, text } from '../arguments.ts';
import {
  BadUsage,
  type CommandArguments,
  type CommandContext,
  type Commands,
  type Output,
} from '../command.ts';
import { jobRow } from './webhook-jobs.ts';
import { asTenantOf, timeOf } from './which.ts';

const MAX_LISTED = 1_000;
const LISTED = 100;

export const webhookDeliveryCommands: Commands = {
  'webhooks deliveries': {
    usage: 'webhooks deliveries --webhook <id> [--aggregate <id> | --event <id>] [--limit <1-1000>]',
    summary: 'list what a webhook was owed, newest first; with --event the attempts to deliver it',
    options: {
      webhook: { type: 'string' },
      aggregate: { type: 'string' },
      event: { type: 'string' },
      limit: { type: 'string' },
    },
    run: deliveries,
  },
  'webhooks dead-letters': {
    usage: 'webhooks dead-letters --webhook <id> [--limit <1-1000>]',
    summary:
      'list the events that were given up on for a webhook, newest first (of passes: dead-letters list)',
    options: { webhook: { type: 'string' }, limit: { type: 'string' } },
    async run(args, { open }) {
      const webhookId = required(args, 'webhook');
      const limit = limitOf(args);
      const { database } = await open('current');
      const { items } = await asTenantOf(database, webhookId, (tx) =>
        listDeadLetters(tx, webhookId, { limit }),
      );
      return { data: items.map(rowOf) };
    },
  },
  'webhooks redeliver': {
    usage: 'webhooks redeliver --webhook <id> (--event <id> | --all)',
    summary: 'send a dead letter again, in its place in the order; all of them as a job',
    options: { webhook: { type: 'string' }, event: { type: 'string' }, all: { type: 'boolean' } },
    run: redeliverDead,
  },
};

async function deliveries(args: CommandArguments, { open }: CommandContext): Promise<Output> {
  const webhookId = required(args, 'webhook');
  const aggregateId = text(args, 'aggregate');
  const eventId = text(args, 'event');
  if (aggregateId !== undefined && eventId !== undefined)
    throw new BadUsage('give one of --aggregate and --event');
  const limit = limitOf(args);
  const { database } = await open('current');
  return asTenantOf(database, webhookId, async (tx) => {
    if (eventId !== undefined) {
      const delivery = await getDelivery(tx, webhookId, eventId);
      if (!delivery) throw notFound(`Delivery of ${eventId} to ${webhookId}`);
      const attempts = await listAttempts(tx, webhookId, eventId);
      return { data: attempts.map(attemptRow), notes: [standOf(delivery)] };
    }
    const page =
      aggregateId === undefined
        ? await listDeliveries(tx, webhookId, { limit })
        : await listLane(tx, { endpointId: webhookId, aggregateId }, { limit });
    return { data: (page?.items ?? []).map(rowOf) };
  });
}

async function redeliverDead(args: CommandArguments, { open, clock }: CommandContext): Promise<Output> {
  const webhookId = required(args, 'webhook');
  const eventId = text(args, 'event');
  if ((eventId === undefined) !== flag(args, 'all')) throw new BadUsage('give one of --event and --all');
  const { database } = await open('current');
  const data = await asTenantOf(database, webhookId, async (tx, { tenantId, endpointId }) => {
    if (eventId === undefined) {
      const filter = { states: ['dead' as const] };
      return jobRow(await createReplay(tx, { tenantId, endpointId, filter, now: await timeOf(tx, clock) }));
    }
    const outcome = await redeliver(tx, clock, { endpointId, eventId });
    if (outcome === 'unknown') throw notFound(`Dead letter ${eventId}`);
    if (outcome === 'not-dead') throw conflict(`${eventId} is no dead letter`);
    return { queued: eventId };
  });
  database.hints.send(WEBHOOKS_CHANNEL);
  return { data };
}

function limitOf(args: CommandArguments): number {
  return integer(args, 'limit', 1, MAX_LISTED) ?? LISTED;
}

function rowOf(delivery: Delivery): object {
  const { eventId, type, aggregateId, sequence, state, attempts, lastStatus, lastError } = delivery;
  return {
    eventId,
    type,
    aggregateId,
    sequence,
    state: delivery.skipReason === undefined ? state : `${state} (${delivery.skipReason})`,
    attempts,
    lastStatus,
    lastError,
    createdAt: delivery.createdAt.toISOString(),
    settledAt: delivery.settledAt?.toISOString(),
    nextAttemptAt: delivery.nextAttemptAt?.toISOString(),
    replayId: delivery.replayId,
  };
}

/** Without the answer's text: it is the receiver's, and for its tenant to read. */
function attemptRow(attempt: Awaited<ReturnType<typeof listAttempts>>[number]): object {
  const { number, outcome, status, error, stage, address, durationMs, phases, replayId } = attempt;
  const { dnsMs, connectMs, tlsMs, firstByteMs } = phases;
  const attemptedAt = attempt.attemptedAt.toISOString();
  return {
    ...{ number, attemptedAt, outcome, status, error, stage, address },
    ...{ durationMs, dnsMs, connectMs, tlsMs, firstByteMs, replayId },
  };
}

function standOf({ eventId, state, attempts, nextAttemptAt }: Delivery): string {
  const next = nextAttemptAt === undefined ? '' : `, next at ${nextAttemptAt.toISOString()}`;
  return `${eventId} is ${state}; ${attempts} attempts${next}`;
}
