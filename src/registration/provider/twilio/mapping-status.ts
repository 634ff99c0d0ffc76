import type { Actor, Refusal, Waiting } from '#kernel/outcome.ts';
import { REASON } from '../../domain/reasons.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { ProviderStatus } from '../../ports.ts';
import type { Bundle, TwilioBrand, TwilioCampaign } from './calls.ts';
import { refusalsOf, refusalsOfCampaign } from './errors.ts';
import { TAX_ID_IS_FIXED } from './errors-entry.ts';

/*
 * The provider's statuses as ours (docs/twilio.md 3.8, 5.1, 5.3, 6). The status rules; errors[] only explain
 * it.
 */

const GONE: Refusal = {
  reason: REASON.ProviderObjectGone,
  message: 'What was registered is no longer at the provider.',
  remediation: 'Find out on the web pages of the provider who deleted it, or ask its support.',
  actor: 'operator',
};

const BRAND_SUSPENDED: Refusal = {
  reason: REASON.ProviderSuspended,
  message: 'The registry has suspended the brand.',
  remediation: 'Ask the support of the provider why, and to lift the suspension.',
  actor: 'operator',
};

const CAMPAIGN_SUSPENDED: Refusal = {
  reason: REASON.CarrierSuspended,
  message: 'Carriers have suspended the campaign.',
  remediation:
    'Stop sending, mend what was complained about, and ask the support of the provider to lift it.',
  actor: 'operator',
};

const PROFILE_REJECTED: Refusal = {
  reason: REASON.ProfileNotCompliant,
  message: 'The provider rejected the profile of the business without a reason.',
  remediation: `Check legalName, websiteDomain, address and representative, then submit again. ${TAX_ID_IS_FIXED}`,
  actor: 'tenant',
};

const OWNER_HAS_TO_ANSWER = waits(
  'The owner has to answer YES to the text message that was sent to mobilePhone, within 24 hours.',
  'tenant',
  REASON.ActionRequired,
);

const DELETION_FAILED = waits(
  'Somebody wanted the brand deleted, and that failed; nobody can say whether it can be used.',
  'operator',
  REASON.ProviderStatusUnknown,
);

/** Where a brand stands. A sole proprietor's is good only once its owner has answered the text message. */
export function brandStatusOf(brand: TwilioBrand, { soleProp }: { soleProp: boolean }): ProviderStatus {
  const { sid, tcrId } = brand;
  const refs = { providerBrandId: sid, ...(tcrId === undefined ? {} : { tcrBrandId: tcrId }) };
  switch (brand.status.toUpperCase()) {
    case 'PENDING':
      return pending(refs, waits('The registry checks the brand.'));
    case 'IN_REVIEW':
      return pending(refs, waits('The brand is in manual review at the registry; it can take weeks.'));
    case 'APPROVED':
      return !soleProp || ownerAnswered(brand) ? approved(refs) : pending(refs, OWNER_HAS_TO_ANSWER);
    case 'FAILED':
      return ended('rejected', refs, refusalsOf(brand.errors));
    case 'SUSPENDED':
      return ended('suspended', refs, refusalsOf(brand.errors), BRAND_SUSPENDED);
    case 'DELETION_PENDING':
      return ended('gone', refs, [GONE]);
    case 'DELETION_FAILED':
      return pending(refs, DELETION_FAILED);
    default:
      return pending(refs, unknownStatus('brand', brand.status));
  }
}

function ownerAnswered({ identityStatus = '' }: TwilioBrand): boolean {
  return ['VERIFIED', 'VETTED_VERIFIED'].includes(identityStatus.toUpperCase());
}

/** Where a campaign stands; undefined is one that the provider does not have. */
export function campaignStatusOf(campaign: TwilioCampaign | undefined): ProviderStatus {
  if (campaign === undefined) return ended('gone', {}, [GONE]);
  const { messagingServiceSid, tcrCampaignId } = campaign;
  const refs = {
    // Its own sid is the same for all campaigns: its messaging service is its name.
    providerCampaignId: messagingServiceSid,
    messagingServiceId: messagingServiceSid,
    ...(tcrCampaignId === undefined ? {} : { tcrCampaignId }),
  };
  switch (campaign.status.toUpperCase()) {
    case 'PENDING':
      return pending(refs, waits('The campaign is on its way to the registry.'));
    case 'IN_PROGRESS':
      return pending(refs, waits('The campaign is in review; it can take weeks.'));
    case 'VERIFIED':
      return approved(refs);
    case 'FAILED':
      return ended('rejected', refs, refusalsOfCampaign(campaign.errors));
    case 'SUSPENDED':
      return ended('suspended', refs, refusalsOfCampaign(campaign.errors), CAMPAIGN_SUSPENDED);
    default:
      return pending(refs, unknownStatus('campaign', campaign.status));
  }
}

/** Where a customer profile or a trust product stands; undefined is one that the provider does not have. */
export function bundleStatusOf(bundle: Bundle | undefined): ProviderStatus {
  if (bundle === undefined) return ended('gone', {}, [GONE]);
  switch (bundle.status.toLowerCase().replaceAll('_', '-')) {
    case 'draft':
      return pending({}, waits('The profile of the business is not submitted yet.', 'platform'));
    case 'pending-review':
    case 'in-review':
      return pending({}, waits('The profile of the business is in review; it can take three days.'));
    case 'twilio-approved':
      return approved({});
    case 'twilio-rejected':
      return ended('rejected', {}, refusalsOf(bundle.errors), PROFILE_REJECTED);
    default:
      return pending({}, unknownStatus('profile', bundle.status));
  }
}

function approved(externalRefs: ExternalRefs): ProviderStatus {
  return { state: 'approved', reasons: [], externalRefs };
}

function pending(externalRefs: ExternalRefs, waiting: Waiting): ProviderStatus {
  return { state: 'pending', reasons: [], externalRefs, waiting };
}

/** Why it ended, or `unexplained` where the provider says nothing. */
function ended(
  state: 'rejected' | 'suspended' | 'gone',
  externalRefs: ExternalRefs,
  refusals: readonly Refusal[],
  unexplained?: Refusal,
): ProviderStatus {
  const reasons = refusals.length > 0 || unexplained === undefined ? refusals : [unexplained];
  return { state, reasons, externalRefs };
}

function waits(
  message: string,
  actor: Actor = 'provider',
  reason: string = REASON.AwaitingProvider,
): Waiting {
  return { reason, message, actor };
}

/** It is waited for all the same: a status that is new here is no verdict. */
function unknownStatus(what: string, status: string): Waiting {
  const name = /^[A-Za-z][A-Za-z_-]{0,39}$/.test(status) ? `status ${status}` : 'a status';
  return {
    reason: REASON.ProviderStatusUnknown,
    message: `The provider gives the ${what} ${name} that this service does not know; it goes on waiting.`,
    actor: 'operator',
    remediation: `Look at the ${what} on the web pages of the provider.`,
  };
}
