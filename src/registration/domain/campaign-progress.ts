import { dropCondition, isTrue } from '#kernel/condition.ts';
import type { Refusal } from '#kernel/outcome.ts';
import { conflict } from '#kernel/problem.ts';
import {
  inOne,
  isSent,
  moveTo,
  quiet,
  reasonsOf,
  refusalCondition,
  requirePhase,
  withCondition,
  withRefs,
  withSent,
} from './aggregate.ts';
import { isInGoodStanding } from './brand.ts';
import { campaignSubject, unblockOnBrand } from './campaign-gates.ts';
import { campaignEvent, type Transition } from './events.ts';
import { CAMPAIGN_EDGES } from './phases.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Brand, Campaign, CampaignPhase, ExternalRefs } from './types.ts';

/*
 * What the reconciler has learnt of a campaign. Each throws Problem 409 when the campaign is in no phase
 * where that can be true.
 */

const move = (campaign: Campaign, to: CampaignPhase, now: Date): Campaign =>
  moveTo(campaign, CAMPAIGN_EDGES, to, campaignSubject(campaign), now);

/**
 * The provider has accepted the present submission under these refs.
 * @throws Problem 409 unless SUBMITTED and holding the slot: a second campaign is not to be sent (C16).
 */
export function campaignSent(campaign: Campaign, refs: ExternalRefs, now: Date): Transition<Campaign> {
  requirePhase(campaign, ['SUBMITTED'], 'be sent', campaignSubject(campaign));
  requireSlot(campaign);
  return quiet(withSent(campaign, refs, now));
}

/** The carriers approved the present submission. @throws Problem 409 unless SUBMITTED, sent, holding the slot. */
export function approveCampaign(campaign: Campaign, refs: ExternalRefs, now: Date): Transition<Campaign> {
  const moved = withRefs(move(campaign, 'APPROVED', now), refs, now);
  requireSlot(campaign);
  if (!isSent(campaign))
    throw conflict(
      'The provider has not seen this submission of the campaign yet',
      campaignSubject(campaign).details,
    );
  const approved = withCondition(
    moved,
    {
      type: CONDITION.Approved,
      status: 'True',
      reason: REASON.Approved,
      message: 'The carriers approved the campaign.',
    },
    now,
  );
  const next = withCondition(
    approved,
    {
      type: CONDITION.Active,
      status: 'False',
      reason: REASON.AwaitingMessagingService,
      message: 'The messaging service is not confirmed yet.',
      actor: 'platform',
    },
    now,
  );
  const { campaignId, brandId, externalRefs } = next;
  return { next, events: [campaignEvent('CampaignApproved', { campaignId, brandId, externalRefs })] };
}

/**
 * The messaging service of an approved campaign is confirmed (C34).
 * @throws Problem 409 unless APPROVED, under a brand in good standing (R66), holding the slot, with a service.
 */
export function activateCampaign(
  campaign: Campaign,
  brand: Pick<Brand, 'phase' | 'conditions'>,
  messagingServiceId: string,
  now: Date,
): Transition<Campaign> {
  requirePhase(campaign, ['APPROVED'], 'be activated', campaignSubject(campaign));
  return enterActive(campaign, brand, messagingServiceId, now);
}

/** The provider lets a suspended campaign run again, and it has taken the slot anew. @throws as activateCampaign. */
export function resumeCampaign(
  campaign: Campaign,
  brand: Pick<Brand, 'phase' | 'conditions'>,
  messagingServiceId: string,
  now: Date,
): Transition<Campaign> {
  requirePhase(campaign, ['SUSPENDED'], 'be resumed', campaignSubject(campaign));
  const resumed = withCondition(
    campaign,
    {
      type: CONDITION.ProviderSuspended,
      status: 'False',
      reason: REASON.Restored,
      message: 'The provider lets the campaign be used again.',
    },
    now,
  );
  return enterActive(resumed, brand, messagingServiceId, now);
}

function enterActive(
  campaign: Campaign,
  brand: Pick<Brand, 'phase' | 'conditions'>,
  messagingServiceId: string,
  now: Date,
): Transition<Campaign> {
  const moved = withRefs(move(campaign, 'ACTIVE', now), { messagingServiceId }, now);
  requireSlot(campaign);
  if (messagingServiceId === '')
    throw conflict('The messaging service is not confirmed', campaignSubject(campaign).details);
  if (!isInGoodStanding(brand))
    throw conflict('The brand is not vetted, or suspended at the provider', {
      ...campaignSubject(campaign).details,
      brandPhase: brand.phase,
      brandSuspended: isTrue(brand.conditions, CONDITION.ProviderSuspended),
    });
  const next = withCondition(
    unblockOnBrand(moved, now).next,
    {
      type: CONDITION.Active,
      status: 'True',
      reason: REASON.Activated,
      message: 'The campaign is active and its messaging service confirmed.',
    },
    now,
  );
  const { campaignId, brandId } = next;
  return { next, events: [campaignEvent('CampaignActivated', { campaignId, brandId, messagingServiceId })] };
}

/** Provider or carriers said no. The slot is free again; the tenant edits and submits again. */
export function rejectCampaign(
  campaign: Campaign,
  refusals: readonly Refusal[],
  now: Date,
): Transition<Campaign> {
  const rejected = withCondition(
    { ...move(campaign, 'REJECTED', now), active: false },
    refusalCondition(CONDITION.Approved, 'False', inOne(refusals), 'tenant'),
    now,
  );
  // It was never active: what Active said of the messaging service is void.
  const next = { ...rejected, conditions: dropCondition(rejected.conditions, CONDITION.Active) };
  const { campaignId, brandId } = next;
  return {
    next,
    events: [campaignEvent('CampaignRejected', { campaignId, brandId, reasons: reasonsOf(refusals) })],
  };
}

/** The provider took the campaign back, or its brand (C35), or it is gone there. The slot is free again. */
export function suspendCampaign(
  campaign: Campaign,
  refusals: readonly Refusal[],
  now: Date,
): Transition<Campaign> {
  const refusal = inOne(refusals);
  const suspended = withCondition(
    { ...move(campaign, 'SUSPENDED', now), active: false },
    refusalCondition(CONDITION.ProviderSuspended, 'True', refusal, 'operator'),
    now,
  );
  const next = withCondition(
    suspended,
    refusalCondition(CONDITION.Active, 'False', refusal, 'operator'),
    now,
  );
  const { campaignId, brandId } = next;
  return {
    next,
    events: [campaignEvent('CampaignSuspended', { campaignId, brandId, reasons: reasonsOf(refusals) })],
  };
}

function requireSlot(campaign: Campaign): void {
  if (campaign.active) return;
  throw conflict(
    'The campaign does not hold the one slot of its brand and use case',
    campaignSubject(campaign).details,
  );
}
