import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import { createProviderAccounts } from './accounts.ts';

const ACCOUNT = 'ac_1';
const EVERY_MS = 1_000;

eachDatabase('accounts of a provider', (open) => {
  async function accountsAt() {
    const db = await open();
    const clock = testClock();
    return { clock, accounts: createProviderAccounts(db.database.executor, clock), db };
  }

  test('whoever asks gets turns that are a second apart, in the order of asking', async () => {
    const { accounts, clock } = await accountsAt();
    assert.deepEqual(await accounts.take(ACCOUNT, EVERY_MS, 2_000), { kind: 'turn', waitMs: 0 });
    assert.deepEqual(await accounts.take(ACCOUNT, EVERY_MS, 2_000), { kind: 'turn', waitMs: 1_000 });
    assert.deepEqual(await accounts.take(ACCOUNT, EVERY_MS, 2_000), { kind: 'turn', waitMs: 2_000 });
    assert.deepEqual(await accounts.take(ACCOUNT, EVERY_MS, 2_000), { kind: 'later', inMs: 1_000 });
    assert.deepEqual(await accounts.take('ac_2', EVERY_MS, 2_000), { kind: 'turn', waitMs: 0 });
    clock.advance(1_000);
    assert.deepEqual(await accounts.take(ACCOUNT, EVERY_MS, 2_000), { kind: 'turn', waitMs: 2_000 });
    clock.advance(60_000);
    assert.deepEqual(await accounts.take(ACCOUNT, EVERY_MS, 0), { kind: 'turn', waitMs: 0 });
  });

  test('three claimers at once never get two turns within a second', async () => {
    const { db, clock } = await accountsAt();
    const started = clock.current().getTime();
    const at: number[] = [];
    for (let round = 0; round < 8; round++) {
      const answers = await Promise.all(
        Array.from({ length: 3 }, () =>
          createProviderAccounts(db.database.executor, clock).take(ACCOUNT, EVERY_MS, 2_000),
        ),
      );
      const now = clock.current().getTime() - started;
      for (const answer of answers) {
        assert.notEqual(answer.kind, 'blocked');
        if (answer.kind === 'turn') at.push(now + answer.waitMs);
      }
      clock.advance(700);
    }
    at.sort((a, b) => a - b);
    assert.ok(at.length >= 7, `${at.length} turns`);
    for (const [i, time] of at.slice(1).entries()) assert.ok(time - (at[i] ?? 0) >= EVERY_MS, at.join());
  });

  test('a blocked account is turned away by both ways in, and says why', async () => {
    const { accounts, clock } = await accountsAt();
    assert.deepEqual(await accounts.check(ACCOUNT), { kind: 'open' });
    await accounts.block(ACCOUNT, 300_000, '20003', 'Authenticate');
    clock.advance(100_000);
    const blocked = { kind: 'blocked', inMs: 200_000, code: '20003', message: 'Authenticate' };
    assert.deepEqual(await accounts.check(ACCOUNT), blocked);
    assert.deepEqual(await accounts.take(ACCOUNT, EVERY_MS, 2_000), blocked);
    assert.deepEqual(await accounts.check('ac_2'), { kind: 'open' });
  });

  test('after a block one call at a time is let through, whichever way in, until one clears it', async () => {
    const { accounts, clock } = await accountsAt();
    await accounts.block(ACCOUNT, 300_000, '20003', 'Authenticate');
    clock.advance(300_000);
    const first = await Promise.all([1, 2, 3].map(() => accounts.check(ACCOUNT)));
    assert.deepEqual(
      first.map((answer) => (answer.kind === 'open' ? answer.probe : answer.inMs)).toSorted(),
      [60_000, 60_000, true],
    );
    assert.equal((await accounts.take(ACCOUNT, EVERY_MS, 2_000)).kind, 'blocked');

    clock.advance(60_000);
    assert.deepEqual(await accounts.take(ACCOUNT, EVERY_MS, 2_000), { kind: 'turn', waitMs: 0, probe: true });
    assert.equal((await accounts.check(ACCOUNT)).kind, 'blocked');

    await accounts.clear(ACCOUNT);
    assert.deepEqual(await accounts.check(ACCOUNT), { kind: 'open' });
    assert.deepEqual(await accounts.take(ACCOUNT, EVERY_MS, 2_000), { kind: 'turn', waitMs: 1_000 });
  });

  test('a turn too far away takes none, and uses no probe', async () => {
    const { accounts, clock } = await accountsAt();
    await accounts.block(ACCOUNT, 1_000, '20003', 'Authenticate');
    clock.advance(1_000);
    await accounts.take(ACCOUNT, 120_000, 0);
    await accounts.clear(ACCOUNT);
    await accounts.block(ACCOUNT, 1_000, '20003', 'Authenticate');
    clock.advance(1_000);
    assert.deepEqual(await accounts.take(ACCOUNT, EVERY_MS, 2_000), { kind: 'later', inMs: 117_000 });
    assert.deepEqual(await accounts.check(ACCOUNT), { kind: 'open', probe: true });
  });
});
