import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API, buy, call, items, simFor } from '../test-support.ts';

type Sim = Awaited<ReturnType<typeof simFor>>;
const search = async (sim: Sim, query: string) =>
  items(
    await call(sim, 'GET', `${API}/AvailablePhoneNumbers/US/Local.json?${query}`),
    'available_phone_numbers',
  );
const numberPath = (sid: unknown) => `${API}/IncomingPhoneNumbers/${String(sid)}.json`;

test('a search filters by area code, pattern and capability and hides what is owned', async (t) => {
  const sim = await simFor(t);
  const all = await search(sim, 'AreaCode=415&PageSize=1000');
  assert.equal(all.length, 100);
  assert.equal((await search(sim, 'AreaCode=415')).length, 50);
  const texting = await search(sim, 'AreaCode=415&SmsEnabled=true&PageSize=1000');
  assert.equal(texting.length, 90);
  assert.equal((await search(sim, 'AreaCode=415&Contains=55501*3')).length, 10);
  assert.equal((await search(sim, 'Contains=%2B1415&PageSize=1000')).length, 100);
  assert.equal((await search(sim, 'AreaCode=415&Contains=0142$')).length, 1);
  assert.equal((await search(sim, 'InRegion=tx&InLocality=austin&PageSize=1000')).length, 100);
  assert.equal((await search(sim, 'AreaCode=999')).length, 0);
  await buy(sim, { PhoneNumber: '+14155550100' });
  assert.equal((await search(sim, 'AreaCode=415&PageSize=1000')).length, 99);
});

test('a bad pattern, area code or kind of number is refused', async (t) => {
  const sim = await simFor(t);
  const path = `${API}/AvailablePhoneNumbers/US`;
  assert.equal((await call(sim, 'GET', `${path}/Local.json?Contains=5`)).status, 400);
  assert.equal((await call(sim, 'GET', `${path}/Local.json?AreaCode=15`)).body.code, 21451);
  assert.equal((await call(sim, 'GET', `${path}/Mobile.json`)).status, 404);
});

test('a purchase is 201; the same purchase again is 201 and the same number, changed', async (t) => {
  const sim = await simFor(t);
  const first = await buy(sim, { PhoneNumber: '+15125550100', SmsUrl: 'https://a.example.com/sms' });
  assert.deepEqual([first.status, first.body.sms_url], [201, 'https://a.example.com/sms']);
  const again = await buy(sim, { PhoneNumber: '+15125550100', FriendlyName: 'tag' });
  assert.equal(again.status, 201);
  assert.equal(again.body.sid, first.body.sid);
  assert.deepEqual([again.body.friendly_name, again.body.sms_url], ['tag', 'https://a.example.com/sms']);
  assert.equal(sim.control.objects('numbers').length, 1);
});

test('a purchase by area code twice is two numbers', async (t) => {
  const sim = await simFor(t);
  const [one, two] = [await buy(sim, { AreaCode: '512' }), await buy(sim, { AreaCode: '512' })];
  assert.notEqual(one.body.phone_number, two.body.phone_number);
});

test('every refused purchase has its code and buys nothing', async (t) => {
  const sim = await simFor(t);
  await call(sim, 'POST', '/_sim/sold', { json: { phoneNumber: '+14155550142' } });
  for (const [form, code] of [
    [{ PhoneNumber: '+15005550000' }, 21422],
    [{ PhoneNumber: '+14155550142' }, 21422],
    [{ PhoneNumber: '+14156660100' }, 21422],
    [{ PhoneNumber: '+15005550001' }, 21421],
    [{ PhoneNumber: '4155550100' }, 21421],
    [{ AreaCode: '533' }, 21452],
    [{ AreaCode: '12' }, 21451],
    [{}, 20001],
    [{ AreaCode: '415', PhoneNumber: '+14155550100' }, 20001],
    [{ PhoneNumber: '+14155550107' }, 21631],
    [{ PhoneNumber: '+14155550100', SmsUrl: 'nowhere' }, 21502],
    [{ PhoneNumber: '+14155550100', VoiceUrl: 'ftp://x' }, 21402],
    [{ PhoneNumber: '+14155550100', SmsFallbackUrl: 'https://a.example.com' }, 21406],
    [{ PhoneNumber: '+14155550100', SmsMethod: 'PUT' }, 21503],
    [{ PhoneNumber: '+14155550100', SmsApplicationSid: `AP${'0'.repeat(32)}` }, 21420],
  ] as const) {
    const answer = await buy(sim, form);
    assert.deepEqual([answer.status, answer.body.code], [400, code], JSON.stringify(form));
  }
  const list = await call(sim, 'GET', `${API}/IncomingPhoneNumbers.json`);
  assert.equal(items(list, 'incoming_phone_numbers').length, 0);
});

