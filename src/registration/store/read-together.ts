import DataLoader from 'dataloader';
import { sql } from 'kysely';
import { type Executor, isTransaction } from '#platform/database/database.ts';
import type { Read, Tables } from './tables.ts';

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

/** What readTogether needs to read a table's rows by their ids; without the query builder as in insertion.ts. */
export function rowsById<Name extends keyof Tables>(table: Name, idColumn: keyof Tables[Name] & string) {
  type Row = Read<Tables[Name]>;
  const from = sql`select * from ${sql.table(table)} where ${sql.ref(idColumn)}`;
  return {
    readMany: async (on: Executor, ids: readonly string[]) =>
      (await sql<Row>`${from} = any(${ids}::text[])`.execute(on)).rows,
    keyOf: (row: Row) => String(row[idColumn as keyof Row]),
  };
}

function attempt<A>(work: () => A): A | Error {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
