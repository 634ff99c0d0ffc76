import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, API, call, items, simFor } from '../test-support.ts';
import {
  ALL_REVIEWS_MS,
  assign,
  BUSINESS,
  draftBundles,
  endUser,
  get,
  made,
  post,
  submitBundles,
  TRUSTHUB,
} from './a2p-support.ts';
import { POLICIES, POLICY } from './policies.ts';
import { primaryProfileSid } from './trusthub.ts';

const PROFILES = `${TRUSTHUB}/CustomerProfiles`;
const PRODUCTS = `${TRUSTHUB}/TrustProducts`;

test('a filled profile goes from draft over pending-review and in-review to approved', async (t) => {
  const sim = await simFor(t);
  const { profile, product } = await draftBundles(sim);
  assert.equal((await get(sim, `${PROFILES}/${profile}`)).body.status, 'draft');
  const submitted = await post(sim, `${PROFILES}/${profile}`, { Status: 'pending-review' });
  assert.equal(submitted.body.status, 'pending-review');
  await sim.control.advance(sim.state.delays.bundlePickUpMs);
  assert.equal((await get(sim, `${PROFILES}/${profile}`)).body.status, 'in-review');
  await sim.control.advance(sim.state.delays.bundleReviewMs);
  assert.equal((await get(sim, `${PROFILES}/${profile}`)).body.status, 'twilio-approved');
  assert.equal((await get(sim, `${PRODUCTS}/${product}`)).body.status, 'draft');
});

test('an evaluation names every missing part with its code, and compliant when nothing is missing', async (t) => {
  const sim = await simFor(t);
  const profile = await made(sim, PROFILES, {
    FriendlyName: 'empty',
    Email: 'a@example.com',
    PolicySid: POLICY.secondary,
  });
  const evaluate = () => post(sim, `${PROFILES}/${profile}/Evaluations`, { PolicySid: POLICY.secondary });
  const empty = await evaluate();
  assert.equal(empty.status, 201);
  assert.equal(empty.body.status, 'noncompliant');
  const codes = Object.fromEntries(
    items(empty, 'results').map((entry) => [entry.requirement_name, entry.error_code]),
  );
  assert.deepEqual(codes, {
    customer_profile_business_information: 22214,
    authorized_representative_1: 22214,
    customer_profile_address: 22216,
    primary_customer_profile: 22216,
  });
  const refused = await post(sim, `${PROFILES}/${profile}`, { Status: 'pending-review' });
  assert.equal(refused.status, 400);

  const business = await endUser(sim, 'customer_profile_business_information', {
    ...BUSINESS,
    business_name: '',
    business_industry: 'plumbing',
  });
  await assign(sim, `${PROFILES}/${profile}`, business);
  const document = await made(sim, `${TRUSTHUB}/SupportingDocuments`, {
    FriendlyName: 'address',
    Type: 'customer_profile_address',
    Attributes: JSON.stringify({ address_sids: `AD${'0'.repeat(32)}` }),
  });
  await assign(sim, `${PROFILES}/${profile}`, document);
  const results = items(await evaluate(), 'results');
  const about = (name: string) => results.find((entry) => entry.requirement_name === name);
  const invalid = about('customer_profile_business_information')?.invalid;
  assert.ok(Array.isArray(invalid));
  assert.deepEqual(invalid.map((entry) => [entry.object_field, entry.error_code]).sort(), [
    ['business_industry', 22215],
    ['business_name', 22215],
  ]);
  assert.equal(about('customer_profile_address')?.error_code, 22219);

  const full = await draftBundles(sim);
  const answer = await post(sim, `${PROFILES}/${full.profile}/Evaluations`, { PolicySid: POLICY.secondary });
  assert.equal(answer.body.status, 'compliant');
});

