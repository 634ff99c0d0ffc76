import type { Refusal, Waiting } from '#kernel/outcome.ts';
import { REASON } from '../../domain/reasons.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { NumberRegistration, ProviderStatus } from '../../ports.ts';
import { refusalOfPage } from './errors.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/**
 * An attach found again after a crash is dated when it was found, so what happened shortly before counts too;
 * anything older is about an earlier stay in a pool.
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

/** The pool that a number is in now. */
interface Stay {
  readonly messagingServiceSid: string;
  readonly since: Date | undefined;
}

/**
 * Pure: what the newest event of a number says of its present stay in a pool. No read tells the registration of
 * a number (docs/twilio.md 5.6), so where no event can be expected (any more) it has to be inferred.
 * @param eventsOn whether the account sends its events to us: then silence is waited out first.
 */
export function heardOf(
  event: NumberRegistration | undefined,
  stay: Stay,
  now: Date,
  eventsOn: boolean,
): Heard {
  const since = stay.since?.getTime() ?? 0;
  if (!event || !isAbout(stay, event)) {
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

/** A number that moves is registered with its old pool up to the last moment: that says nothing of the new one. */
function isAbout({ messagingServiceSid, since }: Stay, event: NumberRegistration): boolean {
  const { messagingServiceSid: service = messagingServiceSid, at } = event;
  return service === messagingServiceSid && at.getTime() >= (since?.getTime() ?? 0) - SLACK_MS;
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

/** Carriers register one at random and fail the others, days later (docs/twilio.md 5.5). */
export const ONE_NUMBER_ONLY: Refusal = {
  reason: REASON.NumberPoolFull,
  message: 'A campaign of a sole proprietor has one number, and another one is in its sender pool.',
  code: '30125',
  field: 'e164',
  link: 'https://www.twilio.com/docs/api/errors/30125',
  remediation: 'Detach the other number first, or register the business as a STANDARD brand with its EIN.',
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
