import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { useApp } from '../support/app.ts';
import { eachDatabase, testClock } from '../support/database.ts';
import { startReceiver } from '../support/receiver.ts';
import { fieldsOf, newWebhook, owedWebhook, submittedBrand, wholeStory } from './stories.ts';

type Webhook = Schemas['Webhook'];
type WithSecret = Schemas['WebhookWithSecret'];

const URL = 'https://hooks.aldercreek.com/a2p';
const DEFAULTS = [
  'BrandVetted',
  'BrandRejected',
  'CampaignApproved',
  'CampaignActivated',
  'CampaignRejected',
  'NumberAttached',
  'NumberVerified',
  'NumberAttachFailed',
  'A2PReady',
];

eachDatabase('webhooks', (open) => {
  const app = useApp(open);

  test('an endpoint is registered with the nine default types and a secret that is shown once (C33, C37)', async () => {
    const a = await app().tenant();
    const created = await a.call<WithSecret>('POST', '/webhooks', { url: URL, description: 'the gate' });
    assert.equal(created.status, 201);
    const { secret, ...webhook } = created.body;
    assert.equal(created.headers.location, `/v1/webhooks/${webhook.webhookId}`);
    assert.deepEqual(webhook.eventTypes, DEFAULTS);
    assert.deepEqual([webhook.url, webhook.active, webhook.description], [URL, true, 'the gate']);
    assert.deepEqual([webhook.health, webhook.timeoutSeconds, webhook.rateLimit], ['healthy', 5, undefined]);
    const createdAt = app().clock.current().toISOString();
    assert.deepEqual([webhook.createdAt, webhook.updatedAt], [createdAt, createdAt]);
    assert.deepEqual(webhook.secrets, [{ version: 1, createdAt }]);
    assert.equal(created.headers.etag, '"1"');
    assert.equal(Buffer.from(secret.slice('whsec_'.length), 'base64').length, 32);
    const read = await a.call<Webhook>('GET', `/webhooks/${webhook.webhookId}`);
    assert.deepEqual([read.status, read.headers.etag, read.body], [200, '"1"', webhook]);
    const list = await a.call<Schemas['WebhookList']>('GET', '/webhooks');
    assert.deepEqual(list.body, { items: [webhook] });
  });

  test('each endpoint has a secret of its own', async () => {
    const a = await app().tenant();
    const secrets = new Set<string>();
    for (let i = 0; i < 3; i++) {
      secrets.add((await a.call<WithSecret>('POST', '/webhooks', { url: URL })).body.secret);
    }
    assert.equal(secrets.size, 3);
  });

  test('what cannot be delivered to is refused with its field', async () => {
    const a = await app().tenant();
    for (const url of [
      'ftp://aldercreek.com/',
      'https://u:p@aldercreek.com/',
      `${URL}#x`,
      'aldercreek.com',
      '',
    ]) {
      const { status, body } = await a.call('POST', '/webhooks', { url });
      assert.deepEqual([status, [...new Set(fieldsOf(body))]], [422, ['url']], url);
    }
    const types = await a.call('POST', '/webhooks', { url: URL, eventTypes: ['BrandVetted', 'Nothing'] });
    assert.deepEqual([types.status, fieldsOf(types.body)], [422, ['eventTypes[1]']]);
    for (const eventTypes of [[], ['A2PReady', 'A2PReady']]) {
      const { status, body } = await a.call('POST', '/webhooks', { url: URL, eventTypes });
      assert.deepEqual([status, fieldsOf(body)], [422, ['eventTypes']]);
    }
    for (const pace of [
      ...[0, -1, 1.5, 1_001, '5', null].map((rateLimit) => ({ rateLimit })),
      ...[0, 0.5, 31, '5', null].map((timeoutSeconds) => ({ timeoutSeconds })),
    ]) {
      const { status, body } = await a.call('POST', '/webhooks', { url: URL, ...pace });
      assert.deepEqual([status, fieldsOf(body)], [422, Object.keys(pace)], JSON.stringify(pace));
    }
  });

  test('pace and deadline may be set from the beginning', async () => {
    const a = await app().tenant();
    const created = await newWebhook(a, { rateLimit: 1_000, timeoutSeconds: 30 });
    const { body } = await a.call<Webhook>('GET', `/webhooks/${created.webhookId}`);
    assert.deepEqual([body.rateLimit, body.timeoutSeconds], [1_000, 30]);
  });

  test('the hundred and first endpoint is refused; one that goes makes room', async () => {
    const a = await app().tenant();
    const { webhookId } = await newWebhook(a);
    for (let n = 1; n < 100; n++) await newWebhook(a);
    const refused = await a.call('POST', '/webhooks', { url: URL });
    assert.deepEqual([refused.status, refused.body.error.details.limit], [409, 100], refused.text);
    assert.equal((await a.call('DELETE', `/webhooks/${webhookId}`)).status, 204);
    await newWebhook(a);
    assert.equal((await a.call('POST', '/webhooks', { url: URL })).status, 409);
  });

  test('what is deleted is gone, its deliveries and jobs with it, and a second delete is a 404', async () => {
    const a = await app().tenant();
    const { webhookId, eventId, jobId } = await owedWebhook(a);
    const path = `/webhooks/${webhookId}`;
    const below = ['', '/deliveries', `/deliveries/${eventId}`, '/deadLetters', '/jobs', `/jobs/${jobId}`];
    for (const one of below) assert.equal((await a.call('GET', path + one)).status, 200, one);
    const gone = await a.call('DELETE', path);
    assert.deepEqual([gone.status, gone.text], [204, '']);
    for (const one of below) assert.equal((await a.call('GET', path + one)).status, 404, one);
    assert.equal((await a.call('DELETE', path)).status, 404);
    assert.deepEqual((await a.call<Schemas['WebhookList']>('GET', '/webhooks')).body, { items: [] });
    const { rows } = await sql`
      select from webhook_secrets where endpoint_id = ${webhookId}
      union all select from webhook_jobs where endpoint_id = ${webhookId}`.execute(app().db.owner);
    assert.equal(rows.length, 0);
    const event = await a.call<Schemas['EventDetail']>('GET', `/events/${eventId}`);
    assert.deepEqual(event.body.deliveries, [], 'the event itself is kept');
  });

  test('an endpoint that answered 410 reads as switched off, with the reason', async () => {
    const a = await app().tenant();
    const { webhookId } = await newWebhook(a);
    await sql`update webhook_endpoints set active = false, disabled_reason = 'gone'
      where endpoint_id = ${webhookId}`.execute(app().db.owner);
    const { body } = await a.call<Webhook>('GET', `/webhooks/${webhookId}`);
    assert.deepEqual([body.active, body.disabledReason, body.health], [false, 'gone', 'disabled']);
  });
});

