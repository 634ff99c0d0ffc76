/**
 * What ends an attempt, as those who wait for it see it. An AbortSignal is one; a deadline has a smaller one of its
 * own, since making and hearing an AbortSignal is work that every delivery would pay for several times.
 */
export interface EndSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The one end of an attempt, whatever it is waiting for when it comes. */
export interface Deadline {
  /** Aborts with a `TimeoutError` when the time is over, with an `AbortError` when the attempt is given up. */
  readonly signal: EndSignal;
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
  const { signal, end } = endSignal();
  const timer = setTimeout(() => end(new DOMException('deadline', 'TimeoutError')), ms);
  const giveUp = () => end(new DOMException('given up', 'AbortError'));
  if (outer?.aborted) giveUp();
  outer?.addEventListener('abort', giveUp, { once: true });
  return {
    signal,
    giveUp,
    stop: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', giveUp);
    },
  };
}

/** A signal, and what ends it; it ends once, for the first reason. */
function endSignal(): { readonly signal: EndSignal; readonly end: (reason: unknown) => void } {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_type: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: 'abort', listener: () => void) => void listeners.delete(listener),
  };
  return {
    signal,
    end(reason) {
      if (signal.aborted) return;
      signal.aborted = true;
      signal.reason = reason;
      for (const listener of [...listeners]) listener();
    },
  };
}

/**
 * A promise of what `begin` comes to, or a rejection with the signal's reason the moment that it aborts.
 * @param begin starts the work; what it returns undoes it, and is called at an abort that comes before the end.
 */
export function untilAbort<T>(
  signal: EndSignal,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let undo = () => {};
    const ended = () => signal.removeEventListener('abort', onAbort);
    const onAbort = () => {
      ended();
      reject(signal.reason);
      undo();
    };
    signal.addEventListener('abort', onAbort);
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
