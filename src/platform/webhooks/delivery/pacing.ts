import { RETRY_AFTER_CAP_MS } from './schedule.ts';

/** Failed attempts in a row, over all lanes of an endpoint, that open its breaker. */
export const BREAKER_FAILURES = 10;
const BREAKER_FIRST_MS = 10_000;
const BREAKER_LAST_MS = 300_000;
const SLOW_DOWN_FIRST_MS = 1_000;
const SLOW_DOWN_LAST_MS = 60_000;
/** From here on the breaker holds for its longest time; both series have ended. */
const LAST_STEP = BREAKER_FAILURES + Math.ceil(Math.log2(BREAKER_LAST_MS / BREAKER_FIRST_MS));
/** Answers that speak of the whole endpoint: too many requests, or nobody behind the door (Standard Webhooks). */
const SLOW_DOWN = new Set([429, 502, 503, 504]);

/** What a failed attempt does to its endpoint, whichever number in the row it turns out to be when it is settled. */
export interface Pace {
  /** Milliseconds that the endpoint is held for after the first failure in a row, the second ...; the last for all beyond. */
  readonly holdsMs: readonly number[];
  /** What the receiver asked for, whatever the number. */
  readonly askedMs: number;
}

/**
 * How long nothing goes to an endpoint after a failed attempt (webhooks 6.8, 6.11). Below the breaker only an
 * answer that asks to slow down holds all lanes: from 1 s to 60 s, doubling with the failures in a row. From the
 * tenth in a row on every failure does: from 10 s to 5 min. Between them one lane tries, and its success ends it.
 * @param failures failed attempts in a row, this one included.
 * @param random in [0, 1): a hold is between three quarters and all of its step, so that endpoints part company.
 * @returns milliseconds; 0: not held.
 */
export function holdMs(failures: number, status: number | undefined, random: number): number {
  const slowDown = SLOW_DOWN.has(status ?? 0)
    ? doubled(SLOW_DOWN_FIRST_MS, failures - 1, SLOW_DOWN_LAST_MS)
    : 0;
  const breaker =
    failures < BREAKER_FAILURES ? 0 : doubled(BREAKER_FIRST_MS, failures - BREAKER_FAILURES, BREAKER_LAST_MS);
  return Math.round(Math.max(slowDown, breaker) * (0.75 + random / 4));
}

/**
 * Retry-After for all lanes, where the answer speaks of the endpoint: a lower bound up to an hour, stretched by
 * up to a tenth, so that those who were all told the same time do not all come back at it.
 */
export function askedHoldMs(
  status: number | undefined,
  retryAfterMs: number | undefined,
  random: number,
): number {
  if (!SLOW_DOWN.has(status ?? 0) || retryAfterMs === undefined) return 0;
  return Math.min(Math.round(retryAfterMs * (1 + random / 10)), RETRY_AFTER_CAP_MS);
}

/** The pace after a failed attempt, for every number in the row that it may turn out to be. */
export function paceAfter(
  failed: { readonly status?: number | undefined; readonly retryAfterMs?: number | undefined },
  random: number,
): Pace {
  return {
    holdsMs: Array.from({ length: LAST_STEP }, (_, before) => holdMs(before + 1, failed.status, random)),
    askedMs: askedHoldMs(failed.status, failed.retryAfterMs, random),
  };
}

function doubled(firstMs: number, times: number, lastMs: number): number {
  return Math.min(firstMs * 2 ** times, lastMs);
}