test('a public company must name exchange, ticker and contact', async (t) => {
  const sim = await simFor(t);
  const { product } = await draftBundles(sim, { messaging: { company_type: 'public' } });
  const answer = await post(sim, `${PRODUCTS}/${product}/Evaluations`, { PolicySid: POLICY.messaging });
  assert.equal(answer.body.status, 'noncompliant');
  const [result] = items(answer, 'results');
  assert.ok(result && Array.isArray(result.invalid));
  assert.equal(result.invalid.length, 3);
});

test('under review and after approval nothing can be changed until the bundle is a draft again', async (t) => {
  const sim = await simFor(t);
  const bundles = await draftBundles(sim);
  await submitBundles(sim, bundles);
  const edits = () =>
    Promise.all([
      post(sim, `${PROFILES}/${bundles.profile}`, { FriendlyName: 'other' }),
      post(sim, `${TRUSTHUB}/EndUsers/${bundles.business}`, { Attributes: '{}' }),
      post(sim, `${TRUSTHUB}/SupportingDocuments/${bundles.document}`, { FriendlyName: 'x' }),
      assign(sim, `${PROFILES}/${bundles.profile}`, bundles.business),
    ]);
  for (const answer of await edits()) assert.equal(answer.body.code, 60711);
  await sim.control.advance(sim.state.delays.bundlePickUpMs);
  const back = await post(sim, `${PROFILES}/${bundles.profile}`, { Status: 'draft' });
  assert.equal(back.body.code, 60711);
  await sim.control.advance(ALL_REVIEWS_MS);
  for (const answer of await edits()) assert.equal(answer.body.code, 60711);
  const draft = await post(sim, `${PROFILES}/${bundles.profile}`, { Status: 'draft' });
  assert.equal(draft.body.status, 'draft');
  const mixed = await post(sim, `${PROFILES}/${bundles.profile}`, {
    Status: 'pending-review',
    FriendlyName: 'other',
  });
  assert.equal(mixed.body.code, 22204);
  assert.equal((await post(sim, `${PROFILES}/${bundles.profile}`, { FriendlyName: 'other' })).status, 200);
});

test('attributes given replace all of the old ones', async (t) => {
  const sim = await simFor(t);
  const sid = await endUser(sim, 'customer_profile_business_information', BUSINESS);
  const answer = await post(sim, `${TRUSTHUB}/EndUsers/${sid}`, { Attributes: '{"business_name":"Other"}' });
  assert.deepEqual(answer.body.attributes, { business_name: 'Other' });
});

test('only objects of the account and of the right kind can be assigned, and each once', async (t) => {
  const sim = await simFor(t);
  const bundles = await draftBundles(sim);
  const profile = `${PROFILES}/${bundles.profile}`;
  assert.equal((await assign(sim, profile, `IT${'9'.repeat(32)}`)).body.code, 22205);
  const other = await made(sim, PROFILES, {
    FriendlyName: 'other',
    Email: 'a@example.com',
    PolicySid: POLICY.secondary,
  });
  assert.equal((await assign(sim, profile, other)).body.code, 22206);
  const primary = primaryProfileSid(ACCOUNT.sid);
  assert.equal((await assign(sim, `${PRODUCTS}/${bundles.product}`, primary)).body.code, 22206);
  assert.equal((await assign(sim, profile, bundles.business)).status, 409);
  const assigned = items(await get(sim, `${profile}/EntityAssignments`), 'results');
  assert.equal(assigned.length, 4);
  const documents = items(
    await get(sim, `${profile}/EntityAssignments?ObjectType=customer_profile_address`),
    'results',
  );
  assert.deepEqual(
    documents.map((entry) => entry.object_sid),
    [bundles.document],
  );
  const busy = await call(sim, 'DELETE', `${TRUSTHUB}/EndUsers/${bundles.business}`);
  assert.equal(busy.body.code, 21644);
});

