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
import { startServices } from '../../src/start/services.ts';
import type { NumberShop } from './buy-number.ts';
import { messageOf } from './stage.ts';

/** Services to play on. */
export interface Instance {
  /** Of the registration service. */
  readonly url: string;
  /** Of the provisioning service, and a token for it; unset where none runs, or none can be had. */
  readonly provisioning: NumberShop | undefined;
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
  const instance = {
    url,
    async command(argv: readonly string[]) {
      const result = await command(argv);
      if (!result) throw new Error('the running instance has gone');
      return result;
    },
  };
  const { provisioning } = config;
  const shop = provisioning && baseUrl({ ...config, port: provisioning.port });
  return {
    ...instance,
    provisioning: shop && (await answers(shop)) ? await shopAt(shop, config, instance.command) : undefined,
    close: async () => {},
  };
}

/** A service in this process, on a free port, with an embedded database that goes away with it. */
export async function startInstance(): Promise<Instance> {
  const directory = await mkdtemp(join(tmpdir(), 'a2p-demo-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // However this process ends, short of being killed.
  process.on('exit', remove);
  const read = readConfig({
    DATA_DIR: directory,
    PORT: '0',
    PROVISIONING_PORT: '0',
    // It ends with this process, so nothing is lost with it, and it starts seconds sooner.
    IDEMPOTENCY_BACKEND: 'memory',
    LOG_LEVEL: 'warn',
  });
  if ('faults' in read) throw new Error(read.faults.join('; '));
  const { config } = read;
  const services = await startServices(config, (service) =>
    createLogger({
      level: config.logLevel,
      service,
      role: config.roles.join('+'),
      pretty: process.stdout.isTTY,
    }),
  );
  const { registration, provisioning } = services;
  if (!registration || !provisioning) throw new Error('both services were to start');
  const reach = commandsThroughInstance(config);
  const command: Instance['command'] = async (argv) => {
    const result = await reach(argv);
    if (!result) throw new Error('the service takes no commands');
    return result;
  };
  return {
    url: registration.url,
    provisioning: await shopAt(provisioning.url, config, command),
    command,
    async close() {
      await services.stop();
      remove();
    },
  };
}

/** In development a token can be made; where tokens are configured, nobody but their owner has one. */
async function shopAt(
  url: string,
  { bootstrapToken, provisioning, production }: Config,
  command: Instance['command'],
): Promise<NumberShop | undefined> {
  if (bootstrapToken !== undefined) return { url, token: bootstrapToken };
  if (production || provisioning === undefined || provisioning.tokens.length > 0) return undefined;
  const create = ['tokens', 'create', '--service', 'provisioning', '--name', `demo-${Date.now()}`, '--json'];
  const { exitCode, stdout, stderr } = await command(create);
  if (exitCode !== 0) throw new Error(`tokens create: ${stderr.trim()}`);
  return { url, token: JSON.parse(stdout).token };
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
function baseUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
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
