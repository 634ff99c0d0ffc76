import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import { aggregatesByRef, wakeByRef } from './aggregates-by-ref.ts';
import { insertWithRefs, woken } from './refs.test-support.ts';

eachDatabase('aggregates by the provider’s ids', (open) => {
  const setUp = async () => {
    const { database } = await open();
    const clock = testClock();
    const { executor } = database;
    await insertWithRefs(executor, 'ten_1', 1, {
      brand: { providerBrandId: 'BN1', customerProfileSid: 'BU1' },
      campaign: { messagingServiceId: 'MG1' },
      binding: { phoneNumberSid: 'PN1', messagingServiceId: 'MG1' },
    });
    await insertWithRefs(executor, 'ten_2', 2, { brand: { providerBrandId: 'BN2', trustProductSid: 'BU1' } });
    return { database, clock, executor };
  };
  const by = (resource: 'brand' | 'campaign' | 'binding', name: string, value: string) => ({
    resource,
    name,
    value,
  });

  test('an aggregate of any tenant is found by the ref of its kind, and by no other', async () => {
    const { executor } = await setUp();
    const find = async (...ref: Parameters<typeof by>) => aggregatesByRef(executor, by(...ref));
    assert.deepEqual(await find('brand', 'customerProfileSid', 'BU1'), [
      { tenantId: 'ten_1', resource: 'brand', aggregateId: 'brand_1' },
    ]);
    assert.deepEqual(await find('brand', 'trustProductSid', 'BU1'), [
      { tenantId: 'ten_2', resource: 'brand', aggregateId: 'brand_2' },
    ]);
    assert.deepEqual(await find('campaign', 'messagingServiceId', 'MG1'), [
      { tenantId: 'ten_1', resource: 'campaign', aggregateId: 'camp_1' },
    ]);
    assert.deepEqual(await find('binding', 'phoneNumberSid', 'PN1'), [
      { tenantId: 'ten_1', resource: 'binding', aggregateId: 'bind_1' },
    ]);
    assert.deepEqual(await find('campaign', 'messagingServiceId', 'MG2'), []);
    assert.deepEqual(await find('brand', 'customerProfileSid', ''), []);
  });

  test('the index answers it', async () => {
    const { database } = await setUp();
    const plan = await database.transaction(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      const { rows } = await sql<Record<string, string>>`
        explain select brand_id from brands where external_refs @> '{"providerBrandId":"BN1"}'`.execute(tx);
      return JSON.stringify(rows);
    });
    assert.match(plan, /brands_by_ref/);
  });

  test('waking asks once for each aggregate, however many refs lead there', async () => {
    const { database, clock, executor } = await setUp();
    const refs = [
      by('brand', 'customerProfileSid', 'BU1'),
      by('brand', 'trustProductSid', 'BU1'),
      by('brand', 'providerBrandId', 'BN1'),
      by('binding', 'phoneNumberSid', 'PN9'),
    ];
    assert.equal(await database.transaction((tx) => wakeByRef(tx, clock, refs)), 2);
    assert.deepEqual(await woken(executor), ['brand_1', 'brand_2']);
    const { rows } = await sql<{ wakes: number }>`select wakes from reconcile_queue`.execute(executor);
    assert.deepEqual(
      rows.map(({ wakes }) => wakes),
      [1, 1],
    );
  });

  test('what is parked sleeps on: a hint is no reason to try again', async () => {
    const { database, clock, executor } = await setUp();
    const wake = () =>
      database.transaction((tx) => wakeByRef(tx, clock, [by('brand', 'providerBrandId', 'BN1')]));
    await wake();
    await sql`update reconcile_queue set parked_at = ${clock.now}, failures = 12`.execute(executor);
    await wake();
    const { rows } = await sql<{ parked: boolean }>`
      select parked_at is not null as parked from reconcile_queue`.execute(executor);
    assert.deepEqual(rows, [{ parked: true }]);
  });
});
