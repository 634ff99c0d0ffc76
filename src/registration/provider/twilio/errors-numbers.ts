import { REASON } from '../../domain/reasons.ts';
import { type ErrorEntry, rows } from './errors-entry.ts';

/* Codes about numbers: pools, registration, purchase. Sources: docs/twilio.md 5.5, 5.6, 8.2, 8.6, 9. */

const TENANT = { outcome: 'refused', actor: 'tenant', resubmit: 'recreate' } as const;
const OPERATOR = { outcome: 'operator', actor: 'operator', resubmit: 'recreate' } as const;
const WAIT = { outcome: 'wait', actor: 'provider' } as const;
const ANOTHER = 'Attach another number.';
const CHECK_SETTINGS = 'Check the account and the settings of this service, then try again.';

const POOL: readonly ErrorEntry[] = [
  ...rows(TENANT, [
    [
      '21712',
      REASON.NumberHeldElsewhere,
      'The number is in the sender pool of another messaging service.',
      'Detach the number where it is in use, then attach it again.',
      'e164',
    ],
    [
      '21714',
      REASON.NumberPoolFull,
      'The messaging service has as many numbers as it may have.',
      'Detach numbers that are no longer used, then attach it again.',
      'e164',
    ],
    ['21715', REASON.NumberLacksSms, 'The number cannot send text messages.', ANOTHER, 'e164'],
    ['21421', REASON.NumberUnavailable, 'The provider does not know this number.', ANOTHER, 'e164'],
    [
      '30125',
      REASON.NumberRegistrationFailed,
      'A campaign of a sole proprietor has one number, and another one is registered already.',
      'Detach the other number first, or register the business as a STANDARD brand with its EIN.',
      'e164',
    ],
  ]),
];

const REGISTRATION: readonly ErrorEntry[] = [
  ...rows({ ...OPERATOR, outcome: 'refused' }, [
    [
      '30034',
      REASON.NumberRegistrationFailed,
      'The carriers do not know the number as a sender of a campaign.',
      'Detach the number and attach it again; ask the support of the provider if it stays so.',
    ],
    [
      '30126',
      REASON.NumberRegistrationFailed,
      'The registration of the number with the carriers failed.',
      'Detach the number and attach it again; ask the support of the provider if it stays so.',
    ],
    [
      '30032',
      REASON.NumberRegistrationFailed,
      'The number is toll-free and not verified.',
      'Verify the toll-free number, or attach a local one.',
    ],
    [
      '30033',
      REASON.CarrierSuspended,
      'The campaign is suspended.',
      'Ask the support of the provider why, and to lift the suspension.',
    ],
    [
      '30007',
      REASON.SpamSuspected,
      'Carriers filter the messages of this number.',
      'Send what the campaign describes, and nothing else; ask the support of the provider.',
    ],
  ]),
  ...rows(WAIT, [
    [
      '30035',
      REASON.AwaitingCarrier,
      'The number is still being configured with the carriers.',
      'Nothing has to be done; the work goes on by itself.',
    ],
  ]),
];

const PURCHASE: readonly ErrorEntry[] = [
  ...rows(TENANT, [
    ['21422', REASON.NumberUnavailable, 'The number is not available.', ANOTHER],
    ['21451', REASON.InvalidField, 'This is no area code.', 'Give a US area code of three digits.'],
    ['21452', REASON.NumberUnavailable, 'There is no number in this area code.', 'Give another area code.'],
  ]),
  ...rows(OPERATOR, [
    [
      '21404',
      REASON.ProviderMisconfigured,
      'A trial account may hold no further number.',
      'Upgrade the account.',
    ],
    ['21457', REASON.ProviderMisconfigured, 'A local number is not bought by area code.', CHECK_SETTINGS],
    ['21402', REASON.ProviderMisconfigured, 'The URL for calls is not valid.', CHECK_SETTINGS],
    ['21405', REASON.ProviderMisconfigured, 'The fallback URL for calls has no primary one.', CHECK_SETTINGS],
    [
      '21406',
      REASON.ProviderMisconfigured,
      'The fallback URL for messages has no primary one.',
      CHECK_SETTINGS,
    ],
    ['21502', REASON.ProviderMisconfigured, 'The URL for messages is not valid.', CHECK_SETTINGS],
    ['21420', REASON.ProviderMisconfigured, 'The application belongs to another account.', CHECK_SETTINGS],
    ['21474', REASON.ProviderMisconfigured, 'Only the parent account may move a number.', CHECK_SETTINGS],
    ['21613', REASON.ProviderMisconfigured, 'The number needs a certification.', CHECK_SETTINGS],
    ['21615', REASON.ProviderMisconfigured, 'The number needs an address.', CHECK_SETTINGS],
    ['21631', REASON.ProviderMisconfigured, 'The number needs an address in its country.', CHECK_SETTINGS],
    ['21649', REASON.ProviderMisconfigured, 'The number needs a regulatory bundle.', CHECK_SETTINGS],
  ]),
];

export const NUMBER_ERRORS: readonly ErrorEntry[] = [...POOL, ...REGISTRATION, ...PURCHASE];
