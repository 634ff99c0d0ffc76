import { REASON } from '../../domain/reasons.ts';
import { type ErrorEntry, rows } from './errors-entry.ts';

/*
 * Codes of an answer to a call: HTTP level, messaging service, campaign and brand calls.
 * Sources: docs/twilio.md 1.4, 8.1, 8.2 and the provider's error pages.
 */

const RETRY = { outcome: 'retry', actor: 'provider' } as const;
const WAIT = { outcome: 'wait', actor: 'provider' } as const;
const ACCOUNT = { outcome: 'account', actor: 'operator' } as const;
const OPERATOR = { outcome: 'operator', actor: 'operator' } as const;
const EDIT = { outcome: 'refused', actor: 'tenant', resubmit: 'edit' } as const;
const NOTHING_TO_DO = 'Nothing has to be done; the work goes on by itself.';
const CHECK_SETTINGS = 'Check the account and the settings of this service, then submit again.';

const HTTP: readonly ErrorEntry[] = [
  ...rows(ACCOUNT, [
    [
      '20003',
      REASON.ProviderCredentialsRefused,
      'The provider does not accept our credentials: wrong, revoked, of another region, or the account is suspended.',
      'Check the credentials, and the standing of the account on the web pages of the provider.',
    ],
    [
      '20005',
      REASON.ProviderCredentialsRefused,
      'The account at the provider is not active.',
      'Put the account in order on the web pages of the provider: funds, suspension.',
    ],
    [
      '20008',
      REASON.ProviderCredentialsRefused,
      'These are test credentials, and this part of the provider is closed to them.',
      'Set live credentials.',
    ],
  ]),
  ...rows(RETRY, [
    [
      '20404',
      REASON.ProviderObjectGone,
      'The provider does not know an object yet, or no longer.',
      NOTHING_TO_DO,
    ],
    ['20409', REASON.ProviderUnavailable, 'The state of the object forbids it for now.', NOTHING_TO_DO],
    ['20500', REASON.ProviderUnavailable, 'The provider has an internal error.', NOTHING_TO_DO],
    ['20503', REASON.ProviderUnavailable, 'The provider is not available.', NOTHING_TO_DO],
  ]),
  ...rows({ ...RETRY, retryAfterMs: 2_000 }, [
    ['20429', REASON.ProviderThrottled, 'The provider asks us to slow down.', NOTHING_TO_DO],
  ]),
  ...rows({ ...RETRY, retryAfterMs: 60_000 }, [
    ['21730', REASON.ProviderUnavailable, 'The provider is being maintained.', NOTHING_TO_DO],
  ]),
  ...rows({ ...EDIT, actor: 'operator', ownWords: true }, [
    [
      '20422',
      REASON.InvalidField,
      'The provider does not accept a field.',
      'Mend the field that the message names, then submit again.',
    ],
  ]),
];

const MESSAGING: readonly ErrorEntry[] = [
  ...rows({ outcome: 'alreadyDone', actor: 'platform' }, [
    ['21710', REASON.Attached, 'The number is in this messaging service already.', NOTHING_TO_DO],
    ['21711', REASON.Detached, 'The number is not in this messaging service.', NOTHING_TO_DO],
  ]),
  ...rows(RETRY, [
    ['21732', REASON.CampaignExists, 'The messaging service has a campaign already.', NOTHING_TO_DO],
    ['21725', REASON.ProviderUnavailable, 'Only a failed brand can be sent again.', NOTHING_TO_DO],
  ]),
  ...rows({ ...OPERATOR, resubmit: 'recreate' }, [
    [
      '21701',
      REASON.ProviderObjectGone,
      'The messaging service does not exist any more.',
      'Find out who deleted it; submit again for a new one.',
    ],
    [
      '21705',
      REASON.ProviderObjectGone,
      'The provider does not accept the id of the messaging service.',
      'Find out which account it belongs to; submit again for a new one.',
    ],
  ]),
  ...rows(OPERATOR, [
    [
      '21713',
      REASON.ProviderMisconfigured,
      'The messaging service was given a use case that does not exist.',
      CHECK_SETTINGS,
    ],
    [
      '21719',
      REASON.UseCaseNotEligible,
      'The use case of the messaging service does not go with the use case of the campaign.',
      'Remove the use case from the messaging service on the web pages of the provider, then submit again.',
    ],
    [
      '21720',
      REASON.UseCaseNotEligible,
      'The provider does not know the use case of the campaign.',
      CHECK_SETTINGS,
    ],
    ['21721', REASON.ProviderMisconfigured, 'The Campaign Verify token is missing.', CHECK_SETTINGS],
    ['21722', REASON.ProviderMisconfigured, 'The Campaign Verify token is not valid.', CHECK_SETTINGS],
    ['21723', REASON.ProviderMisconfigured, 'The Campaign Verify token could not be used.', CHECK_SETTINGS],
    [
      '21726',
      REASON.ProviderMisconfigured,
      'Starter brands are no longer registered.',
      'Report this as a fault of this service.',
    ],
  ]),
  ...rows(WAIT, [
    [
      '21717',
      REASON.BrandNotVetted,
      'The brand is not approved at the provider, or not for this use case.',
      'Nothing has to be done while the brand is vetted.',
    ],
  ]),
  ...rows({ outcome: 'refused', actor: 'operator', resubmit: 'never' }, [
    [
      '21724',
      REASON.EditsExhausted,
      'The brand has been corrected three times; the registry takes no further correction.',
      'Ask the support of the provider for an appeal (a fee may be due).',
    ],
    [
      '21729',
      REASON.CarrierSuspended,
      'The campaign is suspended and cannot be changed.',
      'Ask the support of the provider why, and to lift the suspension.',
    ],
    [
      '21731',
      REASON.BrandSuspended,
      'The brand is suspended and cannot be used or changed.',
      'Ask the support of the provider why, and to lift the suspension.',
    ],
  ]),
  ...rows(EDIT, [
    [
      '21727',
      REASON.InvalidField,
      'The campaign lacks a required text.',
      'Give the missing text, then submit again.',
    ],
    [
      '21728',
      REASON.InvalidField,
      'A text of the campaign is too short or too long.',
      'Keep description within 40 to 4096 characters, the message flow within 40 to 2048, samples within 20 to 1024, answers within 20 to 320.',
    ],
  ]),
];

export const CALL_ERRORS: readonly ErrorEntry[] = [...HTTP, ...MESSAGING];
