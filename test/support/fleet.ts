import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { databaseClock } from '../../src/platform/database/clock.ts';
import { type AppendedEvent, appendEvents } from '../../src/platform/outbox/append.ts';
import { generateKey } from '../../src/platform/secrets/keyring.ts';
import { conservationOf } from '../../src/platform/webhooks/upkeep/conservation.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { createTenant, createToken } from '../../src/registration/store/tenants.ts';
import { createClient } from './client.ts';
import { freshPostgres } from './database.ts';
import { type ServiceProcess, startProcess } from './processes.ts';

export type Fleet = Awaited<ReturnType<typeof openFleet>>;
type EventType = Schemas['EventType'];

/** Processes of the service on one PostgreSQL, and tenants whose events are written straight into the outbox. */
export async function openFleet() {
  const { database, url, close } = await freshPostgres();
  assert.ok(url);
  const env = {
    DATABASE_URL: url,
    ENCRYPTION_KEYS: `k1:${generateKey()}`,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  };
  const running: Promise<ServiceProcess>[] = [];
  // The first dispatcher makes today's partitions; an event that is being written then would be refused.
  for (const table of ['events', 'delivery_attempts']) {
    await sql`select keep_day_partitions(${table}, ${databaseClock.now}, 2, 30)`.execute(database.executor);
  }
  const api = await startProcess({ ...env, ROLES: 'api' });
  const sequences = new Map<string, number>();
  let tenants = 0;

  return {
    database,
    startDispatcher(): Promise<ServiceProcess> {
      const process = startProcess({ ...env, ROLES: 'dispatch' });
      running.push(process);
      return process;
    },
    async tenant() {
      const { tenantId } = await createTenant(database.executor, databaseClock, `tenant-${++tenants}`);
      const { token } = await createToken(database.executor, databaseClock, {
        tenantId,
        name: 'test',
        scopes: ['read', 'write'],
      });
      const client = createClient(token, () => [api.url]);
      return {
        tenantId,
        client,
        async endpoint(target: string, timeoutSeconds = 1): Promise<Schemas['WebhookWithSecret']> {
          const created = await client.surely<Schemas['WebhookWithSecret']>('POST', '/webhooks', {
            url: target,
            eventTypes: ['BrandVetted', 'BrandRejected'],
            timeoutSeconds,
          });
          assert.equal(created.status, 201, JSON.stringify(created.body));
          return created.body;
        },
      };
    },
    /** The next events of one aggregate, in one transaction, owed to one endpoint. */
    async emit(
      { tenantId }: { readonly tenantId: string },
      endpointId: string,
      aggregateId: string,
      types: readonly EventType[] = ['BrandVetted'],
    ): Promise<readonly AppendedEvent[]> {
      const before = sequences.get(aggregateId) ?? 0;
      sequences.set(aggregateId, before + types.length);
      const events = await database.transaction((tx) =>
        appendEvents(tx, databaseClock, {
          tenantId,
          aggregateType: 'brand',
          aggregateId,
          firstSequence: before + 1,
          events: types.map((type) => ({ type, data: { brandId: aggregateId } })),
          now: new Date(),
          onlyTo: { endpointId },
        }),
      );
      database.hints.send('webhooks');
      return events;
    },
    async undelivered(endpointId: string): Promise<number> {
      const { rows } = await sql<{ depth: number }>`
        select coalesce(sum(depth), 0)::bigint as depth from lanes where endpoint_id = ${endpointId}`.execute(
        database.executor,
      );
      return rows[0]?.depth ?? 0;
    },
    /** Attempts of an endpoint that had no good answer in time: each of them may have arrived all the same. */
    async failedAttempts(endpointId: string): Promise<number> {
      const { rows } = await sql<{ failed: number }>`
        select count(*) as failed from delivery_attempts
        where endpoint_id = ${endpointId} and outcome <> 'delivered'`.execute(database.executor);
      return rows[0]?.failed ?? 0;
    },
    async assertConserved(endpointId: string): Promise<void> {
      const figures = await conservationOf(database.executor, endpointId);
      assert.ok(figures?.holds, JSON.stringify(figures));
    },
    /** Ends every dispatcher, whatever it is at. */
    async killDispatchers(): Promise<void> {
      await Promise.all(running.splice(0).map(async (process) => (await process).kill()));
    },
    async close(): Promise<void> {
      await api.kill();
      await close();
    },
  };
}
