import { createHash } from 'node:crypto';
import { canonicalJson } from '#kernel/canonical-json.ts';
import type { Refusal } from '#kernel/outcome.ts';
import { REASON } from '../../domain/reasons.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { ProviderStatus } from '../../ports.ts';
import type { CampaignInput, CampaignTextInput, TwilioCampaign } from './calls.ts';
import { entryFor, refusalsOfCampaign } from './errors.ts';
import { NEW_CAMPAIGN } from './errors-entry.ts';
import { campaignStatusOf } from './mapping-status.ts';

/*
 * What becomes of a campaign that is submitted again, and what a look at it means. Pure (docs/twilio.md 5.3,
 * 8.5, 11).
 */

/**
 * How a campaign goes on when it is submitted again.
 * - `accepted`: it is in review or approved, because of us or of somebody on its web pages: nothing to send.
 * - `edit`: in place, without a fee.
 * - `recreate`: no edit can do it; `why` is what to say where that is not wanted.
 * - `refuse`: it is not to be sent again.
 */
export type Resubmission =
  | { readonly kind: 'accepted' | 'edit' }
  | { readonly kind: 'recreate' | 'refuse'; readonly why: Refusal };

export function planResubmission(
  campaign: TwilioCampaign,
  now: CampaignInput,
  refs: ExternalRefs,
): Resubmission {
  const { state, reasons } = campaignStatusOf(campaign);
  const [first = UNEXPLAINED] = reasons;
  if (state === 'pending' || state === 'approved') return { kind: 'accepted' };
  if (state !== 'rejected') return { kind: 'refuse', why: first };
  const final = faultFor(campaign, 'never');
  if (final) return { kind: 'refuse', why: final };
  const changed = campaign.brandSid !== now.brandSid || fixedChanged(now, refs);
  if (changed) return { kind: 'recreate', why: FIXED_PARTS_CHANGED };
  const outdated = faultFor(campaign, 'recreate');
  return outdated ? { kind: 'recreate', why: { ...outdated, ...FEE_NEEDED } } : { kind: 'edit' };
}

function faultFor({ errors }: TwilioCampaign, resubmit: 'never' | 'recreate'): Refusal | undefined {
  return refusalsOfCampaign(errors.filter(({ code }) => entryFor(code)?.resubmit === resubmit))[0];
}

/** What an edit carries; it has to carry all of it. */
export function editOf(input: CampaignInput): CampaignTextInput {
  const { description, messageFlow, messageSamples, hasEmbeddedLinks, hasEmbeddedPhone } = input;
  const { ageGated, directLending, privacyPolicyUrl, termsAndConditionsUrl } = input;
  return {
    description,
    messageFlow,
    messageSamples,
    hasEmbeddedLinks,
    hasEmbeddedPhone,
    ageGated,
    directLending,
    ...(privacyPolicyUrl === undefined ? {} : { privacyPolicyUrl }),
    ...(termsAndConditionsUrl === undefined ? {} : { termsAndConditionsUrl }),
  };
}

/** A mark of all that an edit does not carry: no read of the provider gives it back to compare with. */
export function fixedMark(input: CampaignInput): string {
  const { brandSid, useCase, optInMessage, optOutMessage, helpMessage } = input;
  const { optInKeywords, optOutKeywords, helpKeywords, subscriberOptIn } = input;
  const messages = [optInMessage, optOutMessage, helpMessage].map((text) => text ?? '');
  const keywords = [optInKeywords, optOutKeywords, helpKeywords].map((words) => words ?? []);
  const parts = [brandSid, useCase, subscriberOptIn ?? false, messages, keywords];
  return createHash('sha256').update(canonicalJson(parts)).digest('hex').slice(0, 16);
}

/** Where no mark was kept the parts are taken to be as they were: the edit then simply leaves them. */
function fixedChanged(now: CampaignInput, { campaignFixedParts }: ExternalRefs): boolean {
  return campaignFixedParts !== undefined && campaignFixedParts !== fixedMark(now);
}

/** Refusals of an edit that say: not this account, rather than: not this text. */
export function editIsNotOffered({ code, reason }: Refusal): boolean {
  return code === undefined || reason === REASON.ProviderRefused || reason === REASON.ProviderObjectGone;
}

/** The verdict from before an edit may still be shown for some seconds (docs/twilio.md 1.4). */
const OLD_VERDICT_MS = 15_000;
/** A campaign that was created is shown by then, or it is gone. */
const SHOWN_WITHIN_MS = 60_000;
const LATE_RECHECK_MS = 5_000;

/** Where a campaign stands, given what was last sent: what is shown late is not taken for a verdict. */
export function standingOf(
  campaign: TwilioCampaign | undefined,
  { campaignSentAt = '', campaignSentBy }: ExternalRefs,
  now: Date,
): ProviderStatus {
  const status = campaignStatusOf(campaign);
  const age = now.getTime() - Date.parse(campaignSentAt);
  const late =
    (campaign === undefined && age < SHOWN_WITHIN_MS) ||
    (status.state === 'rejected' && campaignSentBy === 'edit' && age < OLD_VERDICT_MS);
  if (!late) return status;
  return {
    state: 'pending',
    reasons: [],
    waiting: NOT_SHOWN,
    externalRefs: status.externalRefs,
    checkAfterMs: LATE_RECHECK_MS,
  };
}

export const NOT_SHOWN = {
  reason: REASON.AwaitingProvider,
  message: 'The provider does not show what was sent last, or not yet.',
  actor: 'provider',
} as const;

const UNEXPLAINED: Refusal = {
  reason: REASON.ProviderRefused,
  message: 'The provider does not take the campaign again and does not say why.',
  remediation: 'Ask the support of the provider.',
  actor: 'operator',
};

/** Another campaign is another fee: whoever pays decides. */
const FEE_NEEDED = {
  remediation: `No edit will do. It takes ${NEW_CAMPAIGN}; then submit again.`,
  actor: 'operator',
} as const;

const FIXED_PARTS_CHANGED: Refusal = {
  reason: REASON.CampaignExists,
  message:
    'The campaign is registered with another brand, use case, or other answers to STOP and HELP, and these cannot be changed.',
  remediation: `Give helpMessage, optOutMessage and what they are made of as they were, then submit again. Otherwise it takes ${NEW_CAMPAIGN}.`,
  actor: 'tenant',
};

export const EDIT_NOT_OFFERED: Refusal = {
  reason: REASON.CampaignExists,
  message: 'The provider does not let this account edit a rejected campaign.',
  remediation:
    'Edit the campaign on the web pages of the provider and submit again, or allow new campaigns, each for another fee (TWILIO_RECREATE_CAMPAIGNS).',
  actor: 'operator',
};
