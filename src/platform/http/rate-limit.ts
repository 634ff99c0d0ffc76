import { type BucketLimit, createKeyedBuckets } from '../resilience/token-bucket.ts';

/** A caller's place in its limit, as the headers of draft-ietf-httpapi-ratelimit-headers-10 say it. */
export interface Allowance {
  readonly ok: boolean;
  /** 0 when ok, else whole seconds to wait. */
  readonly retryAfterSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
}

export type RateLimit = (tenantId: string) => Allowance;

/** Far above what one tenant's form or import needs, far below what the database carries. */
export const DEFAULT_LIMIT: BucketLimit = { capacity: 1_000, refillPerSecond: 500 };

/** Tenants held at once: a few hundred bytes each. */
const MAX_TENANTS = 10_000;

/**
 * A token bucket for each tenant, in this process only: it keeps one tenant from starving the others here, and
 * is no quota to sell.
 * @param nowMs any clock in milliseconds.
 */
export function createRateLimit(limit: BucketLimit, nowMs: () => number): RateLimit {
  const { capacity, refillPerSecond } = limit;
  const buckets = createKeyedBuckets({ ...limit, maxKeys: MAX_TENANTS });
  const policy = `"tenant";q=${capacity};w=${Math.ceil(capacity / refillPerSecond)}`;
  return (tenantId) => {
    const { ok, retryAfterMs, remaining } = buckets.take(tenantId, nowMs());
    const fullInSeconds = Math.ceil((capacity - remaining) / refillPerSecond);
    return {
      ok,
      retryAfterSeconds: Math.ceil(retryAfterMs / 1_000),
      headers: { ratelimit: `"tenant";r=${remaining};t=${fullInSeconds}`, 'ratelimit-policy': policy },
    };
  };
}
