/** How much at once, and how much for good. Both in tokens; the rate is per second of the caller's clock. */
export interface BucketLimit {
  readonly capacity: number;
  readonly refillPerSecond: number;
}

export interface TokenBucket extends BucketLimit {
  readonly tokens: number;
  /** When `tokens` was true, in milliseconds of the caller's clock. */
  readonly atMs: number;
}

export interface Take {
  readonly ok: boolean;
  /** 0 when taken; otherwise the wait, in whole milliseconds, after which the same take succeeds. */
  readonly retryAfterMs: number;
  /** Whole tokens left. */
  readonly remaining: number;
}

/** Sums of floating-point refills fall short by less than this; without it the promised wait could be too short. */
const ROUNDING = 1e-6;

/**
 * A full bucket (R51, R85). Pure: buckets are values and time is an argument, in milliseconds of any clock.
 * Throws RangeError unless capacity is at least 1 and the rate positive.
 */
export function createTokenBucket(limit: BucketLimit, nowMs: number): TokenBucket {
  const { capacity, refillPerSecond } = limit;
  if (!(capacity >= 1 && Number.isFinite(capacity))) throw new RangeError('capacity must be at least 1');
  if (!(refillPerSecond > 0 && Number.isFinite(refillPerSecond))) {
    throw new RangeError('refillPerSecond must be positive');
  }
  return { capacity, refillPerSecond, tokens: capacity, atMs: nowMs };
}

/**
 * Takes `n` tokens or none, and answers the bucket to keep either way. In any span of t seconds no more than
 * capacity + rate * t are given. A clock that goes back gives nothing and costs nothing: refill goes on from there.
 * Throws RangeError when `n` is not positive or more than the bucket can ever hold.
 */
export function take(bucket: TokenBucket, nowMs: number, n = 1): Take & { readonly bucket: TokenBucket } {
  if (!(n > 0 && n <= bucket.capacity)) throw new RangeError('n must be positive and within capacity');
  const tokens = tokensAt(bucket, nowMs);
  const ok = tokens + ROUNDING >= n;
  const left = ok ? tokens - n : tokens;
  return {
    bucket: { ...bucket, tokens: left, atMs: nowMs },
    ok,
    retryAfterMs: ok ? 0 : Math.ceil(((n - left) / bucket.refillPerSecond) * 1_000),
    remaining: Math.max(0, Math.floor(left + ROUNDING)),
  };
}

export interface KeyedBuckets {
  /** As `take` above, from the bucket of `key`; a key never seen, or forgotten, has a full one. */
  take(key: string, nowMs: number, n?: number): Take;
  /** Keys held now; never more than `maxKeys`. */
  readonly size: number;
}

/**
 * One bucket a key, in bounded memory: campaignId for senders, tenant id for an API's rate limit (R85).
 * A full bucket says nothing that a new one would not, so those go first; when none is full the fullest goes,
 * which forgives the least. Per process: a limit that must hold across processes belongs in the database.
 */
export function createKeyedBuckets(options: BucketLimit & { readonly maxKeys: number }): KeyedBuckets {
  const { maxKeys, ...limit } = options;
  if (!(Number.isInteger(maxKeys) && maxKeys >= 1)) throw new RangeError('maxKeys must be at least 1');
  createTokenBucket(limit, 0);
  const buckets = new Map<string, TokenBucket>();
  return {
    take(key, nowMs, n) {
      const known = buckets.get(key);
      if (!known && buckets.size >= maxKeys) makeRoom(buckets, nowMs);
      const { bucket, ...answer } = take(known ?? createTokenBucket(limit, nowMs), nowMs, n);
      buckets.set(key, bucket);
      return answer;
    },
    get size() {
      return buckets.size;
    },
  };
}

function tokensAt(bucket: TokenBucket, nowMs: number): number {
  const elapsedMs = Math.max(0, nowMs - bucket.atMs);
  return Math.min(bucket.capacity, bucket.tokens + (elapsedMs / 1_000) * bucket.refillPerSecond);
}

/** One walk over all keys, paid only by a key that is new while the map is at its bound. */
function makeRoom(buckets: Map<string, TokenBucket>, nowMs: number): void {
  const before = buckets.size;
  let fullest: { key: string; tokens: number } | undefined;
  for (const [key, bucket] of buckets) {
    const tokens = tokensAt(bucket, nowMs);
    if (tokens >= bucket.capacity) buckets.delete(key);
    else if (!fullest || tokens > fullest.tokens) fullest = { key, tokens };
  }
  if (buckets.size === before && fullest) buckets.delete(fullest.key);
}
