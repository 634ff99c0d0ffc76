import type { IdPrefix } from '#kernel/ids.ts';

/** How long an event can be sent again, and with it everything that is known of its deliveries (R41, C39). */
export const WINDOW_DAYS = 30;
const DAY_MS = 86_400_000;

/** Events created before this time are over: they are neither sent nor replayed any more. */
export function windowStart(now: Date): Date {
  return new Date(now.getTime() - WINDOW_DAYS * DAY_MS);
}

/**
 * The smallest id that something created at `time` may have: ids begin with their time (kernel/ids.ts), so an
 * index on an id finds what is old. At time 0 and after, in whole milliseconds as ids are.
 */
export function idsFrom(prefix: IdPrefix, time: Date): string {
  return `${prefix}_${Math.max(0, time.getTime()).toString(16).padStart(12, '0')}`;
}
