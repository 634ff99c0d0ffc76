// Resident size of each role, and of provisioning, under a steady load: how much, and whether it grows.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateUp } from '../src/platform/database/migrate.ts';
import { openPostgresOwner } from '../src/platform/database/postgres.ts';
import { generateKey } from '../src/platform/secrets/keyring.ts';
import { newToken } from '../src/platform/secrets/tokens.ts';
import { migrations } from '../src/provisioning/ledger/migrations/index.ts';
import { registerBusiness } from '../test/support/business.ts';
import { createClient } from '../test/support/client.ts';
import { type ServiceProcess, startProcess } from '../test/support/processes.ts';
import { startWorldServer } from '../test/support/world-server.ts';
import { percentile } from './support/figures.ts';
import { startBenchPostgres } from './support/postgres.ts';
import { startReceivers } from './support/receivers.ts';
import type { BenchOptions, Section, SectionResult } from './support/section.ts';

const FULL = { seconds: 600, businessesPerSecond: 5, purchasesPerSecond: 20, sampleMs: 1_000 };
const QUICK = { ...FULL, seconds: 20 };
/** Growth is judged from the third of ten minutes to the last: before, caches and the heap find their size. */
const SETTLED = { from: 0.2, to: 0.3 };
const LAST = 0.9;
const LIMIT_MIB = 200;
const GROWTH = 1.1;
const KIB_PER_MIB = 1_024;
const WEBHOOKS = {
  smsWebhookUrl: 'https://hooks.example.com/sms',
  voiceUrl: 'https://hooks.example.com/voice',
};

export const section: Section = {
  name: 'memory',
  title: 'resident size of each role under a steady load',
  async run(options): Promise<SectionResult> {
    // What has to end, newest first.
    const undo: (() => Promise<unknown>)[] = [];
    try {
      return await measure(options, undo);
    } finally {
      for (const end of undo) await end();
    }
  },
};

