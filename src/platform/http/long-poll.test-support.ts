import { setImmediate } from 'node:timers/promises';
import type { After } from './long-poll.ts';

/* For tests only. */

/** Timers that fire when they are told to. */
export function manualTimers() {
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  let now = 0;
  const after: After = (ms, callback) => {
    const timer = { at: now + ms, callback };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  return {
    after,
    /** Timers that nobody has taken back. */
    open: () => timers.size,
    /** Lets time pass, each timer at its own moment; what they set off runs before the next. */
    async advance(ms: number): Promise<void> {
      const end = now + ms;
      await setImmediate();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.callback();
        await setImmediate();
      }
      now = end;
    },
  };
}
