import type { Refusal, Waiting } from '#kernel/outcome.ts';
import { REASON } from '../../domain/reasons.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { NumberRegistration, ProviderStatus } from '../../ports.ts';
import { refusalOfPage } from './errors.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/**
 * An attach found again after a crash is dated when it was found, so what happened shortly before counts too;
 * anything older is about a pool that the number was in earlier.
 */
const SLACK_MS = 10 * MINUTE_MS;
/**
 * An event is tried for 4 h and then lost (docs/twilio.md 10.4): a day of silence says that none will come.
 */
const SILENCE_MS = DAY_MS;
/** Carriers take up to about two weeks (docs/twilio.md 2): after that the end of it must have been lost. */
const LONGEST_REGISTRATION_MS = 14 * DAY_MS;

/** What the events alone say of a number in our pool; `infer` when they say nothing that can be relied on. */
export type Heard = ProviderStatus | { readonly state: 'infer' };

/**
 * Pure: the newest event of a number that is in the pool since `attachedAt`. No read tells the registration of
 * a number (docs/twilio.md 5.6), so where no event can be expected (any more) it has to be inferred.
 * @param eventsOn whether the account sends its events to us: then silence is waited out first.
 */
export function heardOf(
  event: NumberRegistration | undefined,
  attachedAt: Date | undefined,
  now: Date,
  eventsOn: boolean,
): Heard {
  const since = attachedAt?.getTime() ?? 0;
  if (!event || event.at.getTime() < since - SLACK_MS) {
    const patient = eventsOn && now.getTime() - since < SILENCE_MS;
    return patient ? waitingFor(IN_REGISTRATION) : { state: 'infer' };
  }
  switch (event.status) {
    case 'registered':
      return APPROVED;
    case 'failed':
      return { state: 'rejected', reasons: [refusalOfPage(event.reasonUrl)], externalRefs: {} };
    case 'pending':
    case 'unregistered': {
      const overdue = now.getTime() - event.at.getTime() >= LONGEST_REGISTRATION_MS;
      return overdue ? { state: 'infer' } : waitingFor(IN_REGISTRATION);
    }
  }
}

/** Pure: a number in the pool of which no event speaks registers when the campaign is verified. */
export function inferredFrom(campaignStatus: string | undefined): ProviderStatus {
  return campaignStatus === 'VERIFIED' ? APPROVED : waitingFor(CAMPAIGN_NOT_VERIFIED);
}

const APPROVED: ProviderStatus = { state: 'approved', reasons: [], externalRefs: {} };
export const GONE: ProviderStatus = { state: 'gone', reasons: [], externalRefs: {} };

/* What a number is refused for before the provider is asked. */

export const NOT_OWNED: Refusal = {
  reason: REASON.NumberUnavailable,
  message: 'The provider account does not hold this number.',
  field: 'e164',
  remediation: 'Buy the number in the provider account, or attach one that is there.',
  actor: 'tenant',
};
export const NO_SMS: Refusal = {
  reason: REASON.NumberLacksSms,
  message: 'The number cannot send SMS.',
  code: '21715',
  field: 'e164',
  link: 'https://www.twilio.com/docs/api/errors/21715',
  remediation: 'Attach a number that can send SMS.',
  actor: 'tenant',
};

const IN_REGISTRATION: Waiting = {
  reason: REASON.AwaitingCarrier,
  message: 'The carriers do not know the number as a sender of the campaign yet.',
  actor: 'provider',
};
const CAMPAIGN_NOT_VERIFIED: Waiting = {
  reason: REASON.CampaignNotActive,
  message: 'The carriers take up the number once they have approved its campaign.',
  actor: 'provider',
};

function waitingFor(waiting: Waiting): ProviderStatus {
  return { state: 'pending', reasons: [], waiting, externalRefs: {} };
}

/** When the number came into the pool, as its refs say; undefined where they do not. */
export function attachedAt({ attachedAt }: ExternalRefs): Date | undefined {
  const ms = Date.parse(attachedAt ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
