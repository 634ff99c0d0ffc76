import { sql } from 'kysely';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Executor } from '#platform/database/database.ts';

export interface DatabaseFacts {
  readonly serverVersion: string;
  /** The database's clock, at some moment of the call. */
  readonly now: Date;
}

/** What an operator wants to know of the database before anything else. */
export async function databaseFacts(executor: Executor, clock: DatabaseClock): Promise<DatabaseFacts> {
  const { rows } = await sql<{ version: string; now: Date }>`
    select current_setting('server_version') as version, ${clock.now} as now`.execute(executor);
  const [row] = rows;
  if (!row) throw new Error('the database answered no row');
  return { serverVersion: row.version, now: new Date(row.now) };
}
