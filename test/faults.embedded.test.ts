import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_EVENT_TYPES, OPT_IN_EVENT_TYPES } from '../src/registration/domain/events.ts';
import { registerBusiness } from './support/business.ts';
import { createClient, eventually } from './support/client.ts';
import { prepareDataDirectory } from './support/data-directory.ts';
import { type ServiceProcess, startProcess } from './support/processes.ts';
import { seeded } from './support/random.ts';
import { startReceiver } from './support/receiver.ts';
import { startWorldServer } from './support/world-server.ts';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const BUSINESSES = 8;
const KILLS = 2;
const SETTLE_MS = 60_000;
const TOKEN = 'a-development-token-of-a-test';

test(`the embedded service, killed at random (seed ${SEED}), keeps every accepted write and ends the story once`, async (t) => {
  const random = seeded(SEED);
  const directory = await mkdtemp(join(tmpdir(), 'a2p-embedded-'));
  const world = await startWorldServer({ loseAnswer: () => random() < 0.1 });
  const receiver = await startReceiver(() => random() < 0.2);
  const env = {
    DATA_DIR: directory,
    BOOTSTRAP_TOKEN: TOKEN,
    TEST_WORLD_URL: world.url,
    FAKE_APPROVAL_DELAY_MS: '300',
  };
  await prepareDataDirectory(directory);
  let service: ServiceProcess = await startProcess(env);
  t.after(async () => {
    await service.kill();
    await Promise.all([world.close(), receiver.close()]);
    await rm(directory, { recursive: true, force: true });
  });
  const client = createClient(TOKEN, () => [service.url]);
  const hook = await client.surely<{ secret: string }>('POST', '/webhooks', {
    url: receiver.url,
    eventTypes: [...DEFAULT_EVENT_TYPES, ...OPT_IN_EVENT_TYPES],
  });
  receiver.trust(hook.body.secret);

  const drive = Promise.all(Array.from({ length: BUSINESSES }, (_, n) => registerBusiness(client, n)));
  let restarted = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 200 + random() * 800));
    await service.kill();
    service = await startProcess(env);
    restarted = Date.now();
  }
  const businesses = await drive;

  for (const { brandId, campaignId } of businesses) {
    const path = `/campaigns/${campaignId}/readiness`;
    await eventually(`${campaignId} is ready`, SETTLE_MS, async () => {
      const { body } = await client.surely<{ ready: boolean; brand: { brandId: string } }>('GET', path);
      assert.equal(body.brand.brandId, brandId);
      return body.ready;
    });
  }
  const ready = Date.now() - restarted;
  await eventually('every A2PReady is delivered', SETTLE_MS, () => {
    const got = receiver.accepted.filter((event) => event.type === 'A2PReady');
    return new Set(got.map((event) => event.aggregateId)).size === BUSINESSES;
  });
  assert.deepEqual(receiver.violations, []);
  const tags = world.created.map((object) => object.tag);
  assert.equal(new Set(tags).size, tags.length, 'something was created twice at the provider');
  assert.equal(tags.length, BUSINESSES * 4);
  assert.equal(await service.stop(), 0, 'SIGTERM ends it cleanly');
  console.log(`# seed ${SEED}: ${KILLS} kills, all ready ${ready} ms after the last restart`);
});
