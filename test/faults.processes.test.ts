import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { databaseClock } from '../src/platform/database/clock.ts';
import { generateKey } from '../src/platform/secrets/keyring.ts';
import { DEFAULT_EVENT_TYPES, OPT_IN_EVENT_TYPES } from '../src/registration/domain/events.ts';
import { createTenant, createToken } from '../src/registration/store/tenants.ts';
import { registerBusiness } from './support/business.ts';
import { createClient, eventually } from './support/client.ts';
import { freshPostgres, stopOwnServer } from './support/database.ts';
import { type ServiceProcess, startProcess } from './support/processes.ts';
import { seeded } from './support/random.ts';
import { startReceiver } from './support/receiver.ts';
import { startWorldServer } from './support/world-server.ts';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
/** As many as show it within a minute; `npm run faults` goes on for as long as one likes. */
const BUSINESSES = 20;
const KILLS = 6;
/** Lease (12 s) and what it takes to work off what waited for it. */
const SETTLE_MS = 60_000;

after(stopOwnServer);

test(`three api, two reconcile, two dispatch on one PostgreSQL, killed at random (seed ${SEED}): nothing is lost, doubled or disordered`, async (t) => {
  const random = seeded(SEED);
  const { database, url, close } = await freshPostgres();
  assert.ok(url);
  const world = await startWorldServer({ loseAnswer: () => random() < 0.1 });
  const receiver = await startReceiver(() => random() < 0.2);
  const env = {
    DATABASE_URL: url,
    ENCRYPTION_KEYS: `k1:${generateKey()}`,
    TEST_WORLD_URL: world.url,
    FAKE_APPROVAL_DELAY_MS: '300',
    WEBHOOK_ALLOW_PRIVATE: 'true',
  };
  const roles = ['api', 'api', 'api', 'reconcile', 'reconcile', 'dispatch', 'dispatch'];
  const fleet: ServiceProcess[] = [];
  t.after(async () => {
    await Promise.all(fleet.map((process) => process.kill()));
    await Promise.all([world.close(), receiver.close(), close()]);
  });
  for (const ROLES of roles) fleet.push(await startProcess({ ...env, ROLES }));
  const tenant = await createTenant(database.executor, databaseClock, 'faults');
  const { token } = await createToken(database.executor, databaseClock, {
    tenantId: tenant.tenantId,
    name: 'test',
    scopes: ['read', 'write'],
  });
  const client = createClient(token, () => fleet.slice(0, 3).map((process) => process.url));

  const hook = await client.surely<{ secret: string }>('POST', '/webhooks', {
    url: receiver.url,
    eventTypes: [...DEFAULT_EVENT_TYPES, ...OPT_IN_EVENT_TYPES],
  });
  assert.equal(hook.status, 201);
  receiver.trust(hook.body.secret);

  const drive = Promise.all(Array.from({ length: BUSINESSES }, (_, n) => registerBusiness(client, n)));
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 300 + random() * 700));
    const index = Math.floor(random() * fleet.length);
    await fleet[index]?.kill();
    fleet[index] = await startProcess({ ...env, ROLES: roles[index] ?? 'api' });
  }
  const businesses = await drive;

  await eventually('every campaign is ready', SETTLE_MS, async () => {
    const { rows } = await sql<{ ready: number }>`select count(*) as ready from campaigns
      where phase = 'ACTIVE' and conditions @> '[{"type":"Ready","status":"True"}]'`.execute(
      database.executor,
    );
    return rows[0]?.ready === BUSINESSES;
  });
  const { rows: events } = await sql<{
    event_id: string;
    aggregate_id: string;
    sequence: number;
    type: string;
  }>`
    select event_id, aggregate_id, sequence, type from events order by aggregate_id, sequence
  `.execute(database.executor);
  await eventually('every event is delivered', SETTLE_MS, () => {
    const got = new Set(receiver.accepted.map((event) => event.eventId));
    return events.every((event) => got.has(event.event_id));
  });
  const exits = await Promise.all(fleet.map((process) => process.stop()));

  assert.deepEqual(receiver.violations, []);
  assert.deepEqual(
    exits,
    fleet.map(() => 0),
    'every process drains and ends cleanly',
  );
  for (const { brandId, campaignId } of businesses) {
    const typesOf = (id: string) => events.filter((e) => e.aggregate_id === id).map((e) => e.type);
    assert.deepEqual(typesOf(brandId), ['BrandSubmitted', 'BrandVetted']);
    assert.deepEqual(typesOf(campaignId), [
      'CampaignSubmitted',
      'CampaignApproved',
      'CampaignActivated',
      'A2PReady',
    ]);
  }
  const tags = world.created.map((object) => object.tag);
  assert.equal(new Set(tags).size, tags.length, 'something was created twice at the provider');
  assert.equal(tags.length, BUSINESSES * 4, 'brand, campaign, messaging service and number of each');
  const duplicates = receiver.accepted.length - new Set(receiver.accepted.map((e) => e.eventId)).size;
  console.log(
    `# seed ${SEED}: ${KILLS} kills, ${BUSINESSES} businesses, ${events.length} events, ` +
      `${receiver.requests()} requests, ${duplicates} delivered more than once`,
  );
});
