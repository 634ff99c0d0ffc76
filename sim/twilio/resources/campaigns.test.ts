import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, items, simFor } from '../test-support.ts';
import {
  ALL_REVIEWS_MS,
  brandOf,
  campaignForm,
  campaignPath,
  draftBundles,
  get,
  MESSAGING,
  made,
  post,
  service,
} from './a2p-support.ts';
import { CAMPAIGN_SID } from './campaigns.ts';

test('a campaign goes from PENDING over IN_PROGRESS to VERIFIED, and its service shows it', async (t) => {
  const sim = await simFor(t);
  const { brand } = await brandOf(sim);
  const sid = await service(sim);
  const path = campaignPath(sid);
  assert.equal((await get(sim, `${path}/${CAMPAIGN_SID}`)).status, 404);
  const created = await post(sim, path, campaignForm(brand));
  assert.equal(created.status, 201, JSON.stringify(created.body));
  assert.deepEqual(
    [created.body.sid, created.body.campaign_status, created.body.campaign_id],
    [CAMPAIGN_SID, 'PENDING', null],
  );
  await sim.control.advance(sim.state.delays.campaignPickUpMs);
  const seen = await get(sim, `${path}/${CAMPAIGN_SID}`);
  assert.equal(seen.body.campaign_status, 'IN_PROGRESS');
  assert.match(String(seen.body.campaign_id), /^C[0-9A-F]{6}$/);
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal((await get(sim, `${path}/${CAMPAIGN_SID}`)).body.campaign_status, 'VERIFIED');
  const own = await get(sim, `${MESSAGING}/Services/${sid}`);
  assert.equal(own.body.us_app_to_person_registered, true);
  assert.equal(items(await get(sim, path), 'compliance').length, 1);
});

test('a missing parameter is 21727, a wrong length 21728, an unknown use case 21720', async (t) => {
  const sim = await simFor(t);
  const { brand } = await brandOf(sim);
  const path = campaignPath(await service(sim));
  const codes = async (over: Readonly<Record<string, string>>) =>
    (await post(sim, path, campaignForm(brand, over))).body.code;
  assert.equal(await codes({ MessageFlow: '' }), 21727);
  assert.equal(await codes({ Description: 'short' }), 21728);
  assert.equal(await codes({ MessageFlow: 'x'.repeat(2049) }), 21728);
  assert.equal(await codes({ HelpMessage: 'HELP' }), 21728);
  assert.equal(await codes({ UsAppToPersonUsecase: 'CHATTING' }), 21720);
  const one = campaignForm(brand);
  one.delete('MessageSamples');
  one.append('MessageSamples', 'Rosa Plumbing: only one sample is not enough.');
  assert.equal((await post(sim, path, one)).body.code, 21728);
});

test('a brand that is not approved, suspended or not fit for the use case has no campaign', async (t) => {
  const sim = await simFor(t);
  const waiting = await brandOf(sim, { business: { business_registration_number: '99-0000002' } });
  const suspended = await brandOf(sim, { business: { business_registration_number: '99-0000006' } });
  const approved = await brandOf(sim);
  const path = campaignPath(await service(sim));
  assert.equal((await post(sim, path, campaignForm(waiting.brand))).body.code, 21717);
  assert.equal((await post(sim, path, campaignForm(suspended.brand))).body.code, 21731);
  const sole = campaignForm(approved.brand, { UsAppToPersonUsecase: 'SOLE_PROPRIETOR' });
  assert.equal((await post(sim, path, sole)).body.code, 21717);
  assert.equal((await post(sim, path, campaignForm(`BN${'0'.repeat(32)}`))).body.code, 21717);
});

test('use cases depend on the brand', async (t) => {
  const sim = await simFor(t);
  const codes = async (brand: string) => {
    const path = campaignPath(await service(sim));
    const answer = await get(sim, `${path}/Usecases?BrandRegistrationSid=${brand}`);
    return items(answer, 'us_app_to_person_usecases').map((entry) => entry.code);
  };
  const company = await codes((await brandOf(sim)).brand);
  assert.ok(company.includes('LOW_VOLUME') && !company.includes('CHARITY'));
  const charity = await brandOf(sim, { messaging: { company_type: 'non_profit' } });
  assert.ok((await codes(charity.brand)).includes('CHARITY'));
});

test('a service has one campaign; it can be deleted and made anew after the set wait', async (t) => {
  const sim = await simFor(t);
  await sim.control.call('settings', undefined, { campaignDeleteMs: 5000 });
  const { brand } = await brandOf(sim);
  const path = campaignPath(await service(sim));
  assert.equal((await post(sim, path, campaignForm(brand))).status, 201);
  assert.equal((await post(sim, path, campaignForm(brand))).body.code, 21732);
  assert.equal((await call(sim, 'DELETE', `${path}/${CAMPAIGN_SID}`)).status, 204);
  assert.equal((await post(sim, path, campaignForm(brand))).body.code, 21732);
  await sim.control.advance(5000);
  assert.equal((await post(sim, path, campaignForm(brand))).status, 201);
});

