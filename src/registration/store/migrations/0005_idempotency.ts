import { type Kysely, sql } from 'kysely';
import { protect } from './0001_tenancy.ts';

/** Stored answers of POSTs with an Idempotency-Key (C6-C12): written in the request's own transaction. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table idempotency_keys (
      tenant_id   text collate "C" not null,
      method      text not null,
      path        text not null,
      key         text not null,
      fingerprint bytea not null,
      status_code integer,
      headers     jsonb,
      body        bytea,
      created_at  timestamptz not null,
      primary key (tenant_id, method, path, key)
    )`.execute(db);
  await sql`create index idempotency_keys_age on idempotency_keys (created_at)`.execute(db);
  await protect(db, 'idempotency_keys');
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table idempotency_keys`.execute(db);
}
