import { type RawBuilder, sql } from 'kysely';

/**
 * The one clock of everything durable: leases, due times, attempts, timestamps. It is the database's, so that
 * processes with skewed clocks agree; as an SQL expression it costs no round trip. Tests inject a fixed one.
 */
export interface DatabaseClock {
  /** Expression of type timestamptz for use inside any statement. */
  readonly now: RawBuilder<Date>;
}

/** In a sub-select, since a volatile function in a condition keeps an index from being used. */
export const databaseClock: DatabaseClock = { now: sql<Date>`(select clock_timestamp())` };

/**
 * The clock read once for a whole statement, as a CTE: `with ${readOnce(clock)}, ...`, then
 * `(select now from time)` wherever the same time is needed twice.
 */
export function readOnce(clock: DatabaseClock): RawBuilder<unknown> {
  return sql`time as materialized (select ${clock.now} as now)`;
}

/** `now` shifted by milliseconds (may be negative), as an SQL expression. */
export function shifted(clock: DatabaseClock, ms: number): RawBuilder<Date> {
  return sql<Date>`(${clock.now} + make_interval(secs => ${ms / 1000}::double precision))`;
}
