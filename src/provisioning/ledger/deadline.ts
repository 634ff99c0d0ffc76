/** Under the 5 s that every method of the ledger is promised to end in, by as much as an event loop may be late. */
export const STORE_DEADLINE_MS = 4_000;

/**
 * The outcome of `work`, or a rejection once `ms` milliseconds are over. The work itself goes on: whether it was
 * done is unknown then, and the lease that it may have taken ends by itself.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`the ledger did not answer in ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