test('the Local list takes a number and refuses an area code', async (t) => {
  const sim = await simFor(t);
  const path = `${API}/IncomingPhoneNumbers/Local.json`;
  assert.equal((await call(sim, 'POST', path, { form: { AreaCode: '415' } })).body.code, 21457);
  assert.equal((await call(sim, 'POST', path, { form: { PhoneNumber: '+14155550100' } })).status, 201);
});

test('a change leaves what is absent, clears what is empty, and bindings exclude each other', async (t) => {
  const sim = await simFor(t);
  const app = await call(sim, 'POST', `${API}/Applications.json`, { form: { FriendlyName: 'app' } });
  const { body } = await buy(sim, {
    AreaCode: '415',
    SmsUrl: 'https://a.example.com',
    TrunkSid: `TK${'1'.repeat(32)}`,
  });
  const path = numberPath(body.sid);
  const voice = await call(sim, 'POST', path, { form: { VoiceApplicationSid: String(app.body.sid) } });
  assert.deepEqual(
    [voice.status, voice.body.trunk_sid, voice.body.sms_url],
    [200, null, 'https://a.example.com'],
  );
  const cleared = await call(sim, 'POST', path, { form: { SmsUrl: '' } });
  assert.equal(cleared.body.sms_url, '');
});

test('a released number is gone: 204, then 404, and nobody can buy it', async (t) => {
  const sim = await simFor(t);
  const seen: unknown[] = [];
  sim.state.on((event) => seen.push([event.kind, event.payload.phoneNumber]));
  const { body } = await buy(sim, { PhoneNumber: '+14155550100' });
  assert.equal((await call(sim, 'DELETE', numberPath(body.sid))).status, 204);
  assert.equal((await call(sim, 'DELETE', numberPath(body.sid))).status, 404);
  assert.equal((await buy(sim, { PhoneNumber: '+14155550100' })).body.code, 21422);
  assert.deepEqual(seen, [['numberReleased', '+14155550100']]);
});

test('the list filters by exact number, by pattern and by name', async (t) => {
  const sim = await simFor(t);
  await buy(sim, { PhoneNumber: '+14155550100', FriendlyName: 'one' });
  await buy(sim, { PhoneNumber: '+15125550101', FriendlyName: 'two' });
  const count = async (query: string) =>
    items(await call(sim, 'GET', `${API}/IncomingPhoneNumbers.json?${query}`), 'incoming_phone_numbers')
      .length;
  assert.equal(await count('PhoneNumber=%2B14155550100'), 1);
  assert.equal(await count('PhoneNumber=%2B1******010*'), 2);
  assert.equal(await count('FriendlyName=two'), 1);
  assert.equal(await count('FriendlyName=tw'), 0);
  assert.equal(await count('Beta=true'), 0);
});

test('asked numbers belong to the account only when that was chosen, and +15005550001 never', async (t) => {
  const asking = await simFor(t, { ownAskedNumbers: true });
  const plain = await simFor(t);
  const count = async (sim: Sim, number: string) =>
    items(
      await call(sim, 'GET', `${API}/IncomingPhoneNumbers.json?PhoneNumber=${encodeURIComponent(number)}`),
      'incoming_phone_numbers',
    ).length;
  assert.equal(await count(asking, '+15125550123'), 1);
  assert.equal(await count(asking, '+15005550001'), 0);
  assert.equal(await count(plain, '+15125550123'), 0);
  await call(plain, 'POST', '/_sim/own', { json: { phoneNumber: '+15125550123' } });
  assert.equal(await count(plain, '+15125550123'), 1);
});
