import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Database } from './database.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { migrateUp, migrationStatus } from './migrate.ts';
import { openPglite } from './pglite.ts';
import { openPostgres, openPostgresOwner } from './postgres.ts';

/** Which database of a service. */
export interface DatabasePlace {
  /** Of a server; unset: embedded, in `directory`. */
  readonly url: string | undefined;
  /** Of an embedded one, its lock and its control socket. */
  readonly directory: string;
  readonly migrations: Readonly<Record<string, Migration>>;
  /** What an operator has to run when migrations are pending. */
  readonly migrateCommand: string;
}

export interface OpenOptions {
  /** Who opens it, for whoever finds it taken, e.g. `npm start, pid 4711`. */
  readonly owner: string;
  /**
   * `current`: an embedded schema is brought up to date, pending migrations of a server are refused: there the
   * operator decides when. `asIs`: for those who look at the schema or change it themselves.
   */
  readonly schema: 'current' | 'asIs';
  /** Told of failures of idle connections and of the hint channel; both heal by themselves. */
  readonly onError: (error: unknown) => void;
}

export interface OpenedDatabase {
  readonly database: Database;
  /** Where an embedded database, its lock and its control socket lie; unset for a server. */
  readonly directory: string | undefined;
  /** Runs `work` with the owner's power: migrations only. */
  readonly withOwner: <T>(work: (owner: Kysely<unknown>) => Promise<T>) => Promise<T>;
  /** Closes the database and then gives the directory free. */
  readonly close: () => Promise<void>;
}

/**
 * The error of a service whose database cannot be had: `held` by another process, `schema` with pending migrations,
 * `database` that does not answer or open. The message is one line for the operator and says what to do; no secrets.
 */
export type Unavailable = (reason: 'held' | 'schema' | 'database', message: string, cause?: unknown) => Error;

/** Opens a service's database, for the service and for the CLI alike. Throws what `unavailable` makes. */
export async function openDatabase(
  place: DatabasePlace,
  options: OpenOptions,
  unavailable: Unavailable,
): Promise<OpenedDatabase> {
  return place.url === undefined
    ? openEmbedded(place, options, unavailable)
    : openServer(place, place.url, options, unavailable);
}

async function openEmbedded(
  { directory, migrations }: DatabasePlace,
  { owner, schema }: OpenOptions,
  unavailable: Unavailable,
): Promise<OpenedDatabase> {
  const lock = takeDirectory(directory, owner, unavailable);
  try {
    const database = await openPglite(join(directory, 'pglite'));
    try {
      if (schema === 'current') await migrateUp(database.owner, migrations);
    } catch (error) {
      await database.close();
      throw error;
    }
    return {
      database,
      directory,
      withOwner: (work) => work(database.owner),
      close: async () => {
        await database.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    const message = `the embedded database in ${directory} does not open: ${reasonOf(error)}`;
    throw unavailable('database', message, error);
  }
}

/** Makes the directory if need be, for its owner alone, and takes its lock. Throws what `unavailable` makes. */
export function takeDirectory(directory: string, owner: string, unavailable: Unavailable): DirectoryLock {
  const lock = lockFile(directory, owner, unavailable);
  if ('heldBy' in lock) throw unavailable('held', `${directory} is in use by ${lock.heldBy}`);
  return lock;
}

function lockFile(
  directory: string,
  owner: string,
  unavailable: Unavailable,
): DirectoryLock | { heldBy: string } {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // It may be older than this rule, and PII, answers and the control socket lie in it.
    chmodSync(directory, 0o700);
    return lockDirectory(directory, owner);
  } catch (error) {
    throw unavailable('database', `cannot use ${directory}: ${reasonOf(error)}`, error);
  }
}

async function openServer(
  { migrations, migrateCommand }: DatabasePlace,
  url: string,
  { schema, onError }: OpenOptions,
  unavailable: Unavailable,
): Promise<OpenedDatabase> {
  const withOwner: OpenedDatabase['withOwner'] = async (work) => {
    const owner = openPostgresOwner(url);
    try {
      return await work(owner);
    } finally {
      await owner.destroy();
    }
  };
  // Asked first in either case: a server that is away or refuses us is told in a line, at the start.
  const known = await withOwner((owner) => migrationStatus(owner, migrations)).catch((error: unknown) => {
    const { host, pathname } = new URL(url);
    throw unavailable('database', `cannot use the database at ${host}${pathname}: ${reasonOf(error)}`, error);
  });
  const pending = known.flatMap(({ name, appliedAt }) => (appliedAt === undefined ? [name] : []));
  if (schema === 'current' && pending.length > 0) {
    throw unavailable('schema', `pending migrations: ${pending.join(', ')}; run ${migrateCommand}`);
  }
  const database = openPostgres(url, { onError });
  return { database, directory: undefined, withOwner, close: database.close };
}

/** A line. An error of several connection attempts has no message of its own, only a code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return error.message.split('\n', 1)[0] || code;
}
