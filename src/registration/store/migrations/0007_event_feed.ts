import { type Kysely, sql } from 'kysely';

const STREAMS = ['brands', 'campaigns', 'bindings', 'webhook_endpoints'];

/**
 * A place in the feed for every event. A serial number would not do: a reader at 2 never sees the 1 that commits
 * later. So the place is the writing transaction's id, and readers stop below the oldest transaction that still
 * runs (`feed_horizon`). An aggregate keeps its last place (`event_position`) and takes the greater of the two:
 * its events stand in order even where the later transaction has the smaller id, and the place is never below
 * the id of the transaction that wrote it, so the horizon holds.
 *
 * Transaction ids begin anew on a cluster to which a dump was restored. `feed_clock` remembers how far they were,
 * and `align_feed` shifts them when they fall behind; it is called at every start and once a minute. Until it was,
 * nobody can write an event: `feed_position` fails as a server does that is starting (57P03), so callers try again.
 * How far ids are is told by the snapshot's xmax, which does not fall while the server goes on; a transaction's own
 * id does not tell it, since an older transaction may look later.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table feed_clock (
      only_row  boolean primary key default true check (only_row),
      shift     bigint not null default 0,
      last_seen bigint not null default 0
    )`.execute(db);
  await sql`insert into feed_clock default values`.execute(db);
  await sql`grant select on feed_clock to a2p_api, a2p_worker`.execute(db);

  await sql`
    create function feed_position() returns bigint language plpgsql volatile as $$
    declare clock feed_clock;
    begin
      select * into clock from feed_clock;
      if pg_snapshot_xmax(pg_current_snapshot())::text::bigint + clock.shift < clock.last_seen then
        raise exception 'transaction ids began anew and the feed is not aligned yet' using errcode = '57P03';
      end if;
      return pg_current_xact_id()::text::bigint + clock.shift;
    end $$`.execute(db);
  await sql`
    create function feed_horizon() returns bigint language sql stable as $$
      select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + shift from feed_clock
    $$`.execute(db);
  // A billion ids is far more than any cluster gives out in the minute between two looks. The shift waits for
  // whoever has read the old one, and nobody reads before it is done: a place by the old one that commits after
  // one by the new was read would be passed over.
  await definer(
    db,
    sql`
    create function align_feed() returns void language plpgsql security definer as $$
    declare place bigint;
    begin
      perform set_config('lock_timeout', '10s', true);
      lock table feed_clock in share row exclusive mode;
      select pg_snapshot_xmax(pg_current_snapshot())::text::bigint + shift into place from feed_clock;
      if place < (select last_seen from feed_clock) then
        lock table feed_clock in access exclusive mode;
        update feed_clock set shift = shift + last_seen - place + 1000000000, last_seen = last_seen + 1000000000;
      else
        update feed_clock set last_seen = place;
      end if;
    end $$`,
    'align_feed()',
  );

  for (const table of STREAMS) {
    await sql`alter table ${sql.table(table)} add column event_position bigint not null default 0`.execute(
      db,
    );
  }
  await sql`alter table events add column feed_position bigint not null default feed_position()`.execute(db);
  await sql`drop index events_by_tenant`.execute(db);
  await sql`
    create index events_feed on events (tenant_id, feed_position, aggregate_id, sequence)`.execute(db);
}

/**
 * A function with its owner's power, for workers alone. Its names are looked up where they are now, or whoever
 * calls it could put others in their place.
 */
export async function definer(
  db: Kysely<unknown>,
  create: ReturnType<typeof sql>,
  signature: string,
): Promise<void> {
  await create.execute(db);
  const name = sql.raw(signature);
  await sql`
    do $$ begin
      execute format('alter function ${name} set search_path = %I, pg_temp', current_schema());
    end $$`.execute(db);
  await sql`revoke execute on function ${name} from public`.execute(db);
  await sql`grant execute on function ${name} to a2p_worker`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index events_feed`.execute(db);
  await sql`create index events_by_tenant on events (tenant_id, created_at, event_id)`.execute(db);
  await sql`alter table events drop column feed_position`.execute(db);
  for (const table of STREAMS) {
    await sql`alter table ${sql.table(table)} drop column event_position`.execute(db);
  }
  for (const name of ['align_feed', 'feed_horizon', 'feed_position']) {
    await sql`drop function ${sql.ref(name)}()`.execute(db);
  }
  await sql`drop table feed_clock`.execute(db);
}
