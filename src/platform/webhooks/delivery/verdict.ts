import type { DeliveryResult } from '../transport/transport.ts';
import { type Pace, paceAfter } from './pacing.ts';
import { ownFaultDelayMs, retryDelayMs } from './schedule.ts';

/** What an attempt says of its endpoint. */
export type Effect =
  | { readonly kind: 'none' }
  /** It works: no failure is in a row any more. */
  | { readonly kind: 'good' }
  | { readonly kind: 'failed'; readonly pace: Pace }
  /** It wants no more, ever. What it is owed stays, in case that was a mistake. */
  | { readonly kind: 'off'; readonly reason: string };

/** What becomes of an event and its endpoint after an attempt. */
export interface Verdict {
  /** Ends the event; without it the event stays, and its lane waits for `waitMs`. */
  readonly ends?: 'delivered' | 'dead';
  readonly waitMs: number;
  /** One of the attempts that the event has. */
  readonly counts: boolean;
  readonly error?: string;
  readonly effect: Effect;
}

export type Outcome = 'delivered' | 'retry' | 'dead' | 'own_fault';

const GONE = 410;
const NO_EFFECT: Effect = { kind: 'none' };

/**
 * Judges one attempt (webhooks 6.11). A fault of our own costs the event no attempt and the endpoint no failure.
 * `webhook-delivery: abort-message` gives up this event alone, and shows that somebody is there who decides.
 * @param failures failed attempts of the event before this one.
 * @param random in [0, 1).
 */
export function judge(result: DeliveryResult, failures: number, random: number): Verdict {
  if (result.kind === 'delivered') {
    return { ends: 'delivered', waitMs: 0, counts: true, effect: { kind: 'good' } };
  }
  const { error, exchange, retryAfterMs, directive } = result;
  if (result.own) return ownFault(error, random);
  if (exchange.status === GONE) return off(error, 'The endpoint answered 410 Gone.');
  if (directive === 'disable') return off(error, 'The endpoint answered with webhook-delivery: disable.');
  if (directive === 'abort-message') {
    return { ends: 'dead', waitMs: 0, counts: true, error, effect: { kind: 'good' } };
  }
  const pace = paceAfter({ status: exchange.status, retryAfterMs }, random);
  const waitMs = retryDelayMs(failures + 1, random, retryAfterMs);
  return {
    ...(waitMs === undefined ? { ends: 'dead' as const } : {}),
    waitMs: waitMs ?? 0,
    counts: true,
    error,
    effect: { kind: 'failed', pace },
  };
}

/** Tried again soon, as if nothing had been tried. */
export function ownFault(error: string, random: number): Verdict {
  return { waitMs: ownFaultDelayMs(random), counts: false, error, effect: NO_EFFECT };
}

/** An event that could only be signed with a secret that is no longer live: nothing was sent, nothing will be. */
export const SECRET_EXPIRED: Verdict = {
  ends: 'dead',
  waitMs: 0,
  counts: false,
  error: 'secret_expired',
  effect: NO_EFFECT,
};

export function outcomeOf({ ends, counts }: Verdict): Outcome {
  return ends ?? (counts ? 'retry' : 'own_fault');
}

function off(error: string, reason: string): Verdict {
  return { waitMs: 0, counts: true, error, effect: { kind: 'off', reason } };
}
