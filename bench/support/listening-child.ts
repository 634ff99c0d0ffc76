import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ListeningChild {
  readonly url: string;
  readonly pid: number;
  /** Asks it to end by SIGTERM and waits until it is gone. */
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 60_000;
/** Above what a service takes to finish what it is at. */
const STOP_DEADLINE_MS = 30_000;

/**
 * Starts a program that prints where it listens; it ends with this process at the latest.
 * @param address finds the URL in a line of its output, as the first group.
 * Rejects when it ends, or a minute passes, before it has printed one.
 */
export async function startListening(
  [program, ...args]: readonly [string, ...string[]],
  address: RegExp,
  options: Pick<SpawnOptions, 'cwd' | 'env'>,
): Promise<ListeningChild> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const timer = setTimeout(kill, START_DEADLINE_MS);
  const url = await printedUrl(child.stdout, address);
  clearTimeout(timer);
  if (url === undefined) throw new Error(`it ended before it listened: ${[program, ...args].join(' ')}`);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      const overdue = setTimeout(() => {
        console.error(`killed, since it did not end: ${[program, ...args].join(' ')}`);
        kill();
      }, STOP_DEADLINE_MS);
      child.kill('SIGTERM');
      await gone;
      clearTimeout(overdue);
    },
  };
}

async function printedUrl(output: NodeJS.ReadableStream, address: RegExp): Promise<string | undefined> {
  for await (const line of createInterface({ input: output })) {
    const [, url] = address.exec(line) ?? [];
    if (url === undefined) continue;
    // What it prints from here on is nobody's business, but a full pipe would stop it.
    output.resume();
    return url;
  }
  return undefined;
}
