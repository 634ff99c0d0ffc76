import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { startSimulator } from './simulator.ts';

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
  /** A number bought at the simulator and given back, so that there is always one left. */
  buyAndRelease(n: number): Promise<unknown>;
  /** What has arrived is kept for whoever asks: nobody else does. */
  forgetArrivals(): Promise<unknown>;
}

const REQUEST_DEADLINE_MS = 10_000;
const HOOKS = 'https://hooks.example.com';
const WEBHOOKS = { smsWebhookUrl: `${HOOKS}/sms`, voiceUrl: `${HOOKS}/voice` };
/** Each has enough in stock at the simulator. */
const AREA_CODES = ['206', '303', '312', '404', '415', '503', '512'];

/** @param undo takes what has to end, newest first. */
export async function openMemoryWorld(undo: (() => Promise<unknown>)[]): Promise<MemoryWorld> {
  const postgres = await startBenchPostgres();
  undo.unshift(postgres.stop);
  const receivers = await startReceivers();
  undo.unshift(async () => receivers.close());
  const simulator = await startSimulator();
  undo.unshift(simulator.stop);
  const dataDir = await mkdtemp(join(tmpdir(), 'a2p-bench-memory-'));
  undo.unshift(() => rm(dataDir, { recursive: true, force: true }));
  const ledgerUrl = await postgres.database('ledger', 'empty');
  const owner = openPostgresOwner(ledgerUrl);
  await migrateUp(owner, migrations);
  await owner.destroy();

  const token = newToken();
  const account = {
    TWILIO_BASE_URL: simulator.url,
    TWILIO_ACCOUNT_SID: DEFAULT_ACCOUNT.sid,
    TWILIO_AUTH_TOKEN: DEFAULT_ACCOUNT.token,
  };
  const registration = {
    DATABASE_URL: await postgres.database('memory'),
    ENCRYPTION_KEYS: `k1:${generateKey()}`,
    BOOTSTRAP_TOKEN: token,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  };
  const onTwilio = {
    ...registration,
    ...account,
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
      ...account,
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
  const buy = async (n: number, name: string) => {
    const order = { areaCode: AREA_CODES[n % AREA_CODES.length], webhooks: WEBHOOKS };
    return ask(provisioning.url, token, {
      method: 'POST',
      path: '/numbers',
      key: `${name}-${n}`,
      body: order,
    });
  };
  let newest = '';
  return {
    setting: postgres.setting,
    processes: [api, apiOnTwilio, ...workers, provisioning],
    async register(n) {
      newest = (await registerBusiness(client, n)).campaignId;
    },
    async registerAtTwilio(n) {
      const { e164 = '' } = await buy(n, 'keep');
      const brand = { ...COMPLETE_BRAND, taxId: `46-${String(1_000_000 + n)}` };
      await register(twilioClient, { brand, campaign: COMPLETE_CAMPAIGN, e164 });
    },
    async read() {
      if (newest !== '') await client.once('GET', `/campaigns/${newest}/readiness`);
      await client.once('GET', '/brands?limit=50');
      await client.once('GET', '/events?limit=100');
    },
    async buyAndRelease(n) {
      const { sid = '' } = await buy(n, 'buy');
      await ask(provisioning.url, token, { method: 'DELETE', path: `/numbers/${sid}`, key: `release-${n}` });
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
): Promise<{ readonly sid?: string; readonly e164?: string }> {
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
