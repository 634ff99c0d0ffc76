import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { mortal } from '../../../../test/support/crash.ts';
import { eachDatabase } from '../../../../test/support/database.ts';
import type { Database } from '../../database/database.ts';
import { TENANT } from '../delivery/dispatch.test-support.ts';
import { setUpUpkeep } from '../jobs/upkeep.test-support.ts';
import { createAnnouncer, sendTest } from './announce.ts';

const TYPES = ['WebhookFailing', 'WebhookRecovered', 'WebhookDisabled'];

interface StoredEvent {
  readonly type: string;
  readonly sequence: number;
  readonly feed_position: number;
  readonly body: Uint8Array;
}

eachDatabase('what is told of endpoints', (open) => {
  const setUp = async () => {
    const world = await setUpUpkeep(open);
    const { database, clock, query } = world;
    const { endpoint } = await world.addEndpoint('https://a.example/');
    const { endpoint: listener } = await world.addEndpoint('https://b.example/', TYPES);
    const { endpointId } = endpoint;
    const newAnnouncer = (on: Database = database) =>
      createAnnouncer({ database: on, clock, log: world.log });
    const become = (columns: string) =>
      query(`update webhook_endpoints set ${columns} where endpoint_id = '${endpointId}'`);
    const told = async () =>
      (
        await query<StoredEvent>(`
          select type, sequence, feed_position, body from events where aggregate_id = '${endpointId}'
          order by feed_position, sequence`)
      ).map(({ body, ...row }) => ({ ...row, ...JSON.parse(Buffer.from(body).toString()) }));
    return { ...world, endpointId, listenerId: listener.endpointId, newAnnouncer, become, told };
  };
  const FAILING = `failures = 12, failing_since = '2026-01-05T11:58:00Z'`;
  const HEALTHY = 'failures = 0, failing_since = null, active = true, disabled_reason = null';
  const DISABLED = `active = false, disabled_reason = 'The endpoint answered 410 Gone.'`;

  test('each change is told once, in order, as an event of the endpoint, to whoever asked for its type', async () => {
    const { newAnnouncer, become, told, endpointId, listenerId, clock, query, conserved } = await setUp();
    assert.equal(await newAnnouncer().runOnce(), 0, 'nothing has changed');
    for (const [columns, events] of [
      [FAILING, 1],
      ['failures = 13', 0],
      [HEALTHY, 1],
      [DISABLED, 1],
      [HEALTHY, 1],
      [`${FAILING}, ${DISABLED}`, 1],
      ['active = true, disabled_reason = null', 1],
      ['active = false', 0],
    ] as const) {
      await become(columns);
      assert.equal(await newAnnouncer().runOnce(), events, columns);
      assert.equal(await newAnnouncer().runOnce(), 0, 'once');
    }
    const events = await told();
    assert.deepEqual(
      events.map(({ type, sequence }) => [type, sequence]),
      [
        ['WebhookFailing', 1],
        ['WebhookRecovered', 2],
        ['WebhookDisabled', 3],
        ['WebhookRecovered', 4],
        ['WebhookDisabled', 5],
        ['WebhookFailing', 6],
      ],
    );
    const [failing, recovered, disabled] = events;
    const { eventId, ...body } = failing;
    assert.match(eventId, /^evt_/);
    assert.deepEqual(body, {
      type: 'WebhookFailing',
      tenantId: TENANT,
      aggregateType: 'webhook',
      aggregateId: endpointId,
      sequence: 1,
      feed_position: body.feed_position,
      timestamp: clock.current().toISOString(),
      data: { webhookId: endpointId, since: '2026-01-05T11:58:00.000Z', failures: 12 },
    });
    assert.deepEqual(recovered.data, { webhookId: endpointId });
    assert.deepEqual(disabled.data, { webhookId: endpointId, reason: 'The endpoint answered 410 Gone.' });
    const owed = await query('select distinct endpoint_id from deliveries');
    assert.deepEqual(owed, [{ endpoint_id: listenerId }]);
    await conserved();
  });

  test('a failing endpoint is told of with the last that one of its waiting events met', async () => {
    const { newAnnouncer, become, told, emit, newReceiver, query } = await setUp();
    await emit('thing_1', ['Happened', 'Happened']);
    await newReceiver(() => 'fail').dispatcher.runOnce();
    await query(`update deliveries set last_status = 503, last_error = 'status' where sequence = 1`);
    await become(FAILING);
    await newAnnouncer().runOnce();
    const [failing] = await told();
    assert.deepEqual([failing.data.lastStatus, failing.data.lastError], [503, 'status']);
  });

  test('killed before and after every step, each change is told once and the sequence has no gap', async () => {
    const { database, newAnnouncer, become, told, query } = await setUp();
    const changes = [FAILING, HEALTHY, DISABLED, HEALTHY];
    let deaths = 0;
    for (const columns of changes) {
      await become(columns);
      for (let dieAt = 1; ; dieAt++) {
        const host = mortal(database, dieAt);
        // Its first look may die as well, which ends the round; what comes later is logged.
        await newAnnouncer(host.database)
          .runOnce()
          .catch(() => {});
        if (!host.dead()) break;
        deaths += 1;
      }
    }
    assert.ok(deaths > 40, `only ${deaths} deaths`);
    assert.deepEqual(
      (await told()).map(({ sequence }) => sequence),
      [1, 2, 3, 4],
    );
    const unannounced = await query(`select from webhook_endpoints where announced <> 'healthy'`);
    assert.equal(unannounced.length, 0);
  });

  test('announcers at the same time tell it once', async () => {
    const { newAnnouncer, become, told } = await setUp();
    await become(FAILING);
    const counts = await Promise.all(Array.from({ length: 5 }, () => newAnnouncer().runOnce()));
    assert.equal(
      counts.reduce((sum, n) => sum + n),
      1,
    );
    assert.equal((await told()).length, 1);
  });

  test('one that cannot be told does not keep the others untold', async () => {
    const { newAnnouncer, become, told, query, listenerId, lines, database } = await setUp();
    await become(FAILING);
    await query(`update webhook_endpoints set failing_since = now() where endpoint_id = '${listenerId}'`);
    let turns = 0;
    const broken: Database = {
      ...database,
      transaction: (work) =>
        database.transaction(async (tx) => {
          const done = await work(tx);
          turns += 1;
          if (turns === 1) throw new Error('no room');
          return done;
        }),
    };
    assert.equal(await newAnnouncer(broken).runOnce(), 1);
    assert.ok(lines.some((line) => line.includes('webhook:health:failed')));
    assert.equal(await newAnnouncer().runOnce(), 1);
    assert.equal((await told()).length, 1);
  });

  test('a test event reaches its endpoint alone, whatever types it wants, and lets a held one out at once', async () => {
    const { asTenant, clock, endpointId, query, newReceiver, told, become } = await setUp();
    await become(`${FAILING}, held_until = '2099-01-01'`);
    const { eventId } = await asTenant((tx) =>
      sendTest(tx, clock, { tenantId: TENANT, endpointId, secretVersion: 1, now: clock.current() }),
    );
    assert.deepEqual(await query('select endpoint_id, event_id, secret_version from deliveries'), [
      { endpoint_id: endpointId, event_id: eventId, secret_version: 1 },
    ]);
    const [row] = await query(`
      select failures, held_until, event_sequence from webhook_endpoints where endpoint_id = '${endpointId}'`);
    assert.deepEqual(row, { failures: 12, held_until: null, event_sequence: 1 });
    const [event] = await told();
    assert.deepEqual([event.type, event.data], ['WebhookTest', { webhookId: endpointId, secretVersion: 1 }]);
    const { arrivals, receiveAll } = newReceiver();
    await receiveAll();
    assert.deepEqual(
      arrivals.map(({ type, aggregateId }) => [type, aggregateId]),
      [['WebhookTest', endpointId]],
    );
  });

  test('no test event of an endpoint that is not there, or is another tenant’s', async () => {
    const { asTenant, clock, endpointId, query } = await setUp();
    const ask = (tenantId: string, id: string) =>
      asTenant((tx) => sendTest(tx, clock, { tenantId, endpointId: id, now: clock.current() }), tenantId);
    for (const [tenantId, id] of [
      ['ten_2', endpointId],
      [TENANT, 'whk_0'],
    ] as const) {
      await assert.rejects(ask(tenantId, id), (error) => error instanceof Problem && error.status === 404);
    }
    assert.equal((await query('select from events')).length, 0);
  });

  test('the feed has the endpoint’s events in their order', async () => {
    const { newAnnouncer, become, asTenant, clock, endpointId, told } = await setUp();
    await become(FAILING);
    await newAnnouncer().runOnce();
    await asTenant((tx) => sendTest(tx, clock, { tenantId: TENANT, endpointId, now: clock.current() }));
    await become(HEALTHY);
    await newAnnouncer().runOnce();
    const events = await told();
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      [1, 2, 3],
    );
    assert.ok(events.every(({ feed_position }) => feed_position > 0));
  });
});
