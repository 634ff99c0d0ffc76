import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TwilioSim } from '../sim.ts';
import { ACCOUNT, API, call, items, simFor } from '../test-support.ts';
import {
  ALL_REVIEWS_MS,
  brandOf,
  campaignForm,
  campaignPath,
  get,
  MESSAGING,
  made,
  post,
  service,
  soleProprietor,
} from './a2p-support.ts';
import { CAMPAIGN_SID } from './campaigns.ts';
import { registrations } from './number-registration.ts';

async function own(sim: TwilioSim, phoneNumber: string): Promise<string> {
  const { body } = await sim.control.call('own', undefined, { phoneNumber });
  assert.ok(typeof body === 'object' && body !== null && 'sid' in body && typeof body.sid === 'string');
  return body.sid;
}

async function approvedService(sim: TwilioSim): Promise<string> {
  const { brand } = await brandOf(sim);
  const sid = await service(sim);
  assert.equal((await post(sim, campaignPath(sid), campaignForm(brand))).status, 201);
  await sim.control.advance(ALL_REVIEWS_MS);
  return sid;
}

const pool = (sid: string) => `${MESSAGING}/Services/${sid}/PhoneNumbers`;

function stateOf(sim: TwilioSim, sid: string): string | undefined {
  return registrations.of(sim.state).get(sid)?.status;
}

test('a number is in one service only, and each refusal has its code', async (t) => {
  const sim = await simFor(t);
  const number = await own(sim, '+12125550100');
  const [first, second] = [await service(sim), await service(sim)];
  assert.equal((await get(sim, `${pool(first)}/${number}`)).status, 404);
  const attached = await post(sim, pool(first), { PhoneNumberSid: number });
  assert.deepEqual(
    [attached.status, attached.body.sid, attached.body.phone_number],
    [201, number, '+12125550100'],
  );
  const again = await post(sim, pool(first), { PhoneNumberSid: number });
  assert.deepEqual([again.status, again.body.code], [409, 21710]);
  const elsewhere = await post(sim, pool(second), { PhoneNumberSid: number });
  assert.deepEqual([elsewhere.status, elsewhere.body.code], [409, 21712]);
  const unknown = await post(sim, pool(first), { PhoneNumberSid: `PN${'0'.repeat(32)}` });
  assert.equal(unknown.body.code, 21421);
  assert.equal((await call(sim, 'DELETE', `${pool(second)}/${number}`)).status, 404);
  assert.equal((await call(sim, 'DELETE', `${pool(first)}/${number}`)).status, 204);
  assert.equal((await post(sim, pool(second), { PhoneNumberSid: number })).status, 201);
  assert.equal(items(await get(sim, pool(first)), 'phone_numbers').length, 0);
});

test('a full service is 412/21714, a number without messages 21715', async (t) => {
  const sim = await simFor(t);
  await sim.control.call('settings', undefined, { poolLimit: 1 });
  const sid = await service(sim);
  // Numbers that end in 9 carry voice alone.
  const mute = await made(sim, `${API}/IncomingPhoneNumbers.json`, { PhoneNumber: '+12125550109' });
  assert.equal((await post(sim, pool(sid), { PhoneNumberSid: mute })).body.code, 21715);
  const first = await own(sim, '+12125550101');
  assert.equal((await post(sim, pool(sid), { PhoneNumberSid: first })).status, 201);
  const full = await post(sim, pool(sid), { PhoneNumberSid: await own(sim, '+12125550102') });
  assert.deepEqual([full.status, full.body.code], [412, 21714]);
});

test('a number registers once its campaign is approved, whichever came first', async (t) => {
  const sim = await simFor(t);
  const { brand } = await brandOf(sim);
  const sid = await service(sim);
  const early = await own(sim, '+12125550101');
  await post(sim, pool(sid), { PhoneNumberSid: early });
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal(stateOf(sim, early), undefined);
  await post(sim, campaignPath(sid), campaignForm(brand));
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal(stateOf(sim, early), 'REGISTERED');
  const late = await own(sim, '+12125550102');
  await post(sim, pool(sid), { PhoneNumberSid: late });
  assert.equal(stateOf(sim, late), 'PENDING_REGISTRATION');
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal(stateOf(sim, late), 'REGISTERED');
});

