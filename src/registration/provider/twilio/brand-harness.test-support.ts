import assert from 'node:assert/strict';
import type { Outcome } from '#kernel/outcome.ts';
import type { BrandSpec, ExternalRefs } from '../../domain/types.ts';
import type { ProviderStatus } from '../../ports.ts';
import { createBrandFlow } from './brand-flow.ts';
import { completeBrand } from './complete-specs.test-support.ts';
import { memoryBrands, PRIMARY } from './memory-brands.test-support.ts';
import { memoryEffects, movedClock } from './memory-effects.test-support.ts';
import { Crash } from './memory-twilio.test-support.ts';
import { type AdapterOptions, POLICIES } from './options.ts';

/** As long as a lease takes to expire after a crash. */
const LEASE_MS = 12_000;
/** The pause after a failure. */
const BACKOFF_MS = 1_000;
const MAX_PASSES = 80;

const OPTIONS: AdapterOptions = {
  primaryProfileSid: PRIMARY,
  notifyEmail: 'ops@example.com',
  vetting: 'low-volume',
  recreateCampaigns: false,
  mock: false,
  policies: POLICIES,
};

/** A brand, the flow, and a reconciler in small: passes until the order is through, refs saved as they come. */
export function brandHarness(change: Partial<AdapterOptions> = {}) {
  const clock = movedClock();
  const { world, calls } = memoryBrands(clock);
  const effects = memoryEffects(clock);
  const flow = createBrandFlow({ calls, clock, options: { ...OPTIONS, ...change } });
  const pass = { signal: new AbortController().signal, effects };
  const brand: { refs: ExternalRefs; submission: number; spec: BrandSpec } = {
    refs: {},
    submission: 0,
    spec: completeBrand,
  };
  const passes: Outcome<ExternalRefs>[] = [];

  const step = async (): Promise<Outcome<ExternalRefs> | 'crashed'> => {
    const { refs: externalRefs, submission, spec } = brand;
    const order = { tenantId: 'ten_1', brandId: 'brand_1', spec, submission, externalRefs };
    const send = externalRefs.providerBrandId ? flow.resubmit : flow.ensure;
    try {
      const outcome = await send(order, pass);
      passes.push(outcome);
      if (outcome.kind === 'ok' || outcome.kind === 'pending')
        brand.refs = { ...brand.refs, ...outcome.value };
      return outcome;
    } catch (error) {
      if (error instanceof Crash) return 'crashed';
      throw error;
    }
  };

  const proceed = async (): Promise<Outcome<ExternalRefs>> => {
    for (let i = 0; i < MAX_PASSES; i += 1) {
      const outcome = await step();
      if (outcome === 'crashed') {
        clock.advance(LEASE_MS);
        continue;
      }
      if (outcome.kind === 'ok' || outcome.kind === 'refused') return outcome;
      if (outcome.kind === 'pending') clock.advance(outcome.checkAfterMs ?? 30_000);
      if (outcome.kind === 'throttled') clock.advance(outcome.retryAfterMs);
      if (outcome.kind === 'unknown') {
        if (outcome.needsOperator) return outcome;
        clock.advance(BACKOFF_MS);
      }
    }
    assert.fail(`not through after ${MAX_PASSES} passes: ${JSON.stringify(passes.at(-1))}`);
  };

  return {
    world,
    clock,
    effects,
    brand,
    passes,
    step,
    proceed,
    /** One more submission, with the spec given; passes until it is accepted, refused, or stuck. */
    submit(spec: BrandSpec = brand.spec): Promise<Outcome<ExternalRefs>> {
      brand.submission += 1;
      brand.spec = spec;
      return proceed();
    },
    async look(): Promise<ProviderStatus> {
      const outcome = await flow.poll({ resource: 'brand', refs: brand.refs }, pass);
      assert.equal(outcome.kind, 'ok');
      return outcome.kind === 'ok' ? outcome.value : assert.fail();
    },
    /** How many of everything the provider has. */
    counts: () => ({
      bundles: world.bundles.length,
      endUsers: world.endUsers.length,
      documents: world.documents.length,
      addresses: world.addresses.length,
      assignments: world.assignments.length,
      brands: world.brands.length,
    }),
    /** The verdict of the registry, and what the provider says of the bundles. */
    rule(bundles: 'twilio-approved' | 'in-review', verdict: Partial<(typeof world.brands)[number]> = {}) {
      for (const bundle of world.bundles) bundle.status = bundles;
      if (bundles === 'twilio-approved') for (const address of world.addresses) address.bound = true;
      const newest = world.brands.at(-1);
      if (newest) Object.assign(newest, verdict);
    },
  };
}
