import { setTimeout as sleep } from 'node:timers/promises';

/** The simulator's clock: real time plus what was travelled. */
export interface SimClock {
  now(): number;
  /** Runs once, `afterMs` from now. Runs of one moment keep the order in which they were asked for. */
  schedule(afterMs: number, run: () => void | Promise<void>): void;
  /** Goes forward, firing what falls due on the way, each at its own moment and awaited before the next. */
  advance(byMs: number): Promise<void>;
  /** Drops every waiting run. */
  clear(): void;
  /** Drops every waiting run and takes no more. */
  stop(): void;
  pending(): number;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

/** More runs than this in one jump mean that something schedules itself for ever. */
const MAX_RUNS_PER_ADVANCE = 100_000;
/**
 * While time just passes, a run that waits for someone else (a receiver that does not answer) holds up the others no
 * longer than this. Time travel waits for each, so that all is done when it returns.
 */
const PATIENCE_MS = 1000;

export function createSimClock(
  realNow: () => number = Date.now,
  warn: (text: string) => void = (text) => process.emitWarning(text),
): SimClock {
  let travelled = 0;
  let order = 0;
  let timers: Timer[] = [];
  let stopped = false;
  let wake: NodeJS.Timeout | undefined;
  let firing: Promise<void> = Promise.resolve();
  const now = () => realNow() + travelled;

  /** Fires all that is due until `target`, in order; calls queue up behind each other. */
  function fireUntil(target: () => number, travel: boolean): Promise<void> {
    firing = firing.then(async () => {
      const end = target();
      for (let runs = 0; runs < MAX_RUNS_PER_ADVANCE; runs += 1) {
        const next = timers[0];
        if (next === undefined || next.at > end) break;
        timers.shift();
        if (travel) travelled += Math.max(0, next.at - now());
        const done = settle(next.run, warn);
        await (travel ? done : Promise.race([done, sleep(PATIENCE_MS, undefined, { ref: false })]));
      }
      if (travel) travelled += Math.max(0, end - now());
      arm();
    });
    return firing;
  }

  function arm(): void {
    clearTimeout(wake);
    const next = timers[0];
    if (next === undefined) return;
    // Node caps a timeout at 2^31-1 ms; waking early only arms again.
    wake = setTimeout(
      () => void fireUntil(now, false),
      Math.min(Math.max(0, next.at - now()), 2_147_483_647),
    );
    wake.unref();
  }

  function clear(): void {
    timers = [];
    clearTimeout(wake);
  }

  return {
    now,
    schedule(afterMs, run) {
      if (stopped) return;
      order += 1;
      timers.push({ at: now() + Math.max(0, afterMs), order, run });
      timers.sort((a, b) => a.at - b.at || a.order - b.order);
      arm();
    },
    advance(byMs) {
      return fireUntil(() => now() + byMs, true);
    },
    clear,
    stop() {
      stopped = true;
      clear();
    },
    pending: () => timers.length,
  };
}

/** Runs to the end. One broken run must not stop the clock for the others. */
async function settle(run: Timer['run'], warn: (text: string) => void): Promise<void> {
  try {
    await run();
  } catch (error) {
    warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
