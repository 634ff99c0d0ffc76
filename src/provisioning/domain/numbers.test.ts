import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflict, Problem } from '#kernel/problem.ts';
import { capable, roundFrom } from './candidates.ts';
import { capabilityFaults } from './capabilities.ts';
import { providerUnavailable, rateLimited } from './errors.ts';
import { cursorOf, offsetOf, pageFaults } from './page.ts';
import { planOf } from './plan.ts';
import { tagOf } from './tag.ts';
import type { AvailableNumber, CapabilityFlags } from './types.ts';

const BOTH: CapabilityFlags = { sms: true, voice: true };
const number = (last: number, capabilities = BOTH): AvailableNumber => ({
  e164: `+141555501${String(last).padStart(2, '0')}`,
  country: 'US',
  capabilities,
});
const numbers = Array.from({ length: 20 }, (_, index) => number(index));

test('a tag depends on caller and key alone, fits into a friendly name, and cannot be had by shifting letters', () => {
  const tag = tagOf({ caller: 'app', key: 'order-1' });
  assert.match(tag, /^a2p-[0-9a-f]{40}$/);
  assert.equal(tagOf({ caller: 'app', key: 'order-1' }), tag);
  const others = [
    { caller: 'ap', key: 'porder-1' },
    { caller: 'app', key: 'order-2' },
    { caller: 'App', key: 'order-1' },
    { caller: 'app7:', key: 'order-1' },
  ];
  for (const other of others) assert.notEqual(tagOf(other), tag);
});

test('candidates keep all their numbers, in an order of the seed and not of the list', () => {
  const order = roundFrom(numbers, 'seed');
  assert.deepEqual(order, roundFrom(numbers.toReversed(), 'seed'));
  assert.notDeepEqual(order, roundFrom(numbers, 'other seed'));
  assert.deepEqual(new Set(order), new Set(numbers));
});

test('candidates that cannot do what is asked for are left out', () => {
  const silent = number(30, { sms: false, voice: true });
  assert.deepEqual(capable([silent, ...numbers], ['sms']), numbers);
  assert.deepEqual(capable([silent], ['voice']), [silent]);
  assert.deepEqual(capable([silent], []), [silent]);
});

test('capabilities that are asked for and not there are one fault', () => {
  assert.deepEqual(capabilityFaults(['sms', 'voice'], BOTH), []);
  assert.deepEqual(capabilityFaults([], { sms: false, voice: false }), []);
  assert.deepEqual(capabilityFaults(['sms', 'voice'], { sms: false, voice: false }), [
    { field: 'capabilities', message: 'the number has no sms and no voice; choose another one' },
  ]);
});

test('a plan names what would be done, in order, with an application or a URL', () => {
  const sms = 'https://example.com/sms';
  const voiceUrl = 'https://example.com/voice';
  const statusCallbackUrl = 'https://example.com/status';
  assert.deepEqual(
    planOf({ e164: '+14155550101', capabilities: ['sms'], webhooks: { smsWebhookUrl: sms, voiceUrl } }),
    [
      { op: 'purchase', e164: '+14155550101' },
      { op: 'configureMessaging', smsWebhookUrl: sms },
      { op: 'configureVoice', voiceUrl },
    ],
  );
  const voiceAppSid = `AP${'0'.repeat(32)}`;
  const webhooks = { smsWebhookUrl: sms, voiceAppSid, statusCallbackUrl };
  assert.deepEqual(planOf({ areaCode: '415', capabilities: ['sms', 'voice'], webhooks }), [
    { op: 'purchase', selector: { areaCode: '415', capabilities: ['sms', 'voice'] } },
    { op: 'configureMessaging', smsWebhookUrl: sms },
    { op: 'configureVoice', voiceAppSid, statusCallbackUrl },
  ]);
});

test('a cursor leads back to where it came from, and nothing else is one', () => {
  for (const offset of [1, 20, 999]) assert.equal(offsetOf(cursorOf(offset)), offset);
  assert.equal(offsetOf(undefined), 0);
  const others = [
    '',
    'x',
    '20',
    cursorOf(0),
    cursorOf(1000),
    cursorOf(-1),
    `${cursorOf(20)}=`,
    `${cursorOf(20)} `,
  ];
  for (const page of others) {
    assert.equal(offsetOf(page), undefined, page);
    assert.deepEqual(
      pageFaults(page).map(({ field }) => field),
      ['query.page'],
    );
  }
});

test('times to wait are told in whole seconds, never none', () => {
  assert.equal(rateLimited(undefined).retryAfterSeconds, 1);
  assert.equal(rateLimited(0).retryAfterSeconds, 1);
  assert.equal(rateLimited(2_001).retryAfterSeconds, 3);
  const unavailable = providerUnavailable('gone', 9_000);
  assert.deepEqual([unavailable.status, unavailable.retryAfterSeconds], [503, 9]);
  assert.ok(unavailable instanceof Problem && conflict('x').status === 409);
});
