import type { Logger } from 'pino';
import type { Executor } from '../../database/database.ts';
import { describeSpan, inSpan } from '../../telemetry/tracing.ts';
import type { Open } from '../endpoints/secrets.ts';
import type { DeliveryResult, Transport } from '../transport/transport.ts';
import { type Lane, LEASE_MARGIN_MS, type LeasedLane } from './lane.ts';
import type { Loader } from './loader.ts';
import type { Delivery } from './pending.ts';
import { type DispatchMetrics, idsOf, reportAttempt } from './report.ts';
import { releaseLanes } from './settle.ts';
import type { Settlement } from './settlement.ts';
import type { Settler } from './settler.ts';
import { signedHeaders } from './signing.ts';
import type { Slot } from './slots.ts';
import { judge, outcomeOf, ownFault, SECRET_EXPIRED, type Verdict } from './verdict.ts';

export interface DeliverDependencies {
  readonly executor: Executor;
  readonly settler: Settler;
  readonly loader: Loader;
  readonly open: Open;
  readonly transport: Transport;
  readonly metrics: DispatchMetrics;
  readonly log: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** Events of one lane that are sent in a row before others get the slot. */
  readonly batch: number;
  /** What was read of a lane is read anew after this time: a new address or a revoked secret holds by then. */
  readonly freshMs: number;
}

/** A leased lane, what it has to send first, and since when (monotonic) both are known. */
export interface LaneWork {
  readonly lane: LeasedLane;
  readonly deliveries: readonly Delivery[];
  /** From before the lease was granted ... */
  readonly leasedAt: number;
  /** ... and from before the deliveries were read. */
  readonly readAt: number;
  readonly slot: Slot;
}

export interface LaneResult {
  readonly requests: number;
  /** Nothing was left in the lane when it was let go. */
  readonly emptied: boolean;
}

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
 */
export async function deliverLane(
  deps: DeliverDependencies,
  work: LaneWork,
  stop: Stop,
): Promise<LaneResult> {
  const { lane, slot } = work;
  let queue = [...work.deliveries];
  let readAt = work.readAt;
  let lease = { from: work.leasedAt, ms: lane.leaseMs };
  for (let sent = 0; ; ) {
    const head = queue.shift();
    // Nothing to send although there was more: paused, held or deleted since.
    if (!head || stop.drain.aborted) return giveBack(deps, lane, sent);
    // It may take longer than it did when the lane was leased: the next lease will be as long as that needs.
    if (head.timeoutMs >= lease.ms) return giveBack(deps, lane, sent);
    const now = deps.elapsed();
    // A process that was stopped or starved meanwhile must not send what another may be sending by now.
    if (now - lease.from + head.timeoutMs >= lease.ms) return late(deps, head, sent);

    slot.sending(now);
    const attempt = await traced(head, () =>
      attemptOf(deps, head, new Date(head.now.getTime() + now - readAt), stop.cut),
    );
    const endedAt = deps.elapsed();
    if (attempt === 'aborted') return giveBack(deps, lane, sent);
    const { verdict, request } = attempt;
    slot.answered(howOf(verdict), endedAt);
    if (request) sent += 1;

    const more = sent < (head.rateLimited ? 1 : deps.batch) && !stop.drain.aborted;
    // Whatever failed may be a sign of worse to come: the claim looks at the endpoint first.
    const keepForMs = more && verdict.effect.kind !== 'failed' ? head.timeoutMs + LEASE_MARGIN_MS : undefined;
    const settled = await deps.settler.settle({
      delivery: head,
      verdict,
      ...(request ? { request } : {}),
      ...(keepForMs === undefined ? {} : { keepForMs }),
    });
    reportAttempt(deps, head, attempt);
    if (settled === 'lost') return late(deps, head, sent);
    if (settled !== 'kept' || keepForMs === undefined)
      return { requests: sent, emptied: settled === 'emptied' };
    lease = { from: endedAt, ms: keepForMs };

    if (queue.length === 0 || deps.elapsed() - readAt > deps.freshMs) {
      const again = await deps.loader.load(lane, deps.batch - sent);
      readAt = again.readAt;
      queue = [...again.deliveries];
    }
  }
}

/** What came of a head: a request and its result, or none where nothing could be sent. */
interface Attempt {
  readonly verdict: Verdict;
  readonly result?: DeliveryResult;
  /** What the tenant's log shows. */
  readonly request?: Settlement['request'];
}

/** One attempt as a span (R44): of the trace of what the event tells of. */
function traced(head: Delivery, attempt: () => Promise<Attempt | 'aborted'>): Promise<Attempt | 'aborted'> {
  const attributes = { ...idsOf(head), attempt: head.failures + 1, replayId: head.replayId };
  const origin = { parent: head.event.traceparent, kind: 'client' } as const;
  return inSpan(
    'deliver',
    attributes,
    async () => {
      const made = await attempt();
      if (made === 'aborted') describeSpan({ outcome: made });
      else {
        const { verdict, result } = made;
        const status = result?.exchange.status;
        describeSpan({ outcome: outcomeOf(verdict), 'http.response.status_code': status }, verdict.error);
      }
      return made;
    },
    origin,
  );
}

async function attemptOf(
  deps: DeliverDependencies,
  head: Delivery,
  at: Date,
  signal: AbortSignal,
): Promise<Attempt | 'aborted'> {
  const headers = headersOf(deps, head, at);
  if (headers === 'secret_expired') return { verdict: SECRET_EXPIRED };
  if (headers === undefined) return { verdict: ownFault('signing', deps.random()) };
  const { url, event, timeoutMs } = head;
  const result = await deps.transport.send({ url, headers, body: event.body, deadlineMs: timeoutMs, signal });
  if (result.kind === 'failed' && result.error === 'aborted') return 'aborted';
  const verdict = judge(result, head.failures, deps.random());
  return { verdict, result, ...(left(result) ? { request: { sentAt: at, exchange: result.exchange } } : {}) };
}

/** Undefined when nothing can be signed: a fault of ours, and nothing goes out unsigned. */
function headersOf({ open, log }: DeliverDependencies, head: Delivery, at: Date) {
  try {
    return signedHeaders(head, at, open);
  } catch (error) {
    log.error({ err: error, ...idsOf(head) }, 'delivery:sign:failed');
    return undefined;
  }
}

/** Whether the tenant may have seen something: of what never left us, its log says nothing. */
function left(result: DeliveryResult): boolean {
  if (result.kind === 'delivered' || !result.own) return true;
  return result.exchange.stage === 'request' || result.exchange.stage === 'response';
}

function howOf({ effect }: Verdict): 'good' | 'failed' | 'unknown' {
  if (effect.kind === 'none') return 'unknown';
  return effect.kind === 'good' ? 'good' : 'failed';
}

async function giveBack(
  { executor }: DeliverDependencies,
  lane: Lane,
  requests: number,
): Promise<LaneResult> {
  await releaseLanes(executor, [lane]);
  return { requests, emptied: false };
}

function late({ metrics, log }: DeliverDependencies, head: Delivery, requests: number): LaneResult {
  metrics.lateSettle();
  log.warn({ ...idsOf(head), claimId: head.lane.claimId }, 'delivery:lease:lost');
  return { requests, emptied: false };
}
