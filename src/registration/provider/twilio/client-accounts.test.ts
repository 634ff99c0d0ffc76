import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProviderAccounts } from '#platform/provider-http/accounts.ts';
import { eachDatabase, testClock } from '../../../../test/support/database.ts';
import { type Answered, provided } from './server.test-support.ts';

const BRAND = {
  sid: 'BN1',
  status: 'PENDING',
  customer_profile_bundle_sid: 'BU1',
  a2p_profile_bundle_sid: 'BU2',
};
const UNAUTHORISED: Answered = { status: 401, body: { status: 401, code: 20003, message: 'Authenticate' } };

eachDatabase('the account of the provider', (open) => {
  test('wrong credentials stop all processes; one call each minute tests; success lets all go on', async (t) => {
    const { database } = await open();
    const clock = testClock();
    let answer: Answered = UNAUTHORISED;
    const accounts = createProviderAccounts(database.executor, clock);
    const one = await provided(t, () => answer, { accounts });
    const two = await provided(t, () => answer, { accounts });
    const requests = () => one.seen.length + two.seen.length;

    const first = await one.calls.fetchBrand('BN1');
    assert.equal(first.kind === 'throttled' && first.blocked?.code, '20003');
    for (const calls of [one.calls, two.calls]) {
      assert.deepEqual(await calls.fetchBrand('BN1'), first);
      assert.deepEqual(await calls.fetchPolicy('RN1'), first);
    }
    assert.equal(requests(), 1);

    // The test fails: all are stopped for as long again.
    clock.advance(300_000);
    await Promise.all([one.calls.fetchPolicy('RN1'), two.calls.fetchPolicy('RN1')]);
    assert.equal(requests(), 2);
    clock.advance(299_999);
    assert.equal((await two.calls.fetchBrand('BN1')).kind, 'throttled');
    assert.equal(requests(), 2);

    clock.advance(1);
    answer = { status: 200, body: BRAND };
    assert.equal((await two.calls.fetchBrand('BN1')).kind, 'ok');
    clock.advance(1_000);
    assert.equal((await one.calls.fetchBrand('BN1')).kind, 'ok');
    assert.equal(requests(), 4);
  });
});
