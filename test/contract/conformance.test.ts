import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { signForm, signJson } from '../../sim/twilio/signature.ts';
import { databaseClock } from '../../src/platform/database/clock.ts';
import { loadContract } from '../../src/platform/http/contract.ts';
import { generateKey, parseKeyring } from '../../src/platform/secrets/keyring.ts';
import type { Scope } from '../../src/platform/secrets/tokens.ts';
import { connectTwilio } from '../../src/registration/connect-twilio.ts';
import { createFakeProvider } from '../../src/registration/provider/fake/fake-provider.ts';
import { createRegistration } from '../../src/registration/registration.ts';
import { createTenant, createToken } from '../../src/registration/store/tenants.ts';
import { makeDead } from '../api/stories.ts';
import { REGISTRATION_CONTRACT, seen, validateAnswer } from '../support/contract.ts';
import { freshPglite } from '../support/database.ts';
import { silent } from '../support/world.ts';

const PUBLIC_URL = 'https://a2p.example';
const TWILIO = {
  accountSid: `AC${'1'.repeat(32)}`,
  subaccountSid: undefined,
  username: `AC${'1'.repeat(32)}`,
  password: '2'.repeat(32),
  authTokens: ['2'.repeat(32)],
  baseUrl: 'http://127.0.0.1:1',
  primaryProfileSid: `BU${'3'.repeat(32)}`,
  notifyEmail: 'a2p@platform.example',
  vetting: 'low-volume',
  recreateCampaigns: false,
  mock: false,
  events: true,
} as const;

const GUARD_TOKEN = 'release-guard-of-a-test';

const contract = loadContract(REGISTRATION_CONTRACT);
const { database, owner, close } = await freshPglite();
const parsed = parseKeyring(`test:${generateKey()}`);
if ('faults' in parsed) throw new Error(parsed.faults.join('; '));
const { app, stop } = await createRegistration({
  database,
  clock: databaseClock,
  keyring: parsed.keyring,
  // Registers nothing anywhere, and takes what the provider reports.
  provider: (parts) => ({
    ...connectTwilio(TWILIO, PUBLIC_URL)(parts),
    provider: createFakeProvider({ clock: { now: () => new Date() }, approvalDelayMs: 0, seed: 1 }),
  }),
  roles: ['api'],
  allowPrivateWebhooks: false,
  releaseGuardToken: GUARD_TOKEN,
  log: silent,
});
const { tenantId } = await createTenant(database.executor, databaseClock, 'conformance');
const tokenOf = async (scopes: readonly Scope[]) =>
  (await createToken(database.executor, databaseClock, { tenantId, name: scopes.join(), scopes })).token;
const tokens = { all: await tokenOf(['read', 'write', 'pii']), masked: await tokenOf(['read', 'write']) };
after(async () => {
  await stop(1_000);
  await close();
});

/** Every (operation, status) that was answered, each as the contract says. */
const answered = new Set<string>();

