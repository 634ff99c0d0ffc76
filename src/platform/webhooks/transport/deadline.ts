/** The one end of an attempt, whatever it is waiting for when it comes. */
export interface Deadline {
  /** Aborts with a `TimeoutError` when the time is over, with an `AbortError` when the attempt is given up. */
  readonly signal: AbortSignal;
  giveUp(): void;
  /** To be called when the attempt has ended: nothing strikes afterwards. */
  stop(): void;
}

/**
 * Starts the clock of an attempt.
 * @param ms until it strikes.
 * @param outer gives up at once when it aborts.
 */
export function startDeadline(ms: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException('deadline', 'TimeoutError')), ms);
  const giveUp = () => controller.abort(new DOMException('given up', 'AbortError'));
  if (outer?.aborted) giveUp();
  outer?.addEventListener('abort', giveUp, { once: true });
  return {
    signal: controller.signal,
    giveUp,
    stop: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', giveUp);
    },
  };
}

/**
 * A promise of what `begin` comes to, or a rejection with the signal's reason the moment that it aborts.
 * @param begin starts the work; what it returns undoes it, and is called at an abort that comes before the end.
 */
export function untilAbort<T>(
  signal: AbortSignal,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let undo = () => {};
    const onAbort = () => {
      reject(signal.reason);
      undo();
    };
    const ended = () => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    undo = begin(
      (value) => {
        ended();
        resolve(value);
      },
      (error) => {
        ended();
        reject(error);
      },
    );
  });
}
