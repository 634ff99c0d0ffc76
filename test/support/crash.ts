import type { Kysely, KyselyPlugin } from 'kysely';
import type { Database, Executor, Tx } from '../../src/platform/database/database.ts';

/** The process is gone: nothing it does from here on happens. */
export class Crash extends Error {
  constructor() {
    super('crash');
    this.name = 'Crash';
  }
}

export interface Mortal {
  readonly database: Database;
  /** Steps taken so far; a step is the moment before or after any statement or commit. */
  readonly steps: () => number;
  readonly dead: () => boolean;
}

/**
 * A database that dies at its n-th step, as kill -9 would at that moment: what was committed stays, an open
 * transaction rolls back, and everything after throws. A provider call stands between two steps, so dying
 * right before and right after each one is covered.
 */
export function mortal(database: Database, dieAt: number): Mortal {
  let steps = 0;
  const step = () => {
    steps++;
    if (steps >= dieAt) throw new Crash();
  };
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      step();
      return node;
    },
    async transformResult({ result }) {
      step();
      return result;
    },
  };
  const watched = <E extends Executor>(on: E): E =>
    (on as unknown as Kysely<unknown>).withPlugin(plugin) as unknown as E;
  const inTransaction = async <T>(
    run: (work: (tx: Tx) => Promise<T>) => Promise<T>,
    work: (tx: Tx) => Promise<T>,
  ) => {
    const result = await run(async (tx) => {
      const done = await work(watched(tx));
      step();
      return done;
    });
    step();
    return result;
  };
  return {
    steps: () => steps,
    dead: () => steps >= dieAt,
    database: {
      ...database,
      executor: watched(database.executor),
      transaction: (work) => inTransaction((inner) => database.transaction(inner), work),
      tenantTransaction: (tenantId, work) =>
        inTransaction((inner) => database.tenantTransaction(tenantId, inner), work),
    },
  };
}
