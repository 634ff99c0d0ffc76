import assert from 'node:assert/strict';
import { test } from 'node:test';
import { availableOf, purchasedOf, stateOf } from './payload.ts';

const OWN = {
  sid: `PN${'1'.repeat(32)}`,
  accountSid: `AC${'1'.repeat(32)}`,
  phoneNumber: '+14165550101',
  friendlyName: null,
  capabilities: { sms: true, voice: true },
  smsUrl: '',
  smsApplicationSid: null,
  voiceUrl: null,
  voiceApplicationSid: '',
  trunkSid: null,
  statusCallback: '',
};

test('capabilities are read in both spellings, and what is not said is not there', () => {
  const read = (capabilities: unknown) =>
    availableOf({ phoneNumber: '+14155550101', isoCountry: 'US', capabilities }).capabilities;
  assert.deepEqual(read({ SMS: true, voice: true, MMS: true }), { sms: true, voice: true });
  assert.deepEqual(read({ sms: false, VOICE: true }), { sms: false, voice: true });
  for (const odd of [null, undefined, 'sms', { sms: 'true' }])
    assert.deepEqual(read(odd), { sms: false, voice: false });
});

test('a number that has nothing set has no webhooks, no tag, and the country of its area', () => {
  const { country, webhooks, tag } = stateOf(OWN);
  assert.deepEqual([country, webhooks, tag], ['CA', {}, '']);
});

test('URLs that the provider ignores are not shown as set', () => {
  const set = { ...OWN, smsUrl: 'https://a.example.com', voiceUrl: 'https://b.example.com' };
  const app = `AP${'1'.repeat(32)}`;
  const shown = (change: object) => stateOf({ ...set, ...change }).webhooks;
  assert.deepEqual(shown({}), { smsWebhookUrl: set.smsUrl, voiceUrl: set.voiceUrl });
  assert.deepEqual(shown({ smsApplicationSid: app }), { voiceUrl: set.voiceUrl });
  assert.deepEqual(shown({ voiceApplicationSid: app }), { smsWebhookUrl: set.smsUrl, voiceAppSid: app });
  assert.deepEqual(shown({ trunkSid: `TK${'1'.repeat(32)}` }), { smsWebhookUrl: set.smsUrl });
});

test('an answer without the number’s identity cannot be used', () => {
  for (const missing of ['sid', 'accountSid', 'phoneNumber'])
    assert.throws(() => purchasedOf({ ...OWN, [missing]: null }), TypeError);
});
