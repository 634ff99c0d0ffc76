import { sql } from 'kysely';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Executor } from '#platform/database/database.ts';
import { migrations } from './migrations/index.ts';

/** Aggregates by resource and phase, for status_phase_gauge (R43). */
export async function phaseCounts(
  executor: Executor,
): Promise<readonly { resource: string; phase: string; count: number }[]> {
  const { rows } = await sql<{ resource: string; phase: string; count: number }>`
    select 'brand' as resource, phase, count(*) as count from brands group by phase
    union all select 'campaign', phase, count(*) from campaigns group by phase
    union all select 'binding', phase, count(*) from bindings group by phase`.execute(executor);
  return rows;
}

/** Provider accounts that are turned away now, for the alert; under the worker role alone. */
export async function blockedAccounts(executor: Executor, clock: DatabaseClock): Promise<number> {
  const { rows } = await sql<{ blocked: number }>`
    select count(*) as blocked from provider_accounts where blocked_until > ${clock.now}`.execute(executor);
  return rows[0]?.blocked ?? 0;
}

/** Throws when the database does not answer. */
export async function ping(executor: Executor): Promise<void> {
  await sql`select 1`.execute(executor);
}

/** Throws unless the schema is exactly the one this build was written for. */
export async function checkSchema(executor: Executor): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    executor,
  );
  const applied = rows.map((row) => row.name).join();
  const known = Object.keys(migrations).join();
  if (applied !== known) throw new Error(`migrations applied: ${applied || 'none'}; known: ${known}`);
}
