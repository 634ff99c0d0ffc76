import { join } from 'node:path';
import { type OpenedDatabase, type OpenOptions, openDatabase, reasonOf } from '#platform/database/open.ts';
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

export interface RegistrationDatabase extends OpenedDatabase {
  readonly keyring: Keyring;
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
  { databaseUrl, dataDir, keyring }: RegistrationSettings,
  options: OpenOptions,
): Promise<RegistrationDatabase> {
  if (databaseUrl !== undefined && !keyring) {
    throw new RegistrationUnavailable('keys', 'DATABASE_URL needs ENCRYPTION_KEYS');
  }
  const opened = await openDatabase(
    {
      url: databaseUrl,
      directory: registrationDirectory(dataDir),
      migrations,
      migrateCommand: 'npm run cli -- migrate up',
    },
    options,
    (reason, message, cause) => new RegistrationUnavailable(reason, message, cause),
  );
  try {
    return { ...opened, keyring: keyring ?? devKeys(dataDir) };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function devKeys(dataDir: string): Keyring {
  try {
    return loadDevKeys(dataDir).keyring;
  } catch (error) {
    throw new RegistrationUnavailable('keys', reasonOf(error), error);
  }
}
