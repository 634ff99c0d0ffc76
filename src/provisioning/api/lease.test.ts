import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HoldLost } from '../domain/errors.ts';
import { LEASE_MS } from '../ports.ts';
import { keepLease } from './lease.ts';

function scene(t: TestContext, renew: () => Promise<boolean>) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  const errors: unknown[] = [];
  const lease = keepLease(
    renew,
    0,
    () => now,
    (error) => errors.push(error),
  );
  return {
    lease,
    errors,
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 500) {
        now += 500;
        t.mock.timers.tick(500);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

test('a lease is renewed at least three times in its length, for as long as it is kept', async (t) => {
  let renewals = 0;
  const { lease, pass } = scene(t, async () => {
    renewals += 1;
    return true;
  });
  await pass(LEASE_MS);
  assert.ok(renewals >= 3, `${renewals} times`);
  await pass(10 * LEASE_MS);
  assert.equal(lease.lost.aborted, false);
  lease.end();
  const until = renewals;
  await pass(LEASE_MS);
  assert.equal(renewals, until, 'an ended one is not');
});

test('it is lost as soon as somebody else has the key, and is not asked for again', async (t) => {
  let renewals = 0;
  const { lease, pass } = scene(t, async () => {
    renewals += 1;
    return false;
  });
  await pass(LEASE_MS);
  assert.ok(lease.lost.reason instanceof HoldLost);
  assert.equal(renewals, 1);
});

test('a store that fails once loses nothing; one that stays away loses it before it runs out', async (t) => {
  let away = true;
  const { lease, errors, pass } = scene(t, async () => {
    if (away) throw new Error('away');
    return true;
  });
  await pass(LEASE_MS / 4);
  away = false;
  await pass(3 * LEASE_MS);
  assert.deepEqual([errors.length, lease.lost.aborted], [1, false]);
  away = true;
  await pass(LEASE_MS / 2);
  assert.equal(lease.lost.aborted, false);
  await pass(LEASE_MS / 2);
  assert.equal(lease.lost.aborted, true);
});

test('a store that never answers loses it before it runs out, and is asked once', async (t) => {
  let renewals = 0;
  const { lease, pass } = scene(t, () => {
    renewals += 1;
    return new Promise(() => {});
  });
  await pass(LEASE_MS);
  assert.deepEqual([renewals, lease.lost.aborted], [1, true]);
});
