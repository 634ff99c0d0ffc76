import { type Kysely, sql } from 'kysely';

/**
 * Idempotency keys, what is being bought under them, and the numbers that are thereby spoken for (C6-C12, R147).
 * Nothing else is kept here: what the account has, the provider knows.
 * The role belongs to the whole cluster and may serve other databases of it, so `down` takes its grants (with the
 * tables) and leaves the name.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$
    begin
      -- An administrator may have made and granted it: then no right to make roles is needed.
      if not exists (select from pg_roles where rolname = 'a2p_worker') then
        begin
          create role a2p_worker nologin nobypassrls noinherit;
        exception when duplicate_object or unique_violation then null;
        end;
      end if;
      if not pg_has_role(current_user, 'a2p_worker', 'member') then
        grant a2p_worker to current_user;
      end if;
      execute format('grant usage on schema %I to a2p_worker', current_schema());
    end $$`.execute(db);

  await sql`
    create table idempotency_keys (
      -- SHA-256 of caller, method, path and key: parts of any length, and one column to refer to.
      key_id      text collate "C" primary key,
      caller      text not null,
      method      text not null,
      path        text not null,
      key         text not null,
      fingerprint text not null,
      -- From then on the key is a new one, unless somebody is at work under it.
      expires_at  timestamptz not null,
      -- Who may write. Null once it is answered or let go.
      hold_id     text,
      lease_until timestamptz not null,
      -- How many held it: past the first one, an answer is still owed.
      claims      integer not null,
      -- The number that is to be bought, or was when there is a sid.
      e164        text collate "C",
      sid         text,
      -- When the purchase was begun. Null when there is none, and when the number was released since.
      begun_at    timestamptz,
      status      integer,
      headers     jsonb,
      body        text,
      check (sid is null or e164 is not null),
      check (num_nulls(status, headers, body) in (0, 3))
    )`.execute(db);
  await sql`create index idempotency_keys_age on idempotency_keys (expires_at)`.execute(db);
  await sql`
    create index idempotency_keys_unfinished on idempotency_keys (begun_at)
      where begun_at is not null and status is null`.execute(db);

  await sql`
    create table purchase_reservations (
      e164           text collate "C" primary key,
      key_id         text collate "C" not null references idempotency_keys on delete cascade,
      -- From then on another key may take the number over. Follows the lease of the key.
      reserved_until timestamptz not null
    )`.execute(db);
  await sql`create index purchase_reservations_of_key on purchase_reservations (key_id)`.execute(db);

  await sql`
    grant select, insert, update, delete on idempotency_keys, purchase_reservations to a2p_worker`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table purchase_reservations`.execute(db);
  await sql`drop table idempotency_keys`.execute(db);
}
