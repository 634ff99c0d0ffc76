import { type Kysely, sql } from 'kysely';
import { protect } from './0001_tenancy.ts';

const STATUS_COLUMNS = sql`
      phase               text not null,
      conditions          jsonb not null default '[]',
      external_refs       jsonb not null default '{}',
      generation          integer not null,
      observed_generation integer not null,
      submission          integer not null default 0,
      sent_submission     integer not null default 0,
      version             integer not null,
      event_sequence      bigint not null default 0,
      created_at          timestamptz not null,
      updated_at          timestamptz not null`;

/** Brand, campaign and number binding: desired state (spec, generation) beside status (A:984-1035). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table brands (
      tenant_id    text collate "C" not null references tenants,
      brand_id     text collate "C" primary key,
      country      text not null,
      tax_id_index bytea,
      spec         jsonb not null,
      sealed_spec  bytea not null,
      ${STATUS_COLUMNS}
    )`.execute(db);
  // C1: per tenant, or one tenant would learn what another registered. Sole proprietors have no EIN.
  await sql`create unique index brands_tax_id on brands (tenant_id, country, tax_id_index)
    where tax_id_index is not null`.execute(db);
  await sql`create index brands_by_tenant on brands (tenant_id, brand_id)`.execute(db);

  await sql`
    create table campaigns (
      tenant_id   text collate "C" not null references tenants,
      campaign_id text collate "C" primary key,
      brand_id    text collate "C" not null references brands,
      use_case    text not null,
      spec        jsonb not null,
      active      boolean not null default false,
      dedupe_key  bytea,
      ${STATUS_COLUMNS}
    )`.execute(db);
  // R49, C16: whoever holds the slot is the one campaign of (brand, use case) that is at the provider.
  await sql`create unique index campaigns_one_active on campaigns (brand_id, use_case) where active`.execute(
    db,
  );
  await sql`create index campaigns_by_tenant on campaigns (tenant_id, campaign_id)`.execute(db);
  await sql`create index campaigns_by_brand on campaigns (brand_id)`.execute(db);

  await sql`
    create table bindings (
      tenant_id   text collate "C" not null references tenants,
      binding_id  text collate "C" primary key,
      campaign_id text collate "C" not null references campaigns,
      e164        text collate "C" not null,
      dedupe_key  bytea,
      ${STATUS_COLUMNS}
    )`.execute(db);
  // C2: one number exists once in the world, whoever the tenant is.
  await sql`create unique index bindings_live_e164 on bindings (e164)
    where phase not in ('DETACHED', 'FAILED')`.execute(db);
  await sql`create index bindings_by_tenant on bindings (tenant_id, binding_id)`.execute(db);
  await sql`create index bindings_by_campaign on bindings (campaign_id)`.execute(db);
  await sql`create index bindings_by_e164 on bindings (e164, binding_id)`.execute(db);

  for (const table of ['brands', 'campaigns', 'bindings']) {
    await protect(db, table);
    await sql`create index ${sql.ref(`${table}_by_phase`)} on ${sql.table(table)} (phase)`.execute(db);
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['bindings', 'campaigns', 'brands']) {
    await sql`drop table ${sql.table(table)}`.execute(db);
  }
}
