import { type Kysely, sql } from 'kysely';

/**
 * What belongs to the provider's account and to no tenant; only workers may touch it. An account has one line for
 * calls that the provider paces (`next_at`), shared by all processes, and is left alone until `blocked_until` once
 * the provider has turned it away. Events of the provider are told apart by id; of a number, whose registration no
 * read tells, the newest event about each messaging service is kept, under '' for events that name none.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table provider_accounts (
      account         text collate "C" primary key,
      next_at         timestamptz not null default '-infinity',
      blocked_until   timestamptz,
      blocked_code    text,
      blocked_message text
    )`.execute(db);
  await sql`
    create table provider_events (
      event_id    text collate "C" primary key,
      received_at timestamptz not null
    )`.execute(db);
  await sql`create index provider_events_age on provider_events (received_at)`.execute(db);
  await sql`
    create table number_registrations (
      phone_number_sid      text collate "C" not null,
      messaging_service_sid text collate "C" not null,
      status                text not null check (status in ('pending', 'registered', 'failed', 'unregistered')),
      reason_url            text,
      event_at              timestamptz not null,
      updated_at            timestamptz not null,
      primary key (phone_number_sid, messaging_service_sid)
    )`.execute(db);
  for (const table of ['provider_accounts', 'provider_events', 'number_registrations']) {
    await sql`grant select, insert, update, delete on ${sql.table(table)} to a2p_worker`.execute(db);
  }
  // An event names the provider's object: ours is found by it.
  for (const table of ['brands', 'campaigns', 'bindings']) {
    await sql`create index ${sql.id(`${table}_by_ref`)} on ${sql.table(table)} using gin (external_refs jsonb_path_ops)`.execute(
      db,
    );
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['brands', 'campaigns', 'bindings']) {
    await sql`drop index ${sql.id(`${table}_by_ref`)}`.execute(db);
  }
  for (const table of ['number_registrations', 'provider_events', 'provider_accounts']) {
    await sql`drop table ${sql.table(table)}`.execute(db);
  }
}
