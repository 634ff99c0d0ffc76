import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schemas } from '../../src/provisioning/contract.gen.ts';
import { FAKE_ACCOUNT } from '../../src/provisioning/provider/fake/fake-port.ts';
import { openScene, WEBHOOKS } from '../support/provisioning.ts';

/* What each operation answers when all goes well: golden JSON (B:494-551). */

const E164 = '+14155550101';
const SID = `PN${'0'.repeat(21)}14155550101`;
const AP = `AP${'0'.repeat(31)}1`;
const named = { 'correlation-id': 'c-1' };

test('a search answers what was asked for and what is for sale, page by page', async () => {
  const { call } = await openScene();
  const first = await call<Schemas['Availability']>('GET', '/availability?areaCode=415&sms=true&limit=2', {
    headers: named,
  });
  assert.equal(first.status, 200);
  const { nextPage, ...rest } = first.body;
  const both = { sms: true, voice: true };
  assert.deepEqual(rest, {
    areaCode: '415',
    capabilities: { sms: true, voice: false },
    candidates: [
      { e164: '+14155550100', country: 'US', capabilities: both },
      { e164: '+14155550101', country: 'US', capabilities: both },
    ],
    correlationId: 'c-1',
  });
  const next = `/availability?areaCode=415&sms=true&limit=2&page=${nextPage}`;
  const second = await call<Schemas['Availability']>('GET', next);
  assert.deepEqual(
    second.body.candidates.map(({ e164 }) => e164),
    ['+14155550102', '+14155550103'],
  );
  const all = await call<Schemas['Availability']>('GET', '/availability?areaCode=415&limit=100');
  assert.deepEqual([all.body.candidates.length, all.body.nextPage], [100, undefined]);
  const twenty = await call<Schemas['Availability']>('GET', '/availability?areaCode=212');
  assert.equal(twenty.body.candidates.length, 20);
});

test('a number is bought and wired, read, rewired and released', async () => {
  const { call, fake } = await openScene();
  const bought = await call('POST', '/numbers', {
    body: { e164: E164, webhooks: { ...WEBHOOKS, statusCallbackUrl: 'https://hooks.example.com/status' } },
    key: 'k-1',
    headers: named,
  });
  assert.equal(bought.status, 201);
  assert.equal(bought.headers.location, `/numbers/${SID}`);
  assert.deepEqual(bought.body, {
    sid: SID,
    e164: E164,
    state: 'Configured',
    warnings: [],
    provider: { accountSid: FAKE_ACCOUNT },
    correlationId: 'c-1',
  });

  const read = await call('GET', `/numbers/${SID}`, { headers: named });
  assert.equal(read.status, 200);
  assert.deepEqual(read.body, {
    sid: SID,
    e164: E164,
    country: 'US',
    capabilities: { sms: true, voice: true },
    webhooks: { ...WEBHOOKS, statusCallbackUrl: 'https://hooks.example.com/status' },
    correlationId: 'c-1',
  });

  const webhooks = { smsWebhookUrl: 'https://hooks.example.com/new', voiceAppSid: AP };
  const rewired = await call('PUT', `/numbers/${SID}/webhooks`, { body: webhooks, headers: named });
  assert.deepEqual([rewired.status, rewired.body], [200, { webhooks, correlationId: 'c-1' }]);
  const after = await call<Schemas['NumberState']>('GET', `/numbers/${SID}`);
  assert.deepEqual(after.body.webhooks, webhooks, 'what was left out is cleared');

  const released = await call('DELETE', `/numbers/${SID}`, { key: 'k-1', headers: named });
  assert.deepEqual(
    [released.status, released.body],
    [200, { sid: SID, released: true, correlationId: 'c-1' }],
  );
  assert.equal((await call('GET', `/numbers/${SID}`)).status, 404);
  const again = await call('DELETE', `/numbers/${SID}`, { key: 'k-2' });
  assert.equal(again.status, 200, 'who releases it under another key hears the same (C46)');
  assert.equal(fake.calls().filter((call) => call.startsWith('release')).length, 1);
});

test('by area code a number with the capabilities is bought, and never one by area code alone', async () => {
  const { call, fake } = await openScene();
  const bought = await call<Schemas['ConfiguredNumber']>('POST', '/numbers', {
    body: { areaCode: '628', capabilities: ['voice'], webhooks: WEBHOOKS },
    key: 'k-1',
  });
  assert.equal(bought.status, 201);
  assert.match(bought.body.e164, /^\+162855501\d\d$/);
  assert.ok(fake.calls().includes(`purchase ${bought.body.e164}`));
});