test('leaving the service, losing the campaign or being released takes a number off again', async (t) => {
  const sim = await simFor(t);
  const sid = await approvedService(sim);
  const numbers = [];
  for (const last of [1, 2, 3]) {
    const number = await own(sim, `+1212555010${last}`);
    await post(sim, pool(sid), { PhoneNumberSid: number });
    numbers.push(number);
  }
  await sim.control.advance(ALL_REVIEWS_MS);
  const [detached = '', released = '', left = ''] = numbers;
  assert.equal((await call(sim, 'DELETE', `${pool(sid)}/${detached}`)).status, 204);
  assert.equal((await call(sim, 'DELETE', `${API}/IncomingPhoneNumbers/${released}.json`)).status, 204);
  assert.equal(stateOf(sim, detached), 'PENDING_DEREGISTRATION');
  assert.equal((await get(sim, `${pool(sid)}/${released}`)).status, 404);
  assert.equal(stateOf(sim, left), 'REGISTERED');
  assert.equal((await call(sim, 'DELETE', `${campaignPath(sid)}/${CAMPAIGN_SID}`)).status, 204);
  await sim.control.advance(ALL_REVIEWS_MS);
  for (const number of numbers) assert.equal(stateOf(sim, number), 'UNREGISTERED');
});

test('a number that moves is taken off and then registers with the other campaign', async (t) => {
  const sim = await simFor(t);
  const [from, to] = [await approvedService(sim), await approvedService(sim)];
  const number = await own(sim, '+12125550101');
  await post(sim, pool(from), { PhoneNumberSid: number });
  await sim.control.advance(ALL_REVIEWS_MS);
  await call(sim, 'DELETE', `${pool(from)}/${number}`);
  await post(sim, pool(to), { PhoneNumberSid: number });
  await sim.control.advance(ALL_REVIEWS_MS);
  const record = registrations.of(sim.state).get(number);
  assert.deepEqual([record?.status, record?.serviceSid], ['REGISTERED', to]);
});

test('magic numbers stay pending or fail, and a verdict by hand overrules', async (t) => {
  const sim = await simFor(t);
  const sid = await approvedService(sim);
  const waits = await own(sim, '+15005550002');
  const fails = await own(sim, '+15005550003');
  for (const number of [waits, fails]) await post(sim, pool(sid), { PhoneNumberSid: number });
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal(stateOf(sim, waits), 'PENDING_REGISTRATION');
  assert.equal(registrations.of(sim.state).get(fails)?.failureCode, 30126);
  await sim.control.call('numbers', waits, { status: 'REGISTERED' });
  assert.equal(stateOf(sim, waits), 'REGISTERED');
  assert.equal(registrations.of(sim.state).get(waits)?.account, ACCOUNT.sid);
});

test('the campaign of a sole proprietor registers one number, the next fails with 30125', async (t) => {
  const sim = await simFor(t);
  const brand = await soleProprietor(sim, '+15125550101');
  const sid = await service(sim);
  const form = campaignForm(brand, { UsAppToPersonUsecase: 'SOLE_PROPRIETOR' });
  assert.equal((await post(sim, campaignPath(sid), form)).status, 201);
  const second = await post(sim, campaignPath(await service(sim)), form);
  assert.equal(second.body.code, 21717);
  for (const last of [1, 2]) {
    const number = await own(sim, `+1212555010${last}`);
    await post(sim, pool(sid), { PhoneNumberSid: number });
    await sim.control.advance(ALL_REVIEWS_MS);
    const record = registrations.of(sim.state).get(number);
    const expected = last === 1 ? ['REGISTERED', null] : ['FAILURE', 30125];
    assert.deepEqual([record?.status, record?.failureCode], expected);
  }
});
