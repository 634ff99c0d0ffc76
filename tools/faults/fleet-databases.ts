import { sql } from 'kysely';
import { databaseClock } from '../../src/platform/database/clock.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { migrateUp } from '../../src/platform/database/migrate.ts';
import { openPostgres, openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { migrations as ledgerMigrations } from '../../src/provisioning/ledger/migrations/index.ts';
import { migrations } from '../../src/registration/store/migrations/index.ts';
import { createTenant, createToken } from '../../src/registration/store/tenants.ts';
import { databaseUrl } from '../../test/support/postgres-server.ts';

/** Databases of the services, migrated, and pools that reach them directly: what is checked goes around the proxy. */
export async function createDatabases(url: string) {
  const admin = openPostgresOwner(url);
  const opened = new Map<string, Database>();
  for (const name of ['registration', 'twilio', 'ledger']) {
    await sql`create database ${sql.id(name)}`.execute(admin);
    const owner = openPostgresOwner(databaseUrl(url, name));
    await migrateUp(owner, name === 'ledger' ? ledgerMigrations : migrations);
    await owner.destroy();
    // It is lost whenever the server is stopped, and there again when it is asked next.
    opened.set(name, openPostgres(databaseUrl(url, name), { poolSize: 2, onError: () => {} }));
  }
  await admin.destroy();
  return {
    opened,
    async close() {
      for (const database of opened.values()) await database.close();
    },
  };
}

/** A tenant that may read and write; resolves with its token. */
export async function newTenant({ executor }: Database, name: string): Promise<string> {
  const { tenantId } = await createTenant(executor, databaseClock, name);
  const scopes = ['read', 'write'] as const;
  return (await createToken(executor, databaseClock, { tenantId, name: 'faults', scopes })).token;
}

/** The same database through a proxy. */
export function throughPort(url: string, port: number): string {
  const through = new URL(url);
  through.port = String(port);
  return through.href;
}
