import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe } from 'node:test';
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
  /** Whether somebody has asked for the URL: it is not given to another test then. */
  readonly isShared?: () => boolean;
  close(): Promise<void>;
}

/** Databases that a test is done with, for the next one of this process. */
const idle: Readonly<Record<Engine, TestDatabase[]>> = { pglite: [], postgres: [] };
let closedAtTheEnd = false;

/**
 * The same tests on the embedded engine and on a real server. `body` gets a function that opens an empty, migrated
 * database; what a test leaves running must not write to it afterwards.
 */
export function eachDatabase(title: string, body: DatabaseTests): void {
  onEngines(ENGINES, title, body);
}

/** The same on the server alone: for what no engine has a part in, such as a provider's verdicts. */
export function onPostgres(title: string, body: DatabaseTests): void {
  onEngines(['postgres'], title, body);
}

type DatabaseTests = (open: () => Promise<TestDatabase>, engine: Engine) => void;

function onEngines(engines: readonly Engine[], title: string, body: DatabaseTests): void {
  // Open ones would keep the process alive by their timers.
  if (!closedAtTheEnd) after(() => Promise.all(ENGINES.map(closeIdle)));
  closedAtTheEnd = true;
  for (const engine of engines) {
    describe(`${title} [${engine}]`, () => {
      const [ofTest, ofBlock]: [TestDatabase[], TestDatabase[]] = [[], []];
      let inTest = false;
      beforeEach(() => {
        inTest = true;
      });
      afterEach(() => {
        inTest = false;
        // What the test cleans up comes after this, and before the next test asks.
        for (const db of ofTest.splice(0)) (db.isShared?.() ? ofBlock : idle[engine]).push(db);
      });
      before(async () => {
        if (engine === 'postgres') await sharedServer();
      });
      after(async () => {
        for (const db of ofBlock) {
          if (db.isShared?.()) await db.close();
          else idle[engine].push(db);
        }
        if (engine === 'postgres') await stopOwnServer();
      });
      body(async () => {
        const db = (await takeIdle(engine)) ?? (await fresh(engine));
        (inTest ? ofTest : ofBlock).push(db);
        return db;
      }, engine);
    });
  }
}

async function takeIdle(engine: Engine): Promise<TestDatabase | undefined> {
  for (let db = idle[engine].pop(); db; db = idle[engine].pop()) {
    if (await emptied(db)) return db;
    await db.close();
  }
  return undefined;
}

async function closeIdle(engine: Engine): Promise<void> {
  await Promise.all(idle[engine].splice(0).map((db) => db.close()));
}

const fresh = (engine: Engine) => (engine === 'pglite' ? freshPglite() : freshPostgres());

/**
 * Empties a database that another test is done with: a fresh one costs hundreds of times as much. False when
 * that test closed it or left another schema behind.
 */
async function emptied({ database, owner }: TestDatabase): Promise<boolean> {
  try {
    await sql`select`.execute(database.executor);
    const { rows } = await sql<{ name: string; known: boolean; bytes: number }>`
      select c.relname as name, c.relname = any(${[...TABLES, CLOCK]}::text[]) as known,
        pg_relation_size(c.oid)::int8 as bytes
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p')`.execute(owner);
    if (rows.filter((row) => row.known).length !== TABLES.length + 1) return false;
    const applied = await sql`select from kysely_migration`.execute(owner);
    if (applied.rows.length !== Object.keys(migrations).length) return false;
    for (const { name } of rows.filter((row) => !row.known && !row.name.startsWith('kysely_'))) {
      await sql`drop table ${sql.id(name)} cascade`.execute(owner);
    }
    const used = rows.filter(({ name, bytes }) => bytes > 0 && TABLES.includes(name));
    const large = used.filter(({ bytes }) => bytes > SMALL_BYTES).map(({ name }) => sql.id(name));
    if (large.length > 0) await sql`truncate ${sql.join(large)} cascade`.execute(owner);
    // Without foreign keys, in whatever order.
    const deletes = used.map(({ name }) => `delete from "${name}";`).join(' ');
    await sql
      .raw(`do $$ begin set local session_replication_role = replica; ${deletes} end $$`)
      .execute(owner);
    await sql`update ${sql.id(CLOCK)} set shift = 0, last_seen = 0`.execute(owner);
    return true;
  } catch {
    return false;
  }
}

/** Up to here rows are deleted, which takes a thirtieth of a truncation; above, what they leave behind would be in the way. */
const SMALL_BYTES = 64 * 1024;

/** Every table that the migrations make. */
const TABLES = [
  'tenants',
  'api_tokens',
  'sealed_keys',
  'brands',
  'campaigns',
  'bindings',
  'reconcile_queue',
  'effects',
  'events',
  'events_default',
  'webhook_endpoints',
  'webhook_secrets',
  'lanes',
  'deliveries',
  'delivery_attempts',
  'delivery_attempts_default',
  'purged_deliveries',
  'webhook_jobs',
  'idempotency_keys',
  'provider_accounts',
  'provider_events',
  'number_registrations',
];
/** It has one row, always. */
const CLOCK = 'feed_clock';

let ownServer: Promise<PostgresServer> | undefined;

/** Ends the server that this file started for itself, if it did. */
export async function stopOwnServer(): Promise<void> {
  if (ownServer) await closeIdle('postgres');
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
  // Block by block through the log, as is the default for small ones, costs three times as much.
  await sql`create database ${sql.id(name)} template ${sql.id(TEMPLATE)} strategy file_copy`.execute(admin);
  await admin.destroy();
  const url = databaseUrl(server, name);
  const database = openPostgres(url, { onError: () => {} });
  const owner = openPostgresOwner(url);
  let shared = false;
  return {
    database,
    owner,
    get url() {
      shared = true;
      return url;
    },
    isShared: () => shared,
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
