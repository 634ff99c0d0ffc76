import { type Dialect, Kysely, sql } from 'kysely';
import type { Executor } from './executor.ts';
import { pipelinedTransactions, plainTransactions, type Transactions } from './transactions.ts';

export { type Executor, isTransaction, type Tx } from './executor.ts';

export interface Database extends Transactions {
  readonly engine: 'postgres' | 'pglite';
  /** Single statements under the worker role, each its own transaction. */
  readonly executor: Executor;
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

/** Statement run on each new connection: from here on the owner's power is gone. */
export const BECOME_WORKER = sql`select set_config('role', ${WORKER_ROLE}, false)`;

/**
 * The parts common to both engines. `kysely` must hand out connections that have become the worker and, on a server,
 * send without waiting (`pipeline` of pg).
 */
export function databaseOver(
  kysely: Kysely<unknown>,
  parts: { engine: Database['engine']; hints: Hints; close: () => Promise<void> },
): Database {
  return {
    engine: parts.engine,
    executor: kysely,
    ...(parts.engine === 'postgres' ? pipelinedTransactions(kysely) : plainTransactions(kysely)),
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
