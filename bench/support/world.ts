import { sql } from 'kysely';
import { pino } from 'pino';
import { newId } from '../../src/kernel/ids.ts';
import { databaseClock } from '../../src/platform/database/clock.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { openPostgres, openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { appendEvents } from '../../src/platform/outbox/append.ts';
import { generateKey, parseKeyring } from '../../src/platform/secrets/keyring.ts';
import { createEndpoint } from '../../src/platform/webhooks/endpoints/endpoints.ts';
import { createRetention } from '../../src/platform/webhooks/upkeep/retention.ts';
import { createTenant } from '../../src/registration/store/tenants.ts';
import { startProcess } from '../../test/support/processes.ts';
import { startBenchPostgres } from './postgres.ts';

const TYPE = 'BrandVetted';

/** One PostgreSQL, one tenant, and what the measurements of delivery do to them. */
export async function openWorld() {
  const server = await startBenchPostgres();
  const url = await server.database('bench');
  const keys = `k1:${generateKey()}`;
  const parsed = parseKeyring(keys);
  if (!('keyring' in parsed)) throw new Error('a generated key is no key');
  const { keyring } = parsed;
  let closing = false;
  // The server ends connections that the pool has not quite closed yet when it stops.
  const database = openPostgres(url, { onError: (error) => void (closing || console.error(error)) });
  const owner = openPostgresOwner(url);
  // As the service does when it starts: made later, day partitions would have to take over a million events.
  await createRetention({ database, clock: databaseClock, log: pino({ level: 'error' }) }).runOnce();
  const { tenantId } = await createTenant(database.executor, databaseClock, 'bench');

  return {
    url,
    /** What was tuned, in a line. */
    setting: server.setting,
    database,
    owner,
    tenantId,
    keyring,
    async addEndpoint(target: string): Promise<string> {
      const { endpoint } = await database.tenantTransaction(tenantId, (tx) =>
        createEndpoint(tx, keyring.seal, { tenantId, url: target, eventTypes: [TYPE], now: new Date() }),
      );
      return endpoint.endpointId;
    },
    /** One event of an aggregate, owed to one endpoint alone; answers its id and when it was committed, unix ms. */
    async emit(endpointId: string, aggregateId: string, sequence: number) {
      const [event] = await database.transaction((tx) =>
        appendEvents(tx, databaseClock, {
          tenantId,
          aggregateType: 'brand',
          aggregateId,
          firstSequence: sequence,
          events: [{ type: TYPE, data: { brandId: aggregateId, externalRefs: {} } }],
          now: new Date(),
          onlyTo: { endpointId },
        }),
      );
      database.hints.send('webhooks');
      return { eventId: event?.eventId ?? '', atMs: performance.timeOrigin + performance.now() };
    },
    /** Fills lanes of one endpoint with events, all due, by SQL alone. */
    fill: (endpointId: string, lanes: number, eventsPerLane: number) =>
      fill(database, { tenantId, endpointId, lanes, eventsPerLane }),
    startDispatcher: () =>
      startProcess({
        DATABASE_URL: url,
        ENCRYPTION_KEYS: keys,
        ROLES: 'dispatch',
        WEBHOOK_ALLOW_PRIVATE: 'true',
        LOG_LEVEL: 'error',
      }),
    async close() {
      closing = true;
      await database.close();
      await owner.destroy();
      await server.stop();
    },
  };
}

async function fill(
  database: Database,
  {
    tenantId,
    endpointId,
    lanes,
    eventsPerLane,
  }: { tenantId: string; endpointId: string; lanes: number; eventsPerLane: number },
): Promise<void> {
  const prefix = newId('evt', new Date()).slice(0, 16);
  // In pieces: no statement of ours may take longer than 30 s.
  const piece = Math.max(1, Math.floor(50_000 / eventsPerLane));
  for (let from = 1; from <= lanes; from += piece) {
    const to = Math.min(lanes, from + piece - 1);
    const aggregate = sql`${`${endpointId}_`} || lpad(lane::text, 9, '0')`;
    const event = sql`${prefix} || lpad(lane::text, 10, '0') || lpad(n::text, 10, '0')`;
    await database.transaction(async (tx) => {
      await sql`
        insert into events (tenant_id, event_id, aggregate_type, aggregate_id, sequence, type, body, created_at)
        select ${tenantId}, ${event}, 'brand', ${aggregate}, n, ${TYPE},
          convert_to('{"eventId":"' || ${event} || '","sequence":' || n || '}', 'UTF8'), clock_timestamp()
        from generate_series(${from}::int, ${to}::int) lane, generate_series(1, ${eventsPerLane}::int) n`.execute(
        tx,
      );
      await sql`
        insert into deliveries (tenant_id, endpoint_id, aggregate_id, sequence, previous_sequence, event_id, created_at)
        select tenant_id, ${endpointId}, aggregate_id, sequence, nullif(sequence - 1, 0), event_id, created_at
        from events where aggregate_id >= ${`${endpointId}_`} || lpad(${from}::text, 9, '0')
          and aggregate_id <= ${`${endpointId}_`} || lpad(${to}::text, 9, '0')`.execute(tx);
      await sql`
        insert into lanes (tenant_id, endpoint_id, aggregate_id, accepted, depth, last_sequence, waiting_since, due_at)
        select ${tenantId}, ${endpointId}, ${aggregate}, ${eventsPerLane}, ${eventsPerLane}, ${eventsPerLane},
          clock_timestamp(), clock_timestamp()
        from generate_series(${from}::int, ${to}::int) lane`.execute(tx);
    });
  }
}
