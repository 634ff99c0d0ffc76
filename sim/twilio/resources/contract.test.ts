import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { createRouter, type SimRoute } from '../route.ts';
import type { TwilioSim } from '../sim.ts';
import { ACCOUNT, call, items, simFor } from '../test-support.ts';
import {
  ALL_REVIEWS_MS,
  brandOf,
  campaignForm,
  campaignPath,
  EVENTS,
  get,
  MESSAGING,
  made,
  post,
  service,
  soleProprietor,
  TRUSTHUB,
} from './a2p-support.ts';
import { CAMPAIGN_SID } from './campaigns.ts';
import { a2pRoutes } from './index.ts';
import { POLICY } from './policies.ts';

/** Twilio's OpenAPI files; they are not part of the repository. */
const FILES = new URL('../../../../shared/twilio/', import.meta.url).pathname;

async function filesAreThere(t: TestContext): Promise<boolean> {
  try {
    await access(`${FILES}twilio-trusthub-a2p.subset.json`);
    return true;
  } catch {
    t.skip('no OpenAPI files of Twilio beside the repository');
    return false;
  }
}

async function remove(sim: TwilioSim, path: string): Promise<void> {
  assert.equal((await call(sim, 'DELETE', path)).status, 204, path);
}

/** Calls every operation on bundles at least once, with success. */
async function walkTrusthub(sim: TwilioSim, sids: { profile: string; product: string }): Promise<void> {
  await get(sim, `${TRUSTHUB}/Policies`);
  await get(sim, `${TRUSTHUB}/Policies/${POLICY.secondary}`);
  for (const [path, sid, policy] of [
    ['CustomerProfiles', sids.profile, POLICY.secondary],
    ['TrustProducts', sids.product, POLICY.messaging],
  ]) {
    const list = `${TRUSTHUB}/${path}`;
    const own = `${list}/${sid}`;
    await get(sim, `${list}?PolicySid=${policy}&PageSize=1`);
    await get(sim, own);
    const evaluation = await made(sim, `${own}/Evaluations`, { PolicySid: policy ?? '' });
    await get(sim, `${own}/Evaluations`);
    await get(sim, `${own}/Evaluations/${evaluation}`);
    const [assignment] = items(await get(sim, `${own}/EntityAssignments`), 'results');
    await get(sim, `${own}/EntityAssignments/${assignment?.sid}`);
    await post(sim, own, { Status: 'draft' });
    await remove(sim, `${own}/EntityAssignments/${assignment?.sid}`);
    await remove(sim, own);
  }
  for (const [path, type] of [
    ['EndUsers', 'authorized_representative_1'],
    ['SupportingDocuments', 'customer_profile_address'],
  ]) {
    const sid = await made(sim, `${TRUSTHUB}/${path}`, {
      FriendlyName: 'x',
      Type: type ?? '',
      Attributes: '{}',
    });
    await get(sim, `${TRUSTHUB}/${path}`);
    await get(sim, `${TRUSTHUB}/${path}/${sid}`);
    await post(sim, `${TRUSTHUB}/${path}/${sid}`, { Attributes: '{"email":"a@example.com"}' });
    await remove(sim, `${TRUSTHUB}/${path}/${sid}`);
  }
}

async function walkEvents(sim: TwilioSim): Promise<void> {
  const destination = 'http://127.0.0.1:1/';
  const sink = await made(sim, `${EVENTS}/Sinks`, {
    Description: 'a2p',
    SinkType: 'webhook',
    SinkConfiguration: JSON.stringify({ destination, method: 'POST', batch_events: false }),
  });
  await sim.control.advance(ALL_REVIEWS_MS);
  await get(sim, `${EVENTS}/Sinks`);
  await get(sim, `${EVENTS}/Sinks/${sink}`);
  await post(sim, `${EVENTS}/Sinks/${sink}`, { Description: 'other' });
  await post(sim, `${EVENTS}/Sinks/${sink}/Test`);
  const [record] = sim.control.objects('sinks');
  assert.ok(record && 'testId' in record);
  await post(sim, `${EVENTS}/Sinks/${sink}/Validate`, { TestId: String(record.testId) });
  const type = 'com.twilio.messaging.compliance.number-registration.successful';
  const subscription = await made(sim, `${EVENTS}/Subscriptions`, {
    Description: 'a2p',
    SinkSid: sink,
    Types: JSON.stringify({ type, schema_version: 1 }),
  });
  const own = `${EVENTS}/Subscriptions/${subscription}`;
  await get(sim, `${EVENTS}/Subscriptions?SinkSid=${sink}`);
  await get(sim, own);
  await post(sim, own, { Description: 'other' });
  await get(sim, `${own}/SubscribedEvents`);
  await post(sim, `${own}/SubscribedEvents`, { Type: type, SchemaVersion: '1' });
  await remove(sim, own);
  await remove(sim, `${EVENTS}/Sinks/${sink}`);
}

