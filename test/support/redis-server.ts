import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './postgres-server.ts';

/** Whoever finds none says so and skips. */
export const REDIS_SERVER = programOnPath('redis-server');

export interface RedisServer {
  readonly url: string;
  /** Ends the server as a crash does. It has kept nothing. */
  kill(): Promise<void>;
  /** Starts it anew at the same address, after `kill`. */
  restart(): Promise<void>;
  /** It takes connections and answers nothing, until it is told to go on. */
  suspend(): void;
  goOn(): void;
  stop(): Promise<void>;
}

/** A real Redis on a free loopback port, without persistence. Only where there is a program (`REDIS_SERVER`). */
export async function startRedis(): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'a2p-redis-'));
  const port = await freePort();
  let child = await launch(port, directory);
  // A run that is cut short leaves nobody behind.
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    async restart() {
      child = await launch(port, directory);
    },
    suspend: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    async stop() {
      await kill();
      process.off('exit', end);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function launch(port: number, directory: string): Promise<ChildProcess> {
  if (REDIS_SERVER === undefined) throw new Error('redis-server is not installed');
  const options = { port, bind: '127.0.0.1', dir: directory, save: '', appendonly: 'no', daemonize: 'no' };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(REDIS_SERVER, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    if (!line.includes('Ready to accept connections')) continue;
    // What it writes from now on is nobody's business, but a full pipe would stop it.
    child.stdout.resume();
    return child;
  }
  throw new Error('redis-server ended before it was ready');
}

function programOnPath(name: string): string | undefined {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
