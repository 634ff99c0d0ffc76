import { type Kysely, sql } from 'kysely';
import { protect } from './0001_tenancy.ts';

/** The work queue (one narrow row per aggregate) and the ledger of provider effects. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table reconcile_queue (
      tenant_id         text collate "C" not null,
      resource          text collate "C" not null,
      aggregate_id      text collate "C" not null,
      due_at            timestamptz not null,
      lease_until       timestamptz,
      claim_id          text collate "C",
      failures          integer not null default 0,
      wanted_generation integer not null default 0,
      wakes             bigint not null default 0,
      parked_at         timestamptz,
      last_error        text,
      primary key (resource, aggregate_id)
    ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)`.execute(db);
  await sql`create index reconcile_queue_due on reconcile_queue (due_at) where parked_at is null`.execute(db);
  await sql`create index reconcile_queue_parked on reconcile_queue (parked_at) where parked_at is not null`.execute(
    db,
  );
  await protect(db, 'reconcile_queue');

  await sql`
    create table effects (
      tenant_id      text collate "C" not null,
      effect_key     text collate "C" primary key,
      resource       text not null,
      aggregate_id   text collate "C" not null,
      operation      text not null,
      state          text not null check (state in ('intended', 'done', 'refused', 'unknown')),
      request_hash   bytea not null,
      response_hash  bytea,
      result         jsonb,
      attempts       integer not null default 0,
      adopted        boolean not null default false,
      intended_at    timestamptz not null,
      attempted_at   timestamptz,
      completed_at   timestamptz
    )`.execute(db);
  await sql`create index effects_by_aggregate on effects (aggregate_id, intended_at)`.execute(db);
  await protect(db, 'effects');
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['effects', 'reconcile_queue']) {
    await sql`drop table ${sql.table(table)}`.execute(db);
  }
}
