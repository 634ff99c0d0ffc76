import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OwnFault, sidOf } from './own-fault.ts';
import { createTwilioSdk, type TwilioRequest } from './sdk.ts';

const CREDENTIALS = {
  accountSid: `AC${'1'.repeat(32)}`,
  username: `SK${'2'.repeat(32)}`,
  password: 'secret',
};

function recorded(body: object = {}) {
  const seen: TwilioRequest[] = [];
  const sdk = createTwilioSdk(CREDENTIALS, async (request) => {
    seen.push(request);
    return { status: 200, body };
  });
  return { sdk, seen };
}

test('a request leaves with its product, credentials and form; lists are repeated, empty texts stay', async () => {
  const { sdk, seen } = recorded();
  await sdk.messaging.v1.services('MG1').usAppToPerson.create({
    brandRegistrationSid: 'BN1',
    description: '',
    messageFlow: 'm',
    messageSamples: ['a b', 'c'],
    usAppToPersonUsecase: 'MIXED',
    hasEmbeddedLinks: true,
    hasEmbeddedPhone: false,
  });
  const [request] = seen;
  assert.deepEqual([request?.product, request?.method], ['messaging', 'POST']);
  const form = new URLSearchParams(request?.body);
  assert.deepEqual(form.getAll('MessageSamples'), ['a b', 'c']);
  assert.deepEqual([form.get('Description'), form.get('HasEmbeddedLinks')], ['', 'true']);
  const basic = Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64');
  assert.equal(request?.headers.Authorization, `Basic ${basic}`);
});

test('a read has a query and no body', async () => {
  const { sdk, seen } = recorded({ available_phone_numbers: [] });
  const { local } = sdk.api.v2010.accounts(CREDENTIALS.accountSid).availablePhoneNumbers('US');
  assert.deepEqual((await local.page({ areaCode: 415, smsEnabled: true })).instances, []);
  const [{ method, url, body } = { method: '', url: '' }] = seen;
  assert.deepEqual([method, body], ['GET', undefined]);
  assert.equal(new URL(url).search, '?AreaCode=415&SmsEnabled=true');
});

test('neither edge nor region of the environment moves a request', async (t) => {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env.TWILIO_EDGE = 'dublin';
  process.env.TWILIO_REGION = 'ie1';
  const { sdk, seen } = recorded();
  await sdk.api.v2010.accounts(CREDENTIALS.accountSid).incomingPhoneNumbers('PN1').fetch();
  assert.equal(new URL(seen[0]?.url ?? '').host, 'api.twilio.com');
});

test('what is thrown while a request is sent comes out of the call as it is', async () => {
  const fault = new OwnFault(new Error('ours'));
  const sdk = createTwilioSdk(CREDENTIALS, () => Promise.reject(fault));
  const call = sdk.api.v2010.accounts(CREDENTIALS.accountSid).incomingPhoneNumbers('PN1').fetch();
  await assert.rejects(call, (error) => error === fault);
});

test('a sid that could lead elsewhere, or to a whole list, is a fault of ours', () => {
  assert.equal(sidOf('PN1'), 'PN1');
  for (const odd of ['', '../Accounts', 'PN1/x', 'PN1?a', 'PN 1']) assert.throws(() => sidOf(odd), OwnFault);
});