test('words in the texts decide: a code, several codes, waiting, suspension', async (t) => {
  const sim = await simFor(t);
  const { brand } = await brandOf(sim);
  const states = [];
  for (const word of ['sim:reject', 'sim:reject:30909 sim:reject:30886', 'sim:stuck', 'sim:suspend']) {
    const path = campaignPath(await service(sim));
    const MessageFlow = `Customers tick a box on https://rosa-plumbing.example/contact. ${word}`;
    assert.equal((await post(sim, path, campaignForm(brand, { MessageFlow }))).status, 201);
    await sim.control.advance(ALL_REVIEWS_MS);
    const answer = await get(sim, `${path}/${CAMPAIGN_SID}`);
    states.push([answer.body.campaign_status, items(answer, 'errors').map((error) => error.error_code)]);
  }
  assert.deepEqual(states, [
    ['FAILED', [30896]],
    ['FAILED', [30909, 30886]],
    ['IN_PROGRESS', []],
    ['SUSPENDED', []],
  ]);
});

test('samples with short links or an unflagged phone number, and no privacy policy, are found in review', async (t) => {
  const sim = await simFor(t);
  const { brand } = await brandOf(sim);
  const path = campaignPath(await service(sim));
  const form = campaignForm(brand, {
    PrivacyPolicyUrl: '',
    MessageFlow: 'Customers tick a box on our contact page and read the terms there first.',
  });
  form.append('MessageSamples', 'Rosa Plumbing: see bit.ly/rosa or call (512) 555-0100.');
  assert.equal((await post(sim, path, form)).status, 201);
  await sim.control.advance(ALL_REVIEWS_MS);
  const errors = items(await get(sim, `${path}/${CAMPAIGN_SID}`), 'errors');
  assert.deepEqual(errors.map((error) => error.error_code).sort(), [30889, 30892, 30908]);
});

test('an edit wants every field, reviews a rejected campaign anew, and keeps brand and use case', async (t) => {
  const sim = await simFor(t);
  const { brand } = await brandOf(sim);
  const path = campaignPath(await service(sim));
  const own = `${path}/${CAMPAIGN_SID}`;
  const bad = 'Customers tick a box on https://rosa-plumbing.example/contact. sim:reject';
  await post(sim, path, campaignForm(brand, { MessageFlow: bad }));
  const early = await post(sim, own, campaignForm(brand));
  assert.equal(early.status, 409);
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal((await post(sim, own, campaignForm(brand, { AgeGated: '' }))).body.code, 21727);
  const edited = await post(sim, own, campaignForm(brand, { UsAppToPersonUsecase: 'MARKETING' }));
  assert.deepEqual(
    [edited.status, edited.body.campaign_status, edited.body.errors, edited.body.us_app_to_person_usecase],
    [200, 'PENDING', [], 'LOW_VOLUME'],
  );
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal((await get(sim, own)).body.campaign_status, 'VERIFIED');
  await sim.control.call('settings', undefined, { campaignEdit: false });
  assert.equal((await post(sim, own, campaignForm(brand))).status, 403);
});

test('a fresh service can be made to refuse campaigns for a while', async (t) => {
  const sim = await simFor(t);
  await sim.control.call('settings', undefined, { serviceReadyMs: 1000 });
  const { brand } = await brandOf(sim);
  const path = campaignPath(await service(sim));
  assert.equal((await post(sim, path, campaignForm(brand))).status, 422);
  await sim.control.advance(1000);
  assert.equal((await post(sim, path, campaignForm(brand))).status, 201);
});

test('a service of another purpose refuses the campaign with 21719', async (t) => {
  const sim = await simFor(t);
  const { brand } = await brandOf(sim);
  const sid = await made(sim, `${MESSAGING}/Services`, { FriendlyName: 'codes', Usecase: 'verification' });
  assert.equal((await post(sim, campaignPath(sid), campaignForm(brand))).body.code, 21719);
  const wrong = await post(sim, `${MESSAGING}/Services`, { FriendlyName: 'x', Usecase: 'chatting' });
  assert.equal(wrong.body.code, 21713);
});

test('objects of one account are nothing to another', async (t) => {
  const other = { sid: `AC${'2'.repeat(32)}`, token: 'second' };
  const first = { sid: `AC00000000000000000000000000000001`, token: '00000000000000000000000000000001' };
  const sim = await simFor(t, { accounts: [first, other] });
  const bundles = await draftBundles(sim);
  const path = `/trusthub/v1/CustomerProfiles/${bundles.profile}`;
  const asOther = { user: other.sid, password: other.token };
  assert.equal((await call(sim, 'GET', path, asOther)).status, 404);
  const assigned = await call(sim, 'POST', `/trusthub/v1/CustomerProfiles/${`BU${'2'.repeat(32)}`}`, {
    ...asOther,
    form: { FriendlyName: 'x' },
  });
  assert.equal(assigned.body.code, 60711);
});
