import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';

/** UNFLUSHED as text, for a statement that goes to the driver as it is. */
export const UNFLUSHED_TEXT = `set_config('synchronous_commit', 'off', true) as unflushed`;

/**
 * A column of a result: the transaction that answers it does not wait for the disk. Only for what a dying server may
 * forget: a claim under which nothing was done yet, or what can be found out again. Whatever is committed after it and
 * does wait takes it along to the disk, so that nothing which counts on it outlives it.
 */
export const UNFLUSHED = sql.raw(UNFLUSHED_TEXT);

/**
 * The same for what may be forgotten of the last moments, but not of hours. A server writes in the background what
 * nobody waits for (after three times `wal_writer_delay` at the latest: 0.6 s). The embedded engine has no such
 * writer: what it was not told to wait for is lost with its process until something else is committed that waits.
 */
export const unflushedOn = (engine: Database['engine']): RawBuilder<unknown> =>
  engine === 'postgres' ? UNFLUSHED : sql`null as unflushed`;
