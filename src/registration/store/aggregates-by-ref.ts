import { sql } from 'kysely';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Executor, Tx } from '#platform/database/database.ts';
import { enqueue, type Work } from '#platform/queue/enqueue.ts';
import type { Resource } from '../domain/types.ts';
import type { ProviderRef } from '../ports.ts';

/** A number has one binding that lives and any of the past; further back nothing is waiting. */
const MOST = 100;

const TABLES = {
  brand: { table: 'brands', id: 'brand_id' },
  campaign: { table: 'campaigns', id: 'campaign_id' },
  binding: { table: 'bindings', id: 'binding_id' },
} as const satisfies Record<Resource, { table: string; id: string }>;

/** The aggregates of any tenant that keep this ref, the newest 100 of them; under the worker role alone. */
export async function aggregatesByRef(
  on: Executor,
  { resource, name, value }: ProviderRef,
): Promise<readonly (Work & { readonly resource: Resource })[]> {
  const { table, id } = TABLES[resource];
  // Containment is what the index (migration 0010) answers.
  const wanted = JSON.stringify({ [name]: value });
  const { rows } = await sql<{ tenant_id: string; id: string }>`
    select tenant_id, ${sql.ref(id)} as id from ${sql.table(table)}
    where external_refs @> ${wanted}::jsonb
    order by ${sql.ref(id)} desc limit ${MOST}`.execute(on);
  return rows.map((row) => ({ tenantId: row.tenant_id, resource, aggregateId: row.id }));
}

/** The provider's id of a brand of any tenant; undefined for one that is unknown or not registered yet. */
export async function providerBrandIdOf(on: Executor, brandId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string | null }>`
    select external_refs ->> 'providerBrandId' as id from brands where brand_id = ${brandId}`.execute(on);
  return rows[0]?.id ?? undefined;
}

/**
 * Has the aggregates looked at that keep one of these refs, in the caller's transaction: a hint, so that what is
 * parked sleeps on. Answers how many there are.
 */
export async function wakeByRef(tx: Tx, clock: DatabaseClock, refs: readonly ProviderRef[]): Promise<number> {
  const found = new Map<string, Work>();
  for (const ref of refs) {
    for (const work of await aggregatesByRef(tx, ref)) found.set(work.aggregateId, work);
  }
  // In one order, for the same reason as everywhere that several rows are locked.
  const works = [...found.values()].sort((a, b) => (a.aggregateId < b.aggregateId ? -1 : 1));
  for (const work of works) await enqueue(tx, clock, work);
  return works.length;
}
