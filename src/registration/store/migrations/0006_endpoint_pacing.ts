import { type Kysely, sql } from 'kysely';

/**
 * What an endpoint may be set to, and how it is doing. Pace and health are columns of the endpoint, since the
 * claim locks that row anyway; `version` and `updated_at` are the tenant's and do not move with them.
 * - `failures`: attempts in a row that failed, over all lanes; `failing_since`: set while the breaker is open.
 * - `held_until`: nothing is sent before; a slow-down that the receiver asked for, or an open breaker.
 * - `next_at`: with a rate limit, when the next delivery may go out (a bucket as one point in time).
 * - `announced`: the health that the tenant was last told of; where it differs an event is due.
 * - `event_sequence`, `event_position`: of the endpoint's own events, as every aggregate has them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table webhook_endpoints
      add column rate_limit integer check (rate_limit between 1 and 1000),
      add column timeout_ms integer not null default 5000 check (timeout_ms between 1000 and 30000),
      add column failures integer not null default 0,
      add column failing_since timestamptz,
      add column held_until timestamptz,
      add column next_at timestamptz,
      add column announced text not null default 'healthy'
        check (announced in ('healthy', 'failing', 'disabled')),
      add column event_sequence bigint not null default 0`.execute(db);
  await sql`
    create index webhook_endpoints_unannounced on webhook_endpoints (endpoint_id)
      where announced <> case when not active and disabled_reason is not null then 'disabled'
                              when failing_since is not null then 'failing' else 'healthy' end`.execute(db);

  // First attempts keep slots of their own, so the claim looks for them apart from retries.
  await sql`alter table lanes add column retrying boolean generated always as (attempts > 0) stored`.execute(
    db,
  );
  await sql`drop index lanes_due`.execute(db);
  await sql`create index lanes_due on lanes (endpoint_id, retrying, due_at) where due_at is not null`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index lanes_due`.execute(db);
  await sql`alter table lanes drop column retrying`.execute(db);
  await sql`create index lanes_due on lanes (endpoint_id, due_at) where due_at is not null`.execute(db);
  await sql`drop index webhook_endpoints_unannounced`.execute(db);
  await sql`
    alter table webhook_endpoints
      drop column rate_limit, drop column timeout_ms, drop column failures, drop column failing_since,
      drop column held_until, drop column next_at, drop column announced, drop column event_sequence`.execute(
    db,
  );
}
