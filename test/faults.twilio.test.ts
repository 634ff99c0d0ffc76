import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_ACCOUNT, startTwilioSim } from '../sim/twilio/sim.ts';
import { endAllLeases } from '../src/platform/queue/claim.ts';
import { generateKey } from '../src/platform/secrets/keyring.ts';
import { register } from './support/business.ts';
import { createClient, eventually } from './support/client.ts';
import { freshPostgres, stopOwnServer } from './support/database.ts';
import { type ServiceProcess, startProcess } from './support/processes.ts';
import { seeded } from './support/random.ts';
import { PRIMARY_PROFILE } from './support/twilio.ts';
import { COMPLETE_BRAND, COMPLETE_CAMPAIGN, ONE_OF_EACH } from './twilio/complete.ts';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const TOKEN = 'a-development-token-of-a-test';
/**
 * The profiles rest for 30 s, calls of brand and campaign take their turns, a second each, and what a kill left recorded
 * but not sent is missed for up to a minute; the rest is for slow machines.
 */
const READY_MS = 150_000;
/**
 * How often it is killed, each time when one of the next so many orders was answered: of 17 for the profiles, and of
 * brand, service, campaign and number. After orders, not after looks: one that is recorded but was not sent yet has
 * to be missed for up to a minute before it is given again.
 */
const PROFILES = { kills: 2, orders: 8 };
const ALL_ELSE = { kills: 1, orders: 4 };

after(stopOwnServer);

test(`the service, killed right after calls to Twilio (seed ${SEED}), registers one of everything`, async (t) => {
  const random = seeded(SEED);
  const { database, url, close } = await freshPostgres();
  assert.ok(url);
  const sim = await startTwilioSim({ ownAskedNumbers: true });
  const env = {
    DATABASE_URL: url,
    ENCRYPTION_KEYS: `k1:${generateKey()}`,
    BOOTSTRAP_TOKEN: TOKEN,
    A2P_PROVIDER: 'twilio',
    TWILIO_BASE_URL: sim.url,
    TWILIO_ACCOUNT_SID: DEFAULT_ACCOUNT.sid,
    TWILIO_AUTH_TOKEN: DEFAULT_ACCOUNT.token,
    TWILIO_PRIMARY_PROFILE_SID: PRIMARY_PROFILE,
    TWILIO_NOTIFY_EMAIL: 'a2p@platform.example',
  };
  const began = Date.now();
  const took = () => Math.round((Date.now() - began) / 100) / 10;
  let service: ServiceProcess = await startProcess(env);
  t.after(async () => {
    await service.kill();
    await sim.close();
    await close();
  });
  const client = createClient(TOKEN, () => [service.url]);
  const killed: string[] = [];
  const killWhen = async (what: string, holds: () => boolean) => {
    const until = Date.now() + READY_MS;
    while (!holds()) {
      assert.ok(Date.now() < until, `not in time: ${what}; killed after ${killed}\n${service.output()}`);
      await sleep(1);
    }
    await service.kill();
    const requests = sim.control.requests();
    const { method, path } = requests.at(-1) ?? {};
    killed.push(`${requests.length} ${method} ${path?.replace(/[0-9a-f]{32}/g, '')} (${took()} s)`);
    // Its leases would end by themselves, 12 s later.
    await endAllLeases(database.executor);
    service = await startProcess(env);
  };
  const answered = () =>
    sim.control.requests().filter(({ method, status }) => method === 'POST' && status !== undefined).length;
  const killAfterOneOf = (orders: number) => {
    const target = answered() + 1 + Math.floor(random() * orders);
    return killWhen(`${target} orders are answered`, () => answered() >= target);
  };
  const rests = () =>
    sim.control.objects('trustProducts').some((product) => 'status' in product && product.status !== 'draft');

  const { brandId, campaignId } = await register(client, {
    brand: COMPLETE_BRAND,
    campaign: COMPLETE_CAMPAIGN,
    e164: '+12064440199',
  });
  for (let kill = 0; kill < PROFILES.kills; kill++) await killAfterOneOf(PROFILES.orders);
  await eventually('the profiles rest', READY_MS, rests);
  for (let kill = 0; kill < ALL_ELSE.kills; kill++) await killAfterOneOf(ALL_ELSE.orders);
  await eventually('the campaign is ready', READY_MS, async () => {
    const { body } = await client.surely<{ ready: boolean }>('GET', `/campaigns/${campaignId}/readiness`);
    return body.ready;
  });

  const there = Object.keys(ONE_OF_EACH).map((kind) => [
    kind,
    sim.control.objects(kind).filter(({ sid }) => sid !== PRIMARY_PROFILE).length,
  ]);
  assert.deepEqual(Object.fromEntries(there), ONE_OF_EACH, killed.join(', '));
  const { body } = await client.surely<{ status: { phase: string } }>('GET', `/brands/${brandId}`);
  assert.equal(body.status.phase, 'VETTED');
  assert.equal(await service.stop(), 0, 'SIGTERM ends it cleanly');
  console.log(`# seed ${SEED}: ready after ${took()} s, killed after call ${killed.join(', ')}`);
});
