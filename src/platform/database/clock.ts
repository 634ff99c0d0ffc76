import { type RawBuilder, sql } from 'kysely';

/**
 * The one clock of everything durable: leases, due times, attempts, timestamps. It is the database's, so that
 * processes with skewed clocks agree; as an SQL expression it costs no round trip. Tests inject a fixed one.
 */
export interface DatabaseClock {
  /** Expression of type timestamptz for use inside any statement. */
  readonly now: RawBuilder<Date>;
}

export const databaseClock: DatabaseClock = { now: sql<Date>`clock_timestamp()` };

/** `now` shifted by milliseconds (may be negative), as an SQL expression. */
export function shifted(clock: DatabaseClock, ms: number): RawBuilder<Date> {
  return sql<Date>`(${clock.now} + make_interval(secs => ${ms / 1000}::double precision))`;
}
