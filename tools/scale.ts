// Submits many brands as fast as the API takes them and waits until all are VETTED and every event has reached
// a receiver that fails a fifth of its requests: npm run scale -- --brands 10000 --database pglite|postgres
// With --provider-delay 10000 every provider call takes that long, and only accepting is measured.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrateUp } from '../src/platform/database/migrate.ts';
import { openPostgresOwner } from '../src/platform/database/postgres.ts';
import { generateKey } from '../src/platform/secrets/keyring.ts';
import { DEFAULT_EVENT_TYPES, OPT_IN_EVENT_TYPES } from '../src/registration/domain/events.ts';
import { migrations } from '../src/registration/store/migrations/index.ts';
import { createClient, eventually } from '../test/support/client.ts';
import { databaseUrl, startPostgres, TEMPLATE } from '../test/support/postgres-server.ts';
import { type ServiceProcess, startProcess } from '../test/support/processes.ts';
import { seeded } from '../test/support/random.ts';
import { startReceiver } from '../test/support/receiver.ts';
import { BRAND } from '../test/support/world.ts';
import { startWorldServer } from '../test/support/world-server.ts';

const TOKEN = 'a-development-token-for-scale';
const CONNECTIONS = 32;
const DEADLINE_MS = 20 * 60_000;

const { values } = parseArgs({
  options: {
    brands: { type: 'string', default: '10000' },
    database: { type: 'string', default: 'pglite' },
    'provider-delay': { type: 'string' },
  },
});
const brands = Number(values.brands);
const providerDelay = values['provider-delay'];
const world = providerDelay ? await startWorldServer({ delayMs: Number(providerDelay) }) : undefined;
const providerEnv = world ? { TEST_WORLD_URL: world.url } : {};
const random = seeded(1);
const directory = await mkdtemp(join(tmpdir(), 'a2p-scale-'));
const receiver = await startReceiver(() => random() < 0.2);
const { fleet, stopDatabase } = values.database === 'postgres' ? await onPostgres() : await onPglite();
const apis = fleet.filter((_, index) => values.database !== 'postgres' || index < 3);
const client = createClient(TOKEN, () => apis.map((service) => service.url));

const hook = await client.surely<{ secret: string }>('POST', '/webhooks', {
  url: receiver.url,
  eventTypes: [...DEFAULT_EVENT_TYPES, ...OPT_IN_EVENT_TYPES],
});
receiver.trust(hook.body.secret);

const started = Date.now();
const seconds = () => (Date.now() - started) / 1000;
const latencies: number[] = [];
const timed = async <T>(call: Promise<T>): Promise<T> => {
  const from = performance.now();
  const answer = await call;
  latencies.push(performance.now() - from);
  return answer;
};
let next = 0;
await Promise.all(
  Array.from({ length: CONNECTIONS }, async () => {
    for (let n = next++; n < brands; n = next++) {
      const taxId = `45-${String(1_000_000 + n)}`;
      const brand = await timed(client.surely<{ brandId: string }>('POST', '/brands', { ...BRAND, taxId }));
      await timed(client.surely('POST', `/brands/${brand.body.brandId}:submit`));
    }
  }),
);
latencies.sort((a, b) => a - b);
const percentile = (p: number) =>
  `p${p} ${Math.round(latencies[Math.floor((latencies.length * p) / 100)] ?? 0)} ms`;
report(
  'accepted',
  `${2 * brands} writes, ${Math.round((2 * brands) / seconds())}/s over ${CONNECTIONS} connections, ` +
    `${percentile(50)}, ${percentile(99)}`,
);
if (world) {
  await Promise.all(fleet.map((service) => service.kill()));
  await Promise.all([receiver.close(), world.close(), stopDatabase()]);
  await rm(directory, { recursive: true, force: true });
  process.exit(0);
}
await eventually('every brand is VETTED', DEADLINE_MS, async () => {
  const { body } = await client.surely<{ items: unknown[] }>('GET', '/brands?phase=SUBMITTED&limit=1');
  return body.items.length === 0;
});
report('vetted', `${Math.round(brands / seconds())} brands/s from the first write`);
await eventually('every event is delivered', DEADLINE_MS, () => {
  return new Set(receiver.accepted.map((event) => event.eventId)).size >= 2 * brands;
});
const unique = new Set(receiver.accepted.map((event) => event.eventId)).size;
report(
  'delivered',
  `${unique} events in ${receiver.requests()} requests, ${receiver.accepted.length - unique} more than once, ` +
    `${receiver.violations.length} out of order`,
);
const exits = await Promise.all(fleet.map((service) => service.stop()));
await receiver.close();
await stopDatabase();
await rm(directory, { recursive: true, force: true });
const good = unique === 2 * brands && receiver.violations.length === 0 && exits.every((code) => code === 0);
console.log(
  good ? 'all there, in order' : `NOT as it should be: ${receiver.violations.slice(0, 3).join('; ')}`,
);
process.exit(good ? 0 : 1);

function report(what: string, figures: string): void {
  console.log(`${seconds().toFixed(1).padStart(7)} s  ${what.padEnd(10)} ${figures}`);
}

async function onPglite() {
  const service = await startProcess({
    ...providerEnv,
    DATA_DIR: directory,
    BOOTSTRAP_TOKEN: TOKEN,
    LOG_LEVEL: 'error',
  });
  return { fleet: [service], stopDatabase: async () => {} };
}

/** Three api, two reconcile, two dispatch processes. */
async function onPostgres(): Promise<{ fleet: ServiceProcess[]; stopDatabase: () => Promise<void> }> {
  const server = await startPostgres();
  const url = databaseUrl(server.url, TEMPLATE);
  const owner = openPostgresOwner(url);
  await migrateUp(owner, migrations);
  await owner.destroy();
  const env = {
    ...providerEnv,
    DATABASE_URL: url,
    ENCRYPTION_KEYS: `k1:${generateKey()}`,
    BOOTSTRAP_TOKEN: TOKEN,
    WEBHOOK_ALLOW_PRIVATE: 'true',
    LOG_LEVEL: 'error',
  };
  const fleet: ServiceProcess[] = [];
  for (const ROLES of ['api', 'api', 'api', 'reconcile', 'reconcile', 'dispatch', 'dispatch']) {
    fleet.push(await startProcess({ ...env, ROLES }));
  }
  return { fleet, stopDatabase: () => server.stop() };
}
