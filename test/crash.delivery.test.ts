import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { migrateUp } from '../src/platform/database/migrate.ts';
import { openPostgres, openPostgresOwner } from '../src/platform/database/postgres.ts';
import { setUpWebhooks } from '../src/platform/webhooks/delivery/dispatch.test-support.ts';
import { LEASE_MARGIN_MS } from '../src/platform/webhooks/delivery/lane.ts';
import { scripted } from '../src/platform/webhooks/delivery/scripted.test-support.ts';
import { migrations } from '../src/registration/store/migrations/index.ts';
import { startFaultPostgres } from '../tools/faults/postgres.ts';

test('deliveries that a dying server forgets are sent again, in order, and nothing else is lost', async (t) => {
  const server = await startFaultPostgres();
  t.after(() => server.close());
  const owner = openPostgresOwner(server.url);
  t.after(() => owner.destroy());
  // In the background it writes nothing as long as the test takes.
  await sql`alter system set wal_writer_delay = '10s'`.execute(owner);
  await sql`select pg_reload_conf()`.execute(owner);
  await migrateUp(owner, migrations);
  const database = openPostgres(server.url, { onError: () => {} });
  t.after(() => database.close());
  const world = await setUpWebhooks(async () => ({ database, owner, close: async () => {} }));
  const states = async () =>
    (await world.query<{ state: string }>('select state from deliveries order by sequence')).map(
      ({ state }) => state,
    );
  const { transport, sent } = scripted();
  const dispatcher = world.newDispatcher({ transport });
  const { endpoint } = await world.addEndpoint('https://a.example/');
  await world.emit('thing_1', ['Happened', 'Happened']);
  await dispatcher.runOnce();
  assert.deepEqual(await states(), ['delivered', 'delivered']);

  await server.stop();
  await server.start();
  assert.deepEqual(await states(), ['pending', 'pending'], 'it did forget');
  await world.conserved();
  world.clock.advance(endpoint.timeoutMs + LEASE_MARGIN_MS);
  await dispatcher.runOnce();
  assert.deepEqual(await states(), ['delivered', 'delivered']);
  await world.conserved();
  const ids = sent.map(({ eventId, sequence }) => `${sequence} ${eventId}`);
  assert.equal(ids.length, 4);
  assert.deepEqual(ids.slice(2), ids.slice(0, 2), 'the same events, from the first one on');
});
