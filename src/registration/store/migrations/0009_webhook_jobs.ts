import { type Kysely, sql } from 'kysely';
import { protect } from './0001_tenancy.ts';

/**
 * Work on many deliveries of one endpoint that outlives a request and a process: a `replay` puts settled events
 * back into their lanes, a `skip` gives up a backlog. A worker goes through the selection in the order
 * (aggregate_id, sequence) and moves the cursor in the transaction that changes the deliveries, so a crash repeats
 * nothing and forgets nothing. A replay selects what was settled before it was asked for (`created_at`), so it
 * never meets what it put back itself.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table webhook_jobs (
      tenant_id        text collate "C" not null,
      job_id           text collate "C" primary key,
      endpoint_id      text collate "C" not null references webhook_endpoints on delete cascade,
      kind             text not null check (kind in ('replay', 'skip')),
      state            text not null default 'running' check (state in ('running', 'done', 'cancelled')),
      since            timestamptz,
      until            timestamptz,
      aggregate_id     text collate "C",
      from_sequence    bigint,
      to_sequence      bigint,
      event_types      text[],
      states           text[],
      selected         bigint not null,
      processed        bigint not null default 0,
      cursor_aggregate text collate "C" not null default '',
      cursor_sequence  bigint not null default 0,
      created_at       timestamptz not null,
      finished_at      timestamptz,
      due_at           timestamptz not null,
      lease_until      timestamptz,
      claim_id         text collate "C"
    )`.execute(db);
  await sql`create index webhook_jobs_by_endpoint on webhook_jobs (endpoint_id, job_id)`.execute(db);
  await sql`create index webhook_jobs_due on webhook_jobs (due_at) where state = 'running'`.execute(db);
  await protect(db, 'webhook_jobs');

  // secret_version: sign with this secret alone, to see whether the receiver knows it already.
  await sql`
    alter table deliveries
      add column replay_id text collate "C",
      add column skip_reason text check (skip_reason in ('tenant', 'expired')),
      add column secret_version integer`.execute(db);
  await sql`
    create index deliveries_replaying on deliveries (replay_id)
      where state = 'pending' and replay_id is not null`.execute(db);
  await sql`drop index deliveries_dead`.execute(db);
  await sql`
    create index deliveries_dead on deliveries (endpoint_id, event_id) where dead_at is not null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index deliveries_dead`.execute(db);
  await sql`create index deliveries_dead on deliveries (endpoint_id, dead_at) where dead_at is not null`.execute(
    db,
  );
  await sql`drop index deliveries_replaying`.execute(db);
  await sql`
    alter table deliveries drop column replay_id, drop column skip_reason, drop column secret_version`.execute(
    db,
  );
  await sql`drop table webhook_jobs`.execute(db);
}
