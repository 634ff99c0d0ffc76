import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUrl } from '../../test/support/postgres-server.ts';
import { startRedis } from '../../test/support/redis-server.ts';
import { type Client, createClient, type WriteLog } from './client.ts';
import { createDatabases, newTenant, throughPort } from './fleet-databases.ts';
import { CALLER, fleetEnvironment } from './fleet-environment.ts';
import { type ManagedProcess, manageProcess } from './fleet-process.ts';
import { type FaultPostgres, startFaultPostgres } from './postgres.ts';
import { type ProviderServer, startProvider } from './provider.ts';
import { type SimProcess, startSimProcess } from './sim-process.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { openTenant, type WatchedTenant } from './tenant.ts';
import type { FleetRole, World } from './world.ts';

export interface FleetOptions {
  readonly random: () => number;
  readonly ledger: 'postgres' | 'redis';
  /** Also runs a registration service on the simulator; its businesses take a minute and a half each. */
  readonly twilio: boolean;
  /** Of the other processes; two of each when left out. */
  readonly roles?: readonly FleetRole[];
  readonly log: (line: string) => void;
}

/** A running world, as the harness itself sees it. */
export interface Fleet extends World {
  processes(): readonly ManagedProcess[];
  readonly postgres: FaultPostgres;
  readonly sim: SimProcess;
  readonly provider: ProviderServer;
  readonly writes: WriteLog;
  /** The first registers at the fake provider, the second, when there is one, at the simulator. */
  readonly tenants: readonly WatchedTenant[];
  /** Of the provisioning service. */
  readonly shop: Client;
  /** How often Redis has been killed, and has forgotten every key of the provisioning service. */
  redisLosses(): number;
  close(): Promise<void>;
}

const COMPILED = 'compiled';
const PRELOAD = new URL('./clock-preload.ts', import.meta.url);
const TWO_OF_EACH: readonly FleetRole[] = [
  ...(['api', 'api', 'reconcile', 'reconcile'] as const),
  ...(['dispatch', 'dispatch', 'provisioning', 'provisioning'] as const),
];
/** A purchase may take 25 s; who asks elsewhere meanwhile is told that it is running. */
const PURCHASE_DEADLINE_MS = 12_000;

/** Starts all of it. What was started is ended when a later part does not start, and by `close`. */
export async function openFleet({
  random,
  ledger,
  twilio,
  roles = TWO_OF_EACH,
  log,
}: FleetOptions): Promise<Fleet> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'a2p-faults-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    await mkdir(join(directory, COMPILED));
    const postgres = await startFaultPostgres();
    undo.push(() => postgres.close());
    const databases = await createDatabases(postgres.url);
    undo.push(() => databases.close());
    const target = { host: '127.0.0.1', port: postgres.port };
    const proxy = await startTcpProxy(target);
    undo.push(() => proxy.close());
    const redis = ledger === 'redis' ? await startRedis() : undefined;
    if (redis) undo.push(() => redis.stop());
    const sim = await startSimProcess();
    undo.push(() => sim.close());
    const provider = await startProvider(random);
    undo.push(() => provider.close());

    const environmentOf = fleetEnvironment({
      database: (name) => throughPort(databaseUrl(postgres.url, name), proxy.port),
      redisUrl: redis?.url,
      simUrl: sim.url,
      providerUrl: provider.url,
    });
    const processes: ReturnType<typeof manageProcess>[] = [];
    const killAll = () => {
      for (const { pid } of processes) if (pid !== 0) process.kill(pid, 'SIGKILL');
    };
    // What is stopped cannot see that we are gone.
    process.once('exit', killAll);
    undo.push(async () => {
      await Promise.all(processes.map((one) => one.kill()));
      process.off('exit', killAll);
    });
    for (const role of twilio ? [...roles, 'twilio' as const] : roles) {
      const name = `${role}-${processes.filter((one) => one.role === role).length + 1}`;
      processes.push(await prepareProcess(directory, role, name, environmentOf(role)));
    }
    await startInTurn(processes);

    const writes: WriteLog = { acknowledged: [], failed: [] };
    const hosts = (role: FleetRole, prefix: string) => () =>
      processes.filter((one) => one.role === role && one.running).map(({ url }) => `${url}${prefix}`);
    const tenants: WatchedTenant[] = [];
    let redisLosses = 0;
    for (const [name, role] of [
      ['fake', 'api'],
      ['twilio', 'twilio'],
    ] as const) {
      const database = databases.opened.get(role === 'api' ? 'registration' : 'twilio');
      if (!database || !processes.some((one) => one.role === role)) continue;
      const token = await newTenant(database, name);
      const client = createClient({ id: name, token, hosts: hosts(role, '/v1'), random, log: writes });
      const tenant = await openTenant({ name, client, database });
      undo.push(() => tenant.close());
      tenants.push(tenant);
    }
    return {
      processes: () => processes,
      postgres,
      proxy,
      sim,
      provider,
      receiver: {
        fail: (ms) => {
          for (const tenant of tenants) tenant.failFor(ms);
        },
      },
      ...(redis
        ? {
            redis: {
              ...redis,
              async kill() {
                redisLosses += 1;
                await redis.kill();
              },
            },
          }
        : {}),
      redisLosses: () => redisLosses,
      log,
      writes,
      tenants,
      shop: createClient({
        id: CALLER.name,
        token: CALLER.token,
        hosts: hosts('provisioning', ''),
        random,
        log: writes,
        requestDeadlineMs: PURCHASE_DEADLINE_MS,
      }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Not started yet; its clock runs with ours. */
async function prepareProcess(
  directory: string,
  role: FleetRole,
  name: string,
  environment: Readonly<Record<string, string>>,
) {
  const clockFile = join(directory, `${name}.clock`);
  await writeFile(clockFile, '0');
  const env = {
    ...environment,
    LOG_LEVEL: 'info',
    NODE_COMPILE_CACHE: join(directory, COMPILED),
    A2P_TEST_CLOCK_FILE: clockFile,
    NODE_OPTIONS: `--import=${PRELOAD.href}`,
  };
  return manageProcess({ role, name, env, clockFile });
}

/** One of each role first, which leaves its compiled code to the others; all at once would take the machine's memory. */
async function startInTurn(processes: readonly ReturnType<typeof manageProcess>[]): Promise<void> {
  const isFirst = ({ role }: ManagedProcess, at: number) =>
    processes.findIndex((one) => one.role === role) === at;
  await Promise.all(processes.filter(isFirst).map((one) => one.start()));
  await Promise.all(processes.filter((one, at) => !isFirst(one, at)).map((one) => one.start()));
}
