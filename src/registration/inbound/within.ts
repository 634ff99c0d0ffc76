/**
 * The outcome of `work` if it comes within `ms`; otherwise throws, and `onLate` is told how it ended: with an error
 * or without.
 */
export async function within<T>(ms: number, work: Promise<T>, onLate: (error?: unknown) => void): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reject(new Error(`not done within ${ms} ms`));
  }, ms);
  work.then(
    () => isLate && onLate(),
    (error: unknown) => isLate && onLate(error),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