eachDatabase('webhooks that are delivered', (open) => {
  // Receivers refuse what was not signed just now.
  const app = useApp(open, { clock: testClock(new Date().toISOString()) });

  test('events of a whole story arrive signed with the secret that was shown, in order per aggregate', async () => {
    const a = await app().tenant();
    const receiver = await startReceiver();
    try {
      const { body } = await a.call<WithSecret>('POST', '/webhooks', { url: receiver.url });
      receiver.trust(body.secret);
      const { campaignId } = await wholeStory(app(), a);
      assert.deepEqual(receiver.violations, []);
      const ofCampaign = receiver.accepted.filter(({ aggregateId }) => aggregateId === campaignId);
      assert.deepEqual(
        ofCampaign.map(({ type }) => type),
        ['CampaignApproved', 'CampaignActivated', 'A2PReady'],
      );
    } finally {
      await receiver.close();
    }
  });

  test('a receiver may change over to the new secret at any moment of the grace, and sees no bad signature', async () => {
    const a = await app().tenant();
    const receiver = await startReceiver();
    try {
      const { webhookId, secret } = await newWebhook(a, {
        url: receiver.url,
        eventTypes: ['BrandSubmitted'],
      });
      receiver.trust(secret);
      const path = `/webhooks/${webhookId}`;
      const submit = async (n: number) => {
        await submittedBrand(a, { taxId: `12-100000${n}` });
        await app().settle();
      };
      await submit(1);
      const { body } = await a.call<Schemas['RotatedSecret']>('POST', `${path}:rotateSecret`);
      await submit(2);
      receiver.trust(body.secret);
      await submit(3);
      await a.call('POST', `${path}:revokeSecret`, { version: 1 });
      await submit(4);
      assert.deepEqual([receiver.accepted.length, receiver.violations], [4, []]);
      receiver.trust(secret);
      await submit(5);
      assert.equal(receiver.violations.length, 1, 'the old one signs nothing any more');
    } finally {
      await receiver.close();
    }
  });

  test('the log of a delivery says what was answered, from where and how long it took', async () => {
    const a = await app().tenant();
    const receiver = await startReceiver();
    try {
      const { webhookId } = await newWebhook(a, { url: receiver.url });
      const { body } = await a.call<Schemas['EventRef']>('POST', `/webhooks/${webhookId}:test`);
      await app().settle();
      const path = `/webhooks/${webhookId}/deliveries/${body.eventId}`;
      const { state, attempts, attemptLog } = (await a.call<Schemas['DeliveryDetail']>('GET', path)).body;
      assert.deepEqual([state, attempts, attemptLog.length], ['delivered', 1, 1]);
      const [attempt] = attemptLog;
      assert.deepEqual(
        [attempt?.number, attempt?.outcome, attempt?.status, attempt?.address],
        [1, 'delivered', 204, '127.0.0.1'],
      );
      assert.ok((attempt?.phases.connectMs ?? -1) >= 0 && attempt?.phases.tlsMs === undefined);
    } finally {
      await receiver.close();
    }
  });
});
