import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { REASON } from '../../domain/reasons.ts';
import type { BrandSpec } from '../../domain/types.ts';
import { brandHarness } from './brand-harness.test-support.ts';
import { completeBrand, soleProprietor } from './complete-specs.test-support.ts';

describe('looking at a brand', () => {
  const registered = async (spec: BrandSpec = completeBrand) => {
    const harness = brandHarness();
    await harness.submit(spec);
    return harness;
  };

  test('changes nothing at the provider', async () => {
    const harness = await registered();
    const before = structuredClone({ ...harness.world, calls: [] });
    await harness.look();
    assert.deepEqual({ ...harness.world, calls: [] }, before);
  });

  test('an approved brand tells its registry id and needs no look at its profiles', async () => {
    const harness = await registered();
    harness.rule('twilio-approved', { status: 'APPROVED', identityStatus: 'VERIFIED', tcrId: 'BTCR001' });
    const { length } = harness.world.calls;
    const status = await harness.look();
    assert.equal(status.state, 'approved');
    assert.equal(status.externalRefs.tcrBrandId, 'BTCR001');
    assert.deepEqual(harness.world.calls.slice(length), ['fetchBrand']);
  });

  test('advice in errors[] does not reject an approved brand', async () => {
    const harness = await registered();
    harness.rule('twilio-approved', { status: 'APPROVED', errors: [{ code: '30795' }] });
    assert.equal((await harness.look()).state, 'approved');
  });

  test('while its profile is in review, that is what the brand waits for', async () => {
    const harness = await registered();
    const status = await harness.look();
    assert.equal(status.state, 'pending');
    assert.match(status.waiting?.message ?? '', /profile .* in review/);
    harness.rule('twilio-approved', { status: 'IN_REVIEW' });
    assert.match((await harness.look()).waiting?.message ?? '', /manual review/);
  });

  test('a status that we do not know keeps waiting and says so', async () => {
    const harness = await registered();
    harness.rule('in-review', { status: 'ON_HOLD' });
    const status = await harness.look();
    assert.equal(status.state, 'pending');
    assert.match(status.waiting?.message ?? '', /ON_HOLD/);
    assert.equal(status.waiting?.actor, 'operator');
  });

  test('a sole proprietor is pending until its owner has answered', async () => {
    const harness = await registered(soleProprietor);
    harness.rule('twilio-approved', { status: 'APPROVED', identityStatus: 'UNVERIFIED' });
    const status = await harness.look();
    assert.equal(status.state, 'pending');
    assert.equal(status.waiting?.reason, REASON.ActionRequired);
    assert.equal(status.waiting?.actor, 'tenant');
    harness.rule('twilio-approved', { identityStatus: 'VERIFIED' });
    assert.equal((await harness.look()).state, 'approved');
  });

  test('reasons of a rejected profile come before those of the brand', async () => {
    const harness = await registered();
    harness.rule('twilio-approved', { status: 'FAILED', errors: [{ code: '30793' }] });
    Object.assign(harness.world.bundles[1] ?? {}, { status: 'twilio-rejected', errors: [{ code: '18601' }] });
    const { state, reasons } = await harness.look();
    assert.equal(state, 'rejected');
    assert.deepEqual(
      reasons.map(({ code }) => code),
      ['18601', '30793'],
    );
  });

  test('a reason that profile and trust product share is told once', async () => {
    const harness = await registered();
    for (const bundle of harness.world.bundles)
      Object.assign(bundle, { status: 'twilio-rejected', errors: [{ code: '18602' }] });
    const { reasons } = await harness.look();
    assert.deepEqual(
      reasons.map(({ code }) => code),
      ['18602'],
    );
  });

  for (const [status, state] of [
    ['SUSPENDED', 'suspended'],
    ['DELETION_PENDING', 'gone'],
  ] as const)
    test(`${status} is ${state}, with a reason`, async () => {
      const harness = await registered();
      harness.rule('twilio-approved', { status });
      const look = await harness.look();
      assert.equal(look.state, state);
      assert.ok(look.reasons[0]?.message);
    });

  test('a brand that is not there is gone', async () => {
    const harness = await registered();
    harness.world.brands.pop();
    assert.equal((await harness.look()).state, 'gone');
    harness.brand.refs = {};
    assert.equal((await harness.look()).state, 'gone');
  });
});
