/** Ends a worker's wait early. A wake that comes before the wait is not lost: the next wait returns at once. */
export interface Waker {
  wake(): void;
  /** Resolves on `wake`, after `ms`, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWaker(): Waker {
  let awake = false;
  let resume: (() => void) | undefined;
  return {
    wake() {
      awake = true;
      resume?.();
    },
    async wait(ms, signal) {
      if (!awake && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, ms);
          signal.addEventListener('abort', done, { once: true });
          resume = done;
          function done() {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            resume = undefined;
            resolve();
          }
        });
      }
      awake = false;
    },
  };
}
