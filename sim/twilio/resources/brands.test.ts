import assert from 'node:assert/strict';
import { test } from 'node:test';
import { items, simFor } from '../test-support.ts';
import {
  ALL_REVIEWS_MS,
  BUSINESS,
  brandOf,
  draftBundles,
  get,
  MESSAGING,
  made,
  post,
  soleProprietor,
  submitBundles,
  TRUSTHUB,
} from './a2p-support.ts';

const BRANDS = `${MESSAGING}/a2p/BrandRegistrations`;

test('a low-volume brand is approved and verified, a vetted one hides from the list', async (t) => {
  const sim = await simFor(t);
  const low = await brandOf(sim);
  const answer = await get(sim, `${BRANDS}/${low.brand}`);
  assert.deepEqual([answer.body.status, answer.body.identity_status], ['APPROVED', 'VERIFIED']);
  assert.match(String(answer.body.tcr_id), /^B[0-9A-F]{6}$/);
  const vetted = await brandOf(sim, { brand: { SkipAutomaticSecVet: 'false' } });
  assert.equal((await get(sim, `${BRANDS}/${vetted.brand}`)).body.identity_status, 'VETTED_VERIFIED');
  const listed = items(await get(sim, BRANDS), 'data').map((entry) => entry.sid);
  assert.deepEqual(listed, [low.brand]);
});

test('a brand waits for both bundles before its verdict', async (t) => {
  const sim = await simFor(t, { delays: { bundleReviewMs: 5000, brandReviewMs: 100 } });
  const bundles = await draftBundles(sim);
  await submitBundles(sim, bundles);
  const brand = await made(sim, BRANDS, {
    CustomerProfileBundleSid: bundles.profile,
    A2PProfileBundleSid: bundles.product,
  });
  await sim.control.advance(2000);
  assert.equal((await get(sim, `${BRANDS}/${brand}`)).body.status, 'PENDING');
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal((await get(sim, `${BRANDS}/${brand}`)).body.status, 'APPROVED');
});

test('bundles that are swapped or not submitted fail the brand with 30793 and without a registry id', async (t) => {
  const sim = await simFor(t);
  const drafts = await draftBundles(sim);
  const approved = await draftBundles(sim);
  await submitBundles(sim, approved);
  for (const [profile, product] of [
    [drafts.profile, drafts.product],
    [approved.product, approved.profile],
    [approved.profile, drafts.product],
  ]) {
    const brand = await made(sim, BRANDS, {
      CustomerProfileBundleSid: profile ?? '',
      A2PProfileBundleSid: product ?? '',
    });
    await sim.control.advance(ALL_REVIEWS_MS);
    const answer = await get(sim, `${BRANDS}/${brand}`);
    assert.deepEqual([answer.body.status, answer.body.tcr_id], ['FAILED', null]);
    assert.equal(items(answer, 'errors')[0]?.error_code, 30793);
    assert.equal((await post(sim, `${BRANDS}/${brand}`)).body.code, 21725);
  }
});

test('a wrong name fails with 30795; mending the profile and an update approve the same brand', async (t) => {
  const sim = await simFor(t);
  const number = { business_registration_number: '99-0000001' };
  const { brand, business, ...bundles } = await brandOf(sim, {
    business: { ...number, business_name: 'Rosa Plumbing' },
  });
  const failed = await get(sim, `${BRANDS}/${brand}`);
  assert.equal(failed.body.status, 'FAILED');
  assert.equal(items(failed, 'errors')[0]?.error_code, 30795);
  for (const path of [`CustomerProfiles/${bundles.profile}`, `TrustProducts/${bundles.product}`]) {
    assert.equal((await post(sim, `${TRUSTHUB}/${path}`, { Status: 'draft' })).status, 200);
  }
  const Attributes = JSON.stringify({ ...BUSINESS, ...number });
  assert.equal((await post(sim, `${TRUSTHUB}/EndUsers/${business}`, { Attributes })).status, 200);
  await submitBundles(sim, { ...bundles, business });
  const update = await post(sim, `${BRANDS}/${brand}`);
  assert.deepEqual([update.status, update.body.status, update.body.errors], [202, 'PENDING', []]);
  await sim.control.advance(ALL_REVIEWS_MS);
  const mended = await get(sim, `${BRANDS}/${brand}`);
  assert.deepEqual([mended.body.status, mended.body.tcr_id], ['APPROVED', failed.body.tcr_id]);
  assert.equal((await post(sim, `${BRANDS}/${brand}`)).body.code, 21725);
});

test('the fourth update is refused with 21724', async (t) => {
  const sim = await simFor(t);
  const { brand } = await brandOf(sim, { business: { business_registration_number: '99-0030757' } });
  for (let round = 1; round <= 3; round += 1) {
    assert.equal((await post(sim, `${BRANDS}/${brand}`)).status, 202);
    await sim.control.advance(ALL_REVIEWS_MS);
    assert.equal(items(await get(sim, `${BRANDS}/${brand}`), 'errors')[0]?.error_code, 30757);
  }
  assert.equal((await post(sim, `${BRANDS}/${brand}`)).body.code, 21724);
});

test('tax ids decide: waiting, manual review, no registry id, advice while approved, suspension', async (t) => {
  const sim = await simFor(t);
  const states: Record<string, unknown[]> = {};
  for (const last of [2, 3, 4, 5, 6]) {
    const { brand } = await brandOf(sim, { business: { business_registration_number: `99-000000${last}` } });
    const { body } = await get(sim, `${BRANDS}/${brand}`);
    states[last] = [body.status, body.tcr_id === null, Array.isArray(body.errors) ? body.errors.length : 0];
  }
  assert.deepEqual(states, {
    2: ['PENDING', true, 0],
    3: ['APPROVED', false, 0],
    4: ['FAILED', true, 1],
    5: ['APPROVED', false, 1],
    6: ['SUSPENDED', false, 0],
  });
});

test('a sole proprietor is verified by the answer to the passcode, which can be sent again', async (t) => {
  const sim = await simFor(t);
  const answered = await soleProprietor(sim, '+15125550101');
  assert.equal((await get(sim, `${BRANDS}/${answered}`)).body.identity_status, 'VERIFIED');
  const second = await soleProprietor(sim, '+15005550002');
  const waiting = await get(sim, `${BRANDS}/${second}`);
  assert.deepEqual([waiting.body.status, waiting.body.identity_status], ['APPROVED', 'UNVERIFIED']);
  assert.equal((await post(sim, `${BRANDS}/${second}/SmsOtp`)).status, 201);
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal((await get(sim, `${BRANDS}/${second}`)).body.identity_status, 'VERIFIED');
  assert.equal((await post(sim, `${BRANDS}/${second}/SmsOtp`)).status, 400);
});

test('starter brands are refused, mock brands are gone after 30 days', async (t) => {
  const sim = await simFor(t);
  const { brand, profile, product } = await brandOf(sim, { brand: { Mock: 'true' } });
  const form = { CustomerProfileBundleSid: profile, A2PProfileBundleSid: product, BrandType: 'STARTER' };
  assert.equal((await post(sim, BRANDS, form)).body.code, 21726);
  const mock = await get(sim, `${BRANDS}/${brand}`);
  assert.deepEqual([mock.body.mock, mock.body.status], [true, 'APPROVED']);
  await sim.control.advance(30 * 24 * 60 * 60 * 1000);
  assert.equal((await get(sim, `${BRANDS}/${brand}`)).status, 404);
});
