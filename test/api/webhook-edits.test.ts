import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { type Answer, type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { fieldsOf, newWebhook, owedWebhook, submittedBrand } from './stories.ts';

type Webhook = Schemas['Webhook'];

eachDatabase('editing webhooks', (open) => {
  const app = useApp(open);

  /** An endpoint and how to patch it; every answer is held against what a GET says afterwards. */
  async function setUp(changes: object = {}) {
    const a = await app().tenant();
    const { secret, ...created } = await newWebhook(a, changes);
    const path = `/webhooks/${created.webhookId}`;
    const patch = async (body: object, headers = {}): Promise<Answer<Webhook & Schemas['Error']>> => {
      const answer = await a.call<Webhook & Schemas['Error']>('PATCH', path, body, headers);
      const read = await a.call<Webhook>('GET', path);
      if (answer.status === 200) {
        assert.deepEqual([answer.body, answer.headers.etag], [read.body, read.headers.etag]);
      }
      return answer;
    };
    const inDatabase = (change: string) =>
      sql
        .raw(`update webhook_endpoints set ${change} where endpoint_id = '${created.webhookId}'`)
        .execute(app().db.owner);
    return { a, created, path, patch, inDatabase };
  }

  test('a merge patch keeps what it leaves out, and null removes or sets back (RFC 7396)', async () => {
    const { created, patch } = await setUp({ description: 'gate', rateLimit: 3, timeoutSeconds: 20 });
    app().clock.advance(1_000);
    const updatedAt = app().clock.current().toISOString();
    const url = 'https://other.aldercreek.com/';
    const moved = await patch({ url }, { 'content-type': 'application/merge-patch+json' });
    assert.equal(moved.headers.etag, '"2"');
    assert.deepEqual(moved.body, { ...created, url, updatedAt });
    const cleared = await patch({ description: null, rateLimit: null, timeoutSeconds: null });
    const { description: _, rateLimit: __, ...rest } = { ...created, url, updatedAt, timeoutSeconds: 5 };
    assert.deepEqual(cleared.body, rest);
    const set = {
      description: 'x',
      rateLimit: 1,
      timeoutSeconds: 1,
      eventTypes: ['A2PReady', 'WebhookFailing'],
    };
    assert.deepEqual((await patch(set)).body, { ...rest, ...set });
  });

  test('a patch that changes nothing keeps ETag and time', async () => {
    const { created, patch } = await setUp({ description: 'gate' });
    app().clock.advance(1_000);
    const { url, eventTypes, description } = created;
    for (const same of [
      {},
      { url, eventTypes, description, active: true },
      { rateLimit: null, timeoutSeconds: 5 },
    ]) {
      const { headers, body } = await patch(same);
      assert.deepEqual([headers.etag, body], ['"1"', created]);
    }
  });

  test('an edit of what has moved on is refused with 412', async () => {
    const { patch } = await setUp();
    assert.equal((await patch({ rateLimit: 1 }, { 'if-match': '"1"' })).status, 200);
    const stale = await patch({ rateLimit: 2 }, { 'if-match': '"1"' });
    assert.deepEqual([stale.status, stale.body.error.code], [412, 'PreconditionFailed']);
    assert.equal((await patch({ rateLimit: 2 }, { 'if-match': 'W/"2"' })).status, 412);
    assert.equal((await patch({ rateLimit: 2 }, { 'if-match': '"9", "2"' })).status, 200);
    assert.equal((await patch({ rateLimit: 3 }, { 'if-match': '*' })).headers.etag, '"4"');
  });

  test('what cannot stand is refused by its field, and nothing is changed', async () => {
    const { patch } = await setUp();
    const refused: Readonly<Record<string, readonly unknown[]>> = {
      url: [
        'ftp://a.example/',
        'https://u:p@a.example/',
        'https://a.example/#x',
        '',
        null,
        'x'.repeat(2_049),
      ],
      eventTypes: [[], ['A2PReady', 'A2PReady'], null, 'A2PReady'],
      active: [null, 'false', 0],
      description: ['', ' ', 'x'.repeat(256), 'a\nb', 7],
      rateLimit: [0, -1, 1_001, 1.5, '5', true],
      timeoutSeconds: [0, 31, 2.5, '5'],
      secret: ['whsec_x'],
      webhookId: ['whk_x'],
      disabledReason: [null],
    };
    for (const [field, values] of Object.entries(refused)) {
      for (const value of values) {
        const { status, body } = await patch({ [field]: value });
        const what = `${field} ${JSON.stringify(value)}`;
        assert.deepEqual([status, [...new Set(fieldsOf(body))]], [422, [field]], what);
      }
    }
    assert.equal((await patch({})).headers.etag, '"1"');
  });

  test('a paused endpoint is owed what happens, and says when it is resumed that it is healthy', async () => {
    const a = await app().tenant();
    const { webhookId, eventId } = await owedWebhook(a);
    const path = `/webhooks/${webhookId}`;
    const set = async (active: boolean) => (await a.call<Webhook>('PATCH', path, { active })).body.health;
    assert.equal(await set(false), 'paused');
    await submittedBrand(a, { taxId: '12-0000009' });
    const backlog = async () =>
      (await a.call<Schemas['DeliveryList']>('GET', `${path}/deliveries`)).body.items.map((delivery) => [
        delivery.state,
        'nextAttemptAt' in delivery,
      ]);
    assert.deepEqual(await backlog(), [
      ['pending', false],
      ['pending', false],
    ]);
    assert.equal(await set(true), 'healthy');
    assert.deepEqual(await backlog(), [
      ['pending', true],
      ['pending', true],
    ]);
    assert.equal((await a.call('GET', `${path}/deliveries/${eventId}`)).status, 200);
  });

  test('health and reason are told; resuming forgets them; pausing what was disabled does not', async () => {
    const { patch, inDatabase, a, path } = await setUp();
    const failingSince = app().clock.current().toISOString();
    const health = async () => {
      const { body } = await a.call<Webhook>('GET', path);
      return [body.health, body.failingSince, body.disabledReason];
    };
    await inDatabase(`failures = 11, failing_since = '${failingSince}', held_until = '${failingSince}'`);
    assert.deepEqual(await health(), ['failing', failingSince, undefined]);
    await inDatabase(`active = false, disabled_reason = 'The endpoint answered 410 Gone.'`);
    await patch({ active: false });
    assert.deepEqual(await health(), ['disabled', failingSince, 'The endpoint answered 410 Gone.']);
    await patch({ active: true });
    assert.deepEqual(await health(), ['healthy', undefined, undefined]);
  });

  test('while a backlog is being skipped the endpoint cannot be resumed, and everything else goes on', async () => {
    const { a, patch, path } = await setUp();
    await patch({ active: false });
    const job = await a.call<Schemas['WebhookJob']>('POST', `${path}:skip`);
    const refused = await patch({ active: true, rateLimit: 5 });
    assert.deepEqual([refused.status, refused.body.error.code], [409, 'ConflictError']);
    assert.equal((await patch({ rateLimit: 5, active: false })).body.rateLimit, 5);
    await a.call('POST', `${path}/jobs/${job.body.jobId}:cancel`);
    assert.equal((await patch({ active: true })).body.health, 'healthy');
    await a.call('POST', `${path}:skip`);
    assert.equal((await patch({ active: true })).status, 200, 'it is active already');
  });

  test("another tenant's endpoint can neither be edited nor found out about", async () => {
    const { path, patch } = await setUp();
    const b: Caller = await app().tenant();
    for (const headers of [{}, { 'if-match': '"1"' }, { 'if-match': '"7"' }]) {
      const { status, body } = await b.call('PATCH', path, { active: false }, headers);
      assert.deepEqual([status, body.error.message], [404, 'Webhook not found']);
    }
    assert.equal((await patch({})).body.active, true);
  });
});
