import { sql } from 'kysely';
import { pino } from 'pino';
import { newId } from '../../src/kernel/ids.ts';
import { databaseClock } from '../../src/platform/database/clock.ts';
import type { Tx } from '../../src/platform/database/database.ts';
import { openPostgres, openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { appendEvents, WEBHOOKS_CHANNEL } from '../../src/platform/outbox/append.ts';
import { generateKey, parseKeyring } from '../../src/platform/secrets/keyring.ts';
import { createEndpoint } from '../../src/platform/webhooks/endpoints/endpoints.ts';
import { createRetention } from '../../src/platform/webhooks/upkeep/retention.ts';
import { createTenant } from '../../src/registration/store/tenants.ts';
import { startProcess } from '../../test/support/processes.ts';
import {
  type Contender,
  ENDPOINTS,
  EVENT_TYPE,
  eventData,
  type NewEvent,
  newEvent,
  tidy,
  type Workload,
} from './delivery-workload.ts';
import type { BenchPostgres } from './postgres.ts';

/** Aggregates that are written in one transaction when a backlog is made. */
const WRITTEN_TOGETHER = 25;

export interface Emitted {
  readonly eventIds: readonly string[];
  readonly committedAtMs: number;
}

export interface Ours extends Contender {
  /** Writes so many events in one transaction, each of the aggregate whose turn it is. */
  emitter(aggregates: number): (events: number) => Promise<Emitted>;
}

/** The service itself: one tenant, its endpoints at the receiver, and a process of role dispatch. */
export async function openOurs(postgres: BenchPostgres, receiver: string): Promise<Ours> {
  const url = await postgres.database('delivery_ours');
  const keys = `k1:${generateKey()}`;
  const parsed = parseKeyring(keys);
  if (!('keyring' in parsed)) throw new Error('a generated key is no key');
  const { seal } = parsed.keyring;
  let closing = false;
  // The server ends connections that the pool has not quite closed yet when it stops.
  const database = openPostgres(url, { onError: (error) => void (closing || console.error(error)) });
  const owner = openPostgresOwner(url);
  // As the service does when it starts: made later, day partitions would have to take over what is there.
  await createRetention({ database, clock: databaseClock, log: pino({ level: 'error' }) }).runOnce();
  const { tenantId } = await createTenant(database.executor, databaseClock, 'bench');
  const endpointIds: string[] = [];
  for (let n = 0; n < ENDPOINTS; n++) {
    const { endpoint } = await database.tenantTransaction(tenantId, (tx) =>
      createEndpoint(tx, seal, {
        tenantId,
        url: `${receiver}/${n}`,
        eventTypes: [EVENT_TYPE],
        now: new Date(),
      }),
    );
    endpointIds.push(endpoint.endpointId);
  }

  /** `index` says which endpoint is owed them, as for the peers. */
  const append = (tx: Tx, aggregateId: string, index: number, firstSequence: number, count: number) =>
    appendEvents(tx, databaseClock, {
      tenantId,
      aggregateType: 'brand',
      aggregateId,
      firstSequence,
      events: Array.from({ length: count }, () => ({ type: EVENT_TYPE, data: eventData(aggregateId) })),
      now: new Date(),
      onlyTo: { endpointId: endpointIds[index % ENDPOINTS] ?? '' },
    });

  const setActive = (active: boolean) =>
    database.transaction((tx) => sql`update webhook_endpoints set active = ${active}::boolean`.execute(tx));

  return {
    start: async () => {
      const service = await startProcess({
        DATABASE_URL: url,
        ENCRYPTION_KEYS: keys,
        ROLES: 'dispatch',
        WEBHOOK_ALLOW_PRIVATE: 'true',
        // The peers write no line for each request either.
        LOG_LEVEL: 'error',
      });
      return async () => void (await service.stop());
    },
    async load({ aggregates, each }: Workload) {
      await setActive(false);
      const ids = Array.from({ length: aggregates }, () => newId('brand', new Date()));
      for (let from = 0; from < aggregates; from += WRITTEN_TOGETHER) {
        await database.transaction(async (tx) => {
          for (const [n, aggregateId] of ids.slice(from, from + WRITTEN_TOGETHER).entries()) {
            await append(tx, aggregateId, from + n, 1, each);
          }
        });
      }
      await tidy(owner);
      return async () => {
        await setActive(true);
        database.hints.send(WEBHOOKS_CHANNEL);
      };
    },
    emitter(aggregates) {
      const ids = Array.from({ length: aggregates }, () => newId('brand', new Date()));
      let turn = 0;
      return async (count) => {
        const now = new Date();
        const events = Array.from({ length: count }, () => {
          const index = turn % aggregates;
          const sequence = Math.floor(turn / aggregates) + 1;
          turn += 1;
          const aggregateId = ids[index] ?? '';
          return {
            ...newEvent(tenantId, aggregateId, sequence),
            endpointId: endpointIds[index % ENDPOINTS] ?? '',
          };
        });
        await database.transaction((tx) => writeTogether(tx, tenantId, events, now));
        const committedAtMs = performance.timeOrigin + performance.now();
        database.hints.send(WEBHOOKS_CHANNEL);
        return { eventIds: events.map(({ eventId }) => eventId), committedAtMs };
      };
    },
    async close() {
      closing = true;
      await database.close();
      await owner.destroy();
    },
  };
}

/**
 * What append.ts writes, for many aggregates at once: on a machine that runs everything, writers that take a
 * transaction for each event would take the time that the delivery is measured by.
 */
async function writeTogether(
  tx: Tx,
  tenantId: string,
  events: readonly (NewEvent & { readonly endpointId: string })[],
  now: Date,
): Promise<void> {
  const rows = sql`
    select ${tenantId} as tenant_id, n.*, ${now}::timestamptz as created_at
    from unnest(${events.map((e) => e.endpointId)}::text[], ${events.map((e) => e.aggregateId)}::text[],
                ${events.map((e) => e.sequence)}::bigint[], ${events.map((e) => e.eventId)}::text[],
                ${events.map((e) => e.body)}::text[])
      as n (endpoint_id, aggregate_id, sequence, event_id, body)`;
  await sql`
    with rows as (${rows}),
    new_events as (
      insert into events (tenant_id, event_id, aggregate_type, aggregate_id, sequence, type, body, created_at)
      select tenant_id, event_id, 'brand', aggregate_id, sequence, ${EVENT_TYPE}, convert_to(body, 'UTF8'), created_at
      from rows
    ),
    new_deliveries as (
      insert into deliveries (tenant_id, endpoint_id, aggregate_id, sequence, previous_sequence, event_id, created_at)
      select tenant_id, endpoint_id, aggregate_id, sequence, nullif(sequence - 1, 0), event_id, created_at from rows
    )
    insert into lanes as l (tenant_id, endpoint_id, aggregate_id, accepted, depth, last_sequence, waiting_since, due_at)
    select tenant_id, endpoint_id, aggregate_id, count(*), count(*), max(sequence), created_at, clock_timestamp()
    from rows group by tenant_id, endpoint_id, aggregate_id, created_at order by endpoint_id, aggregate_id
    on conflict (endpoint_id, aggregate_id) do update set
      accepted = l.accepted + excluded.accepted,
      depth = l.depth + excluded.depth,
      last_sequence = excluded.last_sequence,
      waiting_since = coalesce(l.waiting_since, excluded.waiting_since),
      due_at = coalesce(l.due_at, excluded.due_at)`.execute(tx);
}
