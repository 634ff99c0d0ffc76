import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../test/support/child-environment.ts';
import type { SimControl } from './world.ts';

export interface SimProcess extends SimControl {
  /** Objects of a kind that exist at the provider. */
  objects(kind: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL('../../sim/twilio/main.ts', import.meta.url));
const CONTROL_DEADLINE_MS = 10_000;

/** The simulator in a process of its own. Visible after 50 ms: whoever looks at once misses what was just made. */
export async function startSimProcess(): Promise<SimProcess> {
  const child = spawn(process.execPath, [ENTRY, '--port', '0', '--consistency-ms', '50'], {
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const url = await addressOf(createInterface({ input: child.stdout }));
  child.stdout.resume();
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/_sim/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(CONTROL_DEADLINE_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`/_sim/${path} answered ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    url,
    control: (path, body) => ask(body === undefined ? 'DELETE' : 'POST', path, body),
    async objects(kind) {
      const answer = await ask('GET', `objects?kind=${kind}`);
      const list = Array.isArray(answer) ? answer : Object(answer).objects;
      if (!Array.isArray(list)) throw new Error(`the simulator has no list of ${kind}`);
      return list;
    },
    async close() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      process.off('exit', end);
    },
  };
}

async function addressOf(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [, url] = /TWILIO_BASE_URL=(\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the simulator ended before it listened');
}
