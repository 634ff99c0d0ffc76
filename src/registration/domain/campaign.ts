import { conflict, type FieldError, invalid } from '#kernel/problem.ts';
import { moveTo, quiet, requirePhase, withCondition, withSpec } from './aggregate.ts';
import { isInGoodStanding } from './brand.ts';
import { blockOnBrand, campaignSubject, unblockOnBrand } from './campaign-gates.ts';
import { canonicalCampaignSpec } from './canonical.ts';
import { campaignFaults } from './compliance.ts';
import { campaignEvent, type Transition } from './events.ts';
import { CAMPAIGN_EDGES } from './phases.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Brand, BrandSite, Campaign, CampaignSpec } from './types.ts';

/** What a campaign has to know of its brand; a whole Brand will do. */
export type BrandFacts = Pick<Brand, 'brandId' | 'spec' | 'phase' | 'conditions'>;

export interface NewCampaign {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly brand: BrandSite;
  readonly spec: CampaignSpec;
  readonly now: Date;
}

/** A draft under a brand in any phase. @throws Problem 422 with every fault of the spec (R111). */
export function createCampaign(input: NewCampaign): Transition<Campaign> {
  const { tenantId, campaignId, brand, now } = input;
  return quiet({
    tenantId,
    campaignId,
    brandId: brand.brandId,
    spec: faultless(input.spec, brand),
    generation: 1,
    observedGeneration: 0,
    phase: 'DRAFT',
    conditions: [],
    externalRefs: {},
    active: false,
    submission: 0,
    sentSubmission: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
  });
}

/**
 * Another spec, in DRAFT and REJECTED (C18); the phase stays, an equal spec changes nothing.
 * @throws Problem 409 in other phases; 422 with every fault of the spec.
 */
export function editCampaign(
  campaign: Campaign,
  spec: CampaignSpec,
  brand: Pick<BrandSite, 'spec'>,
  now: Date,
): Transition<Campaign> {
  requirePhase(campaign, ['DRAFT', 'REJECTED'], 'be edited', campaignSubject(campaign));
  return quiet(withSpec(campaign, faultless(spec, brand), now));
}

function faultless(input: CampaignSpec, brand: Pick<BrandSite, 'spec'>): CampaignSpec {
  const spec = canonicalCampaignSpec(input);
  const faults = campaignFaults(spec, brand.spec);
  if (faults.length > 0) throw invalid(faults);
  return spec;
}

/** What stands around a campaign when it is submitted. */
export interface SubmitFacts {
  readonly brand: BrandFacts;
  /** The campaign that is ACTIVE for the same (brand, use case), if any. */
  readonly activeCampaignId?: string | undefined;
  /** What the provider misses in the spec (C20). */
  readonly required?: readonly FieldError[];
}

/**
 * Orders the registration. Under a brand that is not vetted yet it is accepted and waits (R76).
 * @throws Problem 409 outside DRAFT and REJECTED, and when another campaign is ACTIVE (C16); 422 when the
 * brand has changed its domain since, so that the spec no longer fits it.
 */
export function submitCampaign(campaign: Campaign, facts: SubmitFacts, now: Date): Transition<Campaign> {
  const moved = moveTo(campaign, CAMPAIGN_EDGES, 'SUBMITTED', campaignSubject(campaign), now);
  const { brandId, campaignId } = campaign;
  const { brand, activeCampaignId } = facts;
  if (activeCampaignId !== undefined && activeCampaignId !== campaignId)
    throw conflict('Another campaign of this brand and use case is ACTIVE', {
      campaignId,
      brandId,
      activeCampaignId,
    });
  const faults = [...campaignFaults(campaign.spec, brand.spec), ...(facts.required ?? [])];
  if (faults.length > 0) throw invalid(faults, 'The campaign is not complete enough to submit');
  const ordered = withCondition(
    { ...moved, submission: campaign.submission + 1 },
    {
      type: CONDITION.Approved,
      status: 'False',
      reason: REASON.AwaitingProvider,
      message: 'The carriers have not approved the campaign yet.',
      actor: 'provider',
    },
    now,
  );
  const { next } = isInGoodStanding(brand) ? unblockOnBrand(ordered, now) : blockOnBrand(ordered, brand, now);
  return {
    next,
    events: [campaignEvent('CampaignSubmitted', { campaignId, brandId, generation: next.generation })],
  };
}
