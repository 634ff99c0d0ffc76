import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe } from 'node:test';
import { type Kysely, sql } from 'kysely';
import type { DatabaseClock } from '../../src/platform/database/clock.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { migrateUp } from '../../src/platform/database/migrate.ts';
import { openPglite } from '../../src/platform/database/pglite.ts';
import { openPostgres, openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { migrations } from '../../src/registration/store/migrations/index.ts';
import { databaseUrl, type PostgresServer, startPostgres, TEMPLATE } from './postgres-server.ts';

export type Engine = 'pglite' | 'postgres';
export const ENGINES: readonly Engine[] = ['pglite', 'postgres'];

export interface TestDatabase {
  readonly database: Database;
  /** With the owner's power: migrations, and looking at everything. */
  readonly owner: Kysely<unknown>;
  /** Set on PostgreSQL: other processes and pools reach the same database by it. */
  readonly url?: string;
  close(): Promise<void>;
}

/**
 * The same tests on the embedded engine and on a real server. `body` gets a function that opens a fresh,
 * migrated database; all of them are closed after the block.
 */
export function eachDatabase(
  title: string,
  body: (open: () => Promise<TestDatabase>, engine: Engine) => void,
): void {
  for (const engine of ENGINES) {
    describe(`${title} [${engine}]`, () => {
      const opened: TestDatabase[] = [];
      before(async () => {
        if (engine === 'postgres') await sharedServer();
      });
      after(async () => {
        await Promise.all(opened.map((db) => db.close()));
        if (engine === 'postgres') await stopOwnServer();
      });
      body(async () => {
        const db = engine === 'pglite' ? await freshPglite() : await freshPostgres();
        opened.push(db);
        return db;
      }, engine);
    });
  }
}

let ownServer: Promise<PostgresServer> | undefined;

/** Ends the server that this file started for itself, if it did. */
export async function stopOwnServer(): Promise<void> {
  const server = await ownServer;
  ownServer = undefined;
  await server?.stop();
}

/** The server of the whole run when there is one (tools/test.ts), else one for this file alone. */
async function sharedServer(): Promise<string> {
  const shared = process.env.TEST_POSTGRES_URL;
  if (shared) return shared;
  ownServer ??= startPostgres();
  return (await ownServer).url;
}

/** A migrated PGlite in memory: from the run's dump in a third of a second, else from nothing in four. */
export async function freshPglite(): Promise<TestDatabase> {
  const dump = process.env.TEST_PGLITE_DUMP;
  const database = await openPglite(dump ? new Blob([await readFile(dump)]) : 'memory://');
  if (!dump) await migrateUp(database.owner, migrations);
  return { database, owner: database.owner, close: () => database.close() };
}

export async function freshPostgres(): Promise<TestDatabase> {
  const server = await sharedServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = openPostgresOwner(server);
  await sql`create database ${sql.id(name)} template ${sql.id(TEMPLATE)}`.execute(admin);
  await admin.destroy();
  const url = databaseUrl(server, name);
  const database = openPostgres(url, { onError: () => {} });
  const owner = openPostgresOwner(url);
  return {
    database,
    owner,
    url,
    async close() {
      await database.close();
      await owner.destroy();
    },
  };
}

export interface TestClock extends DatabaseClock {
  readonly current: () => Date;
  advance(ms: number): void;
}

/** Time that stands still until it is told to move. */
export function testClock(start = '2026-01-05T12:00:00.000Z'): TestClock {
  let ms = Date.parse(start);
  return {
    get now() {
      return sql<Date>`${new Date(ms).toISOString()}::timestamptz`;
    },
    current: () => new Date(ms),
    advance(by) {
      ms += by;
    },
  };
}
