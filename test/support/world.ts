import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import pino from 'pino';
import type { Database, Tx } from '../../src/platform/database/database.ts';
import { enqueue } from '../../src/platform/queue/enqueue.ts';
import { createReconcileLoop, type LoopOptions } from '../../src/platform/reconcile/loop.ts';
import { requestAttach } from '../../src/registration/domain/binding.ts';
import { createBrand, submitBrand } from '../../src/registration/domain/brand.ts';
import { createCampaign, submitCampaign } from '../../src/registration/domain/campaign.ts';
import { type BrandSpec, type CampaignSpec, USE_CASE } from '../../src/registration/domain/types.ts';
import type { Enqueue, Provider } from '../../src/registration/ports.ts';
import { createFakeProvider, createFakeWorld } from '../../src/registration/provider/fake/fake-provider.ts';
import { bindingReconciler } from '../../src/registration/reconcile/binding.ts';
import { brandReconciler } from '../../src/registration/reconcile/brand.ts';
import { campaignReconciler } from '../../src/registration/reconcile/campaign.ts';
import type { Sealer } from '../../src/registration/store/status.ts';
import { createStore } from '../../src/registration/store/store.ts';
import { type TestClock, type TestDatabase, testClock } from './database.ts';

export const TENANT = 'ten_test';
export const APPROVAL_DELAY_MS = 1_000;
export const LOOP: LoopOptions = { slots: 8, leaseMs: 12_000, pollMs: 50, drainMs: 5_000 };

/** Sealing that leaves bytes readable: what is sealed how is tested with the keyring. */
export const plainSealer: Sealer = {
  seal: (plaintext) => Buffer.from(plaintext),
  open: (sealed) => Buffer.from(sealed),
  blindIndex: (value) => createHmac('sha256', 'test').update(value).digest(),
};

export const silent = pino({ level: 'silent' });

