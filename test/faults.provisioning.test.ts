import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DEFAULT_ACCOUNT, startTwilioSim } from '../sim/twilio/sim.ts';
import { migrateUp } from '../src/platform/database/migrate.ts';
import { openPostgresOwner } from '../src/platform/database/postgres.ts';
import { hashToken } from '../src/platform/secrets/tokens.ts';
import type { Schemas } from '../src/provisioning/contract.gen.ts';
import { tagOf } from '../src/provisioning/domain/tag.ts';
import { migrations } from '../src/provisioning/ledger/migrations/index.ts';
import { freshLedgerDatabase } from './provisioning/ledger-stores.test-support.ts';
import { eventually } from './support/client.ts';
import { startPostgres } from './support/postgres-server.ts';
import { type ServiceProcess, startProcess } from './support/processes.ts';
import { seeded } from './support/random.ts';
import { REDIS_SERVER, startRedis } from './support/redis-server.ts';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const TOKEN = 'a-token-of-a-test';
const CALLER = 'shop';
const KEYS = 50;
const REQUESTS_A_KEY = 4;
/** As many purchases are answered to the first process before it is killed; the rest is under way. */
const BOUGHT_BEFORE = KEYS / 2;
/** A request has 25 s, a dead holder's lease 10 s; the rest is for slow machines. */
const DEADLINE_MS = 120_000;
const WEBHOOKS = {
  smsWebhookUrl: 'https://hooks.example.com/sms',
  voiceUrl: 'https://hooks.example.com/voice',
  statusCallbackUrl: 'https://hooks.example.com/status',
};

const BACKENDS: Readonly<
  Record<string, () => Promise<{ env: Record<string, string>; stop(): Promise<void> }>>
> = {
  async postgres() {
    const shared = process.env.TEST_POSTGRES_URL;
    const own = shared === undefined ? await startPostgres() : undefined;
    const url = await freshLedgerDatabase(shared ?? own?.url ?? '');
    const owner = openPostgresOwner(url);
    await migrateUp(owner, migrations);
    await owner.destroy();
    const env = { IDEMPOTENCY_BACKEND: 'postgres', PROVISIONING_DATABASE_URL: url };
    return { env, stop: async () => own?.stop() };
  },
  async redis() {
    const server = await startRedis();
    return { env: { IDEMPOTENCY_BACKEND: 'redis', REDIS_URL: server.url }, stop: server.stop };
  },
};

type Purchase = Schemas['ConfiguredNumber'];

for (const [name, open] of Object.entries(BACKENDS)) {
  const skip = name === 'redis' && REDIS_SERVER === undefined ? 'redis-server is not installed' : false;
  test(`${KEYS * REQUESTS_A_KEY} parallel purchases under ${KEYS} keys, one of two processes killed (seed ${SEED}): ${KEYS} numbers [${name}]`, {
    skip,
  }, async () => {
    const random = seeded(SEED);
    const ledger = await open();
    const sim = await startTwilioSim({ consistencyMs: 50 });
    const start = () =>
      startProcess({
        SERVICES: 'provisioning',
        PROVISIONING_TOKENS: `${CALLER}:${hashToken(TOKEN).toString('hex')}`,
        ALLOWED_WEBHOOK_DOMAINS: 'example.com',
        TWILIO_BASE_URL: sim.url,
        TWILIO_ACCOUNT_SID: DEFAULT_ACCOUNT.sid,
        TWILIO_AUTH_TOKEN: DEFAULT_ACCOUNT.token,
        ...ledger.env,
      });
    const processes: ServiceProcess[] = await Promise.all([start(), start()]);
    after(async () => {
      await Promise.all(processes.map((one) => one.kill()));
      await sim.close();
      await ledger.stop();
    });
    // Some purchases happen and nobody is told.
    for (let lost = 0; lost < 5; lost += 1) {
      sim.control.fault({
        match: { method: 'POST', path: 'IncomingPhoneNumbers.json$' },
        fault: 'lostAnswer',
        skip: Math.floor(random() * KEYS),
      });
    }

    let repeated = 0;
    const until = Date.now() + DEADLINE_MS;
    const buy = async (key: string): Promise<Purchase> => {
      for (;;) {
        const host = processes[Math.floor(random() * processes.length)]?.url;
        const answer = await ask(`${host}/numbers`, key).catch((error: unknown) => String(error));
        if (typeof answer === 'object' && answer.status === 201) return answer.body;
        const told = typeof answer === 'string' ? answer : JSON.stringify(answer);
        assert.ok(Date.now() < until, `${key} is not bought: ${told}`);
        repeated += 1;
        await new Promise((resolve) => setTimeout(resolve, 200 + random() * 300));
      }
    };
    const keys = Array.from({ length: KEYS }, (_, at) => `order-${at}`);
    const bought = Promise.all(keys.flatMap((key) => Array.from({ length: REQUESTS_A_KEY }, () => buy(key))));
    const killed = eventually('half of them are bought', DEADLINE_MS, () =>
      Promise.resolve(sim.control.objects('numbers').length >= BOUGHT_BEFORE),
    ).then(async () => {
      const [first] = processes;
      await first?.kill();
      processes[0] = await start();
    });
    const [purchases] = await Promise.all([bought, killed]);

    const numbers = sim.control.objects('numbers').map((one) => Object.assign({ sid: '' }, one));
    assert.equal(numbers.length, KEYS);
    for (const [at, key] of keys.entries()) {
      const own = purchases.slice(at * REQUESTS_A_KEY, (at + 1) * REQUESTS_A_KEY);
      const sids = new Set(own.map(({ sid }) => sid));
      assert.equal(sids.size, 1, `${key} was answered with ${[...sids]}`);
      const tag = tagOf({ caller: CALLER, key });
      const tagged = numbers.filter((one) => 'friendlyName' in one && one.friendlyName === tag);
      assert.deepEqual(
        tagged.map(({ sid }) => sid),
        [...sids],
      );
      assert.ok(JSON.stringify(tagged).includes(WEBHOOKS.smsWebhookUrl), key);
    }
    assert.equal(new Set(purchases.map(({ sid }) => sid)).size, KEYS);
    process.stdout.write(
      `# ${name}, seed ${SEED}: ${repeated} requests sent again, ${sim.control.counts().faultHits} answers lost\n`,
    );
  });
}

async function ask(url: string, key: string): Promise<{ readonly status: number; readonly body: Purchase }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify({ areaCode: '415', webhooks: WEBHOOKS }),
    signal: AbortSignal.timeout(40_000),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}
