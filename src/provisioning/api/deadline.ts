import { Problem } from '#kernel/problem.ts';

/** Of a request, waiting for another one included (R126); below the server's own deadline. */
export const REQUEST_DEADLINE_MS = 25_000;
/** Of work whose signal has ended, to come to an end of its own and say what it knows. */
const GRACE_MS = 2_000;

/** Work that went on although its signal had ended, and is waited for no longer. */
export const STUCK = Symbol('stuck');

/** What became of the work, or STUCK. */
export async function endOf<T>(work: Promise<T>, signal: AbortSignal): Promise<T | typeof STUCK> {
  const { promise: givenUp, resolve } = Promise.withResolvers<typeof STUCK>();
  let timer: NodeJS.Timeout | undefined;
  const giveUp = () => {
    timer = setTimeout(() => resolve(STUCK), GRACE_MS);
  };
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

/** 502: time is over and nobody knows what was done. */
export function tookTooLong(): Problem {
  return new Problem('ProviderError', 'The provider did not answer in time; send the same again', {
    retryAfterSeconds: 1,
  });
}
