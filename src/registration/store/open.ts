import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { type DirectoryLock, lockDirectory } from '#platform/database/directory-lock.ts';
import { migrateUp, migrationStatus } from '#platform/database/migrate.ts';
import { openPglite } from '#platform/database/pglite.ts';
import { openPostgres, openPostgresOwner } from '#platform/database/postgres.ts';
import { loadDevKeys } from '#platform/secrets/dev-keys.ts';
import type { Keyring } from '#platform/secrets/keyring.ts';
import { migrations } from './migrations/index.ts';

export interface RegistrationSettings {
  /** Unset: embedded, under `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** Unset: the key file under `dataDir`; only for the embedded database. */
  readonly keyring: Keyring | undefined;
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

export interface RegistrationDatabase {
  readonly database: Database;
  /** Where an embedded database, its lock and its control socket lie; unset for a server. */
  readonly directory: string | undefined;
  readonly keyring: Keyring;
  /** Runs `work` with the owner's power: migrations only. */
  readonly withOwner: <T>(work: (owner: Kysely<unknown>) => Promise<T>) => Promise<T>;
  /** Closes the database and then gives the directory free. */
  readonly close: () => Promise<void>;
}

/** The database cannot be had. The message is one line for the operator and says what to do; no secrets. */
export class RegistrationUnavailable extends Error {
  readonly reason: 'held' | 'schema' | 'database' | 'keys';

  constructor(reason: RegistrationUnavailable['reason'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RegistrationUnavailable';
    this.reason = reason;
  }
}

/** Everything embedded lies here: database, lock, control socket. */
export function registrationDirectory(dataDir: string): string {
  return join(dataDir, 'registration');
}

/**
 * Opens the registration database, for the service and for the CLI alike.
 * Throws RegistrationUnavailable: `held` by another process, `schema` with pending migrations, `database` that
 * does not answer or open, `keys` that cannot be read.
 */
export async function openRegistration(
  settings: RegistrationSettings,
  options: OpenOptions,
): Promise<RegistrationDatabase> {
  return settings.databaseUrl === undefined
    ? openEmbedded(settings, options)
    : openServer(settings.databaseUrl, settings.keyring, options);
}

async function openEmbedded(
  { dataDir, keyring }: RegistrationSettings,
  { owner, schema }: OpenOptions,
): Promise<RegistrationDatabase> {
  const directory = registrationDirectory(dataDir);
  const lock = takeLock(directory, owner);
  try {
    const keys = keyring ?? devKeys(dataDir);
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
      keyring: keys,
      withOwner: (work) => work(database.owner),
      close: async () => {
        await database.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    if (error instanceof RegistrationUnavailable) throw error;
    throw new RegistrationUnavailable(
      'database',
      `the embedded database in ${directory} does not open: ${reasonOf(error)}`,
      error,
    );
  }
}

function takeLock(directory: string, owner: string): DirectoryLock {
  const lock = lockFile(directory, owner);
  if (!('heldBy' in lock)) return lock;
  throw new RegistrationUnavailable('held', `${directory} is in use by ${lock.heldBy}`);
}

function lockFile(directory: string, owner: string): ReturnType<typeof lockDirectory> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // It may be older than this rule, and PII and the control socket lie in it.
    chmodSync(directory, 0o700);
    return lockDirectory(directory, owner);
  } catch (error) {
    throw new RegistrationUnavailable('database', `cannot use ${directory}: ${reasonOf(error)}`, error);
  }
}

function devKeys(dataDir: string): Keyring {
  try {
    return loadDevKeys(dataDir).keyring;
  } catch (error) {
    throw new RegistrationUnavailable('keys', reasonOf(error), error);
  }
}

async function openServer(
  url: string,
  keyring: Keyring | undefined,
  { schema, onError }: OpenOptions,
): Promise<RegistrationDatabase> {
  if (!keyring) throw new RegistrationUnavailable('keys', 'DATABASE_URL needs ENCRYPTION_KEYS');
  const withOwner: RegistrationDatabase['withOwner'] = async (work) => {
    const owner = openPostgresOwner(url);
    try {
      return await work(owner);
    } finally {
      await owner.destroy();
    }
  };
  // Asked first in either case: a server that is away or refuses us is told in a line, at the start.
  const pending = await withOwner(pendingMigrations).catch((error: unknown) => {
    const { host, pathname } = new URL(url);
    const message = `cannot use the database at ${host}${pathname}: ${reasonOf(error)}`;
    throw new RegistrationUnavailable('database', message, error);
  });
  if (schema === 'current' && pending.length > 0) {
    throw new RegistrationUnavailable(
      'schema',
      `pending migrations: ${pending.join(', ')}; run npm run cli -- migrate up`,
    );
  }
  const database = openPostgres(url, { onError });
  return { database, directory: undefined, keyring, withOwner, close: database.close };
}

/** Names of the migrations that this build knows and the database has not. */
async function pendingMigrations(owner: Kysely<unknown>): Promise<readonly string[]> {
  const known = await migrationStatus(owner, migrations);
  return known.filter(({ appliedAt }) => appliedAt === undefined).map(({ name }) => name);
}

/** A line. An error of several connection attempts has no message of its own, only a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return error.message.split('\n', 1)[0] || code;
}
