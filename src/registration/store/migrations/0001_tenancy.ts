import { type Kysely, sql } from 'kysely';

/**
 * Tenants, API tokens and the two roles under which everything runs (R8, R52).
 * `a2p_api` sees the rows of `app.tenant_id` only, whatever the SQL says; `a2p_worker` drives all tenants.
 * Neither can bypass row-level security. Roles belong to the whole cluster and may serve other databases of
 * it, so `down` takes their grants (with the tables) and leaves the names.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$
    declare role_name text;
    begin
      foreach role_name in array array['a2p_api', 'a2p_worker'] loop
        -- An administrator may have made and granted them: then no right to make roles is needed.
        if not exists (select from pg_roles where rolname = role_name) then
          begin
            execute format('create role %I nologin nobypassrls noinherit', role_name);
          exception when duplicate_object or unique_violation then null;
          end;
        end if;
        if not pg_has_role(current_user, role_name, 'member') then
          execute format('grant %I to current_user', role_name);
        end if;
        execute format('grant usage on schema %I to %I', current_schema(), role_name);
      end loop;
    end $$`.execute(db);

  await sql`
    create table tenants (
      tenant_id  text collate "C" primary key,
      name       text not null unique,
      created_at timestamptz not null
    )`.execute(db);
  await sql`
    create table api_tokens (
      tenant_id  text collate "C" not null references tenants,
      token_id   text collate "C" primary key,
      name       text not null,
      token_hash bytea not null unique,
      scopes     text[] not null,
      created_at timestamptz not null,
      revoked_at timestamptz
    )`.execute(db);
  await sql`create index api_tokens_by_tenant on api_tokens (tenant_id)`.execute(db);
  await sql`
    create table sealed_keys (
      name   text primary key,
      sealed bytea not null
    )`.execute(db);

  await protect(db, 'tenants');
  await protect(db, 'api_tokens');
  // Only workers and operators read keys; the API process holds them in memory.
  await sql`grant select, insert, update on sealed_keys to a2p_worker`.execute(db);
  // Readiness asks whether the schema is the one this build was written for.
  await sql`grant select on kysely_migration to a2p_worker`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['sealed_keys', 'api_tokens', 'tenants']) {
    await sql`drop table ${sql.table(table)}`.execute(db);
  }
}

/**
 * Row-level security as every table of this database has it: the API role is held to its tenant, the worker
 * role is not. `app.tenant_id` unset compares as null: nothing is visible and nothing can be written.
 */
export async function protect(db: Kysely<unknown>, table: string): Promise<void> {
  const name = sql.table(table);
  await sql`alter table ${name} enable row level security`.execute(db);
  await sql`
    create policy tenant_only on ${name} to a2p_api
      using (tenant_id = current_setting('app.tenant_id', true))
      with check (tenant_id = current_setting('app.tenant_id', true))`.execute(db);
  await sql`create policy every_tenant on ${name} to a2p_worker using (true) with check (true)`.execute(db);
  await sql`grant select, insert, update, delete on ${name} to a2p_api, a2p_worker`.execute(db);
}
