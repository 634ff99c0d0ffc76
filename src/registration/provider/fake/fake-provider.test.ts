import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformance } from '../conformance.ts';
import { createFakeProvider, createFakeWorld } from './fake-provider.ts';
import { decode, delayFor, encode, type Registration, standingOf } from './script.ts';

conformance('the fake provider', async () => {
  let ms = Date.parse('2026-01-05T12:00:00Z');
  const world = createFakeWorld();
  const options = { clock: { now: () => new Date(ms) }, approvalDelayMs: 1_000, seed: 1, world };
  return {
    provider: createFakeProvider(options),
    restarted: () => createFakeProvider(options),
    letTimePass: async () => {
      ms += 2_000;
    },
    created: () => world.created.filter(({ operation }) => operation.startsWith('brand.')).length,
  };
});

test('equal seeds give equal delays, other seeds others, none more than a quarter above the configured one', () => {
  assert.equal(delayFor(1_000, 1, 'brand_1'), delayFor(1_000, 1, 'brand_1'));
  const delays = new Set(Array.from({ length: 20 }, (_, seed) => delayFor(1_000, seed, 'brand_1')));
  assert.ok(delays.size > 10);
  for (const delay of delays) assert.ok(delay >= 1_000 && delay <= 1_250);
});

test('a reference carries its registration, and anything else is no reference', () => {
  const registration: Registration = { at: 1, delayMs: 2, verdict: 'approve' };
  assert.deepEqual(decode('FBR', encode('FBR', registration)), registration);
  for (const other of [undefined, '', 'FBR', 'FBR.', 'FBR.!!', encode('FCR', registration)]) {
    assert.equal(decode('FBR', other), undefined);
  }
});

test('a campaign to be suspended is approved first, for ten delays', () => {
  const registration: Registration = { at: 0, delayMs: 100, verdict: 'suspend' };
  assert.equal(standingOf(registration, 99).state, 'pending');
  assert.deepEqual(standingOf(registration, 100), { state: 'approved', checkAfterMs: 1_000 });
  assert.equal(standingOf(registration, 1_099).state, 'approved');
  assert.equal(standingOf(registration, 1_100).state, 'suspended');
});
