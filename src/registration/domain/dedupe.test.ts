import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bindingKey, brandKey, campaignKey } from './dedupe.ts';
import { USE_CASE } from './types.ts';

test('the keys are the formulas of the seed (R46)', () => {
  assert.equal(brandKey('US', '12-3456789'), 'US|12-3456789');
  assert.equal(
    campaignKey('B1', USE_CASE, ['example.com']),
    'B1|CustomerCare.MissedCallRecovery|example.com',
  );
  assert.equal(bindingKey('MG1', '+15005550006'), 'MG1|+15005550006');
});

test('spelling does not make another key', () => {
  assert.equal(brandKey('US', '123456789'), brandKey('US', '12-3456789'));
  assert.equal(
    campaignKey('B1', USE_CASE, ['https://B.example.com/', 'a.example.com', 'b.example.com']),
    campaignKey('B1', USE_CASE, ['a.example.com', 'b.example.com']),
  );
});

test('different parts never make the same key, whatever separators they contain', () => {
  const part = fc.string({ unit: fc.constantFrom('a', '|', ',', '\\'), maxLength: 6 });
  fc.assert(
    fc.property(part, part, part, part, (a, b, c, d) => {
      assert.equal(bindingKey(a, b) === bindingKey(c, d), a === c && b === d);
      assert.equal(brandKey(a, b) === brandKey(c, d), a === c && b === d);
    }),
    { numRuns: 2000 },
  );
  const parts = fc.uniqueArray(part, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(part, parts, part, parts, (a, x, b, y) => {
      const same = a === b && JSON.stringify(x.toSorted()) === JSON.stringify(y.toSorted());
      assert.equal(campaignKey(a, USE_CASE, x) === campaignKey(b, USE_CASE, y), same);
    }),
    { numRuns: 2000 },
  );
});

test('the order of link domains does not matter', () => {
  const domains = fc.array(fc.domain(), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      domains.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      ([list, shuffled]) => {
        assert.equal(campaignKey('B1', USE_CASE, list), campaignKey('B1', USE_CASE, shuffled));
      },
    ),
  );
});
