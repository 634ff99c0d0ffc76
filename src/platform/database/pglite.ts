import { PGlite } from '@electric-sql/pglite';
import { type Dialect, type Driver, type Kysely, PGliteDialect } from 'kysely';
import { BECOME_WORKER, type Database, databaseOver, type Hints, kyselyOver } from './database.ts';

/** Far above any wait that load causes: past it a statement waits for another inside its own transaction. */
const TURN_DEADLINE_MS = 30_000;

export interface EmbeddedDatabase extends Database {
  /** Same instance with the owner's power, for migrations; it takes turns with everything else. */
  readonly owner: Kysely<unknown>;
}

/**
 * PostgreSQL in this process. The caller holds the directory's lock (directory-lock.ts).
 * @param source a directory on disk, `memory://`, or a dump of a data directory (tests).
 */
export async function openPglite(source: string | Blob): Promise<EmbeddedDatabase> {
  const parsers = { 20: Number };
  return overPglite(
    typeof source === 'string'
      ? await PGlite.create(source, { parsers })
      : await PGlite.create({ loadDataDir: source, parsers }),
  );
}

/** A database over an instance that is open already; closing the one closes the other. */
export function overPglite(pglite: PGlite): EmbeddedDatabase {
  const turns = turnstile();
  const owner = kyselyOver(
    inTurns(new PGliteDialect({ pglite }), turns, async () => {
      await pglite.query('reset role');
    }),
  );
  const worker = kyselyOver(
    inTurns(new PGliteDialect({ pglite }), turns, async () => {
      const { sql, parameters } = BECOME_WORKER.compile(worker);
      await pglite.query(sql, [...parameters]);
    }),
  );
  const database = databaseOver(worker, {
    engine: 'pglite',
    hints: localHints(),
    close: () => pglite.close(),
  });
  return { ...database, owner };
}

interface Turnstile {
  /** Waits for the turn; `changed` says whether somebody of another kind had it before. */
  enter(who: object): Promise<{ changed: boolean }>;
  leave(): void;
}

function turnstile(): Turnstile {
  const waiting: (() => void)[] = [];
  let busy = false;
  let last: object | undefined;
  return {
    async enter(who) {
      if (busy) {
        await new Promise<void>((resolve, reject) => {
          const go = () => {
            clearTimeout(timer);
            resolve();
          };
          const timer = setTimeout(() => {
            waiting.splice(waiting.indexOf(go), 1);
            reject(new Error('no turn on the embedded database: a statement waits inside a transaction'));
          }, TURN_DEADLINE_MS);
          waiting.push(go);
        });
      }
      busy = true;
      const changed = last !== who;
      last = who;
      return { changed };
    },
    leave() {
      const next = waiting.shift();
      if (next) next();
      else busy = false;
    },
  };
}

/**
 * PGlite has one session, and Kysely's driver for it hands that to everyone at once: a statement from outside
 * would run inside whatever transaction is open, under its tenant. So every connection is taken in turns.
 */
function inTurns(dialect: PGliteDialect, turns: Turnstile, onTurn: () => Promise<void>): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => {
      const driver: Driver = dialect.createDriver();
      const acquire = driver.acquireConnection.bind(driver);
      driver.acquireConnection = async () => {
        const { changed } = await turns.enter(dialect);
        try {
          if (changed) await onTurn();
          return await acquire();
        } catch (error) {
          turns.leave();
          throw error;
        }
      };
      driver.releaseConnection = async () => turns.leave();
      return driver;
    },
  };
}

/** There is no other process to tell. */
function localHints(): Hints {
  const callbacks = new Map<string, Set<() => void>>();
  return {
    send: (channel) => {
      for (const callback of callbacks.get(channel) ?? []) setImmediate(callback);
    },
    onHint: (channel, callback) => {
      const set = callbacks.get(channel) ?? new Set();
      callbacks.set(channel, set.add(callback));
      return () => void set.delete(callback);
    },
  };
}
