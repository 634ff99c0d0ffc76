import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askInstance } from '../../src/cli/control-client.ts';
import type { CommandResult } from '../../src/cli/run.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/platform/telemetry/log.ts';
import { registrationDirectory } from '../../src/registration/store/open.ts';
import { startRegistration } from '../../src/start.ts';
import { messageOf } from './stage.ts';

/** A registration service to play on. */
export interface Instance {
  readonly url: string;
  /** Runs an operator's command, as `npm run cli --` does. */
  command(argv: readonly string[]): Promise<CommandResult>;
  /** Stops it and removes its data, when it is the demo's own. */
  close(): Promise<void>;
}

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const PROBE_DEADLINE_MS = 2_000;
const COMMAND_DEADLINE_MS = 10_000;

/** The running instance that this configuration means, if there is one. Throws when it is there and cannot be used. */
export async function findInstance(config: Config): Promise<Instance | undefined> {
  const url = baseUrl(config);
  const command = config.databaseUrl === undefined ? commandsThroughInstance(config) : commandsOnServer;
  if (config.databaseUrl === undefined) {
    if ((await command(['tenants', 'list'])) === undefined) return undefined;
    if (!(await answers(url))) {
      throw new Error(
        `an instance holds ${config.dataDir}, but nothing answers at ${url}: set HOST and PORT to what it was started with`,
      );
    }
  } else if (!(await answers(url))) return undefined;
  return {
    url,
    async command(argv) {
      const result = await command(argv);
      if (!result) throw new Error('the running instance has gone');
      return result;
    },
    close: async () => {},
  };
}

/** A service in this process, on a free port, with an embedded database that goes away with it. */
export async function startInstance(): Promise<Instance> {
  const directory = await mkdtemp(join(tmpdir(), 'a2p-demo-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // However this process ends, short of being killed.
  process.on('exit', remove);
  const read = readConfig({ DATA_DIR: directory, PORT: '0', LOG_LEVEL: 'warn' });
  if ('faults' in read) throw new Error(read.faults.join('; '));
  const { config } = read;
  const log = createLogger({
    level: config.logLevel,
    service: 'registration',
    role: config.roles.join('+'),
    pretty: process.stdout.isTTY,
  });
  const service = await startRegistration(config, log);
  const command = commandsThroughInstance(config);
  return {
    url: service.url,
    async command(argv) {
      const result = await command(argv);
      if (!result) throw new Error('the service takes no commands');
      return result;
    },
    async close() {
      await service.stop();
      remove();
    },
  };
}

type Commands = (argv: readonly string[]) => Promise<CommandResult | undefined>;

/** An embedded database is reached through the instance that holds it; nothing when none does. */
function commandsThroughInstance({ dataDir }: Config): Commands {
  const directory = registrationDirectory(dataDir);
  return async (argv) =>
    existsSync(directory) ? await askInstance(directory, argv, COMMAND_DEADLINE_MS) : undefined;
}

/** A database on a server is open to the CLI itself; it reads the same environment. */
const commandsOnServer: Commands = (argv) =>
  new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...argv], { timeout: COMMAND_DEADLINE_MS }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? 1 : 0, stdout, stderr: stderr || messageOf(error) });
    });
  });

/** Where an instance with this configuration listens, as seen from this machine. */
function baseUrl({ host, port }: Config): string {
  const here: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const name = here[host] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

async function answers(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_DEADLINE_MS) });
    return status === 200;
  } catch {
    // Refused, silent or no HTTP: whoever asked says what that means.
    return false;
  }
}