async function measure(options: BenchOptions, undo: (() => Promise<unknown>)[]): Promise<SectionResult> {
  const sizes = options.quick ? QUICK : FULL;
  const postgres = await startBenchPostgres();
  undo.unshift(postgres.stop);
  const receivers = await startReceivers();
  undo.unshift(async () => receivers.close());
  // Outside the measured process: what exists at the provider is no memory of ours.
  const world = await startWorldServer();
  undo.unshift(world.close);
  const dataDir = await mkdtemp(join(tmpdir(), 'a2p-bench-memory-'));
  undo.unshift(() => rm(dataDir, { recursive: true, force: true }));
  const ledgerUrl = await postgres.database('ledger', 'empty');
  const owner = openPostgresOwner(ledgerUrl);
  await migrateUp(owner, migrations);
  await owner.destroy();

  const token = newToken();
  const env = {
    DATABASE_URL: await postgres.database('memory'),
    ENCRYPTION_KEYS: `k1:${generateKey()}`,
    BOOTSTRAP_TOKEN: token,
    WEBHOOK_ALLOW_PRIVATE: 'true',
    TEST_WORLD_URL: world.url,
    DATA_DIR: dataDir,
  };
  const processes = new Map<string, ServiceProcess>();
  const start = async (name: string, more: Record<string, string>) => {
    const service = await startProcess({ ...env, ...more });
    undo.unshift(service.stop);
    processes.set(name, service);
    return service.url;
  };
  const apiUrl = await start('api', { ROLES: 'api' });
  await start('reconcile', { ROLES: 'reconcile' });
  await start('dispatch', { ROLES: 'dispatch' });
  const provisioningUrl = await start('provisioning', {
    SERVICES: 'provisioning',
    PROVISIONING_DATABASE_URL: ledgerUrl,
    PROVISIONING_TOKENS: `bench:${createHash('sha256').update(token).digest('hex')}`,
  });
  const client = createClient(token, () => [apiUrl]);
  await client.surely('POST', '/webhooks', {
    url: receivers.urls.healthy,
    eventTypes: ['BrandVetted', 'CampaignApproved'],
  });

  options.log(`load for ${sizes.seconds} s`);
  const ended = new AbortController();
  const failures: unknown[] = [];
  let bought = 0;
  const loads = [
    paced(sizes.businessesPerSecond, ended.signal, (n) => registerBusiness(client, n), failures),
    paced(
      sizes.purchasesPerSecond,
      ended.signal,
      async (n) => {
        if (await buyAndRelease(provisioningUrl, token, n)) bought++;
      },
      failures,
    ),
  ];
  const samples = new Map([...processes.keys()].map((name) => [name, [] as number[]]));
  const begun = performance.now();
  while (performance.now() - begun < sizes.seconds * 1_000) {
    await new Promise((resolve) => setTimeout(resolve, sizes.sampleMs));
    for (const [name, { pid }] of processes) samples.get(name)?.push(await residentMiB(pid));
    // What has arrived is kept for whoever asks: nobody else does.
    await receivers.requests();
  }
  ended.abort();
  const done = await Promise.all(loads);
  if (failures.length > 0) options.log(`${failures.length} failed, the first: ${String(failures[0])}`);

  const during = (values: readonly number[], from: number, to: number) =>
    values.slice(Math.floor(values.length * from), Math.ceil(values.length * to));
  return {
    figures: [...samples].map(([name, values]) => ({
      what: `${name}, last tenth of the time`,
      unit: 'MiB',
      ours: [percentile(during(values, LAST, 1), 50)],
      against: 'third tenth',
      theirs: [percentile(during(values, SETTLED.from, SETTLED.to), 50)],
      goal: { atMost: GROWTH },
    })),
    plain: [...samples].map(([name, values]) => ({
      what: `${name}, the most`,
      unit: 'MiB',
      values: [Math.max(...values)],
      goal: { atMost: LIMIT_MIB },
    })),
    setting: [
      postgres.setting,
      `${sizes.seconds} s: ${done[0]} businesses with brand, campaign and number, ${bought} numbers bought and released, ${failures.length} failures`,
    ],
    chart: {
      title: 'Resident size under load',
      unit: 'MiB',
      series: [...samples].map(([name, values]) => ({
        name,
        points: values.map(
          (value, at) => [`${Math.round(((at + 1) * sizes.sampleMs) / 1_000)} s`, value] as const,
        ),
      })),
    },
  };
}

/** Begins so much work a second until it is told to end; answers how many were done. */
async function paced(
  perSecond: number,
  signal: AbortSignal,
  work: (n: number) => Promise<unknown>,
  failures: unknown[],
): Promise<number> {
  const open = new Set<Promise<void>>();
  const begun = performance.now();
  let done = 0;
  for (let n = 0; !signal.aborted; n++) {
    const wait = begun + (n * 1_000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const one = work(n)
      .then(
        () => void done++,
        (error: unknown) => void failures.push(error),
      )
      .finally(() => open.delete(one));
    open.add(one);
  }
  await Promise.all(open);
  return done;
}

/** One number of an area, bought and given back, so that there is always one left. */
async function buyAndRelease(url: string, token: string, n: number): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = async (method: string, path: string, key: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers:
        body === undefined
          ? { authorization: headers.authorization, 'idempotency-key': key }
          : { ...headers, 'idempotency-key': key },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  };
  const order = { areaCode: String(201 + (n % 7)), webhooks: WEBHOOKS };
  const answer: { readonly sid?: string } = Object(
    JSON.parse(await ask('POST', '/numbers', `buy-${n}-bench`, order)),
  );
  if (answer.sid === undefined) return false;
  await ask('DELETE', `/numbers/${answer.sid}`, `release-${n}-bench`);
  return true;
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kib === undefined) throw new Error(`process ${pid} is gone`);
  return Number(kib) / KIB_PER_MIB;
}
