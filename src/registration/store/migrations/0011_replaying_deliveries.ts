import { type Kysely, sql } from 'kysely';

/**
 * `replaying`: the job that sends a delivery again, as `replay_id`, but only until that has come to an end. The index
 * on undelivered replays named `state`, a column that moves with every delivery, so every delivery that was settled
 * was written into each index of the table anew, although hardly one of them is a replay.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table deliveries add column replaying text collate "C"`.execute(db);
  await sql`
    update deliveries set replaying = replay_id where state = 'pending' and replay_id is not null`.execute(
    db,
  );
  await sql`drop index deliveries_replaying`.execute(db);
  await sql`
    create index deliveries_replaying on deliveries (replaying) where replaying is not null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index deliveries_replaying`.execute(db);
  await sql`alter table deliveries drop column replaying`.execute(db);
  await sql`
    create index deliveries_replaying on deliveries (replay_id)
      where state = 'pending' and replay_id is not null`.execute(db);
}
