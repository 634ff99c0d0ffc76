import type { Logger } from 'pino';
import type { DeliveryResult, Phases } from '../transport/transport.ts';
import type { Delivery } from './pending.ts';
import { type Outcome, outcomeOf, type Verdict } from './verdict.ts';

/** Counters; a function each, so that this mechanism knows no metrics library. */
export interface DispatchMetrics {
  /** One request that ended, with the time that its parts took. */
  attempt(outcome: Outcome, phases: Phases): void;
  /** A result that came after its lease was lost, and changed nothing. */
  lateSettle(): void;
}

/** The one line of an attempt: ids, never the URL's path or query, never a body of either side. */
export function reportAttempt(
  { metrics, log }: { readonly metrics: DispatchMetrics; readonly log: Logger },
  delivery: Delivery,
  { verdict, result }: { readonly verdict: Verdict; readonly result?: DeliveryResult },
): void {
  const outcome = outcomeOf(verdict);
  const { phases, stage, status } = result?.exchange ?? {};
  if (phases) metrics.attempt(outcome, phases);
  const { totalMs, ...parts } = phases ?? {};
  log[outcome === 'delivered' ? 'info' : 'warn'](
    {
      ...idsOf(delivery),
      attempt: delivery.failures + 1,
      outcome,
      status,
      error: verdict.error,
      stage,
      durationMs: totalMs,
      ...parts,
      replayId: delivery.replayId,
    },
    'delivery:attempt:done',
  );
}

export function idsOf({ tenantId, lane, event }: Delivery) {
  return {
    tenantId,
    endpointId: lane.endpointId,
    aggregateId: lane.aggregateId,
    eventId: event.eventId,
    type: event.type,
    sequence: event.sequence,
  };
}
