import { join } from 'node:path';
import { databaseClock } from '#platform/database/clock.ts';
import {
  type OpenedDatabase,
  type OpenOptions,
  openDatabase,
  takeDirectory,
  type Unavailable,
} from '#platform/database/open.ts';
import type { Ledger } from '../ports.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { migrations } from './migrations/index.ts';
import { createPostgresLedger } from './postgres-ledger.ts';
import { LedgerUnavailable } from './unavailable.ts';

export { LedgerUnavailable } from './unavailable.ts';

export interface LedgerDatabaseSettings {
  /** Unset: embedded, under `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
}

export interface LedgerSettings extends LedgerDatabaseSettings {
  readonly backend: 'postgres' | 'redis' | 'memory';
  /** Needed by `redis`. */
  readonly redisUrl: string | undefined;
}

/** The embedded database and its lock lie here. */
export function provisioningDirectory(dataDir: string): string {
  return join(dataDir, 'provisioning');
}

/** Opens the ledger of the service, in whichever store is configured. Throws LedgerUnavailable. */
export async function openLedger(settings: LedgerSettings, options: OpenOptions): Promise<Ledger> {
  if (settings.backend === 'memory') {
    // A second process would not know what this one is buying (C42).
    const lock = takeDirectory(provisioningDirectory(settings.dataDir), options.owner, unavailable);
    const ledger = createMemoryLedger({ now: () => performance.now() });
    return {
      ...ledger,
      async close() {
        await ledger.close();
        lock.release();
      },
    };
  }
  if (settings.backend === 'redis') {
    if (settings.redisUrl === undefined) throw new LedgerUnavailable('store', 'redis needs REDIS_URL');
    // The client is 30 MB in memory: for those who use it.
    const { createRedisLedger } = await import('./redis-ledger.ts');
    return createRedisLedger({ url: settings.redisUrl, onError: options.onError });
  }
  const { database, close } = await openLedgerDatabase(settings, options);
  return createPostgresLedger({ database, clock: databaseClock, close });
}

/**
 * Opens the provisioning database, for the service and for the CLI alike.
 * Throws LedgerUnavailable: `held` by another process, `schema` with pending migrations, `store` that does not
 * answer or open.
 */
export function openLedgerDatabase(
  { databaseUrl, dataDir }: LedgerDatabaseSettings,
  options: OpenOptions,
): Promise<OpenedDatabase> {
  return openDatabase(
    {
      url: databaseUrl,
      directory: provisioningDirectory(dataDir),
      migrations,
      migrateCommand: 'npm run cli -- migrate up --service provisioning',
    },
    options,
    unavailable,
  );
}

const unavailable: Unavailable = (reason, message, cause) =>
  new LedgerUnavailable(reason === 'database' ? 'store' : reason, message, cause);
