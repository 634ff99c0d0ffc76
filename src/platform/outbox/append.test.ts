import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KyselyPlugin, sql } from 'kysely';
import { eachDatabase } from '../../../test/support/database.ts';
import type { Tx } from '../database/database.ts';
import { setUpWebhooks, TENANT } from '../webhooks/delivery/dispatch.test-support.ts';
import { deleteEndpoint } from '../webhooks/endpoints/endpoints.ts';
import { appendEvents, type NewEvents } from './append.ts';
import { someoneWaits } from './feed.test-support.ts';

interface Owed {
  endpoint_id: string;
  aggregate_id: string;
  sequence: number;
  previous_sequence: number | null;
}
const OWED = 'select * from deliveries order by endpoint_id, aggregate_id, sequence';

eachDatabase('the outbox', (open, engine) => {
  test('an event is stored as the exact bytes that are sent, with identity, order and time inside', async () => {
    const { database, clock, query } = await setUpWebhooks(open);
    const data = { amount: 1.0, name: 'Zoë', nested: { z: 1, a: [] } };
    const [event] = await database.transaction((tx) =>
      appendEvents(tx, clock, {
        tenantId: TENANT,
        aggregateType: 'brand',
        aggregateId: 'brand_1',
        firstSequence: 7,
        events: [{ type: 'Happened', data }],
        now: clock.current(),
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      }),
    );
    const [row] = await query<{ event_id: string; body: Uint8Array; traceparent: string; sequence: number }>(
      'select * from events',
    );
    assert.ok(event && row);
    assert.match(event.eventId, /^evt_[0-9a-f]{32}$/);
    assert.deepEqual(Buffer.from(row.body), event.body);
    const expected = {
      eventId: row.event_id,
      type: 'Happened',
      tenantId: TENANT,
      aggregateType: 'brand',
      aggregateId: 'brand_1',
      sequence: 7,
      timestamp: clock.current().toISOString(),
      data,
    };
    assert.equal(event.body.toString(), JSON.stringify(expected));
    assert.equal(row.sequence, 7);
    assert.equal(row.traceparent, '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
  });

  test('every endpoint of the tenant that wants the type is owed the event, a paused one too, no other', async () => {
    const { addEndpoint, emit, query } = await setUpWebhooks(open);
    const wants = await addEndpoint('https://a.example/', ['Happened', 'Other']);
    const paused = await addEndpoint('https://b.example/');
    await addEndpoint('https://c.example/', ['Other']);
    await addEndpoint('https://d.example/', ['Happened'], 'ten_2');
    await query(
      `update webhook_endpoints set active = false where endpoint_id = '${paused.endpoint.endpointId}'`,
    );
    await emit('thing_1', ['Happened']);
    assert.deepEqual(
      (await query<Owed>(OWED)).map((row) => row.endpoint_id),
      [wants.endpoint.endpointId, paused.endpoint.endpointId].toSorted(),
    );
  });

  test('what rolls back was never emitted, and leaves no lane behind', async () => {
    const { database, addEndpoint, emit, query } = await setUpWebhooks(open);
    await addEndpoint('https://a.example/');
    const failing = database.transaction(async (tx) => {
      await emit('thing_1', ['Happened'], { tx });
      throw new Error('business says no');
    });
    await assert.rejects(failing, /business says no/);
    for (const table of ['events', 'deliveries', 'lanes']) {
      assert.deepEqual(await query(`select * from ${table}`), [], table);
    }
  });

  test('each delivery names the one before it in its own lane, over gaps that the filter makes', async () => {
    const { addEndpoint, emit, query } = await setUpWebhooks(open);
    await addEndpoint('https://a.example/', ['A']);
    await emit('thing_1', ['B', 'A', 'B', 'A']);
    await emit('thing_1', ['A', 'B']);
    await emit('thing_2', ['A']);
    await emit('thing_1', ['B', 'A']);
    assert.deepEqual(
      (await query<Owed>(OWED)).map((row) => [row.aggregate_id, row.sequence, row.previous_sequence]),
      [
        ['thing_1', 2, null],
        ['thing_1', 4, 2],
        ['thing_1', 5, 4],
        ['thing_1', 8, 5],
        ['thing_2', 1, null],
      ],
    );
  });

  test('a lane counts what it is owed, and a lane that waits is not made to wait anew', async () => {
    const { clock, addEndpoint, emit, query, conserved } = await setUpWebhooks(open);
    await addEndpoint('https://a.example/');
    await emit('thing_1', ['Happened', 'Happened']);
    const [before] = await query<Record<string, unknown>>('select * from lanes');
    clock.advance(60_000);
    await emit('thing_1', ['Happened']);
    const [after] = await query<Record<string, unknown>>('select * from lanes');
    assert.deepEqual([before?.depth, before?.accepted, before?.last_sequence], [2, 2, 2]);
    assert.deepEqual([after?.depth, after?.accepted, after?.last_sequence], [3, 3, 3]);
    assert.deepEqual([after?.due_at, after?.waiting_since], [before?.due_at, before?.waiting_since]);
    await conserved();
  });

  test('a list of events costs one statement however long it is, an empty one none', async () => {
    const { database, clock, addEndpoint } = await setUpWebhooks(open);
    await addEndpoint('https://a.example/');
    await addEndpoint('https://b.example/');
    for (const [types, statements] of [
      [[], 0],
      [['Happened'], 1],
      [Array.from({ length: 40 }, () => 'Happened'), 1],
    ] as const) {
      let asked = 0;
      await database.transaction((tx) => {
        const plugin: KyselyPlugin = {
          transformQuery: ({ node }) => node,
          transformResult: async ({ result }) => {
            asked += 1;
            return result;
          },
        };
        const counting: Tx = {
          isTransaction: true,
          getExecutor: () => tx.getExecutor().withPlugin(plugin),
        };
        return appendEvents(counting, clock, {
          tenantId: TENANT,
          aggregateType: 'thing',
          aggregateId: `thing_${types.length}`,
          firstSequence: 1,
          events: types.map((type) => ({ type, data: {} })),
          now: clock.current(),
        });
      });
      assert.equal(asked, statements, `${types.length} events`);
    }
  });

  test('an event for one endpoint alone is owed to it whatever it asked for, signed as told, in its lane', async () => {
    const { database, clock, addEndpoint, emit, query } = await setUpWebhooks(open);
    const { endpoint } = await addEndpoint('https://a.example/', ['Other']);
    await addEndpoint('https://b.example/', ['Happened', 'Other']);
    const append = (firstSequence: number, onlyTo: NewEvents['onlyTo']) =>
      database.transaction((tx) =>
        appendEvents(tx, clock, {
          tenantId: TENANT,
          aggregateType: 'webhook',
          aggregateId: endpoint.endpointId,
          firstSequence,
          events: [{ type: 'Happened', data: {} }],
          now: clock.current(),
          ...(onlyTo ? { onlyTo } : {}),
        }),
      );
    await append(1, { endpointId: endpoint.endpointId });
    await append(2, { endpointId: endpoint.endpointId, secretVersion: 3 });
    await append(3, { endpointId: 'whk_gone' });
    await emit('thing_1', ['Other']);
    const owed = await query<Owed & { secret_version: number | null }>(
      `${OWED.replace('order by', `where aggregate_id = '${endpoint.endpointId}' order by`)}`,
    );
    assert.deepEqual(
      owed.map((row) => [row.endpoint_id, row.sequence, row.previous_sequence, row.secret_version]),
      [
        [endpoint.endpointId, 1, null, null],
        [endpoint.endpointId, 2, 1, 3],
      ],
    );
    assert.equal((await query('select from events')).length, 4, 'the feed has all of them');
  });

  test('an event stands in the feed where it was told to, else at its transaction', async () => {
    const { database, clock, query } = await setUpWebhooks(open);
    const [own] = await database.transaction(async (tx) => {
      for (const [firstSequence, position] of [[1], [2, 7]] as const) {
        await appendEvents(tx, clock, {
          tenantId: TENANT,
          aggregateType: 'thing',
          aggregateId: 'thing_1',
          firstSequence,
          events: [
            { type: 'A', data: {} },
            { type: 'B', data: {} },
          ].slice(0, firstSequence),
          now: clock.current(),
          ...(position === undefined ? {} : { position }),
        });
      }
      return (await sql<{ place: number }>`select feed_position() as place`.execute(tx)).rows;
    });
    const places = await query<{ feed_position: number }>(
      'select feed_position from events order by sequence',
    );
    assert.deepEqual(
      places.map((row) => row.feed_position),
      [own?.place, 7, 7],
    );
  });

  test('the API role appends for its own tenant and for no other', async () => {
    const { database, addEndpoint, emit, query } = await setUpWebhooks(open);
    await addEndpoint('https://a.example/');
    await database.tenantTransaction(TENANT, (tx) => emit('thing_1', ['Happened'], { tx }));
    assert.equal((await query<Owed>(OWED)).length, 1);
    const stranger = database.tenantTransaction('ten_2', (tx) => emit('thing_2', ['Happened'], { tx }));
    await assert.rejects(stranger, /row-level security/);
  });

  // One connection cannot run two transactions at once: the embedded engine has nothing to race.
  if (engine === 'postgres') {
    test('deleting an endpoint waits for whoever is appending: nobody owes to what is gone', async () => {
      const db = await open();
      const { database, addEndpoint, emit, query } = await setUpWebhooks(async () => db);
      const { endpoint } = await addEndpoint('https://a.example/');
      let deleting: ReturnType<typeof deleteEndpoint> | undefined;
      await database.transaction(async (tx) => {
        await emit('thing_1', ['Happened'], { tx });
        deleting = database.transaction((other) => deleteEndpoint(other, endpoint.endpointId));
        await someoneWaits(db);
      });
      assert.equal(await deleting, true);
      await emit('thing_1', ['Happened']);
      assert.equal((await query<Owed>(OWED)).length, 1, 'what was owed before is left for the retention');
    });

    test('an append that meets a deletion goes through and owes nothing to what is gone', async () => {
      const db = await open();
      const { database, addEndpoint, emit, query } = await setUpWebhooks(async () => db);
      const { endpoint } = await addEndpoint('https://a.example/');
      const { endpoint: other } = await addEndpoint('https://b.example/');
      let appending: ReturnType<typeof emit> | undefined;
      await database.transaction(async (tx) => {
        await deleteEndpoint(tx, endpoint.endpointId);
        appending = emit('thing_1', ['Happened']);
        await someoneWaits(db);
      });
      assert.equal((await appending)?.length, 1);
      assert.deepEqual(
        (await query<Owed>(OWED)).map((row) => row.endpoint_id),
        [other.endpointId],
      );
    });

    test('forty writers of one aggregate leave one chain without a gap', async () => {
      const { database, clock, addEndpoint, query, conserved } = await setUpWebhooks(open);
      await addEndpoint('https://a.example/');
      await query('create table aggregate (event_sequence bigint not null)');
      await query('insert into aggregate values (0)');
      await query('grant select, update on aggregate to a2p_worker');
      const write = () =>
        database.transaction(async (tx) => {
          const { rows } = await sql<{ last: number }>`
            update aggregate set event_sequence = event_sequence + 1 returning event_sequence as last`.execute(
            tx,
          );
          await appendEvents(tx, clock, {
            tenantId: TENANT,
            aggregateType: 'thing',
            aggregateId: 'thing_1',
            firstSequence: rows[0]?.last ?? 0,
            events: [{ type: 'Happened', data: {} }],
            now: clock.current(),
          });
        });
      await Promise.all(Array.from({ length: 40 }, write));
      assert.deepEqual(
        (await query<Owed>(OWED)).map((row) => [row.sequence, row.previous_sequence]),
        Array.from({ length: 40 }, (_, i) => [i + 1, i === 0 ? null : i]),
      );
      await conserved();
    });
  }
});
