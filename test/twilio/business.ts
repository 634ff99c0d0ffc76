import assert from 'node:assert/strict';
import type { SimOptions } from '../../sim/twilio/sim.ts';
import { findCondition } from '../../src/kernel/condition.ts';
import { editBrand, submitBrand } from '../../src/registration/domain/brand.ts';
import { editCampaign, submitCampaign } from '../../src/registration/domain/campaign.ts';
import type {
  Aggregate,
  Brand,
  BrandSpec,
  Campaign,
  CampaignSpec,
  ExternalRefs,
  Resource,
} from '../../src/registration/domain/types.ts';
import { type TestDatabase, testClock } from '../support/database.ts';
import { type AdapterParts, startTwilio } from '../support/twilio.ts';
import { createWorld, TENANT } from '../support/world.ts';
import { COMPLETE_BRAND, COMPLETE_CAMPAIGN } from './complete.ts';

interface BusinessOptions {
  readonly sim?: SimOptions;
  readonly adapter?: AdapterParts['options'];
}

/** Longer than any wait of the service while something is under way and young. */
const ROUND_MS = 35_000;
const ROUNDS = 12;

/** The service over the Twilio adapter, with tenants that correct what was rejected. */
async function openBusiness(db: TestDatabase, { sim, adapter }: BusinessOptions = {}) {
  const clock = testClock();
  const twilio = await startTwilio(clock, sim);
  const world = createWorld(db.database, clock);
  await world.tenant();
  const provider = twilio.adapter(adapter && { options: adapter });
  const loop = world.loopOver(db.database, provider);

  async function idle(): Promise<void> {
    while ((await loop.runOnce()) > 0);
  }

  return {
    twilio,
    world,

    brand: (spec: Partial<BrandSpec> = {}, brandId = 'brand_1') =>
      world.submittedBrand({ ...COMPLETE_BRAND, ...spec }, brandId),
    campaign: (spec: Partial<CampaignSpec> = {}, campaignId = 'camp_1', brandId = 'brand_1') =>
      world.submittedCampaign({ ...COMPLETE_CAMPAIGN, ...spec }, campaignId, brandId),

    /** The tenant edits a rejected brand and submits it again. */
    async correctBrand(change: Partial<BrandSpec> = {}, brandId = 'brand_1'): Promise<void> {
      await db.database.tenantTransaction(TENANT, async (tx) => {
        const now = clock.current();
        const brand = there(await world.store.brands.lock(tx, brandId));
        const edited = editBrand(brand, { ...brand.spec, ...change }, now).next;
        const { next, events } = submitBrand(edited, now, provider.brandFaults(edited.spec));
        await world.store.brands.save(tx, brand, next, events);
        await wake(tx, 'brand', brandId, next);
      });
    },

    /** The tenant edits a rejected campaign and submits it again. */
    async correctCampaign(change: Partial<CampaignSpec> = {}, campaignId = 'camp_1'): Promise<void> {
      await db.database.tenantTransaction(TENANT, async (tx) => {
        const now = clock.current();
        const campaign = there(await world.store.campaigns.lock(tx, campaignId));
        const brand = there(await world.store.brands.get(tx, campaign.brandId));
        const edited = editCampaign(campaign, { ...campaign.spec, ...change }, brand, now).next;
        const required = provider.campaignFaults(edited.spec, brand.spec);
        const { next, events } = submitCampaign(edited, { brand, required }, now);
        await world.store.campaigns.save(tx, campaign, next, events);
        await wake(tx, 'campaign', campaignId, next);
      });
    },

    idle,

    /** Runs the service, and time, until the brand is in the phase; answers what it says then. */
    brandUntil: (phase: Brand['phase'], brandId = 'brand_1') =>
      until(
        phase,
        'Vetted',
        () => world.brand(brandId),
        ({ is }) => is === phase,
      ),
    campaignUntil: (phase: Campaign['phase'], campaignId = 'camp_1') =>
      until(
        phase,
        'Approved',
        () => world.campaign(campaignId),
        ({ is }) => is === phase,
      ),
    /** The same for a brand that is registered and waits, for this reason. */
    brandWaiting: (reason: string) =>
      until(
        reason,
        'Vetted',
        () => world.brand(),
        ({ is, why, refs }) => is === 'SUBMITTED' && refs.providerBrandId !== undefined && why === reason,
      ),

    /** How often the provider took a call of this kind. */
    taken(method: string, path: RegExp): number {
      const isOne = (call: { method: string; path: string; status?: number }) =>
        call.method === method && path.test(call.path) && (call.status ?? 500) < 300;
      return twilio.sim.control.requests().filter(isOne).length;
    },

    close: () => twilio.close(),
  };

  async function until(
    goal: string,
    type: string,
    look: () => Promise<Aggregate<unknown, string> | undefined>,
    isThere: (seen: { is: string; why: string; refs: ExternalRefs }) => boolean,
  ) {
    for (let round = 0; round < ROUNDS; round++) {
      await idle();
      const { conditions, phase, externalRefs: refs } = there(await look());
      const condition = there(findCondition(conditions, type));
      if (isThere({ is: phase, why: condition.reason, refs })) return { ...condition, refs };
      await twilio.advance(ROUND_MS);
    }
    const { phase, conditions } = there(await look());
    return assert.fail(`${phase} instead of ${goal}: ${JSON.stringify(conditions)}`);
  }

  function wake(
    tx: Parameters<typeof world.enqueue>[0],
    resource: Resource,
    aggregateId: string,
    { generation, submission }: Aggregate<unknown, string>,
  ): Promise<void> {
    return world.enqueue(tx, {
      tenantId: TENANT,
      resource,
      aggregateId,
      generation: generation + submission,
    });
  }
}

export type Business = Awaited<ReturnType<typeof openBusiness>>;

/** Runs a test with a business of its own. */
export function within(
  open: () => Promise<TestDatabase>,
  options: BusinessOptions,
  play: (business: Business) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const business = await openBusiness(await open(), options);
    try {
      await play(business);
      const { contractViolations, answerFaults } = business.twilio.sim.control.counts();
      assert.deepEqual([contractViolations, answerFaults], [0, 0]);
    } finally {
      await business.close();
    }
  };
}

export const pageOf = (code: string) => `https://www.twilio.com/docs/api/errors/${code}`;

/** Calls that cost a fee, or change a campaign, by their path. */
export const CAMPAIGN_CREATE = /\/Compliance\/Usa2p$/;
export const CAMPAIGN_EDIT = /\/Compliance\/Usa2p\/QE\w+$/;
export const BRAND_UPDATE = /\/a2p\/BrandRegistrations\/BN\w+$/;

function there<T>(value: T | undefined): T {
  assert.ok(value !== undefined, 'is not there');
  return value;
}
