import { type Kysely, sql } from 'kysely';
import { protect } from './0001_tenancy.ts';
import { definer } from './0007_event_feed.ts';

/**
 * What became of every attempt, and how the tables that grow by the day stay small: events and attempts lie in
 * day partitions, which are dropped whole. Deliveries cannot be (they are found by lane), so they are deleted in
 * small batches, and `purged_deliveries` keeps their count: the conservation figure outlives its rows.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table delivery_attempts (
      tenant_id     text collate "C" not null,
      endpoint_id   text collate "C" not null,
      event_id      text collate "C" not null,
      number        integer not null,
      attempted_at  timestamptz not null,
      outcome       text not null check (outcome in ('delivered', 'retry', 'dead')),
      status        integer,
      error         text,
      stage         text,
      address       text,
      duration_ms   integer not null,
      dns_ms        integer,
      connect_ms    integer,
      tls_ms        integer,
      first_byte_ms integer,
      response      text,
      replay_id     text
    ) partition by range (attempted_at)`.execute(db);
  await sql`create table delivery_attempts_default partition of delivery_attempts default`.execute(db);
  // No key: two attempts may carry the same time, and a log must never be why a delivery cannot be settled.
  await sql`
    create index delivery_attempts_by_event on delivery_attempts (endpoint_id, event_id, attempted_at)`.execute(
    db,
  );
  await sql`
    create table purged_deliveries (
      tenant_id   text collate "C" not null,
      endpoint_id text collate "C" not null,
      state       text not null,
      count       bigint not null,
      primary key (endpoint_id, state)
    )`.execute(db);
  await protect(db, 'delivery_attempts');
  await protect(db, 'purged_deliveries');
  await definer(db, KEEP_DAY_PARTITIONS, 'keep_day_partitions(text, timestamptz, integer, integer)');
}

/**
 * Makes the partitions of today and `ahead` days more, takes rows out of the default partition into partitions of
 * their day, and drops partitions whose day ended `keep` days ago or more. Days are UTC. Answers how many were
 * made and dropped. Waits 2 s at most for a lock, and writes wait with it; then it fails, and the next call tries.
 */
const KEEP_DAY_PARTITIONS = sql`
  create function keep_day_partitions(parent text, at timestamptz, ahead integer, keep integer)
    returns table (made integer, dropped integer) language plpgsql security definer as $$
  declare
    time_column text := case parent when 'events' then 'created_at' when 'delivery_attempts' then 'attempted_at' end;
    fallback text := parent || '_default';
    today date := (at at time zone 'UTC')::date;
    day date;
    child text;
  begin
    if time_column is null then raise exception 'no table in day partitions: %', parent; end if;
    perform set_config('lock_timeout', '2s', true);
    perform set_config('timezone', 'UTC', true);
    made := 0;
    dropped := 0;
    for day in execute format(
      'select d::date from generate_series($1::date, $1::date + $2, interval ''1 day'') d
       union select distinct %I::date from %I order by 1', time_column, fallback) using today, ahead
    loop
      child := parent || to_char(day, '_YYYYMMDD');
      continue when to_regclass(child) is not null;
      -- First the parent: whoever found the way to the default partition before has to be through, and whoever
      -- comes now looks for his way when the new one is there. Else his row would be refused.
      execute format('lock table %I in access exclusive mode', parent);
      continue when to_regclass(child) is not null;
      execute format('create table %I (like %I including all)', child, parent);
      execute format('with moved as (delete from %I where %I >= $1 and %I < $2 returning *) insert into %I select * from moved',
        fallback, time_column, time_column, child) using day::timestamptz, (day + 1)::timestamptz;
      execute format('alter table %I attach partition %I for values from (%L) to (%L)',
        parent, child, day::timestamptz, (day + 1)::timestamptz);
      made := made + 1;
    end loop;
    for child in
      select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = to_regclass(parent) and c.relname ~ ('^' || parent || '_[0-9]{8}$')
        and to_date(right(c.relname, 8), 'YYYYMMDD') < today - keep
    loop
      execute format('drop table %I', child);
      dropped := dropped + 1;
    end loop;
    return next;
  end $$`;

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function keep_day_partitions(text, timestamptz, integer, integer)`.execute(db);
  for (const table of ['purged_deliveries', 'delivery_attempts']) {
    await sql`drop table ${sql.table(table)}`.execute(db);
  }
}
