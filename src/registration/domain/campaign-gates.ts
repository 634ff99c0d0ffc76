import { findCondition } from '#kernel/condition.ts';
import { conflict } from '#kernel/problem.ts';
import { quiet, requirePhase, type Subject, withCondition } from './aggregate.ts';
import { isInGoodStanding } from './brand.ts';
import { campaignEvent, type Reason, type Transition } from './events.ts';
import type { Readiness } from './readiness.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Brand, Campaign } from './types.ts';

/* What stands between a campaign and its first message: the one slot, its brand, and the whole gate. */

export const campaignSubject = ({ campaignId }: Campaign): Subject => ({
  name: 'Campaign',
  details: { campaignId },
});

/**
 * Takes the one slot of (brand, use case) before anything is sent to the provider. Whether it is free is for
 * the caller to know, under lock; the store's unique index has the last word (C16).
 */
export function takeSlot(campaign: Campaign, now: Date): Transition<Campaign> {
  if (campaign.active) return quiet(campaign);
  requirePhase(campaign, ['SUBMITTED', 'APPROVED', 'SUSPENDED'], 'take the slot', campaignSubject(campaign));
  const taken = { ...campaign, active: true, updatedAt: now };
  if (!findCondition(campaign.conditions, CONDITION.DuplicateActive)) return quiet(taken);
  return quiet(
    withCondition(
      taken,
      {
        type: CONDITION.DuplicateActive,
        status: 'False',
        reason: REASON.SlotHeld,
        message: 'The campaign holds the slot of its brand and use case.',
      },
      now,
    ),
  );
}

/** Another campaign holds the slot: this one waits and is not sent (C17). */
export function blockOnDuplicate(campaign: Campaign, holderId: string, now: Date): Transition<Campaign> {
  requirePhase(
    campaign,
    ['SUBMITTED', 'APPROVED', 'SUSPENDED'],
    'wait for the slot',
    campaignSubject(campaign),
  );
  if (campaign.active)
    throw conflict('The campaign holds the slot itself', campaignSubject(campaign).details);
  return quiet(
    withCondition(
      campaign,
      {
        type: CONDITION.DuplicateActive,
        status: 'True',
        reason: REASON.AnotherCampaignActive,
        message: `Campaign ${holderId} of the same brand and use case comes first.`,
        actor: 'tenant',
      },
      now,
    ),
  );
}

/** The brand is not vetted, or not any more: nothing is sent for this campaign. */
export function blockOnBrand(
  campaign: Campaign,
  brand: Pick<Brand, 'phase' | 'conditions'>,
  now: Date,
): Transition<Campaign> {
  const suspended = brand.phase === 'VETTED' && !isInGoodStanding(brand);
  return quiet(
    withCondition(
      campaign,
      {
        type: CONDITION.BrandVetted,
        status: 'False',
        reason: suspended ? REASON.BrandSuspended : REASON.BrandNotVetted,
        message: suspended
          ? 'The provider has suspended the brand.'
          : 'The campaign waits until its brand is vetted.',
      },
      now,
    ),
  );
}

/** The brand is vetted and in good standing. */
export function unblockOnBrand(campaign: Campaign, now: Date): Transition<Campaign> {
  return quiet(
    withCondition(
      campaign,
      {
        type: CONDITION.BrandVetted,
        status: 'True',
        reason: REASON.Vetted,
        message: 'The brand is vetted.',
      },
      now,
    ),
  );
}

/**
 * Keeps what readinessOf found as condition Ready. A flip is told: A2PReady when messages may be sent,
 * A2PNotReady when no more. The first False is no news (R37).
 */
export function setReady(campaign: Campaign, readiness: Readiness, now: Date): Transition<Campaign> {
  const before = findCondition(campaign.conditions, CONDITION.Ready)?.status;
  const { campaignId, brandId } = campaign;
  if (readiness.ready) {
    const next = withCondition(
      campaign,
      {
        type: CONDITION.Ready,
        status: 'True',
        reason: REASON.GateOpen,
        message: 'Brand vetted, campaign active, number verified: messages may be sent.',
      },
      now,
    );
    if (before === 'True') return quiet(next);
    const data = { campaignId, brandId, numbers: readiness.numbers };
    return {
      next,
      events: [campaignEvent('A2PReady', data)],
    };
  }
  const { reason, message, actor } = readiness.blockers[0];
  const next = withCondition(
    campaign,
    { type: CONDITION.Ready, status: 'False', reason, message, actor },
    now,
  );
  if (before !== 'True') return quiet(next);
  const reasons = readiness.blockers.map(({ reason, message }): Reason => ({ reason, message }));
  const data = { campaignId, brandId, reasons };
  return { next, events: [campaignEvent('A2PNotReady', data)] };
}
