import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '#platform/database/database.ts';
import type { ExternalRefs, Resource } from '../domain/types.ts';

/* For tests only: aggregates at rest of which nothing matters but the provider's refs. */

const STATUS = sql`phase, external_refs, generation, observed_generation, version, created_at, updated_at`;
const NOW = sql`timestamptz '2026-01-05T12:00:00Z'`;

/** A brand, a campaign and a binding of a tenant, `brand_<n>` and so on, each with the refs given. */
export async function insertWithRefs(
  on: Executor,
  tenantId: string,
  n: number,
  refs: Partial<Record<Resource, ExternalRefs>>,
): Promise<void> {
  const status = (phase: string, resource: Resource): RawBuilder<unknown> =>
    sql`${phase}, ${JSON.stringify(refs[resource] ?? {})}::jsonb, 1, 1, 1, ${NOW}, ${NOW}`;
  await sql`insert into tenants values (${tenantId}, ${tenantId}, ${NOW}) on conflict do nothing`.execute(on);
  await sql`
    insert into brands (tenant_id, brand_id, country, spec, sealed_spec, ${STATUS})
    values (${tenantId}, ${`brand_${n}`}, 'US', '{}', '', ${status('SUBMITTED', 'brand')})`.execute(on);
  await sql`
    insert into campaigns (tenant_id, campaign_id, brand_id, use_case, spec, ${STATUS})
    values (${tenantId}, ${`camp_${n}`}, ${`brand_${n}`}, 'any', '{}', ${status('SUBMITTED', 'campaign')})`.execute(
    on,
  );
  await sql`
    insert into bindings (tenant_id, binding_id, campaign_id, e164, ${STATUS})
    values (${tenantId}, ${`bind_${n}`}, ${`camp_${n}`}, ${`+1500555000${n}`}, ${status('ATTACHED', 'binding')})`.execute(
    on,
  );
}

/** Ids of the aggregates that have been asked to be looked at. */
export async function woken(on: Executor): Promise<readonly string[]> {
  const { rows } = await sql<{ aggregate_id: string }>`
    select aggregate_id from reconcile_queue order by aggregate_id`.execute(on);
  return rows.map((row) => row.aggregate_id);
}
