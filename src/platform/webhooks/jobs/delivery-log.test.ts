import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../../test/support/database.ts';
import { listAttempts } from '../delivery/attempt-log.ts';
import { setUpWebhooks, TENANT } from '../delivery/dispatch.test-support.ts';
import {
  type Deliveries,
  type DeliveryPage,
  deliveriesOf,
  getDelivery,
  listDeadLetters,
  listDeliveries,
  listLane,
} from './delivery-log.ts';

const SECOND = 1_000;

eachDatabase('the delivery log', (open) => {
  /** Two aggregates with three events each, alternating, a second apart, at one endpoint of two. */
  async function setUpEvents() {
    const world = await setUpWebhooks(open);
    const { endpoint } = await world.addEndpoint('https://a.example/');
    const { endpoint: other } = await world.addEndpoint('https://b.example/', ['Other']);
    const events: { eventId: string; aggregateId: string; sequence: number }[] = [];
    for (let round = 0; round < 3; round++) {
      for (const aggregateId of ['thing_1', 'thing_2']) {
        world.clock.advance(SECOND);
        for (const { eventId, sequence } of await world.emit(aggregateId, ['Happened'])) {
          events.push({ eventId, aggregateId, sequence });
        }
      }
    }
    const { endpointId } = endpoint;
    const asTenant = world.database.tenantTransaction;
    const idOf = (aggregateId: string, sequence: number) =>
      events.find((event) => event.aggregateId === aggregateId && event.sequence === sequence)?.eventId ??
      assert.fail();
    /** Moves the lane over its first events, as settling does. */
    const settle = (aggregateId: string, through: number, state: 'delivered' | 'dead') =>
      world.query(`
        with settled as (
          update deliveries set state = '${state}', settled_at = created_at,
            dead_at = case when '${state}' = 'dead' then created_at end
          where endpoint_id = '${endpointId}' and aggregate_id = '${aggregateId}' and sequence <= ${through}
            and state = 'pending'
          returning 1
        )
        update lanes set settled_through = ${through}, depth = depth - (select count(*) from settled),
          due_at = case when depth > (select count(*) from settled) then due_at end
        where endpoint_id = '${endpointId}' and aggregate_id = '${aggregateId}'`);
    return { ...world, endpointId, other, events, asTenant, idOf, settle };
  }

  async function everyPage(read: (page: DeliveryPage) => Promise<Deliveries | undefined>, limit: number) {
    const ids: string[] = [];
    const sizes: number[] = [];
    let after: string | undefined;
    do {
      const page = await read({ limit, ...(after === undefined ? {} : { after }) });
      assert.ok(page && sizes.length < 10);
      ids.push(...page.items.map(({ eventId }) => eventId));
      sizes.push(page.items.length);
      after = page.after;
    } while (after !== undefined);
    return { ids, sizes };
  }

  test('pages have every delivery once, newest event first; of one aggregate by its sequence', async () => {
    const { asTenant, endpointId, events, idOf } = await setUpEvents();
    const newestFirst = events.map(({ eventId }) => eventId).reverse();
    const all = await everyPage((page) => asTenant(TENANT, (tx) => listDeliveries(tx, endpointId, page)), 4);
    assert.deepEqual(all, { ids: newestFirst, sizes: [4, 2] });
    const lane = { endpointId, aggregateId: 'thing_2' };
    const one = await everyPage((page) => asTenant(TENANT, (tx) => listLane(tx, lane, page)), 2);
    assert.deepEqual(one, { ids: [3, 2, 1].map((n) => idOf('thing_2', n)), sizes: [2, 1] });
    const odd = await asTenant(TENANT, (tx) => listLane(tx, lane, { limit: 1, after: idOf('thing_2', 3) }));
    assert.equal(odd, undefined, 'a position of another list is none');
    const unknown = { endpointId, aggregateId: 'thing_9' };
    assert.deepEqual(await asTenant(TENANT, (tx) => listLane(tx, unknown, { limit: 1 })), { items: [] });
  });

  test('the first of a lane says when it is tried next, and no other does', async () => {
    const { asTenant, endpointId, idOf, settle, query, clock } = await setUpEvents();
    const next = (aggregateId: string, sequence: number) =>
      asTenant(TENANT, async (tx) => {
        const delivery = await getDelivery(tx, endpointId, idOf(aggregateId, sequence));
        return delivery?.nextAttemptAt?.getTime();
      });
    const due = clock.current().getTime() + 5 * SECOND;
    await query(`update lanes set due_at = '${new Date(due).toISOString()}' where aggregate_id = 'thing_1'`);
    assert.deepEqual([await next('thing_1', 1), await next('thing_1', 2)], [due, undefined]);
    await settle('thing_1', 1, 'delivered');
    assert.deepEqual([await next('thing_1', 1), await next('thing_1', 2)], [undefined, due]);
    // An older event that was put back comes first.
    await query(`update deliveries set state = 'pending' where event_id = '${idOf('thing_1', 1)}'`);
    await query(`update lanes set settled_through = 0, depth = 3 where aggregate_id = 'thing_1'`);
    assert.deepEqual([await next('thing_1', 1), await next('thing_1', 2)], [due, undefined]);
    const held = due + 60 * SECOND;
    await query(`update webhook_endpoints set held_until = '${new Date(held).toISOString()}'`);
    assert.equal(await next('thing_1', 1), held, 'an endpoint that is held back holds all its lanes');
    await query('update webhook_endpoints set active = false');
    assert.equal(await next('thing_1', 1), undefined, 'nothing is sent to a paused one');
  });

  test('a delivery says what became of it, and what stands elsewhere as long as it does', async () => {
    const { asTenant, endpointId, idOf, settle, query, clock, events } = await setUpEvents();
    const eventId = idOf('thing_1', 2);
    await settle('thing_1', 1, 'delivered');
    await settle('thing_1', 2, 'dead');
    await query(`update deliveries set attempts = 12, last_status = 500, last_error = 'status', replay_id = 'job_1'
      where event_id = '${eventId}'`);
    const read = () => asTenant(TENANT, (tx) => getDelivery(tx, endpointId, eventId));
    const createdAt = new Date(clock.current().getTime() - 3 * SECOND);
    const expected = {
      endpointId,
      eventId,
      type: 'Happened',
      aggregateId: 'thing_1',
      sequence: 2,
      previousSequence: 1,
      state: 'dead',
      attempts: 12,
      lastStatus: 500,
      lastError: 'status',
      createdAt,
      settledAt: createdAt,
      deadAt: createdAt,
      replayId: 'job_1',
    };
    assert.deepEqual(await read(), expected);
    await query('delete from events');
    const { type: _, ...withoutType } = expected;
    assert.deepEqual(await read(), withoutType);
    const first = await asTenant(TENANT, (tx) => getDelivery(tx, endpointId, events[0]?.eventId ?? ''));
    assert.equal(first?.previousSequence, 0, 'as its header says it');
    assert.equal(await asTenant(TENANT, (tx) => getDelivery(tx, endpointId, 'evt_none')), undefined);
  });

  test('dead letters are what was given up on and not sent again since', async () => {
    const { asTenant, endpointId, idOf, settle, query } = await setUpEvents();
    await settle('thing_1', 1, 'delivered');
    await settle('thing_1', 3, 'dead');
    await settle('thing_2', 1, 'dead');
    const dead = [idOf('thing_1', 3), idOf('thing_1', 2), idOf('thing_2', 1)];
    const letters = () =>
      everyPage((page) => asTenant(TENANT, (tx) => listDeadLetters(tx, endpointId, page)), 2);
    assert.deepEqual(await letters(), { ids: dead, sizes: [2, 1] });
    await query(`update deliveries set state = 'pending', dead_at = null where event_id = '${dead[0]}'`);
    assert.deepEqual((await letters()).ids, dead.slice(1));
  });

  test('one event is found at every endpoint of its tenant that was owed it', async () => {
    const { asTenant, addEndpoint, emit, endpointId } = await setUpEvents();
    const { endpoint: third } = await addEndpoint('https://c.example/');
    const [event] = await emit('thing_1', ['Happened']);
    const [older] = await emit('thing_3', ['Other']);
    assert.ok(event && older);
    const owedTo = async (eventId: string, tenantId = TENANT) =>
      (await asTenant(tenantId, (tx) => deliveriesOf(tx, { tenantId, eventId }))).map(
        (delivery) => delivery.endpointId,
      );
    assert.deepEqual(await owedTo(event.eventId), [endpointId, third.endpointId].sort());
    assert.equal((await owedTo(older.eventId)).length, 1);
    assert.deepEqual(await owedTo('evt_none'), []);
    assert.deepEqual(await owedTo(event.eventId, 'ten_2'), []);
  });

  test("nothing of it is another tenant's to read", async () => {
    const { asTenant, endpointId, idOf, query } = await setUpEvents();
    const eventId = idOf('thing_1', 1);
    await query(attempts(endpointId, eventId, 1));
    const seen = await asTenant('ten_2', async (tx) => [
      (await listDeliveries(tx, endpointId, { limit: 9 })).items,
      (await listLane(tx, { endpointId, aggregateId: 'thing_1' }, { limit: 9 }))?.items,
      (await listDeadLetters(tx, endpointId, { limit: 9 })).items,
      await getDelivery(tx, endpointId, eventId),
      await deliveriesOf(tx, { tenantId: TENANT, eventId }),
      await listAttempts(tx, endpointId, eventId),
    ]);
    assert.deepEqual(seen, [[], [], [], undefined, [], []]);
    assert.equal((await asTenant(TENANT, (tx) => listAttempts(tx, endpointId, eventId))).length, 1);
  });

  /** So many attempts of an event, the second of them a failure with every detail. */
  const attempts = (endpointId: string, eventId: string, count: number) => `
    insert into delivery_attempts (tenant_id, endpoint_id, event_id, number, attempted_at, outcome, status, error, stage,
      address, duration_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, response, replay_id)
    select '${TENANT}', '${endpointId}', '${eventId}', n, timestamptz '2026-01-05T12:00:00Z' + n * interval '1 second',
      case when n = 2 then 'retry' else 'delivered' end, 200 + n, case when n = 2 then 'timeout' end,
      case when n = 2 then 'response' end, '192.0.2.1', n, 1, 2, 3, 4, case when n = 2 then 'later' end,
      case when n = 2 then 'job_1' end
    from generate_series(1, ${count}) n`;

  test('attempts come in the order they were made, with their phases; the newest 100 of very many', async () => {
    const { asTenant, endpointId, idOf, query } = await setUpEvents();
    const eventId = idOf('thing_2', 1);
    const read = () => asTenant(TENANT, (tx) => listAttempts(tx, endpointId, eventId));
    assert.deepEqual(await read(), []);
    await query(attempts(endpointId, eventId, 130));
    const logged = await read();
    assert.deepEqual(
      logged.map(({ number }) => number),
      Array.from({ length: 100 }, (_, n) => n + 31),
    );
    await query('delete from delivery_attempts where number > 2');
    const common = { address: '192.0.2.1', phases: { dnsMs: 1, connectMs: 2, tlsMs: 3, firstByteMs: 4 } };
    assert.deepEqual(await read(), [
      {
        ...common,
        number: 1,
        attemptedAt: new Date('2026-01-05T12:00:01Z'),
        outcome: 'delivered',
        status: 201,
        durationMs: 1,
      },
      {
        ...common,
        number: 2,
        attemptedAt: new Date('2026-01-05T12:00:02Z'),
        outcome: 'retry',
        status: 202,
        error: 'timeout',
        stage: 'response',
        durationMs: 2,
        response: 'later',
        replayId: 'job_1',
      },
    ]);
  });
});
