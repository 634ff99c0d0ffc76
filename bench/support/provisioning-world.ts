import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { AREAS } from '../../sim/twilio/core/stock.ts';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import { migrateUp } from '../../src/platform/database/migrate.ts';
import { openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { newToken } from '../../src/platform/secrets/tokens.ts';
import { migrations } from '../../src/provisioning/ledger/migrations/index.ts';
import { startProcess } from '../../test/support/processes.ts';
import { REDIS_SERVER, startRedis } from '../../test/support/redis-server.ts';
import type { Span } from './closed-loop.ts';
import { askProcess, deadlineOf, type LoadCaller, load } from './load.ts';
import { startBenchPostgres } from './postgres.ts';
import { processSeconds } from './process-time.ts';
import type { PurchaseReport, SdkOrder } from './sdk-process.ts';
import { startSimulator } from './simulator.ts';

export type Backend = 'memory' | 'redis' | 'postgres';

export interface ProvisioningWorld {
  /** Those that can be had here; redis needs its server. */
  readonly backends: readonly Backend[];
  readonly setting: string;
  /** Purchases through the service, in a new process with an empty ledger, of a simulator that forgot everything. */
  service(backend: Backend, workers: number, span: Span): Promise<PurchaseReport>;
  /** The same by the SDK alone. */
  sdk(lookUps: boolean, workers: number, span: Span): Promise<PurchaseReport>;
  close(): Promise<void>;
}

const CREATED = 201;
const DOMAIN = 'hooks.example.com';
const SMS_URL = `https://${DOMAIN}/sms`;
const VOICE_URL = `https://${DOMAIN}/voice`;
/** Where numbers are bought: each area has 80 that can do all and need no address (sim/twilio/README.md). */
const AREA_CODES = AREAS.filter(({ country }) => country === 'US').map(({ code }) => code);

/** What the ledgers need, and the simulator; each measurement begins with nothing bought. */
export async function openProvisioningWorld(): Promise<ProvisioningWorld> {
  // What has to end, newest first.
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of undo.splice(0)) await end();
  };
  try {
    const simulator = await startSimulator();
    undo.unshift(simulator.stop);
    const dataDir = await mkdtemp(join(tmpdir(), 'a2p-bench-provisioning-'));
    undo.unshift(() => rm(dataDir, { recursive: true, force: true }));
    const postgres = await startBenchPostgres();
    undo.unshift(postgres.stop);
    const databaseUrl = await postgres.database('ledger', 'empty');
    const owner = openPostgresOwner(databaseUrl);
    undo.unshift(() => owner.destroy());
    await migrateUp(owner, migrations);
    const redis = REDIS_SERVER === undefined ? undefined : await startRedis();
    if (redis) undo.unshift(redis.stop);

    const token = newToken();
    const env = {
      SERVICES: 'provisioning',
      DATA_DIR: dataDir,
      USE_FAKE_PORT: 'false',
      TWILIO_ACCOUNT_SID: DEFAULT_ACCOUNT.sid,
      TWILIO_AUTH_TOKEN: DEFAULT_ACCOUNT.token,
      TWILIO_BASE_URL: simulator.url,
      ALLOWED_WEBHOOK_DOMAINS: DOMAIN,
      PROVISIONING_TOKENS: `bench:${createHash('sha256').update(token).digest('hex')}`,
      PROVISIONING_DATABASE_URL: databaseUrl,
      ...(redis ? { REDIS_URL: redis.url } : {}),
    };
    /** A ledger that knew the numbers of another measurement would not let them be bought again. */
    const emptied: Readonly<Record<Backend, () => Promise<unknown>>> = {
      memory: async () => undefined,
      redis: async () => {
        await redis?.kill();
        await redis?.restart();
      },
      postgres: () => sql`truncate idempotency_keys, purchase_reservations`.execute(owner),
    };
    return {
      backends: redis ? ['memory', 'redis', 'postgres'] : ['memory', 'postgres'],
      setting: postgres.setting,
      async service(backend, workers, span) {
        await simulator.reset();
        await emptied[backend]();
        const service = await startProcess({ ...env, IDEMPOTENCY_BACKEND: backend });
        try {
          const order = { connections: workers, span, expected: CREATED, from: 1 };
          const before = await processSeconds(service.pid);
          const report = await load({ ...order, url: `${service.url}/numbers`, callers: [callerOf(token)] });
          const used = (await processSeconds(service.pid)) - before;
          return { ...report, cpuMs: (used * 1_000) / (report.next - order.from) };
        } finally {
          await service.stop();
        }
      },
      async sdk(lookUps, workers, span) {
        await simulator.reset();
        const { sid: accountSid, token: authToken } = DEFAULT_ACCOUNT;
        const order: SdkOrder = {
          ...{ baseUrl: simulator.url, accountSid, authToken, areaCodes: AREA_CODES },
          ...{ workers, span, lookUps, smsUrl: SMS_URL, voiceUrl: VOICE_URL },
        };
        return askProcess(new URL('./sdk-process.ts', import.meta.url), order, deadlineOf(span));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function callerOf(token: string): LoadCaller {
  return {
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': '{{uuid}}',
    },
    bodies: AREA_CODES.map((areaCode) =>
      JSON.stringify({ areaCode, webhooks: { smsWebhookUrl: SMS_URL, voiceUrl: VOICE_URL } }),
    ),
  };
}
