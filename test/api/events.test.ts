import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { fieldsOf, newWebhook, submittedBrand, wholeStory } from './stories.ts';

type EventList = Schemas['EventList'];

eachDatabase('the feed of events', (open, engine) => {
  const app = useApp(open);

  const read = async (a: Caller, query = ''): Promise<EventList> => {
    const { status, body, text } = await a.call<EventList>('GET', `/events?${query}`);
    assert.equal(status, 200, text);
    return body;
  };
  /**
   * Reads on until it has so many events, and then until nothing is left. An event is shown only when every writer
   * that began before its own has ended, those of other tests on the same server too: so it waits for them.
   */
  const readAll = async (a: Caller, query: string, count: number) => {
    const events: EventList['items'][number][] = [];
    const until = performance.now() + 20_000;
    for (let after = ''; ; ) {
      const wait = events.length < count ? '&wait=1' : '';
      const page = await read(a, `${query}${after}${wait}`);
      const next = `&after=${page.nextCursor}`;
      events.push(...page.items);
      const ended = page.items.length === 0 && next === after;
      if (ended && events.length >= count) return events;
      assert.ok(performance.now() < until, `${events.length} of ${count} events`);
      after = next;
    }
  };

  test('a whole story is there once, in order per aggregate, of all types, whatever endpoints asked for', async () => {
    const a = await app().tenant();
    const { brandId, campaignId } = await wholeStory(app(), a);
    const all = await readAll(a, 'limit=100', 9);
    assert.equal(all.length, 9);
    assert.equal(new Set(all.map(({ eventId }) => eventId)).size, all.length);
    const of = (id: string) => all.filter(({ aggregateId }) => aggregateId === id).map(({ type }) => type);
    assert.deepEqual(of(brandId), ['BrandSubmitted', 'BrandVetted']);
    assert.deepEqual(of(campaignId), [
      'CampaignSubmitted',
      'CampaignApproved',
      'CampaignActivated',
      'A2PReady',
    ]);
    for (const limit of [1, 3]) assert.deepEqual(await readAll(a, `limit=${limit}`, all.length), all);

    const ids = (events: typeof all) => events.map(({ eventId }) => eventId);
    const types = 'types=A2PReady,BrandSubmitted';
    const wanted = all.filter(({ type }) => types.includes(type));
    assert.equal(wanted.length, 2);
    assert.deepEqual(ids(await readAll(a, `limit=1&${types}`, 2)), ids(wanted));
    const mine = all.filter(({ aggregateId }) => aggregateId === campaignId);
    assert.deepEqual(ids(await readAll(a, `limit=2&aggregateId=${campaignId}`, mine.length)), ids(mine));
    assert.deepEqual(ids(await readAll(a, `aggregateId=${brandId}&types=A2PReady`, 0)), []);
  });

  test('what happens later is behind the cursor, also behind `latest`', async () => {
    const a = await app().tenant();
    await submittedBrand(a);
    assert.equal((await readAll(a, '', 1)).length, 1);
    const latest = await read(a, 'after=latest');
    assert.deepEqual(latest.items, []);
    const all = await read(a);
    const brandId = await submittedBrand(a, { taxId: '12-0000002' });
    for (const { nextCursor } of [latest, all]) {
      const { items } = await read(a, `after=${nextCursor}&wait=20`);
      assert.deepEqual(
        items.map(({ aggregateId }) => aggregateId),
        [brandId],
      );
    }
  });

  test("a tenant reads its own events, with another tenant's cursor, too", async () => {
    const [a, b] = [await app().tenant(), await app().tenant()];
    await submittedBrand(a);
    const [first] = await readAll(a, '', 1);
    const { nextCursor } = await read(a);
    assert.deepEqual((await read(b)).items, []);
    await submittedBrand(b);
    const own = new Set((await readAll(b, '', 1)).map(({ tenantId }) => tenantId));
    assert.deepEqual(own, new Set([b.tenantId]));
    assert.deepEqual((await read(b, `aggregateId=${first?.aggregateId}`)).items, []);
    const after = await read(b, `after=${nextCursor}`);
    assert.ok(after.items.every(({ tenantId }) => tenantId === b.tenantId));
  });

  test('what is no cursor, type, id or time to wait is refused by its name', async () => {
    const a = await app().tenant();
    const cases: Readonly<Record<string, readonly string[]>> = {
      after: ['x', '', 'Latest', 'eyJhZnRlciI6IngifQ', 'x'.repeat(513)],
      types: ['', ',', 'A2PReady,', 'a2pready', 'Nothing', 'A2PReady,Nothing', 'x'.repeat(513)],
      aggregateId: ['', 'a b', 'x'.repeat(65)],
      wait: ['-1', '31', '1.5', 'x', ''],
      limit: ['0', '101'],
      cursor: ['x'],
    };
    for (const [name, values] of Object.entries(cases)) {
      for (const value of values) {
        const { status, body } = await a.call('GET', `/events?${name}=${encodeURIComponent(value)}`);
        assert.deepEqual([status, fieldsOf(body)], [422, [`query.${name}`]], `${name}=${value}`);
      }
    }
  });

  test('with `wait` an answer comes when something happens, and is empty when nothing does', async () => {
    const a = await app().tenant();
    await submittedBrand(a);
    await readAll(a, '', 1);
    const { nextCursor } = await read(a);
    const startedAt = performance.now();
    const nothing = await read(a, `after=${nextCursor}&wait=1`);
    assert.deepEqual(nothing, { items: [], nextCursor });
    assert.ok(performance.now() - startedAt >= 950, 'the second was waited for');

    const waiting = read(a, `after=${nextCursor}&wait=20`);
    const brandId = await submittedBrand(a, { taxId: '12-0000002' });
    const { items } = await waiting;
    assert.equal(items[0]?.aggregateId, brandId);
    assert.ok(performance.now() - startedAt < 15_000, `${engine}: it did not wait for the end of its time`);
    const there = performance.now();
    assert.equal((await read(a, 'wait=20')).items.length, 2);
    assert.ok(performance.now() - there < 5_000, 'what is there is answered at once');
  });

  test('a test event is in the feed as any other', async () => {
    const a = await app().tenant();
    const { webhookId } = await newWebhook(a);
    await a.call('POST', `/webhooks/${webhookId}:test`);
    const items = await readAll(a, `aggregateId=${webhookId}&types=WebhookTest`, 1);
    assert.deepEqual(
      items.map(({ aggregateType, sequence, data }) => [aggregateType, sequence, data]),
      [['webhook', 1, { webhookId }]],
    );
  });
});
