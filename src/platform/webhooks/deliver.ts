import type { Logger } from 'pino';
import type { DatabaseClock } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';
import type { Lane } from './claim.ts';
import { type Open, secretSealContext } from './endpoints.ts';
import { type Delivery, loadPending, type PendingLane } from './pending.ts';
import { retryDelayMs } from './schedule.ts';
import { releaseLanes, type Settled, settleEvent, settleRetry } from './settle.ts';
import { buildHeaders } from './signature.ts';
import type { DeliveryResult, Transport } from './transport.ts';

export type Outcome = 'delivered' | 'retry' | 'dead';

/** Counters; a function each, so that this mechanism knows no metrics library. */
export interface DispatchMetrics {
  attempt(outcome: Outcome): void;
  /** A result that came after its lease was lost, and changed nothing. */
  lateSettle(): void;
}

export interface DeliverDependencies {
  readonly executor: Executor;
  readonly clock: DatabaseClock;
  readonly open: Open;
  readonly transport: Transport;
  readonly metrics: DispatchMetrics;
  readonly log: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  readonly deadlineMs: number;
  readonly leaseMs: number;
  /** Events of one lane that are sent in a row before others get the slot. */
  readonly batch: number;
  /** What was read of a lane is read anew after this time: a pause or a revoked secret holds by then. */
  readonly freshMs: number;
}

const GONE = 410;

/** What a lane at work is told from outside. */
export interface Stop {
  /** Finish the event in hand, begin no other. */
  readonly drain: AbortSignal;
  /** Drop the event in hand as well; it counts as not attempted. */
  readonly cut: AbortSignal;
}

/**
 * Sends the oldest event of a leased lane and, as long as that goes well, the events behind it. No transaction
 * is open while a request is. A crash between the receiver's answer and the settling sends the event again,
 * with the same id: at least once (R6, R39).
 * @param leasedAt monotonic time from before the lease was granted, in milliseconds.
 * @returns the number of attempts.
 */
export async function deliverLane(
  deps: DeliverDependencies,
  { lane, deliveries }: PendingLane,
  leasedAt: number,
  stop: Stop,
): Promise<number> {
  let queue = [...deliveries];
  let readAt = leasedAt;
  let renewedAt = leasedAt;
  for (let sent = 0; ; ) {
    const head = queue.shift();
    // Nothing to send although there was more: paused or deleted since.
    if (!head || stop.drain.aborted) return giveBack(deps, lane, sent);
    // A process that was stopped or starved meanwhile must not send what another may be sending by now.
    if (performance.now() - renewedAt + deps.deadlineMs >= deps.leaseMs) return late(deps, head, sent);

    const startedAt = performance.now();
    const result = await send(deps, head, stop.cut);
    if (result.kind === 'failed' && result.error === 'aborted') return giveBack(deps, lane, sent);
    sent += 1;

    renewedAt = performance.now();
    const keep = sent < deps.batch && !stop.drain.aborted;
    const { outcome, settled } = await settle(deps, head, result, keep);
    report(deps, head, result, outcome, renewedAt - startedAt);
    if (settled === 'lost') return late(deps, head, sent);
    if (settled === 'released') return sent;

    if (queue.length === 0 || performance.now() - readAt > deps.freshMs) {
      readAt = performance.now();
      const [again] = await loadPending(deps.executor, deps.clock, [lane], deps.batch - sent);
      queue = [...(again?.deliveries ?? [])];
    }
  }
}

function send(deps: DeliverDependencies, head: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
  const { lane, tenantId, event, url, previousSequence, now } = head;
  if (head.secrets.length === 0)
    throw new Error('an endpoint without a live secret: nothing goes out unsigned');
  const keys = head.secrets.map(({ version, sealed }) =>
    deps.open(sealed, secretSealContext(tenantId, lane.endpointId, version)),
  );
  return deps.transport.send({
    url,
    headers: buildHeaders(event, keys, Math.floor(now.getTime() / 1000), previousSequence),
    body: event.body,
    deadlineMs: deps.deadlineMs,
    signal,
  });
}

async function settle(
  { executor, clock, random, leaseMs }: DeliverDependencies,
  head: Delivery,
  result: DeliveryResult,
  keep: boolean,
): Promise<{ outcome: Outcome; settled: Settled }> {
  const attempt = {
    ...(result.status === undefined ? {} : { status: result.status }),
    ...(result.kind === 'failed' ? { error: result.error } : {}),
  };
  const keepForMs = keep ? { keepForMs: leaseMs } : {};
  if (result.kind === 'delivered') {
    const settled = await settleEvent(executor, clock, head, { state: 'delivered', attempt, ...keepForMs });
    return { outcome: 'delivered', settled };
  }
  // 410: the receiver wants no more, ever. What it is owed stays, in case it was a mistake.
  const disable = result.status === GONE ? 'The endpoint answered 410 Gone.' : undefined;
  const inMs = disable ? 0 : retryDelayMs(head.failures + 1, random(), result.retryAfterMs);
  if (inMs === undefined) {
    const settled = await settleEvent(executor, clock, head, { state: 'dead', attempt, ...keepForMs });
    return { outcome: 'dead', settled };
  }
  return { outcome: 'retry', settled: await settleRetry(executor, clock, head, { attempt, inMs, disable }) };
}

/** The one line of an attempt: ids, never the URL's path or query, never the body. */
function report(
  { metrics, log }: DeliverDependencies,
  { tenantId, lane, event, failures }: Delivery,
  result: DeliveryResult,
  outcome: Outcome,
  durationMs: number,
): void {
  metrics.attempt(outcome);
  log[outcome === 'delivered' ? 'info' : 'warn'](
    {
      tenantId,
      endpointId: lane.endpointId,
      aggregateId: lane.aggregateId,
      eventId: event.eventId,
      type: event.type,
      sequence: event.sequence,
      attempt: failures + 1,
      outcome,
      status: result.status,
      error: result.kind === 'failed' ? result.error : undefined,
      durationMs: Math.round(durationMs),
    },
    'delivery:attempt:done',
  );
}

async function giveBack({ executor }: DeliverDependencies, lane: Lane, sent: number): Promise<number> {
  await releaseLanes(executor, [lane]);
  return sent;
}

function late({ metrics, log }: DeliverDependencies, { lane, event }: Delivery, sent: number): number {
  metrics.lateSettle();
  log.warn({ ...lane, eventId: event.eventId }, 'delivery:lease:lost');
  return sent;
}
