import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../test/support/child-environment.ts';

export interface StartedService {
  readonly url: string;
  readonly pid: number;
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
}

const ROOT = new URL('../../', import.meta.url);
const START_DEADLINE_MS = 60_000;
const PACKAGE: { readonly scripts: { readonly start: string } } = JSON.parse(
  readFileSync(new URL('package.json', ROOT), 'utf8'),
);

/** One service on a free port as an operator runs it: by what `npm start` says, in a process that has nothing else. */
export async function startMain(env: Readonly<Record<string, string>>): Promise<StartedService> {
  const { PATH = '', ...inherited } = childEnvironment();
  const child = spawn('/bin/sh', ['-c', PACKAGE.scripts.start], {
    cwd: fileURLToPath(ROOT),
    env: {
      ...inherited,
      // The same Node as here, whichever the shell would find.
      PATH: `${dirname(process.execPath)}${delimiter}${PATH}`,
      HOST: '127.0.0.1',
      PORT: '0',
      PROVISIONING_PORT: '0',
      LOG_LEVEL: 'warn',
      SERVICES: 'registration',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const timer = setTimeout(end, START_DEADLINE_MS);
  const url = await printedUrl(child.stdout);
  clearTimeout(timer);
  return {
    url,
    // The shell has become it: the script says `exec`.
    pid: child.pid ?? 0,
    async stop() {
      process.off('exit', end);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function printedUrl(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, url] = /health +(\S+)\/readyz/.exec(line) ?? [];
    if (url === undefined) continue;
    // What it logs from here on is nobody's business, but a full pipe would stop it.
    output.resume();
    return url;
  }
  throw new Error('the service ended before it listened');
}
