import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import { databaseClock } from '../../src/platform/database/clock.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { migrateUp } from '../../src/platform/database/migrate.ts';
import { openPostgres, openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { generateKey } from '../../src/platform/secrets/keyring.ts';
import { hashToken } from '../../src/platform/secrets/tokens.ts';
import { migrations as ledgerMigrations } from '../../src/provisioning/ledger/migrations/index.ts';
import { migrations } from '../../src/registration/store/migrations/index.ts';
import { createTenant, createToken } from '../../src/registration/store/tenants.ts';
import { databaseUrl } from '../../test/support/postgres-server.ts';
import { startRedis } from '../../test/support/redis-server.ts';
import { PRIMARY_PROFILE } from '../../test/support/twilio.ts';
import { type Client, createClient, type WriteLog } from './client.ts';
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

export const CALLER = 'shop';
const PRELOAD = new URL('./clock-preload.ts', import.meta.url);
const TOKEN = 'a-token-of-the-fault-harness';
const TWO_OF_EACH: readonly FleetRole[] = [
  ...(['api', 'api', 'reconcile', 'reconcile'] as const),
  ...(['dispatch', 'dispatch', 'provisioning', 'provisioning'] as const),
];
/** A verdict after 0.3 s: fast enough for many businesses, slow enough for a fault to come between. */
const APPROVAL_DELAY_MS = '300';
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
    const postgres = await startFaultPostgres();
    undo.push(() => postgres.close());
    const databases = await createDatabases(postgres);
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

    const proxied = (name: string) => throughPort(databaseUrl(postgres.url, name), proxy.port);
    const account = {
      TWILIO_BASE_URL: sim.url,
      TWILIO_ACCOUNT_SID: DEFAULT_ACCOUNT.sid,
      TWILIO_AUTH_TOKEN: DEFAULT_ACCOUNT.token,
    };
    const registration = {
      ENCRYPTION_KEYS: `k1:${generateKey()}`,
      WEBHOOK_ALLOW_PRIVATE: 'true',
    };
    const envOf: Readonly<Record<FleetRole, (role: string) => Record<string, string>>> = {
      api: (role) => onFake(role),
      reconcile: (role) => onFake(role),
      dispatch: (role) => onFake(role),
      twilio: () => ({
        ...registration,
        ...account,
        DATABASE_URL: proxied('twilio'),
        A2P_PROVIDER: 'twilio',
        TWILIO_PRIMARY_PROFILE_SID: PRIMARY_PROFILE,
        TWILIO_NOTIFY_EMAIL: 'a2p@platform.example',
      }),
      provisioning: () => ({
        ...account,
        SERVICES: 'provisioning',
        PROVISIONING_TOKENS: `${CALLER}:${hashToken(TOKEN).toString('hex')}`,
        ALLOWED_WEBHOOK_DOMAINS: 'example.com',
        IDEMPOTENCY_BACKEND: ledger,
        ...(redis ? { REDIS_URL: redis.url } : { PROVISIONING_DATABASE_URL: proxied('ledger') }),
      }),
    };
    const onFake = (role: string) => ({
      ...registration,
      DATABASE_URL: proxied('registration'),
      ROLES: role,
      TEST_WORLD_URL: provider.url,
      FAKE_APPROVAL_DELAY_MS: APPROVAL_DELAY_MS,
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
    await mkdir(join(directory, 'compiled'));
    for (const role of twilio ? [...roles, 'twilio' as const] : roles) {
      const name = `${role}-${processes.filter((one) => one.role === role).length + 1}`;
      const clockFile = join(directory, `${name}.clock`);
      await writeFile(clockFile, '0');
      const env = {
        ...envOf[role](role),
        LOG_LEVEL: 'info',
        NODE_COMPILE_CACHE: join(directory, 'compiled'),
        A2P_TEST_CLOCK_FILE: clockFile,
        ...(existsSync(PRELOAD) ? { NODE_OPTIONS: `--import=${PRELOAD.href}` } : {}),
      };
      processes.push(manageProcess({ role, name, env, clockFile }));
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
        id: CALLER,
        token: TOKEN,
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

/** One of each role first, which leaves its compiled code to the others; all at once would take the machine's memory. */
async function startInTurn(processes: readonly ReturnType<typeof manageProcess>[]): Promise<void> {
  const isFirst = ({ role }: ManagedProcess, at: number) =>
    processes.findIndex((one) => one.role === role) === at;
  await Promise.all(processes.filter(isFirst).map((one) => one.start()));
  await Promise.all(processes.filter((one, at) => !isFirst(one, at)).map((one) => one.start()));
}

/** Databases of the services, migrated, and pools that reach them directly: what is checked goes around the proxy. */
async function createDatabases({ url }: FaultPostgres) {
  const admin = openPostgresOwner(url);
  const opened = new Map<string, Database>();
  for (const name of ['registration', 'twilio', 'ledger']) {
    await sql`create database ${sql.id(name)}`.execute(admin);
    const owner = openPostgresOwner(databaseUrl(url, name));
    await migrateUp(owner, name === 'ledger' ? ledgerMigrations : migrations);
    await owner.destroy();
    // It is lost whenever the server is stopped, and there again when it is asked next.
    opened.set(name, openPostgres(databaseUrl(url, name), { poolSize: 2, onError: () => {} }));
  }
  await admin.destroy();
  return {
    opened,
    async close() {
      for (const database of opened.values()) await database.close();
    },
  };
}

async function newTenant({ executor }: Database, name: string): Promise<string> {
  const { tenantId } = await createTenant(executor, databaseClock, name);
  const scopes = ['read', 'write'] as const;
  return (await createToken(executor, databaseClock, { tenantId, name: 'faults', scopes })).token;
}

function throughPort(url: string, port: number): string {
  const through = new URL(url);
  through.port = String(port);
  return through.href;
}
