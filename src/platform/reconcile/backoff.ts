/** Limits of C39: twelve failures in a row, 1 s to 15 min. */
export const MAX_FAILURES = 12;
const BASE_MS = 1_000;
const CAP_MS = 15 * 60_000;

/**
 * Wait after the n-th failure in a row (n from 1): full jitter over an exponential ceiling, so that a
 * provider that comes back is not met by everyone at once.
 * @param random in [0, 1).
 */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(random * ceiling);
}

/** A duration spread by +-10 %, so that a mass import is not resynced in one burst. */
export function spread(ms: number, random: number): number {
  return Math.round(ms * (0.9 + 0.2 * random));
}
