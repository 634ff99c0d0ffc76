import { findCondition, isTrue } from '#kernel/condition.ts';
import type { Refusal } from '#kernel/outcome.ts';
import { conflict, type FieldError, invalid } from '#kernel/problem.ts';
import {
  inOne,
  isSent,
  moveTo,
  quiet,
  reasonsOf,
  refusalCondition,
  requirePhase,
  type Subject,
  withCondition,
  withRefs,
  withSent,
  withSpec,
} from './aggregate.ts';
import { type BrandInput, canonicalBrandSpec } from './canonical.ts';
import { brandFaults, submitFaults } from './compliance.ts';
import { brandEvent, type Transition } from './events.ts';
import { BRAND_EDGES } from './phases.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Brand, BrandPhase, ExternalRefs } from './types.ts';

const subject = ({ brandId }: Brand): Subject => ({ name: 'Brand', details: { brandId } });
const move = (brand: Brand, to: BrandPhase, now: Date): Brand =>
  moveTo(brand, BRAND_EDGES, to, subject(brand), now);

/** True when campaigns may run under the brand: vetted, and the provider has not taken that back (C35). */
export function isInGoodStanding(brand: Pick<Brand, 'phase' | 'conditions'>): boolean {
  return brand.phase === 'VETTED' && !isTrue(brand.conditions, CONDITION.ProviderSuspended);
}

// --- Commands -----------------------------------------------------------------------------------------------

export interface NewBrand {
  readonly tenantId: string;
  readonly brandId: string;
  readonly spec: BrandInput;
  readonly now: Date;
}

/** A draft; nothing is asked of the provider. @throws Problem 422 with every fault of the spec. */
export function createBrand({ tenantId, brandId, spec: input, now }: NewBrand): Transition<Brand> {
  const spec = canonicalBrandSpec(input);
  const faults = brandFaults(spec);
  if (faults.length > 0) throw invalid(faults);
  return quiet({
    tenantId,
    brandId,
    spec,
    generation: 1,
    observedGeneration: 0,
    phase: 'DRAFT',
    conditions: [],
    externalRefs: {},
    submission: 0,
    sentSubmission: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
  });
}

/**
 * Another spec, in DRAFT and REJECTED (C18); the phase stays, an equal spec changes nothing.
 * @throws Problem 409 in other phases, and when (country, taxId) would change after the first submit (R66);
 * 422 with every fault of the spec.
 */
export function editBrand(brand: Brand, input: BrandInput, now: Date): Transition<Brand> {
  requirePhase(brand, ['DRAFT', 'REJECTED'], 'be edited', subject(brand));
  const spec = canonicalBrandSpec(input);
  const frozen = (['country', 'taxId'] as const).find((field) => spec[field] !== brand.spec[field]);
  if (frozen !== undefined && brand.submission > 0)
    throw conflict(`${frozen} cannot change after the first submit: it identifies the brand`, {
      brandId: brand.brandId,
      phase: brand.phase,
      field: frozen,
    });
  const faults = brandFaults(spec);
  if (faults.length > 0) throw invalid(faults);
  return quiet(withSpec(brand, spec, now));
}

/**
 * Orders the registration; again after a rejection, edited or not (R57).
 * @param required what the provider misses in the spec (C20).
 * @throws Problem 409 in SUBMITTED and VETTED; 422 with all that provider and the seed's minimum miss.
 */
export function submitBrand(
  brand: Brand,
  now: Date,
  required: readonly FieldError[] = [],
): Transition<Brand> {
  const moved = move(brand, 'SUBMITTED', now);
  const faults = [...submitFaults(brand.spec), ...required];
  if (faults.length > 0) throw invalid(faults, 'The brand is not complete enough to submit');
  const next = withCondition(
    { ...moved, submission: brand.submission + 1 },
    {
      type: CONDITION.Vetted,
      status: 'False',
      reason: REASON.AwaitingProvider,
      message: 'The provider has not vetted the brand yet.',
      actor: 'provider',
    },
    now,
  );
  const { brandId, generation } = next;
  return { next, events: [brandEvent('BrandSubmitted', { brandId, generation })] };
}

// --- Observations -------------------------------------------------------------------------------------------

/** The provider has accepted the present submission under these refs. @throws Problem 409 unless SUBMITTED. */
export function brandSent(brand: Brand, refs: ExternalRefs, now: Date): Transition<Brand> {
  requirePhase(brand, ['SUBMITTED'], 'be sent', subject(brand));
  return quiet(withSent(brand, refs, now));
}

/**
 * The provider vetted the present submission. @throws Problem 409 unless SUBMITTED and sent: an answer to an
 * older submission must not vet what was edited since.
 */
export function vetBrand(brand: Brand, refs: ExternalRefs, now: Date): Transition<Brand> {
  const moved = move(brand, 'VETTED', now);
  if (!isSent(brand))
    throw conflict('The provider has not seen this submission of the brand yet', subject(brand).details);
  const next = withCondition(
    withRefs(moved, refs, now),
    {
      type: CONDITION.Vetted,
      status: 'True',
      reason: REASON.Vetted,
      message: 'The provider vetted the brand.',
    },
    now,
  );
  const { brandId, externalRefs } = next;
  return { next, events: [brandEvent('BrandVetted', { brandId, externalRefs })] };
}

/** The provider said no: at once, or after review. The tenant edits and submits again. */
export function rejectBrand(brand: Brand, refusals: readonly Refusal[], now: Date): Transition<Brand> {
  const next = withCondition(
    move(brand, 'REJECTED', now),
    refusalCondition(CONDITION.Vetted, 'False', inOne(refusals), 'tenant'),
    now,
  );
  const { brandId } = next;
  return { next, events: [brandEvent('BrandRejected', { brandId, reasons: reasonsOf(refusals) })] };
}

/**
 * The provider took a vetted brand back: suspended, refused on a later look, or gone. It stays VETTED and
 * loses its good standing (C35). No event of its own: its campaigns tell theirs.
 */
export function suspendBrand(brand: Brand, refusals: readonly Refusal[], now: Date): Transition<Brand> {
  requirePhase(brand, ['VETTED'], 'be suspended', subject(brand));
  const update = refusalCondition(CONDITION.ProviderSuspended, 'True', inOne(refusals), 'operator');
  return quiet(withCondition(brand, update, now));
}

/** The provider lets the brand be used again. Changes nothing on a brand that was never suspended. */
export function restoreBrand(brand: Brand, now: Date): Transition<Brand> {
  requirePhase(brand, ['VETTED'], 'be restored', subject(brand));
  if (!findCondition(brand.conditions, CONDITION.ProviderSuspended)) return quiet(brand);
  return quiet(
    withCondition(
      brand,
      {
        type: CONDITION.ProviderSuspended,
        status: 'False',
        reason: REASON.Restored,
        message: 'The provider lets the brand be used again.',
      },
      now,
    ),
  );
}
