import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TwilioSim } from '../sim.ts';
import { API, buy, call, simFor } from '../test-support.ts';

const TO = '+14155550101';
const SMS = 'https://app.example.com/sms';
const VOICE = 'https://app.example.com/voice';
const NOBODY = { method: null, url: null };

const inbound = async (sim: TwilioSim, kind: string, to = TO) =>
  call(sim, 'POST', '/_sim/inbound', { json: { to, kind } });

async function numberIn(sim: TwilioSim, form: Readonly<Record<string, string>>): Promise<string> {
  const { body } = await buy(sim, { PhoneNumber: TO, ...form });
  return String(body.sid);
}

async function serviceWith(sim: TwilioSim, number: string, form: Readonly<Record<string, string>>) {
  const service = await call(sim, 'POST', '/messaging/v1/Services', { form: { FriendlyName: 'a', ...form } });
  const path = `/messaging/v1/Services/${String(service.body.sid)}/PhoneNumbers`;
  assert.equal((await call(sim, 'POST', path, { form: { PhoneNumberSid: number } })).status, 201);
}

test('what comes in goes to the URLs of the number, with their methods', async (t) => {
  const sim = await simFor(t);
  await numberIn(sim, { SmsUrl: SMS, VoiceUrl: VOICE, VoiceMethod: 'GET' });
  assert.deepEqual((await inbound(sim, 'sms')).body, { method: 'POST', url: SMS });
  assert.deepEqual((await inbound(sim, 'call')).body, { method: 'GET', url: VOICE });
  assert.deepEqual(sim.control.inbound(TO, 'sms'), { method: 'POST', url: SMS });
});

test('an application hides the URL of its kind, and a trunk those of calls', async (t) => {
  const sim = await simFor(t);
  const form = { SmsUrl: 'https://b.example.com/s', VoiceUrl: 'https://b.example.com/v' };
  const app = await call(sim, 'POST', `${API}/Applications.json`, { form });
  const number = await numberIn(sim, {
    SmsUrl: SMS,
    VoiceUrl: VOICE,
    SmsApplicationSid: String(app.body.sid),
  });
  assert.equal((await inbound(sim, 'sms')).body.url, form.SmsUrl);
  assert.equal((await inbound(sim, 'call')).body.url, VOICE);
  const path = `${API}/IncomingPhoneNumbers/${number}.json`;
  await call(sim, 'POST', path, { form: { VoiceApplicationSid: String(app.body.sid) } });
  assert.equal((await inbound(sim, 'call')).body.url, form.VoiceUrl);
  await call(sim, 'POST', path, { form: { TrunkSid: `TK${'1'.repeat(32)}` } });
  assert.deepEqual((await inbound(sim, 'call')).body, NOBODY);
});

test('a messaging service takes the messages, unless it leaves them to its numbers', async (t) => {
  const own = await simFor(t);
  const url = 'https://service.example.com/sms';
  await serviceWith(own, await numberIn(own, { SmsUrl: SMS, VoiceUrl: VOICE }), { InboundRequestUrl: url });
  assert.deepEqual((await inbound(own, 'sms')).body, { method: 'POST', url });
  assert.equal((await inbound(own, 'call')).body.url, VOICE);

  const left = await simFor(t);
  const form = { InboundRequestUrl: url, UseInboundWebhookOnNumber: 'true' };
  await serviceWith(left, await numberIn(left, { SmsUrl: SMS }), form);
  assert.equal((await inbound(left, 'sms')).body.url, SMS);

  const deaf = await simFor(t);
  await serviceWith(deaf, await numberIn(deaf, { SmsUrl: SMS }), {});
  assert.deepEqual((await inbound(deaf, 'sms')).body, NOBODY);
});

test('nobody has a number that was not bought, was sold elsewhere or given back', async (t) => {
  const sim = await simFor(t);
  assert.equal((await inbound(sim, 'sms')).status, 404);
  await call(sim, 'POST', '/_sim/sold', { json: { phoneNumber: '+14155550102' } });
  assert.equal((await inbound(sim, 'sms', '+14155550102')).status, 404);
  const number = await numberIn(sim, { SmsUrl: SMS });
  assert.equal((await inbound(sim, 'sms')).status, 200);
  await call(sim, 'DELETE', `${API}/IncomingPhoneNumbers/${number}.json`);
  assert.equal((await inbound(sim, 'sms')).status, 404);
  assert.equal((await inbound(sim, 'fax')).status, 400);
});