async function walkMessaging(sim: TwilioSim): Promise<void> {
  const taken = await brandOf(sim, { business: { business_registration_number: '99-0030757' } });
  const brands = `${MESSAGING}/a2p/BrandRegistrations`;
  await get(sim, `${brands}/${taken.brand}`);
  await get(sim, brands);
  await post(sim, `${brands}/${taken.brand}`);
  await sim.control.call('brands', taken.brand, { status: 'APPROVED' });
  const sid = await service(sim);
  await get(sim, `${MESSAGING}/Services`);
  await get(sim, `${MESSAGING}/Services/${sid}`);
  await post(sim, `${MESSAGING}/Services/${sid}`, { FriendlyName: 'other', StickySender: 'false' });
  const path = campaignPath(sid);
  await get(sim, `${path}/Usecases?BrandRegistrationSid=${taken.brand}`);
  assert.equal((await post(sim, path, campaignForm(taken.brand))).status, 201);
  await sim.control.call('campaigns', sid, { status: 'FAILED', errors: [30896] });
  await get(sim, path);
  await get(sim, `${path}/${CAMPAIGN_SID}`);
  const edit = campaignForm(taken.brand);
  for (const name of ['BrandRegistrationSid', 'UsAppToPersonUsecase']) edit.delete(name);
  assert.equal((await post(sim, `${path}/${CAMPAIGN_SID}`, edit)).status, 200);
  const number = await made(sim, `/2010-04-01/Accounts/${ACCOUNT.sid}/IncomingPhoneNumbers.json`, {
    PhoneNumber: '+12125550100',
  });
  await made(sim, `${MESSAGING}/Services/${sid}/PhoneNumbers`, { PhoneNumberSid: number });
  await get(sim, `${MESSAGING}/Services/${sid}/PhoneNumbers`);
  await get(sim, `${MESSAGING}/Services/${sid}/PhoneNumbers/${number}`);
  await remove(sim, `${MESSAGING}/Services/${sid}/PhoneNumbers/${number}`);
  await remove(sim, `${path}/${CAMPAIGN_SID}`);
  await remove(sim, `${MESSAGING}/Services/${sid}`);
  await walkTrusthub(sim, taken);
  const waiting = await soleProprietor(sim, '+15005550001');
  assert.equal((await post(sim, `${brands}/${waiting}/SmsOtp`)).status, 201);
}

test("every operation answers as Twilio's OpenAPI files say, and takes what they say", async (t) => {
  if (!(await filesAreThere(t))) return;
  const sim = await simFor(t, { openApiDir: FILES });
  await walkMessaging(sim);
  await walkEvents(sim);
  const requests = sim.control.requests();
  const faults = requests.flatMap((one) => one.answerFault ?? one.contract ?? []);
  assert.deepEqual(faults, []);
  const route = createRouter(a2pRoutes);
  const called = new Set<SimRoute>();
  for (const { path, method, status } of requests) {
    const product = (['trusthub', 'messaging', 'events'] as const).find((one) => path.startsWith(`/${one}/`));
    if (product === undefined || status === undefined || status >= 300) continue;
    const found = route(product, method, path.slice(product.length + 1));
    if (typeof found === 'object') called.add(found.route);
  }
  const left = a2pRoutes.filter((one) => !called.has(one)).map((one) => `${one.method} ${one.path}`);
  assert.deepEqual(left, []);
});

test('the two URLs of a campaign are shown to callers that ask for version v1.2 only', async (t) => {
  const sim = await simFor(t);
  const { brand } = await brandOf(sim);
  const path = campaignPath(await service(sim));
  await post(sim, path, campaignForm(brand));
  const shown = async (version?: string) => {
    const credentials = Buffer.from(`${ACCOUNT.sid}:${ACCOUNT.token}`).toString('base64');
    const headers = new Headers({ authorization: `Basic ${credentials}` });
    if (version !== undefined) headers.set('X-Twilio-Api-Version', version);
    const answer = await fetch(`${sim.url}${path}/${CAMPAIGN_SID}`, {
      headers,
      signal: AbortSignal.timeout(5000),
    });
    return 'privacy_policy_url' in Object(await answer.json());
  };
  assert.deepEqual([await shown(), await shown('v1.2')], [false, true]);
});
