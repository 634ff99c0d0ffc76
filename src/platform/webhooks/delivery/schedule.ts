/** Attempts of one event before it is dead-lettered, the first included (C39). */
export const MAX_ATTEMPTS = 12;
/** The longest that a receiver may ask us to stay away by Retry-After. */
export const RETRY_AFTER_CAP_MS = 3_600_000;
const FIRST_WAIT_MS = 5_000;
const LAST_WAIT_MS = 6 * 3_600_000;
/** Eleven waits lie between twelve attempts; their ceilings grow evenly from 5 s to 6 h, 10.6 h in all. */
const GROWTH = (LAST_WAIT_MS / FIRST_WAIT_MS) ** (1 / (MAX_ATTEMPTS - 2));
const OWN_FAULT_LEAST_MS = 5_000;
const OWN_FAULT_MOST_MS = 30_000;

/**
 * Wait after the n-th failed attempt (n from 1), in milliseconds: full jitter under an exponential ceiling, so
 * that a receiver that comes back is not met by everything at once (R40, C39). What the receiver asked for by
 * Retry-After is a lower bound, up to an hour. Undefined after the last attempt.
 * @param random in [0, 1).
 */
export function retryDelayMs(attempts: number, random: number, retryAfterMs = 0): number | undefined {
  if (attempts >= MAX_ATTEMPTS) return undefined;
  const ceiling = FIRST_WAIT_MS * GROWTH ** (attempts - 1);
  return Math.max(Math.round(random * ceiling), Math.min(Math.max(0, retryAfterMs), RETRY_AFTER_CAP_MS));
}

/** Wait after a fault of our own, 5 to 30 s: it costs no attempt, so nothing else spaces out the next one. */
export function ownFaultDelayMs(random: number): number {
  return Math.round(OWN_FAULT_LEAST_MS + random * (OWN_FAULT_MOST_MS - OWN_FAULT_LEAST_MS));
}

/**
 * Retry-After as milliseconds from `now` (RFC 9110, 10.2.3): whole seconds or an HTTP date; a date that has
 * passed is 0. Undefined when it is absent or says neither.
 */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // Every form of an HTTP date begins with the name of a day; Date.parse alone would take much more.
  const at = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
