/** Runs `callback` after `ms` milliseconds; answers what takes that back. */
export type After = (ms: number, callback: () => void) => () => void;

export interface LongPollOptions {
  /** Calls back whenever something may have happened. A hint that gets lost costs a second. */
  readonly onHint: (callback: () => void) => unknown;
  /** Timers; real ones when left out. */
  readonly after?: After;
}

export interface Wait {
  readonly tenantId: string;
  readonly seconds: number;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
}

export interface LongPolls {
  /**
   * Looks again until an answer has no `askAgain`. Nothing is held between two looks: no transaction and no
   * connection. Resolves with what was found, else with the last answer: when the time is over, the caller hangs
   * up, `end` is called, or too many wait already (then at once). Rejects as `ask` does.
   */
  untilFound<A extends Asked>(
    wait: Wait,
    first: A,
    ask: (last: A) => Promise<A>,
  ): Promise<{ readonly answer: A; readonly waitedMs: number }>;
  /** Everyone who waits is answered now, and nobody waits from now on: the process drains. */
  end(): void;
}

/** An answer; `askAgain` says that nothing was found and with what to look again. */
export interface Asked {
  readonly askAgain?: unknown;
}

/** So that one tenant's readers leave room for the others', and all of them for requests that do not wait. */
const WAITING_PER_TENANT = 16;
const WAITING = 256;
/** The truth; hints only make it sooner. */
const POLL_MS = 1_000;
/** After a hint: what it told of is often seen a moment later only, when the transactions beside it have ended. */
const SECOND_LOOK_MS = 50;
/** Between two looks of one waiter, for each that waits: all together look 250 times a second, one connection's work. */
const REST_MS = 4;

export function createLongPolls({ onHint, after = realAfter }: LongPollOptions): LongPolls {
  const waiters = new Set<Waiter>();
  let ended = false;
  onHint(() => {
    for (const waiter of waiters) waiter.hint();
  });
  const isFull = (tenantId: string) =>
    waiters.size >= WAITING ||
    [...waiters].filter((waiter) => waiter.tenantId === tenantId).length >= WAITING_PER_TENANT;

  return {
    async untilFound(wait, first, ask) {
      if (!first.askAgain || ended || isFull(wait.tenantId)) return { answer: first, waitedMs: 0 };
      const waiter = createWaiter(wait, after);
      waiters.add(waiter);
      try {
        let answer = first;
        let pause = POLL_MS;
        let waitedMs = 0;
        while (answer.askAgain) {
          const start = performance.now();
          await waiter.pause(pause, waiters.size * REST_MS);
          waitedMs += performance.now() - start;
          if (waiter.isOver()) break;
          pause = waiter.takeHint() ? SECOND_LOOK_MS : Math.min(2 * pause, POLL_MS);
          answer = await ask(answer);
        }
        return { answer, waitedMs };
      } finally {
        waiters.delete(waiter);
        waiter.close();
      }
    },
    end() {
      ended = true;
      for (const waiter of waiters) waiter.stop();
    },
  };
}

interface Waiter {
  readonly tenantId: string;
  /** Resolves after `ms`, sooner at a hint or for one that came before, but not before `restMs`. At once when over. */
  pause(ms: number, restMs: number): Promise<void>;
  hint(): void;
  /** Whether a hint came since the last time this was asked. */
  takeHint(): boolean;
  stop(): void;
  isOver(): boolean;
  close(): void;
}

function createWaiter({ tenantId, seconds, signal }: Wait, after: After): Waiter {
  let over = signal.aborted;
  let hinted = false;
  let resting = false;
  let wake: (() => void) | undefined;
  const stop = () => {
    over = true;
    wake?.();
  };
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = after(ms, done);
      wake = done;
      function done() {
        cancel();
        wake = undefined;
        resolve();
      }
    });
  const cancelDeadline = after(seconds * 1_000, stop);
  signal.addEventListener('abort', stop);
  return {
    tenantId,
    async pause(ms, restMs) {
      resting = true;
      if (!over) await sleep(restMs);
      resting = false;
      if (!over && !hinted && ms > restMs) await sleep(ms - restMs);
    },
    hint() {
      hinted = true;
      if (!resting) wake?.();
    },
    takeHint() {
      const came = hinted;
      hinted = false;
      return came;
    },
    stop,
    isOver: () => over,
    close() {
      cancelDeadline();
      signal.removeEventListener('abort', stop);
    },
  };
}

const waits = new WeakMap<object, number>();

/** Remembers how long a request waited because its caller asked for that, in milliseconds. */
export function noteWait(request: object, ms: number): void {
  waits.set(request, ms);
}

/** So that a wait is not taken for a slow answer; 0 for requests that did not wait. */
export function waitedMs(request: object): number {
  return waits.get(request) ?? 0;
}

const realAfter: After = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};
