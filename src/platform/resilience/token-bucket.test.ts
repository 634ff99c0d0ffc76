import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createKeyedBuckets, createTokenBucket, type TokenBucket, take } from './token-bucket.ts';

const limits = fc.record({
  capacity: fc.integer({ min: 1, max: 50 }),
  refillPerSecond: fc.double({ min: 0.01, max: 500, noNaN: true }),
});
/** Takes as (milliseconds since the last one, tokens as a part of capacity). */
const takes = fc.array(fc.tuple(fc.nat(5_000), fc.double({ min: 0, max: 1, noNaN: true })), {
  minLength: 1,
  maxLength: 60,
});
const START_MS = 1_780_000_000_000;

/** Replays takes; answers when how much was given. */
function replay(bucket: TokenBucket, steps: readonly (readonly [number, number])[]) {
  const given: { atMs: number; tokens: number }[] = [];
  let now = START_MS;
  let current = bucket;
  for (const [wait, part] of steps) {
    now += wait;
    const n = Math.max(1, Math.round(part * bucket.capacity));
    const answer = take(current, now, n);
    current = answer.bucket;
    given.push({ atMs: now, tokens: answer.ok ? n : 0 });
  }
  return given;
}

test('a new bucket gives its capacity at once, then nothing, then one token per refill time', () => {
  const a = take(createTokenBucket({ capacity: 2, refillPerSecond: 4 }, 0), 0);
  const b = take(a.bucket, 0);
  const c = take(b.bucket, 0);
  assert.deepEqual([a.ok, b.ok, c.ok], [true, true, false]);
  assert.deepEqual([a.remaining, b.remaining, c.remaining], [1, 0, 0]);
  assert.equal(c.retryAfterMs, 250);
  assert.equal(take(c.bucket, 249).ok, false);
  assert.equal(take(c.bucket, 250).ok, true);
});

test('no window of any length gives more than capacity + rate * length', () => {
  fc.assert(
    fc.property(limits, takes, (limit, steps) => {
      const given = replay(createTokenBucket(limit, START_MS), steps);
      for (let from = 0; from < given.length; from++) {
        let sum = 0;
        for (let to = from; to < given.length; to++) {
          sum += given[to]?.tokens ?? 0;
          const seconds = ((given[to]?.atMs ?? 0) - (given[from]?.atMs ?? 0)) / 1_000;
          assert.ok(sum <= limit.capacity + limit.refillPerSecond * seconds + 1e-3);
        }
      }
    }),
  );
});

test('whoever waits retryAfterMs gets his tokens, and the wait is not a millisecond too long', () => {
  fc.assert(
    fc.property(limits, takes, fc.double({ min: 0, max: 1, noNaN: true }), (limit, steps, part) => {
      let bucket = createTokenBucket(limit, START_MS);
      let now = START_MS;
      for (const [wait] of steps) {
        now += wait;
        bucket = take(bucket, now).bucket;
      }
      const n = Math.max(1, Math.round(part * limit.capacity));
      const answer = take(bucket, now, n);
      if (answer.ok) return;
      assert.ok(answer.retryAfterMs > 0);
      assert.equal(take(answer.bucket, now + answer.retryAfterMs, n).ok, true);
      // Less what rounding may give away: 2e-6 tokens, and the grain of milliseconds since 1970 as a double.
      const tooEarly = answer.retryAfterMs - 1 - (2e-6 / limit.refillPerSecond) * 1_000 - 1e-3;
      assert.equal(take(answer.bucket, now + tooEarly, n).ok, false);
    }),
  );
});

test('same takes at the same times have the same answers', () => {
  fc.assert(
    fc.property(limits, takes, (limit, steps) => {
      const once = replay(createTokenBucket(limit, START_MS), steps);
      assert.deepEqual(replay(createTokenBucket(limit, START_MS), steps), once);
    }),
  );
});

