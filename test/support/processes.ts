import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './child-environment.ts';

const ENTRY = fileURLToPath(new URL('./service-process.ts', import.meta.url));
const START_DEADLINE_MS = 60_000;

/** The registration service, so that several run beside each other. */
export const ON_FREE_PORTS = {
  HOST: '127.0.0.1',
  PORT: '0',
  PROVISIONING_PORT: '0',
  LOG_LEVEL: 'warn',
  SERVICES: 'registration',
} as const;

export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Everything it logged. */
  output(): string;
  signal(name: NodeJS.Signals): void;
}

/** Starts a service process on a free port and waits until it listens. */
export async function startProcess(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const child = fork(ENTRY, [], {
    env: {
      ...childEnvironment(),
      ...ON_FREE_PORTS,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  const url = await listening(child, () => output);
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    signal: (name) => void child.kill(name),
    async stop() {
      child.kill('SIGTERM');
      return exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function listening(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`it did not start in time: ${output()}`)),
      START_DEADLINE_MS,
    );
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve((message as { url: string }).url);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`it ended with ${code}: ${output()}`));
    });
  });
}
