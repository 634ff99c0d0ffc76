import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { type Answer, type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  attachedNumber,
  brandBody,
  campaignBody,
  draftBrand,
  draftCampaign,
  makeDead,
  newNumber,
  owedWebhook,
  submittedBrand,
} from './stories.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const URL = 'https://hooks.aldercreek.com/';
/** Of an answer, what is its own and not of the connection, the limit or the moment. */
const OWN_HEADERS = ['etag', 'location', 'content-type', 'content-length', 'retry-after'];

const withKey = (key: string) => ({ 'idempotency-key': key });

function assertReplay(first: Answer<unknown>, second: Answer<unknown>, what = ''): void {
  assert.equal(first.headers['idempotent-replayed'], undefined, what);
  assert.equal(second.headers['idempotent-replayed'], 'true', what);
  assert.deepEqual([second.status, second.text], [first.status, first.text], what);
  for (const name of OWN_HEADERS) assert.equal(second.headers[name], first.headers[name], `${what} ${name}`);
  assert.notEqual(second.headers['correlation-id'], first.headers['correlation-id']);
}

eachDatabase('idempotency keys', (open) => {
  const app = useApp(open);

  const rows = async (table: string, tenant: Caller) => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(table)} where tenant_id = ${tenant.tenantId}
    `.execute(app().db.owner);
    return rows[0]?.count;
  };

  test('every POST repeats its success: same status, bytes and headers, marked, and done once', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a);
    const campaignId = await draftCampaign(a, brandId);
    const e164 = newNumber();
    const { webhookId, eventId, jobId } = await owedWebhook(a);
    const hook = `/webhooks/${webhookId}`;
    await makeDead(app().db.owner, webhookId);
    const posts: readonly [path: string, body: unknown, status: number][] = [
      ['/brands', brandBody({ taxId: '12-0000001' }), 201],
      ['/brands', brandBody({ displayName: 'Alder' }), 200],
      [`/brands/${brandId}:submit`, undefined, 202],
      ['/campaigns', campaignBody(brandId), 201],
      [`/campaigns/${campaignId}:submit`, undefined, 202],
      ['/numbers:attach', { campaignId, e164 }, 202],
      ['/numbers:detach', { e164 }, 200],
      ['/webhooks', { url: URL }, 201],
      [`${hook}:test`, undefined, 202],
      [`${hook}:rotateSecret`, { graceSeconds: 60 }, 201],
      [`${hook}:revokeSecret`, { version: 1 }, 200],
      [`${hook}:replay`, { dryRun: true }, 200],
      [`${hook}:replay`, {}, 202],
      [`${hook}/deadLetters:redeliver`, {}, 202],
      [`${hook}/deadLetters/${eventId}:redeliver`, undefined, 202],
      [`${hook}:skip`, undefined, 202],
      [`${hook}/jobs/${jobId}:cancel`, undefined, 200],
    ];
    for (const [index, [path, body, status]] of posts.entries()) {
      const headers = withKey(`success ${index}`);
      const first = await a.call<unknown>('POST', path, body, headers);
      assert.equal(first.status, status, `${path} ${first.text}`);
      for (let time = 0; time < 2; time++) {
        assertReplay(first, await a.call<unknown>('POST', path, body, headers), path);
      }
    }
    assert.deepEqual(
      await Promise.all(
        [
          ...['brands', 'campaigns', 'bindings', 'webhook_endpoints', 'webhook_secrets', 'webhook_jobs'],
          'events',
        ].map((table) => rows(table, a)),
      ),
      // Jobs: that of the endpoint's making, replay, redelivery and skip. Events: two brands and a campaign
      // submitted, number asked for and detached, a test.
      [3, 2, 1, 2, 3, 4, 6],
    );
    const { rows: keys } = await sql<{ body: Uint8Array }>`
      select body from idempotency_keys where tenant_id = ${a.tenantId}`.execute(app().db.owner);
    assert.ok(keys.length >= posts.length);
    for (const { body } of keys) assert.ok(!Buffer.from(body).includes('whsec_'), 'secrets rest sealed');
  });

  test('every refusal that came after work began is repeated: 404, 409, 412, 422', async () => {
    const a = await app().tenant();
    const brandId = await submittedBrand(a);
    const draft = await draftBrand(a, { taxId: '12-0000002' });
    const campaignId = await draftCampaign(a, brandId);
    const e164 = await attachedNumber(a, campaignId);
    const { webhookId, eventId } = await owedWebhook(a);
    const hook = `/webhooks/${webhookId}`;
    const posts: readonly [path: string, body: unknown, status: number, headers?: object][] = [
      ['/brands', brandBody({ displayName: 'Alder' }), 409],
      ['/brands', brandBody({ websiteDomain: 'bit.ly' }), 422],
      [`/brands/${brandId}:submit`, undefined, 409],
      ['/brands/none:submit', undefined, 404],
      [`/brands/${draft}:submit`, undefined, 412, { 'if-match': '"7"' }],
      ['/campaigns', campaignBody('none'), 404],
      ['/campaigns', campaignBody(brandId, { linkDomains: ['elsewhere.com'] }), 422],
      ['/campaigns/none:submit', undefined, 404],
      ['/numbers:attach', { campaignId, e164 }, 409],
      ['/numbers:attach', { campaignId: 'none', e164 }, 404],
      ['/numbers:detach', { e164: newNumber() }, 404],
      ['/webhooks', { url: 'https://u:p@aldercreek.com/' }, 422],
      ['/webhooks/none:test', {}, 404],
      [`${hook}:test`, { secretVersion: 7 }, 422],
      [`${hook}:revokeSecret`, { version: 1 }, 409],
      [`${hook}:revokeSecret`, { version: 7 }, 404],
      [`${hook}:replay`, { since: '2001-01-01T00:00:00Z' }, 422],
      [`${hook}/jobs/none:cancel`, undefined, 404],
      [`${hook}/deadLetters/${eventId}:redeliver`, undefined, 409],
    ];
    for (const [index, [path, body, status, more]] of posts.entries()) {
      const headers = { ...withKey(`refusal ${index}`), ...more };
      const first = await a.call('POST', path, body, headers);
      assert.equal(first.status, status, `${path} ${first.text}`);
      assertReplay(first, await a.call('POST', path, body, headers), path);
    }
  });

  test('the first answer is repeated even when the same request would be answered otherwise by now', async () => {
    const a = await app().tenant();
    const headers = withKey('k');
    const created = await a.call('POST', '/brands', brandBody(), headers);
    await app().settle();
    assertReplay(created, await a.call('POST', '/brands', brandBody(), headers));
    const refused = await a.call('POST', '/numbers:detach', { e164: '+12025550001' }, headers);
    assert.equal(refused.status, 404);
    const campaignId = await draftCampaign(a, await draftBrand(a, { taxId: '12-0000003' }));
    await attachedNumber(a, campaignId, '+12025550001');
    assertReplay(refused, await a.call('POST', '/numbers:detach', { e164: '+12025550001' }, headers));
  });

  test('another body under the same key is a 409, and the first answer stays', async () => {
    const a = await app().tenant();
    const first = await a.call('POST', '/brands', brandBody(), withKey('k'));
    const other = await a.call('POST', '/brands', brandBody({ displayName: 'Alder' }), withKey('k'));
    assert.deepEqual([other.status, other.body.error.code], [409, 'ConflictError']);
    assert.equal(other.headers['idempotent-replayed'], undefined);
    const reordered = Object.fromEntries(Object.entries(brandBody()).reverse());
    assertReplay(first, await a.call('POST', '/brands', reordered, withKey('k')));
  });

  test('a key counts for one tenant and one path', async () => {
    const [a, b] = [await app().tenant(), await app().tenant()];
    const of = [
      await a.call<Schemas['Brand']>('POST', '/brands', brandBody(), withKey('k')),
      await b.call<Schemas['Brand']>('POST', '/brands', brandBody(), withKey('k')),
    ];
    assert.deepEqual(
      of.map(({ status }) => status),
      [201, 201],
    );
    const [one, two] = of.map(({ body }) => body.brandId);
    assert.notEqual(one, two);
    assert.equal((await a.call('POST', `/brands/${one}:submit`, undefined, withKey('k'))).status, 202);
    const campaign = await a.call('POST', '/campaigns', campaignBody(String(one)), withKey('k'));
    assert.equal(campaign.status, 201);
  });

  test("a webhook's secret is in its replay, and rests sealed", async () => {
    const a = await app().tenant();
    const first = await a.call<Schemas['WebhookWithSecret']>('POST', '/webhooks', { url: URL }, withKey('k'));
    assertReplay(first, await a.call('POST', '/webhooks', { url: URL }, withKey('k')));
    const { rows } = await sql<{ body: Uint8Array }>`
      select body from idempotency_keys where tenant_id = ${a.tenantId}`.execute(app().db.owner);
    const stored = Buffer.concat(rows.map(({ body }) => Buffer.from(body)));
    assert.ok(stored.length > 0);
    assert.ok(!stored.includes(first.body.secret) && !stored.includes('whsec_'));
  });

  test('after 24 hours the key is free, and not a millisecond before (C12)', async () => {
    const a = await app().tenant();
    const post = () => a.call('POST', '/brands', brandBody(), withKey('k'));
    const first = await post();
    app().clock.advance(DAY_MS - 1);
    assertReplay(first, await post());
    app().clock.advance(1);
    const anew = await post();
    assert.deepEqual([anew.status, anew.headers['idempotent-replayed']], [200, undefined]);
    assertReplay(anew, await post());
  });

  test('what was refused before any work keeps no key: mended, the request may use it', async () => {
    const a = await app().tenant();
    const invalid = await a.call('POST', '/brands', brandBody({ taxId: 'x' }), withKey('k'));
    assert.equal(invalid.status, 422);
    const noScope = await a.as('read');
    assert.equal((await noScope.call('POST', '/brands', brandBody(), withKey('k'))).status, 403);
    assert.equal((await a.call('POST', '/brands', brandBody(), withKey('k'))).status, 201);
  });

  test('a replay takes a token with the scope, as the request does', async () => {
    const a = await app().tenant();
    await a.call('POST', '/brands', brandBody(), withKey('k'));
    const reader = await a.as('read');
    assert.equal((await reader.call('POST', '/brands', brandBody(), withKey('k'))).status, 403);
    const stranger = app().caller(a.tenantId, 'nmc_nobody');
    assert.equal((await stranger.call('POST', '/brands', brandBody(), withKey('k'))).status, 401);
  });

  test('a key may be any printable ASCII up to 255 characters', async () => {
    const a = await app().tenant();
    for (const [index, key] of ["it's {}[];--", '"quoted"', 'x'.repeat(255), '%00\\u0000'].entries()) {
      const body = brandBody({ taxId: `12-${1_000_000 + index}` });
      const first = await a.call('POST', '/brands', body, withKey(key));
      assert.equal(first.status, 201, key);
      assertReplay(first, await a.call('POST', '/brands', body, withKey(key)));
    }
  });

  test('GET, PATCH and DELETE take no notice of a key', async () => {
    const a = await app().tenant();
    const path = `/brands/${await draftBrand(a)}`;
    for (const displayName of ['One', 'Two']) {
      const { status, body } = await a.call<Schemas['Brand']>('PATCH', path, { displayName }, withKey('k'));
      assert.deepEqual([status, body.spec.displayName], [200, displayName]);
    }
  });
});