interface Sent {
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request of the operation and holds the answer to the contract and to the status expected. */
async function ask(id: string, url: string, status: number, { body, text, headers = {} }: Sent = {}) {
  const operation = contract.operations.find((candidate) => candidate.id === id);
  assert.ok(operation, id);
  const payload = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const { method } = operation;
  const response = await app.inject({
    method,
    url,
    ...(payload === undefined ? {} : { payload }),
    headers: {
      authorization: `Bearer ${tokens.all}`,
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  assert.equal(response.statusCode, status, `${id} ${url}: ${response.payload}`);
  validateAnswer(contract, id, seen(response));
  answered.add(`${id} ${status}`);
  return response;
}

const brand = {
  country: 'US',
  taxId: '12-3456789',
  legalName: 'Example Plumbing LLC',
  displayName: 'Example Plumbing',
  websiteDomain: 'example.com',
  brandType: 'STANDARD',
};
const campaignOf = (brandId: string) => ({
  brandId,
  optInDescription: 'Callers whose call we miss hear that we text back once.',
  sampleMessages: ['Example Plumbing: sorry we missed you. Book at https://example.com/book'],
  stopHelpText: 'Reply STOP to opt out, HELP for help.',
  linkDomains: ['https://www.example.com/'],
});
const e164 = '+12025550123';
const withKey = { 'idempotency-key': 'k1' };

test('brand, campaign and number are written, read, edited, listed and submitted as the contract says', async () => {
  const created = await ask('createBrand', '/v1/brands', 201, { body: brand, headers: withKey });
  const { brandId } = created.json();
  assert.equal(created.headers.location, `/v1/brands/${brandId}`);
  assert.equal(created.json().spec.taxId, '12-3456789');
  const replayed = await ask('createBrand', '/v1/brands', 201, { body: brand, headers: withKey });
  assert.equal(replayed.payload, created.payload);
  await ask('createBrand', '/v1/brands', 409, { body: { ...brand, displayName: 'X' }, headers: withKey });
  await ask('createBrand', '/v1/brands', 200, { body: brand });

  const one = `/v1/brands/${brandId}`;
  const masked = await ask('getBrand', one, 200, { headers: { authorization: `Bearer ${tokens.masked}` } });
  assert.equal(masked.json().spec.taxId, '***-**6789');
  const patch = { body: { supportEmail: 'help@example.com', description: null } };
  await ask('updateBrand', one, 200, { ...patch, headers: { 'if-match': String(masked.headers.etag) } });
  await ask('updateBrand', one, 412, { ...patch, headers: { 'if-match': String(masked.headers.etag) } });
  await ask('submitBrand', `${one}:submit`, 412, { headers: { 'if-match': '"1"' } });
  await ask('listBrands', '/v1/brands?phase=DRAFT&limit=1', 200);

  const campaign = await ask('createCampaign', '/v1/campaigns', 201, { body: campaignOf(brandId) });
  const { campaignId } = campaign.json();
  assert.deepEqual(campaign.json().spec.linkDomains, ['www.example.com']);
  await ask('getCampaign', `/v1/campaigns/${campaignId}`, 200);
  await ask('updateCampaign', `/v1/campaigns/${campaignId}`, 200, {
    body: { description: 'Texts back after a missed call' },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  await ask('listCampaigns', `/v1/campaigns?brandId=${brandId}`, 200);
  await ask('submitCampaign', `/v1/campaigns/${campaignId}:submit`, 202);
  await ask('submitCampaign', `/v1/campaigns/${campaignId}:submit`, 409);
  await ask('updateCampaign', `/v1/campaigns/${campaignId}`, 409, { body: { description: 'late' } });
  await ask('submitBrand', `${one}:submit`, 202, { body: {} });
  await ask('submitBrand', `${one}:submit`, 409);
  await ask('updateBrand', one, 409, patch);

  await ask('attachNumber', '/v1/numbers:attach', 202, { body: { campaignId, e164 } });
  const bound = await ask('attachNumber', '/v1/numbers:attach', 409, { body: { campaignId, e164 } });
  assert.equal(bound.json().error.details.sameCampaign, true);
  await ask('getNumber', `/v1/numbers/${e164}`, 200);
  await ask('getNumber', `/v1/numbers/${encodeURIComponent(e164)}`, 200);
  await ask('listNumbers', `/v1/numbers?campaignId=${campaignId}&phase=REQUESTED`, 200);
  const readiness = await ask('getReadiness', `/v1/campaigns/${campaignId}/readiness`, 200);
  assert.equal(readiness.json().ready, false);
  await ask('detachNumber', '/v1/numbers:detach', 200, { body: { e164 } });
  assert.equal((await ask('getNumber', `/v1/numbers/${e164}`, 200)).json().campaignId, undefined);
});

test('pages follow each other to the last, and none is read twice', async () => {
  for (const taxId of ['10-0000001', '10-0000002', '10-0000003']) {
    await ask('createBrand', '/v1/brands', 201, { body: { ...brand, taxId } });
  }
  const ids: string[] = [];
  let next: string | undefined = '/v1/brands?limit=2';
  for (let pages = 0; next !== undefined; pages += 1) {
    assert.ok(pages < 10);
    const page: { items: { brandId: string }[]; nextCursor?: string } = (
      await ask('listBrands', next, 200)
    ).json();
    const { items, nextCursor } = page;
    ids.push(...items.map(({ brandId }) => brandId));
    next = nextCursor === undefined ? undefined : `/v1/brands?limit=2&cursor=${nextCursor}`;
  }
  assert.ok(ids.length >= 4);
  assert.deepEqual(ids, [...new Set(ids)].sort().reverse(), 'newest first');
});

test('a webhook is registered with a secret that is shown once, and its replay shows the same', async () => {
  const body = { url: 'https://example.com/hook', eventTypes: ['A2PReady'], description: 'gate' };
  const created = await ask('createWebhook', '/v1/webhooks', 201, { body, headers: withKey });
  const replayed = await ask('createWebhook', '/v1/webhooks', 201, { body, headers: withKey });
  assert.equal(replayed.payload, created.payload);
  const one = `/v1/webhooks/${created.json().webhookId}`;
  assert.ok(!(await ask('getWebhook', one, 200)).payload.includes('whsec_'));
  assert.ok(!(await ask('listWebhooks', '/v1/webhooks', 200)).payload.includes('whsec_'));
  await ask('createWebhook', '/v1/webhooks', 409, { body: { url: body.url }, headers: withKey });
  await ask('createWebhook', '/v1/webhooks', 422, { body: { url: 'https://u:p@localhost/#x' } });
  await ask('deleteWebhook', one, 204);
  await ask('deleteWebhook', one, 404);
  await ask('getWebhook', one, 404);
});

test('an endpoint is edited, tested and given new secrets as the contract says', async () => {
  const body = { url: 'https://example.com/hook', eventTypes: ['BrandSubmitted'] };
  const created = await ask('createWebhook', '/v1/webhooks', 201, { body });
  const one = `/v1/webhooks/${created.json().webhookId}`;
  const ifMatch = { 'if-match': String(created.headers.etag) };
  const patch = { rateLimit: 5, timeoutSeconds: 20, description: 'slow' };
  await ask('updateWebhook', one, 200, { body: patch, headers: ifMatch });
  await ask('updateWebhook', one, 412, { body: patch, headers: ifMatch });
  await ask('updateWebhook', one, 422, { body: { url: 'https://localhost/', eventTypes: null } });
  await ask('testWebhook', `${one}:test`, 202);
  await ask('testWebhook', `${one}:test`, 202, { body: { secretVersion: 1 } });
  await ask('testWebhook', `${one}:test`, 422, { body: { secretVersion: 2 } });
  const rotated = await ask('rotateWebhookSecret', `${one}:rotateSecret`, 201, {
    body: { graceSeconds: 60 },
  });
  assert.equal(rotated.json().version, 2);
  for (let n = 0; n < 3; n++) await ask('rotateWebhookSecret', `${one}:rotateSecret`, 201);
  await ask('rotateWebhookSecret', `${one}:rotateSecret`, 409);
  await ask('revokeWebhookSecret', `${one}:revokeSecret`, 200, { body: { version: 1 } });
  await ask('revokeWebhookSecret', `${one}:revokeSecret`, 404, { body: { version: 1 } });
  await ask('revokeWebhookSecret', `${one}:revokeSecret`, 409, { body: { version: 5 } });
  assert.ok(!(await ask('getWebhook', one, 200)).payload.includes('whsec_'));
  await ask('updateWebhook', one, 200, { body: { active: false } });
  await ask('testWebhook', `${one}:test`, 409);
  await ask('skipWebhookBacklog', `${one}:skip`, 202);
  await ask('skipWebhookBacklog', `${one}:skip`, 409);
  await ask('updateWebhook', one, 409, { body: { active: true } });
});

test('deliveries, dead letters and jobs are read and asked for as the contract says', async () => {
  const body = { url: 'https://example.com/hook', eventTypes: ['BrandSubmitted'] };
  const { webhookId } = (await ask('createWebhook', '/v1/webhooks', 201, { body })).json();
  const one = `/v1/webhooks/${webhookId}`;
  for (const taxId of ['11-0000001', '11-0000002']) {
    const { brandId } = (await ask('createBrand', '/v1/brands', 201, { body: { ...brand, taxId } })).json();
    await ask('submitBrand', `/v1/brands/${brandId}:submit`, 202);
  }
  const page = (await ask('listDeliveries', `${one}/deliveries?limit=1`, 200)).json();
  assert.equal(page.items[0].state, 'pending');
  await ask('listDeliveries', `${one}/deliveries?cursor=${page.nextCursor}`, 200);
  const { eventId, aggregateId } = page.items[0];
  await ask('listDeliveries', `${one}/deliveries?aggregateId=${aggregateId}`, 200);
  await ask('getDelivery', `${one}/deliveries/${eventId}`, 200);
  await ask('getDelivery', `${one}/deliveries/none`, 404);
  await ask('getEvent', `/v1/events/${eventId}`, 200);
  await ask('getEvent', '/v1/events/none', 404);

  const dead = `${one}/deadLetters/${eventId}:redeliver`;
  await ask('redeliverDeadLetter', dead, 409);
  await makeDead(owner, webhookId);
  assert.equal((await ask('listDeadLetters', `${one}/deadLetters`, 200)).json().items.length, 2);
  await ask('redeliverDeadLetter', dead, 202);
  await ask('redeliverDeadLetter', dead, 409);
  await ask('redeliverDeadLetter', `${one}/deadLetters/none:redeliver`, 404);
  await ask('redeliverDeadLetters', `${one}/deadLetters:redeliver`, 202, { body: {} });
  const counted = await ask('replayWebhook', `${one}:replay`, 200, { body: { dryRun: true } });
  assert.deepEqual(counted.json(), { selected: 1 });
  const filter = { aggregateId, fromSequence: 1, toSequence: 9, eventTypes: ['A2PReady'], states: ['dead'] };
  const { jobId } = (await ask('replayWebhook', `${one}:replay`, 202, { body: filter })).json();
  const job = (await ask('getWebhookJob', `${one}/jobs/${jobId}`, 200)).json();
  assert.deepEqual([job.filter, job.state, job.selected], [filter, 'running', 0]);
  await ask('cancelWebhookJob', `${one}/jobs/${jobId}:cancel`, 200);
  await ask('cancelWebhookJob', `${one}/jobs/${jobId}:cancel`, 409);
  await ask('getWebhookJob', `${one}/jobs/none`, 404);
  assert.equal((await ask('listWebhookJobs', `${one}/jobs`, 200)).json().items.length, 2);
  for (let n = 0; n < 4; n++) await ask('replayWebhook', `${one}:replay`, 202, { body: {} });
  await ask('replayWebhook', `${one}:replay`, 409, { body: {} });
  await ask('redeliverDeadLetters', `${one}/deadLetters:redeliver`, 409, { body: {} });
});

test('the feed is read to its end, where it answers a cursor all the same', async () => {
  const first = (await ask('listEvents', '/v1/events?limit=2&types=BrandSubmitted', 200)).json();
  assert.equal(first.items.length, 2);
  const after = `after=${first.nextCursor}`;
  await ask('listEvents', `/v1/events?${after}&aggregateId=${first.items[0].aggregateId}`, 200);
  const latest = (await ask('listEvents', '/v1/events?after=latest', 200)).json();
  assert.deepEqual(latest.items, []);
  await ask('listEvents', `/v1/events?after=${latest.nextCursor}&wait=0`, 200);
  await ask('listEvents', '/v1/events?after=x', 422);
  await ask('listEvents', '/v1/events?types=Nothing&wait=31', 422);
});

test('what cannot stand is refused as the contract says, field by field', async () => {
  const fields = async (id: string, url: string, sent: Sent) =>
    (await ask(id, url, 422, sent)).json().error.details.fields.map(({ field }: { field: string }) => field);
  const bad = { country: 'CA', taxId: '1', legalName: '', websiteDomain: 'a b', supportEmail: 'x', typo: 1 };
  assert.deepEqual(
    (await fields('createBrand', '/v1/brands', { body: bad })).sort(),
    Object.keys(bad).sort(),
  );
  const spec = {
    ...campaignOf('brand_none'),
    stopHelpText: 'call us',
    linkDomains: [],
    sampleMessages: [''],
  };
  assert.deepEqual((await fields('createCampaign', '/v1/campaigns', { body: spec })).sort(), [
    'linkDomains',
    'sampleMessages[0]',
    'stopHelpText',
  ]);
  assert.deepEqual(await fields('getNumber', '/v1/numbers/555', {}), ['path.e164']);
  assert.deepEqual(await fields('listBrands', '/v1/brands?cursor=x&phase=DRAFT', {}), ['query.cursor']);
  assert.deepEqual(await fields('listBrands', '/v1/brands?Phase=DRAFT&limit=0', {}), [
    'query.Phase',
    'query.limit',
  ]);
  assert.deepEqual(
    await fields('createBrand', '/v1/brands', { text: '', headers: { 'content-type': 'application/json' } }),
    ['body'],
  );
  const hidden = { ...brand, legalName: 'a\0b', displayName: '\ud800' };
  assert.deepEqual((await fields('createBrand', '/v1/brands', { body: hidden })).sort(), [
    'displayName',
    'legalName',
  ]);
});

test('every refusal of the edge is one of the contract', async () => {
  const body = brand;
  await ask('createCampaign', '/v1/campaigns', 404, { body: campaignOf('brand_none') });
  for (const [id, url] of [
    ['getBrand', '/v1/brands/none'],
    ['getCampaign', '/v1/campaigns/none'],
    ['getReadiness', '/v1/campaigns/none/readiness'],
    ['submitBrand', '/v1/brands/none:submit'],
    ['getNumber', '/v1/numbers/+12025550199'],
  ] as const) {
    await ask(id, url, 404);
  }
  await ask('createBrand', '/v1/brands', 401, { body, headers: { authorization: 'Bearer none' } });
  const reader = { authorization: `Bearer ${await tokenOf(['read'])}` };
  await ask('createBrand', '/v1/brands', 403, { body, headers: reader });
  await ask('createBrand', '/v1/brands', 400, { text: '{' });
  await ask('createBrand', '/v1/brands', 400, { body, headers: { 'idempotency-key': 'ü' } });
  await ask('updateBrand', '/v1/brands/none', 400, { body: {}, headers: { 'if-match': 'x' } });
  await ask('createBrand', '/v1/brands', 413, { text: `"${'x'.repeat(70_000)}"` });
  await ask('createBrand', '/v1/brands', 415, { body, headers: { 'content-type': 'text/plain' } });
  await ask('createBrand', '/v1/brands', 422, { text: '['.repeat(30_000) + ']'.repeat(30_000) });
});

test('the service says of itself what the contract says', async () => {
  for (const { id, path, scopes, method } of contract.operations) {
    if (!scopes && method === 'GET' && !path.includes('{')) await ask(id, path, 200);
  }
});

test('whether a number is held is said to who has the guard’s token, and to no tenant', async () => {
  const holdOf = (number: string) => `/internal/number-holds/${number}`;
  const headers = { authorization: `Bearer ${GUARD_TOKEN}` };
  const free = await ask('getNumberHold', holdOf('+12025559999'), 200, { headers });
  assert.deepEqual(free.json(), { e164: '+12025559999', held: false });
  await ask('getNumberHold', holdOf('12025559999'), 422, { headers });
  await ask('getNumberHold', holdOf('+12025559999'), 401);
});

test('what the provider reports is heard when it is signed, and refused when it is not', async () => {
  const [token] = TWILIO.authTokens;
  const form = new URLSearchParams({
    AccountSid: TWILIO.accountSid,
    BundleSid: `BU${'4'.repeat(32)}`,
    Status: 'in-review',
  });
  const callbacks = '/provider/twilio/callbacks';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const signed = { 'x-twilio-signature': signForm(token, `${PUBLIC_URL}${callbacks}`, form) };
  const sent = { text: form.toString(), headers: { ...headers, ...signed } };
  await ask('receiveTwilioCallback', callbacks, 204, sent);
  await ask('receiveTwilioCallback', callbacks, 400, { text: form.toString(), headers });
  const forged = { ...headers, 'x-twilio-signature': 'forged' };
  await ask('receiveTwilioCallback', callbacks, 403, { text: form.toString(), headers: forged });

  const body = JSON.stringify([
    {
      specversion: '1.0',
      id: 'EZ1',
      type: 'com.twilio.messaging.compliance.brand-registration.brand-verified',
      time: new Date().toISOString(),
      data: { accountsid: TWILIO.accountSid, brandsid: `BN${'5'.repeat(32)}` },
    },
  ]);
  const events = '/provider/twilio/events';
  const { url, signature } = signJson(token, `${PUBLIC_URL}${events}`, body);
  const there = url.slice(PUBLIC_URL.length);
  await ask('receiveTwilioEvents', there, 204, { text: body, headers: { 'x-twilio-signature': signature } });
  const other = { text: `${body} `, headers: { 'x-twilio-signature': signature } };
  await ask('receiveTwilioEvents', there, 403, other);
});

test('this file has seen a success of every operation of the contract', () => {
  const missing = contract.operations
    .map(({ id }) => id)
    .filter((id) => ![200, 201, 202, 204].some((status) => answered.has(`${id} ${status}`)));
  assert.deepEqual(missing, []);
});
