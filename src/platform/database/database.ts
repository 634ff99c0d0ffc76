import { type Dialect, Kysely, type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';

/**
 * What a statement runs on: the pool or a transaction. Mechanisms write SQL through it and take it as their
 * first argument; whoever wants a write in his own transaction passes that.
 */
export type Executor = QueryExecutorProvider;

/** An open transaction. There is no overload of enqueue or append that works without one. */
export type Tx = QueryExecutorProvider & { readonly isTransaction: true };

/**
 * Runs `work` in a transaction as the API role of one tenant: row-level security holds whatever it says.
 * @param also further expressions with names, selected by the statement that opens it: on every request's path each
 * statement counts. Their values are given to `work`.
 */
export type TenantTransaction = <T>(
  tenantId: string,
  work: (tx: Tx, opened: Readonly<Record<string, unknown>>) => Promise<T>,
  also?: RawBuilder<unknown>,
) => Promise<T>;

export interface Database {
  readonly engine: 'postgres' | 'pglite';
  /** Single statements under the worker role, each its own transaction. */
  readonly executor: Executor;
  /** A transaction under the worker role, which may see every tenant. Never open across a network call. */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  readonly tenantTransaction: TenantTransaction;
  /** LISTEN/NOTIFY as a hint that may get lost; polling is the truth. */
  readonly hints: Hints;
  readonly close: () => Promise<void>;
}

export interface Hints {
  /** Tells other processes that something became due. Never inside a transaction: NOTIFY serialises commits. */
  readonly send: (channel: string) => void;
  /** Calls back on every hint, own ones included. Answers the function that stops it. */
  readonly onHint: (channel: string, callback: () => void) => () => void;
}

const WORKER_ROLE = 'a2p_worker';
const API_ROLE = 'a2p_api';

/** Statement run on each new connection: from here on the owner's power is gone. */
export const BECOME_WORKER = sql`select set_config('role', ${WORKER_ROLE}, false)`;

/** The parts common to both engines. `kysely` must hand out connections that have become the worker. */
export function databaseOver(
  kysely: Kysely<unknown>,
  parts: { engine: Database['engine']; hints: Hints; close: () => Promise<void> },
): Database {
  return {
    engine: parts.engine,
    executor: kysely,
    transaction: (work) => kysely.transaction().execute((tx) => work(tx as unknown as Tx)),
    tenantTransaction: (tenantId, work, also) =>
      kysely.transaction().execute(async (tx) => {
        // Role and tenant in one statement, local to the transaction.
        const { rows } = await sql<Record<string, unknown>>`
          select set_config('role', ${API_ROLE}, true) as role,
            set_config('app.tenant_id', ${tenantId}, true) as tenant
            ${also ? sql`, ${also}` : sql``}`.execute(tx);
        return work(tx as unknown as Tx, rows[0] ?? {});
      }),
    hints: parts.hints,
    close: parts.close,
  };
}

export function kyselyOver(dialect: Dialect): Kysely<unknown> {
  return new Kysely<unknown>({ dialect });
}

/** SQLSTATE of a database error, from either driver. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Name of the constraint or index that a unique violation hit; undefined for any other error. */
export function uniqueViolation(error: unknown): string | undefined {
  if (sqlState(error) !== '23505') return undefined;
  const { constraint } = error as { constraint?: unknown };
  return typeof constraint === 'string' ? constraint : '';
}
