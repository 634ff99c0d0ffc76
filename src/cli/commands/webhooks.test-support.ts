import { sql } from 'kysely';
import { appendEvents } from '#platform/outbox/append.ts';
import { createEndpoint } from '#platform/webhooks/endpoints/endpoints.ts';
import { createTenant, type Tenant } from '../../registration/store/tenants.ts';
import { type Cli, KEYS } from '../cli.test-support.ts';

/* For tests only: tenants, their webhooks, and events that they are owed. */

export function setUpEvents({ database, clock }: Cli) {
  const sequences = new Map<string, number>();
  return {
    tenant: (name: string): Promise<Tenant> => createTenant(database.executor, clock, name),
    /** Makes an endpoint for these types. */
    endpoint: async ({ tenantId }: Tenant, url: string, eventTypes: readonly string[] = ['BrandVetted']) => {
      // Ids begin with their millisecond: these are listed in the order in which they were made.
      clock.advance(1);
      return database.tenantTransaction(tenantId, (tx) =>
        createEndpoint(tx, KEYS.seal, { tenantId, url, eventTypes, now: clock.current() }),
      );
    },
    /** Appends events of these types to an aggregate, each in a transaction of its own. */
    async emit({ tenantId }: Tenant, aggregateId: string, ...types: readonly string[]) {
      const events = [];
      for (const type of types) {
        const firstSequence = (sequences.get(aggregateId) ?? 0) + 1;
        sequences.set(aggregateId, firstSequence);
        const [event] = await database.transaction((tx) =>
          appendEvents(tx, clock, {
            tenantId,
            aggregateType: 'brand',
            aggregateId,
            firstSequence,
            events: [{ type, data: { brandId: aggregateId } }],
            now: clock.current(),
          }),
        );
        if (event) events.push(event);
      }
      return events;
    },
    /** Ends what waits for an endpoint, as if the dispatcher had. */
    async settle(endpointId: string, state: 'delivered' | 'dead' | 'skipped') {
      await sql`
        update deliveries set state = ${state}, settled_at = ${clock.now}, attempts = 1,
          dead_at = case when ${state} = 'dead' then ${clock.now} end
        where endpoint_id = ${endpointId} and state = 'pending'`.execute(database.executor);
      await sql`
        update lanes set depth = 0, due_at = null, waiting_since = null, settled_through = last_sequence
        where endpoint_id = ${endpointId}`.execute(database.executor);
    },
    /** Returns when every event can be read: on a server, transactions of other databases may hold the feed back. */
    async readable() {
      for (let looks = 0; looks < 20_000; looks++) {
        const { rows } = await sql<{ past: boolean }>`
          select feed_horizon() > coalesce(max(feed_position), 0) as past from events`.execute(
          database.executor,
        );
        if (rows[0]?.past) return;
      }
      throw new Error('the feed stands still');
    },
  };
}
