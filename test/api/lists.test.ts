import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  attachedNumber,
  draftBrand,
  draftCampaign,
  fieldsOf,
  newNumber,
  submittedBrand,
  submittedCampaign,
} from './stories.ts';

interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly nextCursor?: string;
}

/** Every list: how one more item comes about, and what tells it from others. */
const LISTS = [
  { path: '/brands', id: 'brandId' },
  { path: '/campaigns', id: 'campaignId' },
  { path: '/numbers', id: 'e164' },
  { path: '/webhooks', id: 'webhookId' },
] as const;

eachDatabase('lists', (open) => {
  const app = useApp(open);

  /** Makes items of a list, one at a time, later ones at a later time. */
  async function maker(tenant: Caller, path: string): Promise<(n: number) => Promise<string>> {
    if (path === '/brands') return (n) => draftBrand(tenant, { taxId: `12-${1_000_000 + n}` });
    if (path === '/webhooks') {
      return async (n) => {
        const url = `https://hooks.aldercreek.com/${n}`;
        return (await tenant.call<{ webhookId: string }>('POST', '/webhooks', { url })).body.webhookId;
      };
    }
    const brandId = await draftBrand(tenant);
    if (path === '/campaigns') return () => draftCampaign(tenant, brandId);
    const campaignId = await draftCampaign(tenant, brandId);
    return () => attachedNumber(tenant, campaignId, newNumber());
  }

  const read = async (tenant: Caller, path: string, query: string): Promise<Page> => {
    const { status, body } = await tenant.call<Page>('GET', `${path}?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };

  for (const { path, id } of LISTS) {
    test(`${path}: pages have every item once, newest first, while more are written between them`, async () => {
      const a = await app().tenant();
      const make = await maker(a, path);
      const made: string[] = [];
      for (let n = 0; n < 7; n++) {
        // Some within one millisecond, as under load.
        if (n % 3 === 0) app().clock.advance(1);
        made.push(await make(n));
      }
      const seenIds: unknown[] = [];
      let query = 'limit=3';
      for (let pages = 0; pages < 10; pages++) {
        const { items, nextCursor } = await read(a, path, query);
        assert.ok(items.length <= 3);
        seenIds.push(...items.map((item) => item[id]));
        if (nextCursor === undefined) break;
        query = `limit=3&cursor=${nextCursor}`;
        app().clock.advance(1);
        await make(100 + pages);
      }
      assert.equal(new Set(seenIds).size, seenIds.length, 'none twice');
      assert.deepEqual([...seenIds].sort(), [...made].sort(), 'none left out');
      const all = await read(a, path, 'limit=100');
      assert.equal(all.nextCursor, undefined);
      assert.equal(all.items.length, 7 + 2);
    });

    test(`${path}: a tenant sees his own, with another tenant's cursor, too; bounds are told`, async () => {
      const [a, b] = [await app().tenant(), await app().tenant()];
      const make = await maker(a, path);
      for (let n = 0; n < 3; n++) await make(n);
      const { nextCursor } = await read(a, path, 'limit=1');
      assert.ok(nextCursor);
      const makeOther = await maker(b, path);
      const own = await makeOther(50);
      for (const query of ['', `cursor=${nextCursor}`]) {
        const ids = (await read(b, path, query)).items.map((item) => item[id]);
        assert.ok(
          ids.every((found) => found === own),
          query,
        );
      }
      for (const query of ['limit=0', 'limit=101', 'limit=1.5', 'limit=x', 'limit=', 'limit=1&limit=2']) {
        const { status, body } = await a.call('GET', `${path}?${query}`);
        assert.deepEqual([status, fieldsOf(body)], [422, ['query.limit']], query);
      }
      const withOne = Buffer.from('{"after":1}').toString('base64url');
      for (const cursor of ['x', '', `${nextCursor}x`, withOne, encodeURIComponent('{"after":"brand_1"}')]) {
        const { status, body } = await a.call('GET', `${path}?cursor=${cursor}`);
        assert.deepEqual([status, fieldsOf(body)], [422, ['query.cursor']], cursor);
      }
      const unknown = await a.call('GET', `${path}?sort=asc`);
      assert.deepEqual([unknown.status, fieldsOf(unknown.body)], [422, ['query.sort']]);
    });
  }

  test('the default page has 20 items', async () => {
    const a = await app().tenant();
    const make = await maker(a, '/webhooks');
    for (let n = 0; n < 21; n++) await make(n);
    const { items, nextCursor } = await read(a, '/webhooks', '');
    assert.equal(items.length, 20);
    assert.equal((await read(a, '/webhooks', `cursor=${nextCursor}`)).items.length, 1);
  });

  test('filters hold on every page, and a page is full while there is more', async () => {
    const a = await app().tenant();
    const drafts: string[] = [];
    for (let n = 0; n < 5; n++) {
      const taxId = `12-${2_000_000 + n}`;
      if (n % 2 === 0) drafts.push(await draftBrand(a, { taxId }));
      else await submittedBrand(a, { taxId });
    }
    const first = await read(a, '/brands', 'phase=DRAFT&limit=2');
    assert.equal(first.items.length, 2);
    const rest = await read(a, '/brands', `phase=DRAFT&limit=2&cursor=${first.nextCursor}`);
    const ids = [...first.items, ...rest.items].map(({ brandId }) => brandId);
    assert.deepEqual(ids.sort(), drafts.sort());
    assert.equal(rest.nextCursor, undefined);

    const [one = '', other = ''] = drafts;
    const campaigns = [
      await draftCampaign(a, one),
      await submittedCampaign(a, one),
      await draftCampaign(a, other),
    ];
    const campaignIds = async (query: string) =>
      (await read(a, '/campaigns', query)).items.map(({ campaignId }) => campaignId).sort();
    assert.deepEqual(await campaignIds(`brandId=${one}`), campaigns.slice(0, 2).sort());
    assert.deepEqual(await campaignIds(`brandId=${one}&phase=SUBMITTED`), campaigns.slice(1, 2));
    assert.deepEqual(await campaignIds('brandId=brand_none'), []);

    const [here = '', there = ''] = campaigns;
    const e164 = await attachedNumber(a, here);
    await attachedNumber(a, there);
    await a.call('POST', '/numbers:detach', { e164 });
    const numbers = async (query: string) =>
      (await read(a, '/numbers', query)).items.map((item) => item.e164);
    assert.deepEqual(await numbers(`campaignId=${here}`), [e164]);
    assert.deepEqual(await numbers('phase=DETACHED'), [e164]);
    assert.deepEqual(await numbers(`campaignId=${here}&phase=REQUESTED`), []);
    for (const path of ['/brands', '/campaigns', '/numbers']) {
      const { status, body } = await a.call('GET', `${path}?phase=draft`);
      assert.deepEqual([status, fieldsOf(body)], [422, ['query.phase']]);
    }
  });

  test("another tenant's brand or campaign as a filter finds nothing", async () => {
    const [a, b] = [await app().tenant(), await app().tenant()];
    const brandId = await draftBrand(a);
    const campaignId = await draftCampaign(a, brandId);
    await attachedNumber(a, campaignId);
    assert.deepEqual(await read(b, '/campaigns', `brandId=${brandId}`), { items: [] });
    assert.deepEqual(await read(b, '/numbers', `campaignId=${campaignId}`), { items: [] });
  });
});
