import { sql } from 'kysely';
import { migrateUp } from '../../src/platform/database/migrate.ts';
import { openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { migrations } from '../../src/registration/store/migrations/index.ts';
import { bootPostgres, databaseUrl, TEMPLATE } from '../../test/support/postgres-server.ts';

/**
 * Tuned once, for every contender alike: as a server with a few GiB would be, and as durable as in production.
 * What makes figures jump is moved out of the way (checkpoints by size); autovacuum stays as it comes.
 */
const SETTINGS = {
  shared_buffers: '512MB',
  max_wal_size: '4GB',
  wal_level: 'minimal',
  // `minimal` allows none.
  max_wal_senders: '0',
  fsync: 'on',
  synchronous_commit: 'on',
  max_connections: '300',
} as const;

export interface BenchPostgres {
  /** Of database `postgres`, as superuser. */
  readonly url: string;
  /** Version and what was tuned, a line for `SectionResult.setting`. */
  readonly setting: string;
  /** Makes a database, migrated for registration or empty; answers its URL, as superuser. */
  database(name: string, from?: 'migrated' | 'empty'): Promise<string>;
  stop(): Promise<void>;
}

/** A PostgreSQL for measurements on a free loopback port; its data is gone after `stop`. */
export async function startBenchPostgres(): Promise<BenchPostgres> {
  const server = await bootPostgres('bench', SETTINGS);
  const { url } = server;
  const admin = openPostgresOwner(url);
  await sql`create database ${sql.id(TEMPLATE)}`.execute(admin);
  const template = openPostgresOwner(databaseUrl(url, TEMPLATE));
  await migrateUp(template, migrations);
  await template.destroy();
  const { rows } = await sql<{
    version: string;
  }>`select current_setting('server_version') as version`.execute(admin);
  const tuned = Object.entries(SETTINGS).map((pair) => pair.join(' '));
  return {
    url,
    setting: `PostgreSQL ${rows[0]?.version ?? ''}, embedded: ${tuned.join(', ')}`,
    async database(name, from = 'migrated') {
      const template = from === 'migrated' ? TEMPLATE : 'template0';
      await sql`create database ${sql.id(name)} template ${sql.id(template)}`.execute(admin);
      return databaseUrl(url, name);
    },
    async stop() {
      await admin.destroy();
      await server.stop();
    },
  };
}
