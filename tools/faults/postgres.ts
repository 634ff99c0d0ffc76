import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initPostgres, UNSAFE_SETTINGS } from '../../test/support/postgres-server.ts';
import type { PostgresControl } from './world.ts';

export interface FaultPostgres extends PostgresControl {
  readonly port: number;
  /** Everything it logged. */
  output(): string;
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
  const log: string[] = [];
  const { server, url, port, data, said, remove } = await initPostgres('faults-postgres', UNSAFE_SETTINGS, {
    persistent: true,
    onLine: (line) => void log.push(line),
  });
  let up = false;
  const start = async () => {
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
    if (!up) throw new Error(`PostgreSQL did not start, ${outcome}: ${said.join(' ')}`);
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
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    url,
    port,
    start,
    stop,
    output: () => log.join('\n'),
    async close() {
      // Of one that is gone the package would wait for the end.
      if (up) await server.stop();
      await remove();
    },
  };
}
