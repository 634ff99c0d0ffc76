import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { REASON } from '../../domain/reasons.ts';
import { brandHarness } from './brand-harness.test-support.ts';
import { completeBrand, soleProprietor } from './complete-specs.test-support.ts';

const MISMATCH = { code: '30795', description: 'EIN', fields: ['business_name'] };
const FAILED = { status: 'FAILED', tcrId: 'BTCR001', errors: [MISMATCH] };
const WRONG = { ...completeBrand, legalName: 'Rosa Plumbing' };

describe('resubmitting a brand', () => {
  test('a failed brand, mended, goes again under its own sid, its profiles too', async () => {
    const harness = brandHarness();
    await harness.submit(WRONG);
    const sid = harness.brand.refs.providerBrandId;
    harness.rule('twilio-approved', FAILED);
    const status = await harness.look();
    assert.equal(status.state, 'rejected');
    assert.deepEqual([status.reasons[0]?.reason, status.reasons[0]?.field], ['TaxIdMismatch', 'legalName']);
    assert.equal((await harness.submit(completeBrand)).kind, 'ok');
    assert.equal(harness.brand.refs.providerBrandId, sid);
    assert.deepEqual([harness.world.brands.length, harness.world.brands[0]?.updates], [1, 1]);
    assert.equal(harness.world.endUsers[0]?.attributes.business_name, 'Rosa Plumbing Incorporated');
    harness.rule('twilio-approved', { status: 'APPROVED' });
    assert.equal((await harness.look()).state, 'approved');
  });

  test('three corrections are free, the fourth is refused and says that they are used up', async () => {
    const harness = brandHarness();
    await harness.submit(WRONG);
    for (const used of [1, 2, 3]) {
      harness.rule('twilio-approved', FAILED);
      assert.equal((await harness.submit(WRONG)).kind, 'ok');
      assert.equal(harness.world.brands[0]?.updates, used);
    }
    harness.rule('twilio-approved', FAILED);
    const outcome = await harness.submit(completeBrand);
    assert.ok(outcome.kind === 'refused');
    assert.equal(outcome.refusal.reason, REASON.EditsExhausted);
    assert.equal(outcome.refusal.code, '21724');
    assert.equal(harness.world.brands.length, 1);
  });

  test('a brand that the registry never took is made anew under the same profiles', async () => {
    const harness = brandHarness();
    await harness.submit();
    harness.rule('twilio-approved', { status: 'FAILED', errors: [{ code: '30793' }] });
    const [former] = harness.world.brands;
    assert.equal((await harness.submit()).kind, 'ok');
    assert.equal(harness.world.brands.length, 2);
    assert.equal(harness.world.bundles.length, 2);
    assert.notEqual(harness.brand.refs.providerBrandId, former?.sid);
  });

  test('a brand that is gone is made anew, but not for one look that missed it', async () => {
    const harness = brandHarness();
    const { world, brand } = harness;
    await harness.submit();
    harness.rule('twilio-approved');
    const [former] = world.brands.splice(0);
    assert.ok(former);
    brand.submission += 1;
    const missed = await harness.step();
    assert.ok(missed !== 'crashed' && missed.kind === 'pending');
    assert.equal(missed.checkAfterMs, 60_000);
    world.brands.push(former);
    assert.equal((await harness.proceed()).kind, 'ok');
    assert.deepEqual([world.brands.length, brand.refs.providerBrandId], [1, former.sid]);
    world.brands.length = 0;
    harness.rule('twilio-approved');
    assert.equal((await harness.submit()).kind, 'ok');
    assert.equal(world.brands.length, 1);
    assert.notEqual(brand.refs.providerBrandId, former.sid);
  });

  test('profiles in review are waited for, and mended afterwards', async () => {
    const harness = brandHarness();
    await harness.submit(WRONG);
    harness.rule('in-review', FAILED);
    harness.brand.submission += 1;
    harness.brand.spec = completeBrand;
    const outcome = await harness.step();
    assert.ok(outcome !== 'crashed' && outcome.kind === 'pending');
    assert.equal(outcome.waiting?.actor, 'provider');
    assert.ok(!harness.world.calls.includes('updateEndUser'));
    harness.rule('twilio-approved');
    assert.equal((await harness.proceed()).kind, 'ok');
    assert.equal(harness.world.brands[0]?.updates, 1);
  });

  test('a profile rejected under a pending brand is mended without using up a correction', async () => {
    const harness = brandHarness();
    await harness.submit(WRONG);
    Object.assign(harness.world.bundles[0] ?? {}, { status: 'twilio-rejected', errors: [{ code: '18602' }] });
    const status = await harness.look();
    assert.equal(status.state, 'rejected');
    assert.deepEqual(
      status.reasons.map(({ code }) => code),
      ['18602'],
    );
    harness.rule('in-review');
    Object.assign(harness.world.bundles[0] ?? {}, { status: 'twilio-rejected' });
    harness.world.bundles[1] && Object.assign(harness.world.bundles[1], { status: 'twilio-approved' });
    assert.equal((await harness.submit(completeBrand)).kind, 'ok');
    assert.equal(harness.world.brands[0]?.updates, 0);
    assert.equal((await harness.look()).state, 'pending');
  });

  test('an address that takes changes is edited in place', async () => {
    const harness = brandHarness();
    await harness.submit();
    for (const bundle of harness.world.bundles) bundle.status = 'twilio-rejected';
    const address = { ...completeBrand.address, street: '2 Main St' };
    assert.equal((await harness.submit({ ...completeBrand, address })).kind, 'ok');
    assert.deepEqual(
      harness.world.addresses.map(({ input }) => input.street),
      ['2 Main St'],
    );
    assert.equal(harness.world.documents.length, 1);
  });

  test('an address that is as it was is left alone, bound to a verified document or not', async () => {
    const harness = brandHarness();
    await harness.submit();
    const [made] = harness.world.addresses;
    for (const bound of [false, true]) {
      harness.rule('twilio-approved', FAILED);
      Object.assign(made ?? {}, { bound });
      assert.equal((await harness.submit({ ...completeBrand, displayName: 'Rosa' })).kind, 'ok');
    }
    assert.ok(!harness.world.calls.includes('updateAddress'));
    assert.deepEqual([harness.world.addresses.length, harness.world.documents.length], [1, 1]);
    assert.equal(harness.world.brands[0]?.updates, 2);
  });

  test('an address that is changed and bound to a verified document gets a successor, each time', async () => {
    const harness = brandHarness();
    await harness.submit();
    for (const nth of [2, 3]) {
      harness.rule('twilio-approved', FAILED);
      const address = { ...completeBrand.address, street: `${nth} Main St` };
      assert.equal((await harness.submit({ ...completeBrand, address })).kind, 'ok');
      assert.equal(harness.world.addresses.at(-1)?.input.street, address.street);
      assert.equal(harness.world.addresses.length, nth);
      assert.equal(harness.brand.refs.addressSid, harness.world.addresses.at(-1)?.sid);
      assert.equal(harness.world.assignments.length, 6);
    }
  });

  test('a sole proprietor turned company is registered anew, profiles and all', async () => {
    const harness = brandHarness();
    await harness.submit(soleProprietor);
    harness.rule('twilio-approved', { ...FAILED, errors: [{ code: '30903' }] });
    assert.equal((await harness.submit(completeBrand)).kind, 'ok');
    assert.deepEqual(
      harness.world.brands.map(({ brandType }) => brandType),
      ['SOLE_PROPRIETOR', 'STANDARD'],
    );
    assert.equal(harness.world.bundles.length, 4);
  });

  test('a suspended brand is refused, and its profiles are left alone', async () => {
    const harness = brandHarness();
    await harness.submit();
    harness.rule('twilio-approved', { status: 'SUSPENDED' });
    const outcome = await harness.submit();
    assert.ok(outcome.kind === 'refused');
    assert.equal(outcome.refusal.reason, REASON.ProviderSuspended);
    assert.ok(harness.world.bundles.every(({ status }) => status === 'twilio-approved'));
  });
});