/** The registration context without its HTTP edge: store, queue, loop and a fake provider on one clock. */
export function createWorld(database: Database, clock: TestClock = testClock(), fake = newFake(clock)) {
  const store = createStore({ clock, sealer: plainSealer, onConflict: () => {} });
  const ask: Enqueue = (tx, { generation, ...work }) =>
    enqueue(tx, clock, work, {
      retryParked: true,
      ...(generation === undefined ? {} : { demand: generation }),
    });
  const passes: { resource: string; result: string }[] = [];

  const loopOver = (over: Database, provider: Provider = fake) => {
    const deps = { database: over, store, provider, enqueue: ask };
    return createReconcileLoop(
      {
        database: over,
        clock,
        reconcilers: {
          brand: brandReconciler(deps),
          campaign: campaignReconciler(deps),
          binding: bindingReconciler(deps),
        },
        ledger: { hash: plainSealerHash, callDeadlineMs: 8_000 },
        metrics: { pass: (resource, result) => void passes.push({ resource, result }), fenced: () => {} },
        log: silent,
        random: () => 0.5,
        hintAfterSave: [],
      },
      LOOP,
    );
  };
  const loop = loopOver(database);

  return {
    database,
    clock,
    fake,
    store,
    enqueue: ask,
    passes,
    loopOver,
    loop,
    /** Runs until nothing is due now; time stands still. */
    async runUntilIdle() {
      while ((await loop.runOnce()) > 0);
    },
    /** Runs and moves time on in steps, `rounds` times. */
    async runFor(rounds: number, stepMs = APPROVAL_DELAY_MS) {
      for (let i = 0; i < rounds; i++) {
        while ((await loop.runOnce()) > 0);
        clock.advance(stepMs);
      }
    },
    async tenant(tenantId = TENANT) {
      await sql`insert into tenants values (${tenantId}, ${tenantId}, ${clock.now}) on conflict do nothing`.execute(
        database.executor,
      );
    },
    async submittedBrand(spec: Partial<BrandSpec> = {}, brandId = 'brand_1', tenantId = TENANT) {
      return database.tenantTransaction(tenantId, async (tx) => {
        const now = clock.current();
        const created = createBrand({ tenantId, brandId, spec: { ...BRAND, ...spec }, now });
        const draft = await store.brands.insert(tx, created.next, created.events);
        const { next, events } = submitBrand(draft, now);
        const brand = await store.brands.save(tx, draft, next, events);
        await askFor(tx, 'brand', brandId, brand, tenantId);
        return brand;
      });
    },
    async submittedCampaign(spec: Partial<CampaignSpec> = {}, campaignId = 'camp_1', brandId = 'brand_1') {
      return database.tenantTransaction(TENANT, async (tx) => {
        const now = clock.current();
        const brand = await store.brands.get(tx, brandId);
        if (!brand) throw new Error('no such brand');
        const created = createCampaign({
          tenantId: TENANT,
          campaignId,
          brand,
          spec: { ...CAMPAIGN, ...spec },
          now,
        });
        const draft = await store.campaigns.insert(tx, created.next, created.events);
        const { next, events } = submitCampaign(draft, { brand }, now);
        const campaign = await store.campaigns.save(tx, draft, next, events);
        await askFor(tx, 'campaign', campaignId, campaign, TENANT);
        return campaign;
      });
    },
    async requestedNumber(e164 = '+15005550006', bindingId = 'bind_1', campaignId = 'camp_1') {
      return database.tenantTransaction(TENANT, async (tx) => {
        const now = clock.current();
        const { next, events } = requestAttach({ tenantId: TENANT, bindingId, campaignId, e164, now });
        const binding = await store.bindings.insert(tx, next, events);
        await askFor(tx, 'binding', bindingId, binding, TENANT);
        return binding;
      });
    },
    brand: (id = 'brand_1') => store.brands.get(database.executor, id),
    campaign: (id = 'camp_1') => store.campaigns.get(database.executor, id),
    binding: (id = 'bind_1') => store.bindings.get(database.executor, id),
    /** Types of an aggregate's events in order of their sequence; throws on a gap. */
    async eventsOf(aggregateId: string) {
      const { rows } = await sql<{ type: string; sequence: number }>`
        select type, sequence from events where aggregate_id = ${aggregateId} order by sequence
      `.execute(database.executor);
      for (const [index, { sequence }] of rows.entries()) {
        if (sequence !== index + 1) throw new Error(`gap in the sequence of ${aggregateId} at ${sequence}`);
      }
      return rows.map((row) => row.type);
    },
  };

  function askFor(
    tx: Tx,
    resource: 'brand' | 'campaign' | 'binding',
    aggregateId: string,
    { generation, submission }: { generation: number; submission: number },
    tenantId: string,
  ) {
    return ask(tx, { tenantId, resource, aggregateId, generation: generation + submission });
  }
}

export type World = ReturnType<typeof createWorld>;

export async function openWorld(open: () => Promise<TestDatabase>): Promise<World> {
  const { database } = await open();
  const world = createWorld(database);
  await world.tenant();
  return world;
}

export function newFake(clock: TestClock) {
  const world = createFakeWorld();
  const options = { clock: { now: clock.current }, approvalDelayMs: APPROVAL_DELAY_MS, seed: 1, world };
  return { ...createFakeProvider(options), created: world.created };
}

const plainSealerHash = (text: string) => createHmac('sha256', 'test').update(text).digest();

export const BRAND: BrandSpec = {
  country: 'US',
  brandType: 'STANDARD',
  taxId: '12-3456789',
  legalName: 'Alder Creek Heating LLC',
  displayName: 'Alder Creek',
  websiteDomain: 'aldercreek.com',
  supportEmail: 'help@aldercreek.com',
};

export const CAMPAIGN: CampaignSpec = {
  useCase: USE_CASE,
  optInDescription: 'Callers agree to a text reply when nobody could take their call; the greeting says so.',
  sampleMessages: [
    'Alder Creek: sorry we missed your call. Reply with what you need or book at https://aldercreek.com/book. Reply STOP to opt out.',
  ],
  stopHelpText: 'Reply STOP to opt out, HELP for help.',
  linkDomains: ['aldercreek.com'],
};
