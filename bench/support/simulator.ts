import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../test/support/child-environment.ts';

const ENTRY = fileURLToPath(new URL('../../sim/twilio/main.ts', import.meta.url));
const START_DEADLINE_MS = 20_000;

export interface SimulatorProcess {
  readonly url: string;
  /** Forgets everything: all numbers are for sale again. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** The provider's simulator in a process of its own, on a free port. */
export async function startSimulator(): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, [ENTRY, '--port', '0'], {
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const timer = setTimeout(end, START_DEADLINE_MS);
  const url = await printedUrl(child.stdout);
  clearTimeout(timer);
  return {
    url,
    async reset() {
      const response = await fetch(`${url}/_sim/reset`, { method: 'POST' });
      await response.text();
      if (!response.ok) throw new Error(`the simulator was not reset: ${response.status}`);
    },
    async stop() {
      process.off('exit', end);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      end();
      await gone;
    },
  };
}

async function printedUrl(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, url] = /TWILIO_BASE_URL=(\S+)/.exec(line) ?? [];
    if (url === undefined) continue;
    // What it prints besides is nobody's business, but a full pipe would stop it.
    output.resume();
    return url;
  }
  throw new Error('the simulator ended before it listened');
}
