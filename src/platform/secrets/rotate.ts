import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '../database/database.ts';
import { type Keyring, SealError, sealedPrefix } from './keyring.ts';

/** A column of sealed bytes, and how to know the context of each row's. */
export interface SealedColumn {
  readonly table: string;
  /** Together unique; the walk goes along them. */
  readonly idColumns: readonly string[];
  readonly column: string;
  /** Columns that `context` needs besides the id. */
  readonly contextColumns?: readonly string[];
  context(row: SealedRow): string;
}

/** Values of the id and context columns. */
export type SealedRow = Readonly<Record<string, string | number>>;

export interface ResealReport {
  readonly table: string;
  readonly column: string;
  readonly examined: number;
  readonly resealed: number;
  /** Changed by somebody else in the meantime and left to the next run. */
  readonly raced: number;
  /** Rows that no key of the ring opens, counted, with the first ids. */
  readonly unreadable: number;
  readonly unreadableIds: readonly string[];
}

export interface ResealOptions {
  /** Rows a statement looks at. */
  readonly batch?: number;
  /** Stops between two batches; the next run takes up the rest. */
  readonly signal?: AbortSignal;
}

/** A few kilobytes a row at most: one statement stays far below the statement deadline. */
const BATCH = 200;
const IDS_IN_REPORT = 20;

interface Row {
  /** Where the row lies: it moves with every write, so a write that finds it there meets the row it read. */
  readonly ctid: string;
  /** Null when sealed by the active key already. */
  readonly stale: Uint8Array | null;
  readonly columns: SealedRow;
}

interface Fresh {
  readonly ctid: string;
  readonly before: Uint8Array;
  readonly after: Buffer;
}

/**
 * Brings every value to the active key while the service runs: each write is fenced by the bytes it replaces,
 * so it never overwrites newer ones, and nothing but those bytes changes. Needs the worker role.
 * An old key may be dropped once a run over all columns ended with `resealed`, `raced` and `unreadable` at 0.
 */
export async function reseal(
  executor: Executor,
  keyring: Keyring,
  columns: readonly SealedColumn[],
  options: ResealOptions = {},
): Promise<readonly ResealReport[]> {
  const reports: ResealReport[] = [];
  for (const column of columns) reports.push(await resealColumn(executor, keyring, column, options));
  return reports;
}

async function resealColumn(
  executor: Executor,
  keyring: Keyring,
  column: SealedColumn,
  { batch = BATCH, signal }: ResealOptions,
): Promise<ResealReport> {
  const unreadable: string[] = [];
  const done = { examined: 0, resealed: 0, raced: 0 };
  let after: SealedRow | undefined;
  while (!signal?.aborted) {
    const rows = await page(executor, keyring, column, after, batch);
    const fresh = rows.flatMap((row) => resealRow(keyring, column, row, unreadable));
    const written = fresh.length > 0 ? await write(executor, column, fresh) : 0;
    done.examined += rows.length;
    done.resealed += written;
    done.raced += fresh.length - written;
    after = rows.at(-1)?.columns;
    if (rows.length < batch) break;
  }
  return {
    table: column.table,
    column: column.column,
    ...done,
    unreadable: unreadable.length,
    unreadableIds: unreadable.slice(0, IDS_IN_REPORT),
  };
}

function resealRow(keyring: Keyring, column: SealedColumn, row: Row, unreadable: string[]): Fresh[] {
  if (row.stale === null) return [];
  const context = column.context(row.columns);
  try {
    return [
      { ctid: row.ctid, before: row.stale, after: keyring.seal(keyring.open(row.stale, context), context) },
    ];
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    // One damaged row must not keep all others on the old key.
    unreadable.push(column.idColumns.map((name) => row.columns[name]).join('/'));
    return [];
  }
}

/** A page by id whatever its keys, so that every statement is bounded however few rows are stale. */
async function page(
  executor: Executor,
  keyring: Keyring,
  column: SealedColumn,
  after: SealedRow | undefined,
  limit: number,
): Promise<Row[]> {
  const prefix = sealedPrefix(keyring.activeKeyId);
  const ids = list(column.idColumns.map((name) => sql.ref(name)));
  const behind = after && sql`and (${ids}) > (${list(column.idColumns.map((name) => sql`${after[name]}`))})`;
  const sealed = sql.ref(column.column);
  const { rows } = await sql<Row>`
    select ctid::text as ctid, ${columnsOf(column)} as columns,
      case when substring(${sealed} from 1 for ${prefix.length}::integer) = ${prefix}::bytea
        then null else ${sealed} end as stale
    from ${sql.table(column.table)}
    where ${sealed} is not null ${behind ?? sql``}
    order by ${ids} limit ${limit}`.execute(executor);
  return rows;
}

async function write(executor: Executor, column: SealedColumn, fresh: readonly Fresh[]): Promise<number> {
  const sealed = sql.ref(column.column);
  const values = fresh.map(
    ({ ctid, before, after }) => sql`(${ctid}::tid, ${Buffer.from(before)}::bytea, ${after}::bytea)`,
  );
  const { rows } = await sql`
    update ${sql.table(column.table)} as t set ${sealed} = fresh.after
    from (values ${list(values)}) as fresh (ctid, before, after)
    where t.ctid = fresh.ctid and t.${sealed} = fresh.before
    returning 1`.execute(executor);
  return rows.length;
}

/** The id and context columns as one JSON object. */
export function columnsOf({ idColumns, contextColumns = [] }: SealedColumn): RawBuilder<SealedRow> {
  const pairs = [...idColumns, ...contextColumns].map((name) => sql`${sql.lit(name)}, ${sql.ref(name)}`);
  return sql<SealedRow>`jsonb_build_object(${list(pairs)})`;
}

const list = (parts: readonly RawBuilder<unknown>[]) => sql.join(parts, sql`, `);
