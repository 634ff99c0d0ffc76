import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AREAS } from '../../sim/twilio/core/stock.ts';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import { migrateUp } from '../../src/platform/database/migrate.ts';
import { openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { generateKey } from '../../src/platform/secrets/keyring.ts';
import { hashToken, newToken } from '../../src/platform/secrets/tokens.ts';
import { migrations } from '../../src/provisioning/ledger/migrations/index.ts';
import { register, registerBusiness } from '../../test/support/business.ts';
import { createClient } from '../../test/support/client.ts';
import { PRIMARY_PROFILE } from '../../test/support/twilio.ts';
import { COMPLETE_BRAND, COMPLETE_CAMPAIGN } from '../../test/twilio/complete.ts';
import { startMain } from './npm-start.ts';
import { startBenchPostgres } from './postgres.ts';
import { startReceivers } from './receivers.ts';
import { type SimulatorProcess, startSimulator } from './simulator.ts';

/** Every role as an operator runs it, and one piece of each work for them. */
export interface MemoryWorld {
  readonly setting: string;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  /** Brand, campaign and number on the fake provider, whose verdicts come at once. */
  register(n: number): Promise<unknown>;
  /** The same on the simulator, which takes them at the provider's pace. */
  registerAtTwilio(n: number): Promise<unknown>;
  /** Readiness, a page of brands and one of events. */
  read(): Promise<unknown>;
  /** A number bought at a simulator of its own and given back. */
  buyAndRelease(n: number): Promise<unknown>;
  /** What has arrived is kept for whoever asks: nobody else does. */
  forgetArrivals(): Promise<unknown>;
}

const REQUEST_DEADLINE_MS = 10_000;
const HOOKS = 'https://hooks.example.com';
const WEBHOOKS = { smsWebhookUrl: `${HOOKS}/sms`, voiceUrl: `${HOOKS}/voice` };
const AREA_CODES = AREAS.filter(({ country }) => country === 'US').map(({ code }) => code);
/** Fewer than all areas have for sale, 80 each: a number that was given back is not for sale again. */
const STOCK = 1_000;

/** @param undo takes what has to end, newest first. */
export async function openMemoryWorld(undo: (() => Promise<unknown>)[]): Promise<MemoryWorld> {
  const postgres = await startBenchPostgres();
  undo.unshift(postgres.stop);
  const receivers = await startReceivers();
  undo.unshift(async () => receivers.close());
  const [simulator, shop] = await Promise.all([startSimulator(), startSimulator()]);
  undo.unshift(simulator.stop, shop.stop);
  const dataDir = await mkdtemp(join(tmpdir(), 'a2p-bench-memory-'));
  undo.unshift(() => rm(dataDir, { recursive: true, force: true }));
  const ledgerUrl = await postgres.database('ledger', 'empty');
  const owner = openPostgresOwner(ledgerUrl);
  await migrateUp(owner, migrations);
  await owner.destroy();

  const token = newToken();
  const accountAt = ({ url }: SimulatorProcess) => ({
    TWILIO_BASE_URL: url,
    TWILIO_ACCOUNT_SID: DEFAULT_ACCOUNT.sid,
    TWILIO_AUTH_TOKEN: DEFAULT_ACCOUNT.token,
  });
  const registration = {
    DATABASE_URL: await postgres.database('memory'),
    ENCRYPTION_KEYS: `k1:${generateKey()}`,
    BOOTSTRAP_TOKEN: token,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  };
  const onTwilio = {
    ...registration,
    ...accountAt(simulator),
    DATABASE_URL: await postgres.database('memory_twilio'),
    A2P_PROVIDER: 'twilio',
    TWILIO_PRIMARY_PROFILE_SID: PRIMARY_PROFILE,
    TWILIO_NOTIFY_EMAIL: 'a2p@platform.example',
  };
  const environments = {
    api: { ...registration, ROLES: 'api' },
    reconcile: { ...registration, ROLES: 'reconcile' },
    dispatch: { ...registration, ROLES: 'dispatch' },
    'api on Twilio': { ...onTwilio, ROLES: 'api' },
    'reconcile on Twilio': { ...onTwilio, ROLES: 'reconcile' },
    provisioning: {
      ...accountAt(shop),
      SERVICES: 'provisioning',
      PROVISIONING_DATABASE_URL: ledgerUrl,
      PROVISIONING_TOKENS: `bench:${hashToken(token).toString('hex')}`,
      ALLOWED_WEBHOOK_DOMAINS: new URL(HOOKS).hostname,
    },
  };
  const start = async (name: keyof typeof environments) => {
    const service = await startMain({ DATA_DIR: dataDir, ...environments[name] });
    undo.unshift(service.stop);
    return { name, ...service };
  };
  // First those that make the tenant of their database: two of them at once would both try.
  const [api, apiOnTwilio] = await Promise.all([start('api'), start('api on Twilio')]);
  const [provisioning, ...workers] = await Promise.all([
    start('provisioning'),
    start('reconcile'),
    start('dispatch'),
    start('reconcile on Twilio'),
  ]);

  const client = createClient(token, () => [api.url]);
  const twilioClient = createClient(token, () => [apiOnTwilio.url]);
  const events = { url: receivers.urls.healthy, eventTypes: ['BrandVetted', 'CampaignApproved'] };
  await client.surely('POST', '/webhooks', events);
  const buyAndRelease = async (n: number) => {
    const body = { areaCode: AREA_CODES[n % AREA_CODES.length], webhooks: WEBHOOKS };
    const to = (method: string, path: string) => ({ method, path, key: `${method}-${n}` });
    const { sid = '' } = await ask(provisioning.url, token, { ...to('POST', '/numbers'), body });
    await ask(provisioning.url, token, to('DELETE', `/numbers/${sid}`));
  };
  const trades = new Set<Promise<void>>();
  let restocked: Promise<unknown> = Promise.resolve();
  let newest = '';
  return {
    setting: postgres.setting,
    processes: [api, apiOnTwilio, ...workers, provisioning],
    async register(n) {
      newest = (await registerBusiness(client, n)).campaignId;
    },
    async registerAtTwilio(n) {
      const e164 = `+1206555${String(1_000 + n)}`;
      await simulator.own(e164);
      const brand = { ...COMPLETE_BRAND, taxId: `46-${String(1_000_000 + n)}` };
      await register(twilioClient, { brand, campaign: COMPLETE_CAMPAIGN, e164 });
    },
    async read() {
      if (newest !== '') await client.once('GET', `/campaigns/${newest}/readiness`);
      await client.once('GET', '/brands?limit=50');
      await client.once('GET', '/events?limit=100');
    },
    async buyAndRelease(n) {
      if (n > 0 && n % STOCK === 0) restocked = Promise.allSettled([...trades]).then(shop.reset);
      await restocked;
      const trade = buyAndRelease(n).finally(() => trades.delete(trade));
      trades.add(trade);
      await trade;
    },
    forgetArrivals: () => receivers.requests(),
  };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body?: object;
}

/** Of the provisioning service; throws with the answer when it is no success. */
async function ask(
  url: string,
  token: string,
  { method, path, key, body }: Asked,
): Promise<{ readonly sid?: string }> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'idempotency-key': `${key}-of-the-bench`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(REQUEST_DEADLINE_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? {} : Object(JSON.parse(text));
}
