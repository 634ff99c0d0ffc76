import { type Kysely, sql } from 'kysely';
import { protect } from './0001_tenancy.ts';

/**
 * Outbox and delivery. `events` is the outbox: the exact bytes that are signed and sent. A `deliveries` row
 * says what one endpoint is owed of one event; a `lanes` row is the order of one aggregate at one endpoint
 * and the only thing that is claimed, so a dead endpoint with a million deliveries costs a healthy one nothing.
 * Events are partitioned by day of creation; the default partition takes all until partitions are kept.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table events (
      tenant_id      text collate "C" not null,
      event_id       text collate "C" not null,
      aggregate_type text not null,
      aggregate_id   text collate "C" not null,
      sequence       bigint not null,
      type           text not null,
      body           bytea not null,
      traceparent    text,
      created_at     timestamptz not null,
      primary key (event_id, created_at)
    ) partition by range (created_at)`.execute(db);
  await sql`create table events_default partition of events default`.execute(db);
  await sql`create index events_by_aggregate on events (aggregate_id, sequence)`.execute(db);
  await sql`create index events_by_tenant on events (tenant_id, created_at, event_id)`.execute(db);

  await sql`
    create table webhook_endpoints (
      tenant_id     text collate "C" not null references tenants,
      endpoint_id   text collate "C" primary key,
      url           text not null,
      event_types   text[] not null,
      description   text,
      active        boolean not null default true,
      disabled_reason text,
      version       integer not null,
      created_at    timestamptz not null,
      updated_at    timestamptz not null
    )`.execute(db);
  await sql`create index webhook_endpoints_by_tenant on webhook_endpoints (tenant_id, endpoint_id)`.execute(
    db,
  );

  await sql`
    create table webhook_secrets (
      tenant_id   text collate "C" not null,
      endpoint_id text collate "C" not null references webhook_endpoints on delete cascade,
      secret_id   text collate "C" primary key,
      sealed      bytea not null,
      created_at  timestamptz not null,
      expires_at  timestamptz
    )`.execute(db);
  await sql`create index webhook_secrets_by_endpoint on webhook_secrets (endpoint_id)`.execute(db);

  await sql`
    create table lanes (
      tenant_id     text collate "C" not null,
      endpoint_id   text collate "C" not null references webhook_endpoints on delete cascade,
      aggregate_id  text collate "C" not null,
      depth         integer not null default 0,
      last_sequence bigint,
      attempts      integer not null default 0,
      due_at        timestamptz not null,
      lease_until   timestamptz,
      claim_id      text collate "C",
      primary key (endpoint_id, aggregate_id)
    ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)`.execute(db);
  // A lane with nothing to deliver is not in the index: settled aggregates cost nothing.
  await sql`create index lanes_due on lanes (endpoint_id, due_at) where depth > 0`.execute(db);

  await sql`
    create table deliveries (
      tenant_id    text collate "C" not null,
      endpoint_id  text collate "C" not null references webhook_endpoints on delete cascade,
      aggregate_id text collate "C" not null,
      sequence     bigint not null,
      event_id     text collate "C" not null,
      state        text not null default 'pending' check (state in ('pending', 'delivered', 'dead', 'skipped')),
      attempts     integer not null default 0,
      last_status  integer,
      last_error   text,
      created_at   timestamptz not null,
      settled_at   timestamptz,
      primary key (endpoint_id, aggregate_id, sequence)
    )`.execute(db);
  await sql`create index deliveries_pending on deliveries (endpoint_id, aggregate_id, sequence)
    where state = 'pending'`.execute(db);
  await sql`create index deliveries_by_event on deliveries (event_id)`.execute(db);
  await sql`create index deliveries_dead on deliveries (endpoint_id, settled_at) where state = 'dead'`.execute(
    db,
  );

  for (const table of ['events', 'webhook_endpoints', 'webhook_secrets', 'lanes', 'deliveries']) {
    await protect(db, table);
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['deliveries', 'lanes', 'webhook_secrets', 'webhook_endpoints', 'events']) {
    await sql`drop table ${sql.table(table)}`.execute(db);
  }
}
