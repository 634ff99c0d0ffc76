import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { askedHoldMs, BREAKER_FAILURES, holdMs, paceAfter } from './pacing.ts';

const HIGHEST = 1 - Number.EPSILON;
const HOUR_MS = 3_600_000;
const longest = (status: number | undefined) =>
  Array.from({ length: 18 }, (_, before) => holdMs(before + 1, status, HIGHEST) / 1_000);

test('the breaker opens at the tenth failure in a row: 10 s, doubling to 5 min', () => {
  const closed = Array.from({ length: BREAKER_FAILURES - 1 }, () => 0);
  const open = [10, 20, 40, 80, 160, 300, 300, 300, 300];
  for (const status of [undefined, 500, 404, 302]) assert.deepEqual(longest(status), [...closed, ...open]);
});

test('an answer that asks to slow down holds the endpoint from the first on: 1 s, doubling to 60 s', () => {
  const slowDown = [1, 2, 4, 8, 16, 32, 60, 60, 60];
  const withBreaker = [60, 60, 60, 80, 160, 300, 300, 300, 300];
  for (const status of [429, 502, 503, 504]) assert.deepEqual(longest(status), [...slowDown, ...withBreaker]);
});

test('a hold is between three quarters and all of its step', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(undefined, 429, 500, 503),
      fc.double({ min: 0, max: HIGHEST, noNaN: true }),
      (failures, status, random) => {
        const most = holdMs(failures, status, HIGHEST);
        const hold = holdMs(failures, status, random);
        assert.ok(hold <= most && hold >= Math.floor(most * 0.75));
      },
    ),
  );
});

const ASKED: readonly { status: number | undefined; ms: number | undefined; hold: number; reason: string }[] =
  [
    { status: 429, ms: 30_000, hold: 30_000, reason: 'too many requests' },
    { status: 503, ms: 30_000, hold: 30_000, reason: 'unavailable' },
    { status: 502, ms: 30_000, hold: 30_000, reason: 'a gateway with nothing behind it' },
    { status: 504, ms: 30_000, hold: 30_000, reason: 'a gateway that waits in vain' },
    { status: 500, ms: 30_000, hold: 0, reason: 'a fault at one event' },
    { status: 429, ms: undefined, hold: 0, reason: 'nothing asked for' },
    { status: undefined, ms: 30_000, hold: 0, reason: 'no answer' },
    { status: 429, ms: 0, hold: 0, reason: 'at once' },
    { status: 429, ms: 24 * HOUR_MS, hold: HOUR_MS, reason: 'more than the cap' },
  ];
for (const { status, ms, hold, reason } of ASKED) {
  test(`Retry-After of ${ms} ms with ${status}, ${reason}: all lanes wait ${hold} ms`, () => {
    assert.equal(askedHoldMs(status, ms, 0), hold);
  });
}

test('what was asked for is a lower bound, stretched by a tenth at most, and never above the cap', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 * HOUR_MS }),
      fc.double({ min: 0, max: HIGHEST, noNaN: true }),
      (ms, random) => {
        const hold = askedHoldMs(429, ms, random);
        assert.ok(hold >= Math.min(ms, HOUR_MS) && hold <= Math.min(Math.ceil(ms * 1.1), HOUR_MS));
      },
    ),
  );
});

test('the pace says it for every number in the row that a failure may turn out to be', () => {
  const { holdsMs, askedMs } = paceAfter({ status: 503, retryAfterMs: 5_000 }, 0.5);
  assert.equal(askedMs, 5_250);
  for (const failures of [1, 5, BREAKER_FAILURES, holdsMs.length]) {
    assert.equal(holdsMs[failures - 1], holdMs(failures, 503, 0.5));
  }
  assert.equal(holdsMs.at(-1), holdMs(1_000, 503, 0.5), 'the last one is that of all beyond');
});
