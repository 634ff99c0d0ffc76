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
      tenant_id       text collate "C" not null references tenants,
      endpoint_id     text collate "C" primary key,
      url             text not null,
      event_types     text[] not null,
      description     text,
      active          boolean not null default true,
      disabled_reason text,
      version         integer not null,
      created_at      timestamptz not null,
      updated_at      timestamptz not null
    )`.execute(db);
  await sql`create index webhook_endpoints_by_tenant on webhook_endpoints (tenant_id, endpoint_id)`.execute(
    db,
  );

  await sql`
    create table webhook_secrets (
      tenant_id   text collate "C" not null,
      endpoint_id text collate "C" not null references webhook_endpoints on delete cascade,
      version     integer not null,
      sealed      bytea not null,
      created_at  timestamptz not null,
      expires_at  timestamptz,
      primary key (endpoint_id, version)
    )`.execute(db);

  await createLanes(db);
  await createDeliveries(db);

  for (const table of ['events', 'webhook_endpoints', 'webhook_secrets', 'lanes', 'deliveries']) {
    await protect(db, table);
  }
}

/**
 * - `accepted`: events ever owed in this lane; `depth`: how many of them are undelivered.
 * - `last_sequence`: newest accepted one, hence the previous sequence of the next.
 * - `settled_through`: nothing up to here is undelivered; a redelivery puts it back.
 * - `waiting_since`: age of the oldest undelivered event. `attempts`: failures of that event so far.
 * - `due_at`: null in an empty lane. Neither index holds a column that moves while a lane is worked off,
 *   so an event behind the first costs no index write; and an empty lane is in no index but the key.
 * Whoever takes an undelivered event away from outside takes `claim_id` away with it, so that a delivery on its
 * way settles into nothing.
 * Without foreign keys here and in `deliveries`: the append locks its endpoints itself (outbox/append.ts),
 * where a key would fail a tenant's business write because an endpoint is being deleted.
 */
async function createLanes(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table lanes (
      tenant_id       text collate "C" not null,
      endpoint_id     text collate "C" not null,
      aggregate_id    text collate "C" not null,
      accepted        bigint not null,
      depth           integer not null check (depth >= 0),
      last_sequence   bigint not null,
      settled_through bigint not null default 0,
      waiting_since   timestamptz,
      attempts        integer not null default 0,
      due_at          timestamptz check ((due_at is null) = (depth = 0)),
      lease_until     timestamptz,
      claim_id        text collate "C",
      primary key (endpoint_id, aggregate_id)
    ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)`.execute(db);
  await sql`create index lanes_due on lanes (endpoint_id, due_at) where due_at is not null`.execute(db);
  await sql`create index lanes_claimed on lanes (endpoint_id) where claim_id is not null`.execute(db);
}

/**
 * `previous_sequence` is fixed when the event is accepted, so that a replay says the same; null for the first
 * of a lane. `created_at` is the event's own, which finds its partition. `dead_at` is there for its index: one
 * on `state` would make every delivery write two index entries.
 */
async function createDeliveries(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table deliveries (
      tenant_id         text collate "C" not null,
      endpoint_id       text collate "C" not null,
      aggregate_id      text collate "C" not null,
      sequence          bigint not null,
      previous_sequence bigint,
      event_id          text collate "C" not null,
      state             text not null default 'pending'
                        check (state in ('pending', 'delivered', 'dead', 'skipped')),
      attempts          integer not null default 0,
      last_status       integer,
      last_error        text,
      created_at        timestamptz not null,
      settled_at        timestamptz,
      dead_at           timestamptz,
      primary key (endpoint_id, aggregate_id, sequence)
    ) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)`.execute(db);
  await sql`create index deliveries_by_event on deliveries (endpoint_id, event_id)`.execute(db);
  await sql`create index deliveries_dead on deliveries (endpoint_id, dead_at) where dead_at is not null`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['deliveries', 'lanes', 'webhook_secrets', 'webhook_endpoints', 'events']) {
    await sql`drop table ${sql.table(table)}`.execute(db);
  }
}