test('a dry run answers the plan, asks nobody, and neither needs nor uses up a key', async () => {
  const { call, fake } = await openScene();
  const dryRun = { areaCode: '415', capabilities: ['sms'], webhooks: WEBHOOKS, dryRun: true };
  const plan = await call('POST', '/numbers', { body: dryRun, headers: named });
  assert.equal(plan.status, 200);
  assert.deepEqual(plan.body, {
    plan: [
      { op: 'purchase', selector: { areaCode: '415', capabilities: ['sms'] } },
      { op: 'configureMessaging', smsWebhookUrl: WEBHOOKS.smsWebhookUrl },
      { op: 'configureVoice', voiceUrl: WEBHOOKS.voiceUrl },
    ],
    correlationId: 'c-1',
  });
  const byNumber = await call('POST', '/numbers', {
    body: {
      e164: E164,
      webhooks: {
        smsWebhookUrl: WEBHOOKS.smsWebhookUrl,
        voiceAppSid: AP,
        statusCallbackUrl: 'https://hooks.example.com/status',
      },
      dryRun: true,
    },
    key: 'k-1',
    headers: named,
  });
  assert.deepEqual(byNumber.body, {
    plan: [
      { op: 'purchase', e164: E164 },
      { op: 'configureMessaging', smsWebhookUrl: WEBHOOKS.smsWebhookUrl },
      {
        op: 'configureVoice',
        voiceAppSid: AP,
        statusCallbackUrl: 'https://hooks.example.com/status',
      },
    ],
    correlationId: 'c-1',
  });
  assert.deepEqual(fake.calls(), []);
  const bought = await call('POST', '/numbers', { body: { e164: E164, webhooks: WEBHOOKS }, key: 'k-1' });
  assert.equal(bought.status, 201, 'the key was free');
});

test('a number that cannot be wired is a 207 that says why; the same key completes it, and so does a PUT', async () => {
  let broken = true;
  const { call, fake } = await openScene({
    port: ({ configure }) => ({
      configure: async (...args) =>
        broken ? { kind: 'unknown', reason: 'time-out', sent: true } : configure(...args),
    }),
  });
  const body = { e164: E164, webhooks: WEBHOOKS };
  const partial = await call<Schemas['UnconfiguredNumber']>('POST', '/numbers', {
    body,
    key: 'k-1',
    headers: named,
  });
  assert.equal(partial.status, 207);
  const { warnings, ...rest } = partial.body;
  assert.deepEqual(rest, { sid: SID, e164: E164, state: 'PurchasedButUnconfigured', correlationId: 'c-1' });
  assert.match(warnings[0] ?? '', /^configure: .*time-out/);

  broken = false;
  const completed = await call('POST', '/numbers', { body, key: 'k-1' });
  assert.deepEqual([completed.status, completed.headers['idempotent-replayed']], [201, undefined]);
  const replayed = await call('POST', '/numbers', { body, key: 'k-1' });
  assert.deepEqual([replayed.status, replayed.headers['idempotent-replayed']], [201, 'true']);
  assert.equal(fake.calls().filter((call) => call.startsWith('purchase')).length, 1, 'it was paid for once');
});

test('a 207 is completed by a PUT as well, and then its key answers 201', async () => {
  let broken = true;
  const { call } = await openScene({
    port: ({ configure }) => ({
      configure: async (...args) => (broken ? { kind: 'throttled' } : configure(...args)),
    }),
  });
  const order = { body: { e164: E164, webhooks: WEBHOOKS }, key: 'k-1' };
  assert.equal((await call('POST', '/numbers', order)).status, 207);
  broken = false;
  assert.equal((await call('PUT', `/numbers/${SID}/webhooks`, { body: WEBHOOKS })).status, 200);
  assert.equal((await call('POST', '/numbers', order)).status, 201);
});

test('what a look at the webhooks showed is a warning', async () => {
  const warnings = ['smsWebhookUrl does not answer: timeout'];
  const { call } = await openScene({ probe: { begin: () => ({ warnings: () => warnings }) } });
  const bought = await call<Schemas['ConfiguredNumber']>('POST', '/numbers', {
    body: { e164: E164, webhooks: WEBHOOKS },
    key: 'k-1',
  });
  assert.deepEqual([bought.status, bought.body.warnings], [201, warnings]);
  const put = await call<Schemas['UpdatedWebhooks']>('PUT', `/numbers/${SID}/webhooks`, { body: WEBHOOKS });
  assert.deepEqual([put.status, put.body.warnings], [200, warnings]);
});

test('a release that could not look everywhere says so', async () => {
  const { call } = await openScene({
    port: () => ({ detach: async () => ({ kind: 'ok', value: { searched: false } }) }),
  });
  await call('POST', '/numbers', { body: { e164: E164, webhooks: WEBHOOKS }, key: 'k-1' });
  const { body } = await call<Schemas['ReleasedNumber']>('DELETE', `/numbers/${SID}`, { key: 'k-1' });
  assert.equal(body.released, true);
  assert.equal(body.warnings?.length, 1);
});

test('every answer bears a correlation id: the one that was sent, or one of its own', async () => {
  const { call } = await openScene();
  for (const [sent, taken] of [
    ['abc.DEF_1-2', true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['no spaces', false],
    ['a"b', false],
  ] as const) {
    for (const url of ['/availability?areaCode=415', '/availability', '/nothing', `/numbers/${SID}`]) {
      const { headers, body } = await call('GET', url, { headers: { 'correlation-id': sent } });
      assert.equal(headers['correlation-id'] === sent, taken, `${url} ${sent}`);
      assert.equal(body.correlationId, headers['correlation-id']);
    }
  }
});

test('the service answers for itself without a token', async () => {
  const { app, call } = await openScene();
  for (const [url, body] of [
    ['/health', { status: 'ok' }],
    ['/healthz', { ok: true }],
    ['/readyz', { ready: true }],
  ] as const) {
    const response = await app.inject({ method: 'GET', url });
    assert.deepEqual([response.statusCode, response.json()], [200, body]);
  }
  assert.equal((await call('GET', '/metrics')).status, 200);
  assert.match((await call('GET', '/openapi.yaml')).text, /^openapi: 3\.1\.0/);
  assert.match((await call('GET', '/docs')).text, /<!DOCTYPE html>/i);
});
