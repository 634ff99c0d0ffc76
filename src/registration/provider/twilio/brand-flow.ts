import { type Outcome, ok, type Waiting } from '#kernel/outcome.ts';
import { REASON } from '../../domain/reasons.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { BrandOrder, ProviderObject, ProviderPass, ProviderStatus } from '../../ports.ts';
import { pollBrand } from './brand-poll.ts';
import {
  brandRefs,
  correctionStep,
  missingStep,
  newRegistrationStep,
  registrationStep,
} from './brand-registration.ts';
import { customerPlan, trustPlan } from './bundle-plan.ts';
import type { TwilioBrand, TwilioCalls } from './calls.ts';
import { brandStatusOf } from './mapping-status.ts';
import { type FlowDeps, SETTLE_MS } from './options.ts';
import { refusedFor, setback } from './outcomes.ts';
import { bundleSteps } from './profile.ts';
import { standingStep } from './profile-review.ts';
import { budgetFrom, type Run, type Step, takeSteps, timeOf } from './steps.ts';

export interface BrandFlow {
  ensure(order: BrandOrder, pass: ProviderPass): Promise<Outcome<ExternalRefs>>;
  resubmit(order: BrandOrder, pass: ProviderPass): Promise<Outcome<ExternalRefs>>;
  poll(
    object: Extract<ProviderObject, { resource: 'brand' }>,
    pass: ProviderPass,
  ): Promise<Outcome<ProviderStatus>>;
}

const NOTHING: Pick<ProviderStatus, 'state' | 'reasons'> = { state: 'gone', reasons: [] };

const SETTLING: Waiting = {
  reason: REASON.AwaitingProvider,
  message: 'The provider checks the profile of the business before the brand is registered.',
  actor: 'provider',
};

/**
 * Brands at the provider, of all three kinds: a customer profile, a trust product on top of it, and the brand
 * registration on top of both (docs/twilio.md 2-6). A call does what fits into its budget, then answers
 * `pending`.
 */
export function createBrandFlow({ calls: callsFor, clock, options }: FlowDeps): BrandFlow {
  return { ensure, resubmit, poll: (object, pass) => pollBrand(object.refs, callsFor(pass)) };

  /** The first registration; also once more after a profile was rejected before there was a brand. */
  function ensure(order: BrandOrder, pass: ProviderPass): Promise<Outcome<ExternalRefs>> {
    const calls = callsFor(pass);
    const run = runOf(order, pass);
    const { spec } = order;
    const again = order.submission > 1;
    const known = refsOfSameType(order);
    const steps = [
      ...profileSteps(order, run, calls, again),
      registrationStep({ run, calls, options, spec }),
    ];
    return takeSteps(run.budget, steps, known);
  }

  /** The corrected spec under the same brand where the registry allows it, else under a new one. */
  async function resubmit(order: BrandOrder, pass: ProviderPass): Promise<Outcome<ExternalRefs>> {
    const calls = callsFor(pass);
    const run = runOf(order, pass);
    const { spec } = order;
    const formerSid = order.externalRefs.providerBrandId ?? '';
    const look = await calls.fetchBrand(formerSid);
    if (look.kind !== 'ok') return setback(look);

    const known = refsOfSameType(order);
    // Under another type neither the profiles nor the brand can be kept.
    const brand = known === order.externalRefs ? look.value : undefined;
    const { state, reasons } = brand ? brandStatusOf(brand, { soleProp: false }) : NOTHING;
    const [why, ...others] = reasons;
    if (state === 'suspended' && why) return refusedFor(why, others);
    const work = { run, calls, options, spec };
    const last =
      brand === undefined || isLost(brand)
        ? newRegistrationStep(work, formerSid)
        : brand.status === 'FAILED'
          ? correctionStep(work, brand)
          : // The registry has it already, or still looks at it: mended profiles are all it takes.
            async () => ok(brandRefs(spec, brand.sid));
    const first = look.value === undefined ? [missingStep(work, formerSid)] : [];
    return takeSteps(run.budget, [...first, ...profileSteps(order, run, calls, true), last], known);
  }

  /** Customer profile and trust product, submitted with this spec and not rejected at first sight. */
  function profileSteps(order: BrandOrder, run: Run, calls: TwilioCalls, again: boolean): readonly Step[] {
    const { spec } = order;
    let submittedAt = 0;
    const onSubmitted = (at: number) => {
      submittedAt = Math.max(submittedAt, at);
    };
    const work = { run, calls, options, again, onSubmitted };
    const plans = [customerPlan(spec, options), trustPlan(spec, options)];
    return [
      ...plans.flatMap((plan) => bundleSteps({ ...work, plan })),
      async () => {
        const waitMs = submittedAt + (options.settleMs ?? SETTLE_MS) - run.now();
        return waitMs > 0 ? { kind: 'pending', checkAfterMs: waitMs, waiting: SETTLING } : ok({});
      },
      ...plans.map((plan) => standingStep({ ...work, plan })),
    ];
  }

  function runOf({ brandId, submission }: BrandOrder, pass: ProviderPass): Run {
    const { effects } = pass;
    const now = () => timeOf(pass, clock).getTime();
    return { aggregateId: brandId, submission, effects, budget: budgetFrom(clock), now };
  }
}

/** The registry never took it (docs/twilio.md 5.1), or it is being deleted. */
function isLost({ status, tcrId }: TwilioBrand): boolean {
  return (status === 'FAILED' && tcrId === undefined) || status === 'DELETION_PENDING';
}

/** What is known of objects of this type of brand; nothing after the type was changed. */
function refsOfSameType({ externalRefs, spec }: BrandOrder): ExternalRefs {
  const { brandType = spec.brandType } = externalRefs;
  return brandType === spec.brandType ? externalRefs : {};
}
