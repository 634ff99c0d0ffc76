import type { CompiledQuery, RawBuilder } from 'kysely';
import type { Tx } from './executor.ts';

/**
 * Waits for a lock and asks what is there then, in one round trip where the engine is a server. Two statements all the
 * same: one alone would see the table as it was before it waited.
 * @returns the rows of `query`. Throws what the lock throws (55P03 when it is not to be had), else what the query does.
 */
export async function lockThen<R>(
  tx: Tx,
  lock: RawBuilder<unknown>,
  query: CompiledQuery<R>,
): Promise<readonly R[]> {
  const locking = lock.compile(tx);
  return tx.getExecutor().provideConnection(async (connection) => {
    const [locked, asked] = await Promise.allSettled([
      connection.executeQuery(locking),
      connection.executeQuery<R>(query),
    ]);
    if (locked.status === 'rejected') throw locked.reason;
    if (asked.status === 'rejected') throw asked.reason;
    return asked.value.rows;
  });
}
