/** How long an answer proves that the resolver answers. */
const PROOF_MS = 60_000;

/** Tells whose fault it is that a name was not resolved: that name's servers' or our resolver's. */
export interface ResolverHealth {
  /** To be told of every name that was resolved. */
  resolved(name: string, atMs: number): void;
  /**
   * Whether a question for `name` that was not answered (SERVFAIL, time-out, deadline) is our resolver's fault:
   * it is, unless another name was resolved within the last minute. A name's own answers prove nothing, since a
   * resolver may have kept them.
   */
  isOwnFault(name: string, atMs: number): boolean;
}

/** Remembers the two names that were resolved last, which is all that "another" needs. Times are monotonic. */
export function createResolverHealth(): ResolverHealth {
  let last: { name: string; atMs: number } | undefined;
  let other: { name: string; atMs: number } | undefined;
  return {
    resolved(name, atMs) {
      if (last && last.name !== name) other = last;
      last = { name, atMs };
    },
    isOwnFault(name, atMs) {
      const proof = last?.name === name ? other : last;
      return proof === undefined || atMs - proof.atMs > PROOF_MS;
    },
  };
}
