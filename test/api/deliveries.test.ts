import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { fieldsOf, makeDead, newWebhook, owedWebhook } from './stories.ts';

type Deliveries = Schemas['DeliveryList'];
type Detail = Schemas['DeliveryDetail'];

eachDatabase('reading deliveries', (open) => {
  const app = useApp(open);

  /** An endpoint that is owed tests of its own, all of one aggregate, a second apart. */
  async function setUp(tests: number) {
    const a = await app().tenant();
    const { webhookId } = await newWebhook(a);
    const path = `/webhooks/${webhookId}`;
    const ids: string[] = [];
    for (let n = 0; n < tests; n++) {
      app().clock.advance(1_000);
      ids.unshift((await a.call<Schemas['EventRef']>('POST', `${path}:test`)).body.eventId);
    }
    return { a, webhookId, path, ids };
  }

  const everyPage = async (a: Caller, path: string, query: string) => {
    const ids: string[] = [];
    for (let cursor = '', pages = 0; pages < 9; pages++) {
      const { status, body, text } = await a.call<Deliveries>('GET', `${path}?${query}${cursor}`);
      assert.equal(status, 200, text);
      ids.push(...body.items.map(({ eventId }) => eventId));
      if (body.nextCursor === undefined) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    return ids;
  };

  test('pages have each delivery once, newest first, with and without the aggregate, and so dead letters', async () => {
    const { a, webhookId, path, ids } = await setUp(5);
    const lists = [`${path}/deliveries`, `${path}/deadLetters`];
    assert.deepEqual(await everyPage(a, `${path}/deliveries`, 'limit=2'), ids);
    assert.deepEqual(await everyPage(a, `${path}/deliveries`, `limit=2&aggregateId=${webhookId}`), ids);
    assert.deepEqual(await everyPage(a, `${path}/deliveries`, 'aggregateId=brand_none'), []);
    assert.deepEqual(await everyPage(a, `${path}/deadLetters`, 'limit=2'), []);
    await makeDead(app().db.owner, webhookId);
    assert.deepEqual(await everyPage(a, `${path}/deadLetters`, 'limit=2'), ids);
    for (const list of lists) {
      for (const query of ['limit=0', 'limit=101', 'limit=x']) {
        const { status, body } = await a.call('GET', `${list}?${query}`);
        assert.deepEqual([status, fieldsOf(body)], [422, ['query.limit']], query);
      }
      const { status, body } = await a.call('GET', `${list}?cursor=x`);
      assert.deepEqual([status, fieldsOf(body)], [422, ['query.cursor']]);
    }
    const { body } = await a.call<Deliveries>('GET', `${path}/deliveries?limit=1`);
    const other = `${path}/deliveries?aggregateId=${webhookId}&cursor=${body.nextCursor}`;
    const mixed = await a.call('GET', other);
    assert.deepEqual([mixed.status, fieldsOf(mixed.body)], [422, ['query.cursor']], 'of the other list');
  });

  test('a delivery tells where it stands; only the first of its aggregate says when it is tried next', async () => {
    const { a, webhookId, path, ids } = await setUp(2);
    const { body } = await a.call<Deliveries>('GET', `${path}/deliveries`);
    const common = { type: 'WebhookTest', aggregateId: webhookId, state: 'pending', attempts: 0 };
    const now = app().clock.current().getTime();
    const before = new Date(now - 1_000).toISOString();
    assert.deepEqual(body.items, [
      {
        ...common,
        eventId: ids[0],
        sequence: 2,
        previousSequence: 1,
        createdAt: new Date(now).toISOString(),
      },
      {
        ...common,
        eventId: ids[1],
        sequence: 1,
        previousSequence: 0,
        createdAt: before,
        nextAttemptAt: before,
      },
    ]);
  });

  test('the detail has every attempt: phases, status, error, where it ended and what was answered', async () => {
    const { a, webhookId, path, ids } = await setUp(1);
    const [eventId] = ids;
    const read = async () => (await a.call<Detail>('GET', `${path}/deliveries/${eventId}`)).body;
    assert.deepEqual((await read()).attemptLog, []);
    await sql`
      insert into delivery_attempts (tenant_id, endpoint_id, event_id, number, attempted_at, outcome, status, error,
        stage, address, duration_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, response, replay_id)
      values
        (${a.tenantId}, ${webhookId}, ${eventId}, 1, '2026-01-05T12:00:01Z', 'retry', null, 'timeout', 'connect',
         '192.0.2.1', 5000, 3, null, null, null, null, null),
        (${a.tenantId}, ${webhookId}, ${eventId}, 2, '2026-01-05T12:00:09Z', 'delivered', 200, null, null,
         '192.0.2.1', 40, 0, 10, 20, 5, 'thanks', 'job_1')`.execute(app().db.owner);
    assert.deepEqual((await read()).attemptLog, [
      {
        number: 1,
        attemptedAt: '2026-01-05T12:00:01.000Z',
        outcome: 'retry',
        error: 'timeout',
        stage: 'connect',
        address: '192.0.2.1',
        durationMs: 5_000,
        phases: { dnsMs: 3 },
      },
      {
        number: 2,
        attemptedAt: '2026-01-05T12:00:09.000Z',
        outcome: 'delivered',
        status: 200,
        address: '192.0.2.1',
        durationMs: 40,
        phases: { dnsMs: 0, connectMs: 10, tlsMs: 20, firstByteMs: 5 },
        response: 'thanks',
        replay: 'job_1',
      },
    ]);
  });

  test('an event tells how far it is at each endpoint, and is its own body', async () => {
    const a = await app().tenant();
    const quiet = await newWebhook(a, { eventTypes: ['A2PReady'] });
    const { webhookId: second } = await newWebhook(a, { eventTypes: ['BrandSubmitted'] });
    const { webhookId: first, eventId, brandId } = await owedWebhook(a);
    await makeDead(app().db.owner, first);
    const { status, body } = await a.call<Schemas['EventDetail']>('GET', `/events/${eventId}`);
    assert.equal(status, 200);
    const { rows } = await sql<{
      body: Uint8Array;
    }>`select body from events where event_id = ${eventId}`.execute(app().db.owner);
    assert.equal(JSON.stringify(body.event), Buffer.from(rows[0]?.body ?? []).toString());
    assert.deepEqual([body.event.aggregateId, body.event.tenantId], [brandId, a.tenantId]);
    const states = body.deliveries.map(({ webhookId, state, attempts }) => [webhookId, state, attempts]);
    assert.deepEqual(
      states,
      [
        [second, 'pending', 0],
        [first, 'dead', 12],
      ].sort(),
    );
    assert.ok(!JSON.stringify(states).includes(quiet.webhookId));
    const b = await app().tenant();
    for (const id of [eventId, 'evt_none', eventId.replace('evt', 'brand')]) {
      assert.equal((await b.call('GET', `/events/${id}`)).status, 404, id);
    }
  });
});
