import type { Exchange } from '../transport/transport.ts';
import type { Delivery } from './pending.ts';
import { outcomeOf, type Verdict } from './verdict.ts';

/** What one attempt came to, to be written down. */
export interface Settlement {
  readonly delivery: Delivery;
  readonly verdict: Verdict;
  /** The request, where one left; without it there is nothing to log. */
  readonly request?: { readonly sentAt: Date; readonly exchange: Exchange };
  /** Lease for the events behind it; without it the lane is released. */
  readonly keepForMs?: number;
}

/** A settlement as the settling statement reads it; absent fields are null there. */
export function toRow({ delivery, verdict, request, keepForMs }: Settlement, place: number) {
  const { lane, event, settledThrough } = delivery;
  const { effect } = verdict;
  return {
    place,
    endpoint_id: lane.endpointId,
    aggregate_id: lane.aggregateId,
    claim_id: lane.claimId,
    sequence: event.sequence,
    settled_through: settledThrough,
    ends: verdict.ends,
    wait_ms: verdict.waitMs,
    counts: verdict.counts,
    keep_ms: keepForMs,
    status: request?.exchange.status,
    error: verdict.error,
    effect: effect.kind,
    ...(effect.kind === 'failed' ? { holds_ms: effect.pace.holdsMs, asked_ms: effect.pace.askedMs } : {}),
    ...(effect.kind === 'off' ? { reason: effect.reason } : {}),
    ...(request ? logEntry(delivery, verdict, request) : {}),
  };
}

function logEntry(
  { event, replayId }: Delivery,
  verdict: Verdict,
  { sentAt, exchange }: NonNullable<Settlement['request']>,
) {
  const outcome = outcomeOf(verdict);
  const { stage, address, response, phases } = exchange;
  return {
    event_id: event.eventId,
    attempted_at: sentAt.toISOString(),
    // To the tenant it is one more request that did not come to an end.
    outcome: outcome === 'own_fault' ? 'retry' : outcome,
    stage,
    address,
    duration_ms: phases.totalMs,
    dns_ms: phases.dnsMs,
    connect_ms: phases.connectMs,
    tls_ms: phases.tlsMs,
    first_byte_ms: phases.firstByteMs,
    response: response === undefined ? undefined : storable(response),
    replay_id: replayId,
  };
}

/** Text that jsonb takes: a log must never be why a delivery cannot be settled. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
