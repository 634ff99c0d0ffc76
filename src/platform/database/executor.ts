import type { QueryExecutorProvider } from 'kysely';

/**
 * What a statement runs on: the pool or a transaction. Mechanisms write SQL through it and take it as their
 * first argument; whoever wants a write in his own transaction passes that.
 */
export type Executor = QueryExecutorProvider;

/** An open transaction. There is no overload of enqueue or append that works without one. */
export type Tx = QueryExecutorProvider & { readonly isTransaction: true };

export function isTransaction(on: Executor): on is Tx {
  return 'isTransaction' in on && on.isTransaction === true;
}
