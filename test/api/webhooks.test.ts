import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { useApp } from '../support/app.ts';
import { eachDatabase, testClock } from '../support/database.ts';
import { startReceiver } from '../support/receiver.ts';
import { fieldsOf, submittedBrand, wholeStory } from './stories.ts';

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
    assert.equal(webhook.createdAt, app().clock.current().toISOString());
    assert.equal(Buffer.from(secret.slice('whsec_'.length), 'base64').length, 32);
    const read = await a.call<Webhook>('GET', `/webhooks/${webhook.webhookId}`);
    assert.deepEqual([read.status, read.body], [200, webhook]);
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
  });

  test('what is deleted is gone, with what it was owed, and a second delete is a 404', async () => {
    const a = await app().tenant();
    const { body } = await a.call<WithSecret>('POST', '/webhooks', {
      url: URL,
      eventTypes: ['BrandSubmitted'],
    });
    const { webhookId } = body;
    await submittedBrand(a);
    const owed = async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from deliveries where endpoint_id = ${webhookId}`.execute(app().db.owner);
      return rows[0]?.count;
    };
    assert.equal(await owed(), 1);
    const gone = await a.call('DELETE', `/webhooks/${webhookId}`);
    assert.deepEqual([gone.status, gone.text], [204, '']);
    assert.equal(await owed(), 0);
    assert.equal((await a.call('DELETE', `/webhooks/${webhookId}`)).status, 404);
    assert.equal((await a.call('GET', `/webhooks/${webhookId}`)).status, 404);
    assert.deepEqual((await a.call<Schemas['WebhookList']>('GET', '/webhooks')).body, { items: [] });
  });

  test('an endpoint that answered 410 reads as switched off, with the reason', async () => {
    const a = await app().tenant();
    const { body } = await a.call<WithSecret>('POST', '/webhooks', { url: URL });
    const path = `/webhooks/${body.webhookId}`;
    await sql`update webhook_endpoints set active = false, disabled_reason = 'gone'
      where endpoint_id = ${body.webhookId}`.execute(app().db.owner);
    const read = await a.call<Webhook>('GET', path);
    assert.deepEqual([read.body.active, read.body.disabledReason], [false, 'gone']);
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
});