test('a clock that goes back gives nothing, and refill goes on from there', () => {
  const empty = take(createTokenBucket({ capacity: 5, refillPerSecond: 1 }, START_MS), START_MS, 5).bucket;
  const hourBack = take(empty, START_MS - 3_600_000);
  assert.equal(hourBack.ok, false);
  assert.equal(hourBack.retryAfterMs, 1_000);
  assert.equal(take(hourBack.bucket, START_MS - 3_600_000 + 1_000).ok, true);
});

test('whatever the clock does, no more is given than capacity and what it moved forward', () => {
  fc.assert(
    fc.property(limits, fc.array(fc.integer({ min: -5_000, max: 5_000 })), (limit, moves) => {
      let bucket = createTokenBucket(limit, START_MS);
      let now = START_MS;
      let forwardMs = 0;
      let given = 0;
      for (const move of moves) {
        now += move;
        forwardMs += Math.max(0, move);
        const answer = take(bucket, now);
        bucket = answer.bucket;
        given += answer.ok ? 1 : 0;
        assert.ok(given <= limit.capacity + (limit.refillPerSecond * forwardMs) / 1_000 + 1e-3);
      }
    }),
  );
});

test('limits and takes that can never work are refused at once', () => {
  for (const limit of [
    { capacity: 0, refillPerSecond: 1 },
    { capacity: 1, refillPerSecond: 0 },
    { capacity: Number.NaN, refillPerSecond: 1 },
    { capacity: 1, refillPerSecond: Number.POSITIVE_INFINITY },
  ]) {
    assert.throws(() => createTokenBucket(limit, 0), RangeError);
    assert.throws(() => createKeyedBuckets({ ...limit, maxKeys: 1 }), RangeError);
  }
  const bucket = createTokenBucket({ capacity: 2, refillPerSecond: 1 }, 0);
  for (const n of [0, -1, 3, Number.NaN]) assert.throws(() => take(bucket, 0, n), RangeError);
  assert.throws(() => createKeyedBuckets({ capacity: 1, refillPerSecond: 1, maxKeys: 0 }), RangeError);
});

test('keys do not share tokens', () => {
  const buckets = createKeyedBuckets({ capacity: 1, refillPerSecond: 1, maxKeys: 10 });
  assert.equal(buckets.take('camp_1', 0).ok, true);
  assert.deepEqual(buckets.take('camp_1', 0), { ok: false, retryAfterMs: 1_000, remaining: 0 });
  assert.equal(buckets.take('camp_2', 0).ok, true);
});

test('at its bound the map forgets full buckets before any that still says something', () => {
  const buckets = createKeyedBuckets({ capacity: 2, refillPerSecond: 1, maxKeys: 3 });
  buckets.take('busy', 0, 2);
  buckets.take('idle', 0);
  buckets.take('idle too', 0);
  // At 1 s both idle ones are full again and go; `busy` has one of two.
  buckets.take('new', 1_000);
  assert.equal(buckets.size, 2);
  assert.equal(buckets.take('busy', 1_000, 2).ok, false);
});

test('with no full bucket to forget, the fullest is forgotten', () => {
  const buckets = createKeyedBuckets({ capacity: 4, refillPerSecond: 0.001, maxKeys: 2 });
  buckets.take('emptied', 0, 4);
  buckets.take('nearly full', 0);
  buckets.take('new', 0);
  assert.equal(buckets.size, 2);
  assert.equal(buckets.take('emptied', 0).ok, false);
});

test('never more keys than the bound, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.tuple(fc.string({ maxLength: 1 }), fc.integer({ min: -100, max: 2_000 }))),
      (maxKeys, steps) => {
        const buckets = createKeyedBuckets({ capacity: 2, refillPerSecond: 1, maxKeys });
        let now = START_MS;
        for (const [key, move] of steps) {
          now += move;
          buckets.take(key, now);
          assert.ok(buckets.size <= maxKeys);
        }
      },
    ),
  );
});
