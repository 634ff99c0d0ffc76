import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backoffMs, MAX_FAILURES, spread } from './backoff.ts';
import { settlementOf } from './pass.ts';

test('each verdict puts the row where its word says', () => {
  const table = [
    [
      'settled comes back after its time',
      { kind: 'settled', recheckMs: 60_000 },
      3,
      { kind: 'due', inMs: 60_000 },
    ],
    ['again comes back exactly when told', { kind: 'again', inMs: 250 }, 3, { kind: 'due', inMs: 250 }],
    ['throttled is no failure', { kind: 'throttled', inMs: 90 }, 3, { kind: 'held-back', inMs: 90 }],
    [
      'the first failure waits little',
      { kind: 'failed', error: 'x' },
      0,
      { kind: 'failed', inMs: 500, error: 'x' },
    ],
    [
      'the fourth waits eight times that',
      { kind: 'failed', error: 'x' },
      3,
      { kind: 'failed', inMs: 4_000, error: 'x' },
    ],
    ['the twelfth parks', { kind: 'failed', error: 'x' }, MAX_FAILURES - 1, { kind: 'parked', error: 'x' }],
  ] as const;
  for (const [reason, verdict, failures, settlement] of table) {
    assert.deepEqual(
      settlementOf(verdict, failures, () => 0.5),
      settlement,
      reason,
    );
  }
});

test('backoff is never negative, never above 15 minutes, and its ceiling doubles from one second', () => {
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), unit, (failures, random) => {
      const ms = backoffMs(failures, random);
      assert.ok(ms >= 0 && ms <= 15 * 60_000);
      assert.ok(ms <= 1_000 * 2 ** (failures - 1));
    }),
  );
});

test('a resync is spread by a tenth either way, so that an import does not come back as one burst', () => {
  assert.equal(spread(1_000, 0), 900);
  assert.equal(spread(1_000, 0.5), 1_000);
  assert.ok(spread(1_000, 0.999) <= 1_100);
});
