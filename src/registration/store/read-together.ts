import DataLoader from 'dataloader';
import { type Executor, isTransaction } from '#platform/database/database.ts';

/** Rows of one statement; as many passes as one process runs at once, and more. */
const MOST_TOGETHER = 100;

/**
 * Reads rows by key so that whoever asks in the same turn of the event loop shares a statement: passes that are
 * claimed together load together. In a transaction nobody asks beside another, so there nobody waits for the turn's end.
 * Nothing is kept. A row that cannot be read fails whoever asked for it, alone.
 */
export function readTogether<Row, A>({
  readMany,
  keyOf,
  read,
}: {
  readonly readMany: (on: Executor, keys: readonly string[]) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => string;
  readonly read: (row: Row) => A;
}): (on: Executor, key: string) => Promise<A | undefined> {
  const readers = new WeakMap<Executor, DataLoader<string, A | undefined>>();
  const readerOf = (on: Executor) => {
    const known = readers.get(on);
    if (known) return known;
    const reader = new DataLoader<string, A | undefined>(
      async (keys) => {
        const rows = new Map((await readMany(on, keys)).map((row) => [keyOf(row), row]));
        return keys.map((key) => {
          const row = rows.get(key);
          return row && attempt(() => read(row));
        });
      },
      { cache: false, maxBatchSize: MOST_TOGETHER },
    );
    readers.set(on, reader);
    return reader;
  };
  return async (on, key) => {
    if (!isTransaction(on)) return readerOf(on).load(key);
    const [row] = await readMany(on, [key]);
    return row && read(row);
  };
}

function attempt<A>(work: () => A): A | Error {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
