import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { type Answer, type Caller, createApp, type TestApp, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { brandBody, draftBrand, draftCampaign, newNumber, newWebhook } from './stories.ts';

const URL = 'https://hooks.aldercreek.com/';
const withKey = (key: string) => ({ 'idempotency-key': key });

eachDatabase('writes at the same moment', (open, engine) => {
  const app = useApp(open);
  let twin: (TestApp & { readonly stop: () => Promise<void> }) | undefined;
  before(async () => {
    const { db, clock } = app();
    if (engine !== 'postgres') return;
    assert.ok(db.url);
    const database = openPostgres(db.url, { onError: () => {} });
    const other = await createApp(database, { clock });
    const stop = async () => {
      await other.close();
      await database.close();
    };
    twin = { ...other, stop };
  });
  after(() => twin?.stop());

  /** The same request many times at once; on PostgreSQL through two instances with a pool each. */
  async function atOnce(a: Caller, request: (who: Caller, n: number) => Promise<Answer<unknown>>) {
    const other = twin?.caller(a.tenantId, a.token) ?? a;
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => request(n % 2 === 0 ? a : other, n)),
    );
    const counts: Record<number, number> = {};
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    return { answers, counts };
  }
  const eventsOf = async (a: Caller) => {
    const { rows } = await sql<{ type: string; sequence: number }>`
      select type, sequence from events where tenant_id = ${a.tenantId} order by aggregate_id, sequence
    `.execute(app().db.owner);
    return rows.map(({ type, sequence }) => `${sequence} ${type}`);
  };

  test('one key: the work is done once and all get its answer', async () => {
    const a = await app().tenant();
    const { answers } = await atOnce(a, (who) => who.call('POST', '/brands', brandBody(), withKey('k')));
    assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1);
    assert.equal(answers[0]?.status, 201);
    assert.equal(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined).length, 1);
    const { body } = await a.call<Schemas['BrandList']>('GET', '/brands');
    assert.equal(body.items.length, 1);
  });

  test('one key on webhooks: one endpoint, one secret', async () => {
    const a = await app().tenant();
    const { answers } = await atOnce(a, (who) => who.call('POST', '/webhooks', { url: URL }, withKey('k')));
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    const { body } = await a.call<Schemas['WebhookList']>('GET', '/webhooks');
    assert.equal(body.items.length, 1);
  });

  test('no key, one EIN: one creates, the others find what he made (C3)', async () => {
    const a = await app().tenant();
    const { answers, counts } = await atOnce(a, (who) => who.call('POST', '/brands', brandBody()));
    assert.deepEqual(counts, { 200: 11, 201: 1 });
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  });

  test('submits without a key: one is taken, the others are told that it is SUBMITTED', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a);
    const { counts } = await atOnce(a, (who) => who.call('POST', `/brands/${brandId}:submit`));
    assert.deepEqual(counts, { 202: 1, 409: 11 });
    assert.deepEqual(await eventsOf(a), ['1 BrandSubmitted']);
  });

  test('one number: one attach is taken, whichever campaign, tenant and key', async () => {
    const [a, b] = [await app().tenant(), await app().tenant()];
    const campaignOf = new Map<string, string>();
    for (const who of [a, b]) campaignOf.set(who.tenantId, await draftCampaign(who, await draftBrand(who)));
    const e164 = newNumber();
    const { counts } = await atOnce(a, (who, n) => {
      const by = n % 3 === 0 ? b : who;
      const campaignId = campaignOf.get(by.tenantId);
      return by.call('POST', '/numbers:attach', { campaignId, e164 }, n % 4 === 0 ? withKey(`k${n}`) : {});
    });
    assert.deepEqual(counts, { 202: 1, 409: 11 });
  });

  test('edits with one ETag: one is taken, the others see that it has moved on', async () => {
    const a = await app().tenant();
    const path = `/brands/${await draftBrand(a)}`;
    const { counts } = await atOnce(a, (who, n) =>
      who.call('PATCH', path, { displayName: `Alder ${n}` }, { 'if-match': '"1"' }),
    );
    assert.deepEqual(counts, { 200: 1, 412: 11 });
  });

  test('an endpoint: one of the edits with one ETag is taken, and five of the replays', async () => {
    const a = await app().tenant();
    const path = `/webhooks/${(await newWebhook(a)).webhookId}`;
    const edits = await atOnce(a, (who, n) =>
      who.call('PATCH', path, { rateLimit: n + 1 }, { 'if-match': '"1"' }),
    );
    assert.deepEqual(edits.counts, { 200: 1, 412: 11 });
    const replays = await atOnce(a, (who) => who.call('POST', `${path}:replay`, {}));
    assert.deepEqual(replays.counts, { 202: 5, 409: 7 });
  });

  test('a backlog is skipped once, and an endpoint is not resumed meanwhile, whoever comes first', async () => {
    const a = await app().tenant();
    const path = `/webhooks/${(await newWebhook(a)).webhookId}`;
    await a.call('PATCH', path, { active: false });
    const { answers } = await atOnce(a, (who, n) =>
      n % 3 === 0 ? who.call('PATCH', path, { active: true }) : who.call('POST', `${path}:skip`),
    );
    const skips = answers.filter((_, n) => n % 3 !== 0).filter(({ status }) => status === 202);
    assert.equal(skips.length, 1);
    for (const { status, text } of answers) assert.ok([200, 202, 409].includes(status), text);
    const jobs = await a.call<Schemas['WebhookJobList']>('GET', `${path}/jobs`);
    assert.equal(jobs.body.items.length, 1);
  });

  test('edits without an ETag follow each other, and each is one generation', async () => {
    const a = await app().tenant();
    const path = `/brands/${await draftBrand(a)}`;
    const { counts } = await atOnce(a, (who, n) => who.call('PATCH', path, { displayName: `Alder ${n}` }));
    assert.deepEqual(counts, { 200: 12 });
    const { body, headers } = await a.call<Schemas['Brand']>('GET', path);
    assert.deepEqual([body.status.generation, headers.etag], [13, '"13"']);
  });
});
