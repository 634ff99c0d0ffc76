import { sql } from 'kysely';

/**
 * A column of a result: the transaction that answers it does not wait for the disk. Only for what a dying server may
 * forget: a claim under which nothing was done yet, or what can be found out again. Whatever is committed after it and
 * does wait takes it along to the disk, so that nothing which counts on it outlives it.
 */
export const UNFLUSHED = sql`set_config('synchronous_commit', 'off', true) as unflushed`;
