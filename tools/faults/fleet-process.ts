import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceProcess, startProcess } from '../../test/support/processes.ts';
import type { FleetProcess, FleetRole } from './world.ts';

export interface ManagedProcess extends FleetProcess {
  readonly url: string;
  /** Of every incarnation. */
  output(): string;
  /** How often it ended without having been killed. */
  readonly deaths: number;
  /** Starts it again when it has ended by itself, as a supervisor does; counts that. */
  revive(): Promise<void>;
  /** SIGTERM; its exit code, undefined when it was down. */
  shutDown(): Promise<number | null | undefined>;
}

const START_AGAIN_MS = 60_000;
const PAUSE_MS = 250;
/** A drain takes 20 s at most; what is stopped takes none. */
const EXIT_DEADLINE_MS = 40_000;

export function manageProcess(options: {
  readonly role: FleetRole;
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clockFile: string;
}): ManagedProcess & { start(): Promise<void> } {
  const { role, name, env, clockFile } = options;
  const past: string[] = [];
  let current: ServiceProcess | undefined;
  let deaths = 0;

  const forget = () => {
    if (current) past.push(current.output());
    current = undefined;
  };
  const start = async () => {
    current = await startProcess(env);
  };
  const restart = async () => {
    const until = performance.now() + START_AGAIN_MS;
    for (;;) {
      try {
        return await start();
      } catch (error) {
        if (error instanceof Error) past.push(error.message);
        if (performance.now() > until) throw error;
        await sleep(PAUSE_MS);
      }
    }
  };
  return {
    role,
    name,
    clockFile,
    get pid() {
      return current?.pid ?? 0;
    },
    get running() {
      return current !== undefined;
    },
    get url() {
      return current?.url ?? '';
    },
    get deaths() {
      return deaths;
    },
    output: () => [...past, current?.output() ?? ''].join(''),
    start,
    restart,
    async kill() {
      await current?.kill();
      forget();
    },
    stop: () => current?.signal('SIGSTOP'),
    cont: () => current?.signal('SIGCONT'),
    async revive() {
      if (current === undefined || isAlive(current.pid)) return;
      deaths += 1;
      forget();
      await restart();
    },
    async shutDown() {
      if (!current) return undefined;
      const late = sleep(EXIT_DEADLINE_MS, 'late' as const, { ref: false });
      const code = await Promise.race([current.stop(), late]);
      if (code !== 'late') {
        forget();
        return code;
      }
      await current.kill();
      forget();
      return null;
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
