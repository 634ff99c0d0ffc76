import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refusalsIn } from '#kernel/outcome.ts';
import { brandHarness } from './brand-harness.test-support.ts';
import { completeBrand } from './complete-specs.test-support.ts';

const creates = (calls: readonly string[]) => calls.filter((name) => name.startsWith('create'));

describe('registering a brand', () => {
  test('what is made carries our marks and hangs on the primary profile', async () => {
    const { world, submit } = brandHarness();
    await submit();
    const [profile, product] = world.bundles;
    assert.ok(profile && product);
    assert.equal(profile.friendlyName, 'brand_1/profile');
    assert.equal(product.friendlyName, 'brand_1/trust-product');
    const under = (bundle: string) =>
      world.assignments.filter((item) => item.bundle === bundle).map(({ objectSid }) => objectSid);
    const users = world.endUsers.map(({ sid }) => sid);
    const documents = world.documents.map(({ sid }) => sid);
    assert.deepEqual(under(profile.sid), [...users.slice(0, 2), ...documents, 'BUprimary']);
    assert.deepEqual(under(product.sid), [...users.slice(2), profile.sid]);
    assert.deepEqual(world.documents[0]?.attributes, { address_sids: world.addresses[0]?.sid });
  });

  test('each bundle is evaluated before it goes to review', async () => {
    const { world, submit } = brandHarness();
    await submit();
    const order = world.calls.filter((name) => name === 'evaluateBundle' || name === 'setBundleStatus');
    assert.deepEqual(order, ['evaluateBundle', 'setBundleStatus', 'evaluateBundle', 'setBundleStatus']);
  });

  test('an order that is through costs one look at the brand', async () => {
    const harness = brandHarness();
    await harness.submit();
    const { length } = harness.world.calls;
    const { providerBrandId, ...others } = harness.brand.refs;
    harness.brand.refs = others;
    assert.equal((await harness.proceed()).kind, 'ok');
    assert.deepEqual(harness.world.calls.slice(length), ['fetchBrand']);
    assert.equal(harness.brand.refs.providerBrandId, providerBrandId);
  });

  test('a brand that does not show up yet is waited for, and not taken for gone or resubmitted', async () => {
    const harness = brandHarness();
    harness.world.lateMs = 3_000;
    assert.equal((await harness.submit()).kind, 'ok');
    const waits = harness.passes.filter(
      (pass) => pass.kind === 'pending' && /does not show/.test(pass.waiting?.message ?? ''),
    );
    assert.equal(waits.length, 3, 'once a second');
    assert.ok(waits.every((pass) => pass.kind === 'pending' && !pass.value?.providerBrandId));
    assert.equal((await harness.look()).state, 'pending');
    assert.deepEqual([harness.world.brands.length, harness.world.bundles.length], [1, 2]);
  });

  test('a pass stops after five seconds with the refs so far, and the next goes on from there', async () => {
    const harness = brandHarness();
    harness.world.callMs = 700;
    harness.brand.submission = 1;
    const first = await harness.step();
    assert.ok(first !== 'crashed' && first.kind === 'pending');
    assert.ok(first.value?.customerProfileSid);
    assert.equal(first.checkAfterMs, 0);
    assert.equal(harness.world.calls.length, 8, '5 s are full after 8 calls of 700 ms');
    assert.equal((await harness.proceed()).kind, 'ok');
    assert.equal(creates(harness.world.calls).length, 8);
  });

  test('calls slower than the whole budget still get through', async () => {
    const harness = brandHarness();
    harness.world.callMs = 6_000;
    assert.equal((await harness.submit()).kind, 'ok');
    assert.equal(harness.world.brands.length, 1);
  });

  test('an evaluation that finds a field wanting refuses before anybody reviews or is paid', async () => {
    const { world, submit } = brandHarness();
    const outcome = await submit({ ...completeBrand, legalName: '' });
    assert.ok(outcome.kind === 'refused');
    assert.deepEqual([outcome.refusal.field, outcome.refusal.actor], ['legalName', 'tenant']);
    assert.ok(!world.calls.includes('setBundleStatus'));
    assert.ok(!world.calls.includes('createBrand'));
    assert.equal((await submit(completeBrand)).kind, 'ok');
    assert.deepEqual([world.bundles.length, world.endUsers.length, world.brands.length], [2, 3, 1]);
    assert.equal(world.endUsers[0]?.attributes.business_name, completeBrand.legalName);
  });

  test('an evaluation that finds several fields wanting tells them all at once, each by its name', async () => {
    const { submit } = brandHarness();
    const representative = { ...completeBrand.representative, firstName: '', email: '' };
    const outcome = await submit({ ...completeBrand, legalName: '', representative });
    assert.ok(outcome.kind === 'refused');
    assert.deepEqual(
      refusalsIn(outcome.refusal).map(({ field, actor }) => [field, actor]),
      [
        ['legalName', 'tenant'],
        ['representative.firstName', 'tenant'],
        ['representative.email', 'tenant'],
      ],
    );
    assert.equal((await submit(completeBrand)).kind, 'ok', 'mended in one go');
  });

  test('a profile rejected for several reasons while it settles tells them all', async () => {
    const harness = brandHarness();
    harness.brand.submission = 1;
    await harness.step();
    const errors = [{ code: '18602' }, { code: '18604' }];
    Object.assign(harness.world.bundles[0] ?? {}, { status: 'twilio-rejected', errors });
    const outcome = await harness.proceed();
    assert.ok(outcome.kind === 'refused');
    assert.deepEqual(
      refusalsIn(outcome.refusal).map(({ code }) => code),
      ['18602', '18604'],
    );
  });

  test('an evaluation that does not see what we attached is asked again, not blamed on the tenant', async () => {
    const harness = brandHarness();
    harness.brand.submission = 1;
    harness.world.blindEvaluations = 2;
    assert.equal((await harness.proceed()).kind, 'ok');
    assert.equal(harness.passes.filter(({ kind }) => kind === 'unknown').length, 2);
  });

  test('a create that is refused is tried again by the next submission, and by that one only', async () => {
    const harness = brandHarness();
    harness.world.refuse = { name: 'createAddress', code: '21628' };
    const outcome = await harness.submit();
    assert.ok(outcome.kind === 'refused' && outcome.refusal.field === 'address');
    assert.equal((await harness.proceed()).kind, 'refused');
    const tried = () => harness.world.calls.filter((name) => name === 'createAddress').length;
    assert.equal(tried(), 1);
    delete harness.world.refuse;
    assert.equal((await harness.submit()).kind, 'ok');
    assert.deepEqual([tried(), harness.world.addresses.length, harness.world.bundles.length], [2, 1, 2]);
  });

  test('a profile rejected while it settles costs no brand; the mended one keeps its sid', async () => {
    const harness = brandHarness();
    const { world } = harness;
    harness.brand.submission = 1;
    const settling = await harness.step();
    assert.ok(settling !== 'crashed' && settling.kind === 'pending');
    assert.equal(settling.checkAfterMs, 30_000);
    assert.equal(settling.waiting?.actor, 'provider');
    Object.assign(world.bundles[0] ?? {}, { status: 'twilio-rejected', errors: [{ code: '18602' }] });
    const refusal = await harness.proceed();
    assert.ok(refusal.kind === 'refused' && refusal.refusal.code === '18602');
    assert.equal(world.brands.length, 0);
    Object.assign(world.bundles[1] ?? {}, { status: 'twilio-approved' });
    assert.equal((await harness.submit()).kind, 'ok');
    assert.deepEqual(
      world.bundles.map(({ status }) => status),
      ['pending-review', 'pending-review'],
    );
    assert.equal(world.brands.length, 1);
  });

  test('where a vetted brand may hide, an old order without an answer waits for a human', async () => {
    const harness = brandHarness({ vetting: 'standard' });
    const { world, clock, brand } = harness;
    world.faults.push({ name: 'createBrand', kind: 'crash' });
    brand.submission = 1;
    for (let i = 0; i < 9 && world.brands.length === 0; i += 1) {
      await harness.step();
      clock.advance(30_000);
    }
    Object.assign(world.brands[0] ?? {}, { status: 'APPROVED', identityStatus: 'VETTED_VERIFIED' });
    clock.advance(3_600_000);
    const outcome = await harness.proceed();
    assert.ok(outcome.kind === 'unknown' && outcome.needsOperator);
    assert.equal(world.brands.length, 1, 'nothing is paid twice');
  });
});
