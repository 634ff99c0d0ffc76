import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaCodeFaults, isInArea, type OrderDraft, orderFaults, voiceFaults } from './order.ts';

const APP = `AP${'0'.repeat(32)}`;
const fieldsOf = (order: OrderDraft) => orderFaults(order).map(({ field }) => field);

const rows: readonly [title: string, order: OrderDraft, ...fields: string[]][] = [
  ['a number', { e164: '+14155550101' }],
  ['an area code', { areaCode: '415' }],
  ['both capabilities', { areaCode: '415', capabilities: ['sms', 'voice'] }],
  ['no capability', { areaCode: '415', capabilities: [] }],
  ['neither number nor area code', {}, 'e164'],
  ['both', { e164: '+14155550101', areaCode: '415' }, 'e164'],
  ['a toll-free number', { e164: '+18005550101' }, 'e164'],
  ['another toll-free number', { e164: '+18335550101' }, 'e164'],
  ['a premium number', { e164: '+19005550101' }, 'e164'],
  ['a number of another country', { e164: '+442071838750' }, 'e164'],
  ['a number without plus', { e164: '14155550101' }, 'e164'],
  ['a number that is too long', { e164: '+141555501011' }, 'e164'],
  ['a number with a newline', { e164: '+14155550101\n' }, 'e164'],
  ['an exchange that begins with 1', { e164: '+14151550101' }, 'e164'],
  ['a number that is none', { e164: 14155550101 }, 'e164'],
  ['an area code that begins with 1', { areaCode: '115' }, 'areaCode'],
  ['an area code of four digits', { areaCode: '4155' }, 'areaCode'],
  ['an area code as a number', { areaCode: 415 }, 'areaCode'],
  ['a toll-free area code', { areaCode: '888' }, 'areaCode'],
  ['an unknown capability', { areaCode: '415', capabilities: ['fax'] }, 'capabilities'],
  ['a capability twice', { areaCode: '415', capabilities: ['sms', 'sms'] }, 'capabilities'],
  ['capabilities that are no list', { areaCode: '415', capabilities: 'sms' }, 'capabilities'],
  ['no voice', { areaCode: '415', webhooks: {} }, 'webhooks.voiceUrl'],
  [
    'everything at once',
    { e164: '5', areaCode: '5', capabilities: [5, 5], webhooks: { voiceUrl: 'x', voiceAppSid: 'x' } },
    'e164',
    'e164',
    'areaCode',
    'capabilities',
    'capabilities',
    'webhooks.voiceUrl',
    'webhooks.voiceAppSid',
  ],
];
for (const [title, order, ...fields] of rows) {
  test(`an order with ${title} ${fields.length === 0 ? 'is taken' : 'is refused there'}`, () => {
    assert.deepEqual(fieldsOf(order), fields);
  });
}

test('exactly one of voiceUrl and voiceAppSid, wherever they are', () => {
  assert.deepEqual(voiceFaults({ voiceUrl: 'https://example.com' }, ''), []);
  assert.deepEqual(voiceFaults({ voiceAppSid: APP }, 'webhooks'), []);
  assert.deepEqual(
    voiceFaults({ voiceUrl: '', voiceAppSid: APP }, '').map(({ field }) => field),
    ['voiceUrl'],
  );
  assert.deepEqual(
    voiceFaults({ voiceAppSid: APP.toUpperCase().replace('AP0', 'APF') }, '').map(({ field }) => field),
    ['voiceAppSid'],
  );
  assert.equal(voiceFaults({ voiceAppSid: 5 }, '').length, 1);
  for (const webhooks of [undefined, null, 'text']) assert.equal(voiceFaults(webhooks, '').length, 1);
});

test('a number is in the area of its code only', () => {
  assert.equal(isInArea('+14155550101', '415'), true);
  assert.equal(isInArea('+12124155010', '415'), false);
  assert.equal(isInArea('+14155550101', undefined), false);
});

test('an area code has its faults at the field that it came in', () => {
  assert.deepEqual(areaCodeFaults(undefined), []);
  assert.equal(areaCodeFaults('800', 'query.areaCode')[0]?.field, 'query.areaCode');
});
