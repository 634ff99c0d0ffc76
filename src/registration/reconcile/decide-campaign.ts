import { type Outcome, refusalsIn } from '#kernel/outcome.ts';
import { quiet } from '../domain/aggregate.ts';
import { isInGoodStanding } from '../domain/brand.ts';
import {
  activateCampaign,
  approveCampaign,
  campaignSent,
  rejectCampaign,
  resumeCampaign,
  suspendCampaign,
} from '../domain/campaign-progress.ts';
import { CONDITION, REASON } from '../domain/reasons.ts';
import type { Brand, Campaign, ExternalRefs } from '../domain/types.ts';
import type { ProviderStatus } from '../ports.ts';
import {
  afterLook,
  afterOrder,
  type Decision,
  decision,
  reachable,
  setBack,
  UNTIL_WOKEN,
  whenSettled,
  whileProgressing,
} from './interpret.ts';

const BRAND_SUSPENDED = {
  reason: REASON.BrandSuspended,
  message: 'The provider has suspended the brand of this campaign.',
  actor: 'operator',
} as const;

/** Pure: what sending the order of a SUBMITTED campaign came to. */
export function decideSent(
  now: Date,
  campaign: Campaign,
  outcome: Outcome<ExternalRefs>,
): Decision<Campaign> {
  return afterOrder(now, campaign, outcome, {
    accepted: (sent, refs) => decision(campaignSent(sent, refs, now), UNTIL_WOKEN),
    refused: (sent, refusals) => rejectCampaign(sent, refusals, now),
    awaited: CONDITION.Approved,
  });
}

/** Pure: what a look at the provider says about a campaign that was sent and is not decided yet. */
export function decideLook(
  now: Date,
  before: Campaign,
  outcome: Outcome<ProviderStatus>,
): Decision<Campaign> {
  return afterLook(now, before, outcome, {
    approved: (campaign, { externalRefs }) =>
      decision(approveCampaign(campaign, externalRefs, now), { kind: 'again', inMs: 0 }),
    lost: (campaign, refusals) => decision(rejectCampaign(campaign, refusals, now), UNTIL_WOKEN),
    awaited: CONDITION.Approved,
  });
}

/** Pure: an approved or restored campaign, and what asking for its messaging service came to. */
export function decideService(
  now: Date,
  campaign: Campaign,
  brand: Brand,
  outcome: Outcome<{ readonly messagingServiceId: string }>,
): Decision<Campaign> {
  const restored = campaign.phase === 'SUSPENDED';
  switch (outcome.kind) {
    case 'ok': {
      const { messagingServiceId } = outcome.value;
      const enter = restored ? resumeCampaign : activateCampaign;
      return decision(enter(reachable(campaign, now), brand, messagingServiceId, now), whenSettled(now, now));
    }
    case 'pending':
      return decision(quiet(campaign), whileProgressing(campaign.updatedAt, now, outcome.checkAfterMs));
    case 'refused':
      return restored
        ? decision(quiet(campaign), whenSettled(campaign.updatedAt, now))
        : decision(rejectCampaign(campaign, refusalsIn(outcome.refusal), now), UNTIL_WOKEN);
    default:
      return setBack(campaign, outcome, now);
  }
}

/** Pure: an ACTIVE campaign, its brand, and a look at the provider. Whatever went wrong suspends it (C35). */
export function decideActive(
  now: Date,
  before: Campaign,
  brand: Brand,
  outcome: Outcome<ProviderStatus>,
): Decision<Campaign> {
  if (!isInGoodStanding(brand)) {
    return decision(suspendCampaign(before, [BRAND_SUSPENDED], now), whenSettled(now, now));
  }
  const unchanged = (campaign: Campaign, checkAfterMs?: number) =>
    decision(quiet(campaign), whenSettled(before.updatedAt, now, checkAfterMs));
  return afterLook(now, before, outcome, {
    approved: (campaign, { checkAfterMs }) => unchanged(campaign, checkAfterMs),
    // Reviewed anew while it runs: it may send until somebody says no.
    pending: unchanged,
    lost: (campaign, refusals) => decision(suspendCampaign(campaign, refusals, now), whenSettled(now, now)),
  });
}

/** Pure: a SUSPENDED campaign and a look at the provider; `restored` when nothing but the slot is missing. */
export function decideSuspended(
  now: Date,
  before: Campaign,
  brand: Brand,
  outcome: Outcome<ProviderStatus>,
): Decision<Campaign> & { readonly restored: boolean } {
  const stays = (campaign: Campaign) => decision(quiet(campaign), whenSettled(before.updatedAt, now));
  const looked = afterLook(now, before, outcome, { approved: stays, pending: stays, lost: stays });
  const approved = outcome.kind === 'ok' && outcome.value.state === 'approved';
  return { ...looked, restored: approved && isInGoodStanding(brand) };
}
