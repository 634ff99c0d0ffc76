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
 * @param within `commit`: statements inside a transaction are no steps. Whoever dies between two of them leaves what
 * he leaves by dying before the commit, when all of them are done and have to be taken back.
 */
export function mortal(
  database: Database,
  dieAt: number,
  within: 'statements' | 'commit' = 'statements',
): Mortal {
  let steps = 0;
  const live = () => {
    if (steps >= dieAt) throw new Crash();
  };
  const step = () => {
    steps++;
    live();
  };
  const watched = <E extends Executor>(on: E, watch: () => void): E => {
    const plugin: KyselyPlugin = {
      transformQuery({ node }) {
        watch();
        return node;
      },
      async transformResult({ result }) {
        watch();
        return result;
      },
    };
    return (on as unknown as Kysely<unknown>).withPlugin(plugin) as unknown as E;
  };
  const mortally =
    <Rest extends unknown[], T>(work: (tx: Tx, ...rest: Rest) => Promise<T>) =>
    async (tx: Tx, ...rest: Rest): Promise<T> => {
      const done = await work(watched(tx, within === 'statements' ? step : live), ...rest);
      step();
      return done;
    };
  const ended = async <T>(transaction: Promise<T>): Promise<T> => {
    const result = await transaction;
    step();
    return result;
  };
  return {
    steps: () => steps,
    dead: () => steps >= dieAt,
    database: {
      ...database,
      executor: watched(database.executor, step),
      transaction: (work) => ended(database.transaction(mortally(work))),
      tenantTransaction: (tenantId, work, opening) =>
        ended(database.tenantTransaction(tenantId, mortally(work), opening)),
    },
  };
}