test('a tax id of the form 99-00186CC rejects the profile with that code, and its trust product with it', async (t) => {
  const sim = await simFor(t);
  const bundles = await draftBundles(sim, { business: { business_registration_number: '99-0018602' } });
  await submitBundles(sim, bundles);
  await sim.control.advance(ALL_REVIEWS_MS);
  const profile = await get(sim, `${PROFILES}/${bundles.profile}`);
  assert.equal(profile.body.status, 'twilio-rejected');
  assert.deepEqual(profile.body.errors, [{ code: 18602 }]);
  assert.equal((await get(sim, `${PRODUCTS}/${bundles.product}`)).body.status, 'twilio-rejected');

  const mended = await post(sim, `${TRUSTHUB}/EndUsers/${bundles.business}`, {
    Attributes: JSON.stringify(BUSINESS),
  });
  assert.equal(mended.status, 200);
  await submitBundles(sim, bundles);
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal((await get(sim, `${PROFILES}/${bundles.profile}`)).body.status, 'twilio-approved');
  assert.equal((await get(sim, `${PRODUCTS}/${bundles.product}`)).body.status, 'twilio-approved');
});

test('an address that an approved document names cannot be changed', async (t) => {
  const sim = await simFor(t);
  const bundles = await draftBundles(sim);
  const path = `${API}/Addresses/${bundles.address}.json`;
  assert.equal((await post(sim, path, { Street: '2 Main Street' })).status, 200);
  await submitBundles(sim, bundles);
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal((await post(sim, path, { Street: '3 Main Street' })).body.code, 21630);
});

test('profiles are found by the exact name and policy; names need not be unique', async (t) => {
  const sim = await simFor(t);
  const form = { FriendlyName: 'brand_1/profile', Email: 'a@example.com', PolicySid: POLICY.secondary };
  const first = await made(sim, PROFILES, form);
  const second = await made(sim, PROFILES, form);
  await made(sim, PROFILES, { ...form, FriendlyName: 'brand_1/profile/2' });
  const query = new URLSearchParams({ FriendlyName: 'brand_1/profile', PolicySid: POLICY.secondary });
  const found = items(await get(sim, `${PROFILES}?${query}`), 'results');
  assert.deepEqual(
    found.map((entry) => entry.sid),
    [second, first],
  );
});

test('every account has an approved primary profile, and every policy can be read', async (t) => {
  const sim = await simFor(t);
  const primary = await get(sim, `${PROFILES}/${primaryProfileSid(ACCOUNT.sid)}`);
  assert.equal(primary.body.status, 'twilio-approved');
  assert.equal(primary.body.policy_sid, POLICY.primary);
  for (const policy of POLICIES) {
    const answer = await get(sim, `${TRUSTHUB}/Policies/${policy.sid}`);
    assert.equal(answer.body.friendly_name, policy.friendlyName);
  }
  assert.equal((await get(sim, `${TRUSTHUB}/Policies/RN${'0'.repeat(32)}`)).status, 404);
});

test('a verdict by hand is final: the review under way no longer changes it', async (t) => {
  const sim = await simFor(t);
  const bundles = await draftBundles(sim);
  await submitBundles(sim, bundles);
  await sim.control.call('bundles', bundles.profile, {
    status: 'twilio-rejected',
    errors: [{ code: 18604 }],
  });
  await sim.control.advance(ALL_REVIEWS_MS);
  const profile = await get(sim, `${PROFILES}/${bundles.profile}`);
  assert.deepEqual([profile.body.status, profile.body.errors], ['twilio-rejected', [{ code: 18604 }]]);
});

test('what was made a moment ago is not found yet, which is 404 and no wrong sid', async (t) => {
  const sim = await simFor(t, { consistencyMs: 1000 });
  const profile = await made(sim, PROFILES, {
    FriendlyName: 'brand_1/profile',
    Email: 'a@example.com',
    PolicySid: POLICY.secondary,
  });
  assert.equal((await get(sim, `${PROFILES}/${profile}`)).body.code, 20404);
  await sim.control.advance(1000);
  const business = await endUser(sim, 'customer_profile_business_information', BUSINESS);
  assert.equal((await assign(sim, `${PROFILES}/${profile}`, business)).body.code, 20404);
  await sim.control.advance(1000);
  assert.equal((await assign(sim, `${PROFILES}/${profile}`, business)).status, 201);
});
