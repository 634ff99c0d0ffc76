import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_ATTEMPTS, ownFaultDelayMs, parseRetryAfter, retryDelayMs } from './schedule.ts';

const HIGHEST = 1 - Number.EPSILON;
const SIX_HOURS = 6 * 3_600_000;

test('twelve attempts: the ceilings of the eleven waits grow from 5 s to 6 h, then there is none', () => {
  const ceilings = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, i) => retryDelayMs(i + 1, HIGHEST) ?? -1);
  assert.equal(ceilings.length, 11);
  assert.equal(ceilings.at(0), 5_000);
  assert.equal(ceilings.at(-1), SIX_HOURS);
  assert.deepEqual(
    ceilings,
    ceilings.toSorted((a, b) => a - b),
  );
  assert.equal(retryDelayMs(MAX_ATTEMPTS, HIGHEST), undefined);
});

test('full jitter: every wait lies between nothing and its ceiling, in proportion to the random number', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 11 }),
      fc.double({ min: 0, max: HIGHEST, noNaN: true }),
      (n, random) => {
        const ceiling = retryDelayMs(n, HIGHEST) ?? 0;
        const delay = retryDelayMs(n, random) ?? -1;
        assert.ok(delay >= 0 && delay <= ceiling);
        assert.ok(Math.abs(delay - random * ceiling) <= 1);
      },
    ),
  );
});

test('Retry-After is a lower bound, up to an hour, and never brings a dead event back', () => {
  assert.equal(retryDelayMs(1, 0, 60_000), 60_000);
  assert.equal(retryDelayMs(11, HIGHEST, 60_000), SIX_HOURS);
  assert.equal(retryDelayMs(1, 0, 10 * SIX_HOURS), 3_600_000);
  assert.equal(retryDelayMs(1, 0, -1), 0);
  assert.equal(retryDelayMs(MAX_ATTEMPTS, 0, 60_000), undefined);
});

test('after a fault of our own the wait is 5 to 30 s', () => {
  assert.deepEqual(
    [ownFaultDelayMs(0), ownFaultDelayMs(0.5), ownFaultDelayMs(HIGHEST)],
    [5_000, 17_500, 30_000],
  );
});

const NOW = new Date('2026-01-05T12:00:00Z');
const RETRY_AFTER: readonly { value: string | undefined; ms: number | undefined; reason: string }[] = [
  { value: '120', ms: 120_000, reason: 'seconds' },
  { value: ' 0 ', ms: 0, reason: 'zero, with blanks' },
  { value: 'Mon, 05 Jan 2026 12:01:00 GMT', ms: 60_000, reason: 'an HTTP date' },
  { value: 'Monday, 05-Jan-26 12:01:00 GMT', ms: 60_000, reason: 'the obsolete form of RFC 850' },
  { value: 'Mon, 05 Jan 2026 11:59:00 GMT', ms: 0, reason: 'a date that has passed' },
  { value: undefined, ms: undefined, reason: 'absent' },
  { value: '', ms: undefined, reason: 'empty' },
  { value: '-5', ms: undefined, reason: 'negative' },
  { value: '1.5', ms: undefined, reason: 'not whole' },
  { value: '12345678901234567890', ms: undefined, reason: 'absurd' },
  { value: '2026', ms: 2_026_000, reason: 'digits are seconds, never a year' },
  { value: 'soon', ms: undefined, reason: 'words' },
  { value: 'Mon, nonsense', ms: undefined, reason: 'a date that is none' },
];

for (const { value, ms, reason } of RETRY_AFTER) {
  test(`Retry-After, ${reason}: ${JSON.stringify(value)} is ${ms}`, () => {
    assert.equal(parseRetryAfter(value, NOW), ms);
  });
}
