import { REASON } from '../../domain/reasons.ts';
import { type ErrorEntry, rows } from './errors-entry.ts';

/*
 * Codes of TrustHub and of addresses, and of the mailbox check of public companies. Sources: docs/twilio.md
 * 3, 8.2.
 */

const RETRY = { outcome: 'retry', actor: 'provider' } as const;
const WAIT = { outcome: 'wait', actor: 'provider' } as const;
const OPERATOR = { outcome: 'operator', actor: 'operator' } as const;
const EDIT = { outcome: 'refused', actor: 'tenant', resubmit: 'edit' } as const;
const NOTHING_TO_DO = 'Nothing has to be done; the work goes on by itself.';

const PROFILES: readonly ErrorEntry[] = [
  ...rows(WAIT, [
    [
      '60711',
      REASON.AwaitingProvider,
      'The profile is in review or approved and cannot be changed meanwhile.',
      NOTHING_TO_DO,
    ],
  ]),
  ...rows(RETRY, [
    ['21644', REASON.ProviderUnavailable, 'The object is still attached to a profile.', NOTHING_TO_DO],
  ]),
  ...rows(OPERATOR, [
    [
      '22204',
      REASON.ProviderMisconfigured,
      'The status of a profile cannot be changed together with its properties.',
      'Report this as a fault of this service.',
    ],
    [
      '22205',
      REASON.ProviderMisconfigured,
      'An object of the profile belongs to another account of the provider.',
      'Set the credentials of the account in which the registration was begun.',
    ],
    [
      '22206',
      REASON.ProviderMisconfigured,
      'An object of the wrong kind was to be attached to the profile.',
      'Check the policy and the primary profile in the settings of this service.',
    ],
    [
      '22214',
      REASON.ProviderMisconfigured,
      'The profile lacks something that it needs, such as the approved primary profile of the account.',
      'Check that the primary profile of the account is approved and set, then submit again.',
    ],
    ['21479', REASON.ProviderMisconfigured, 'The account is closed for good.', 'Set another account.'],
  ]),
  ...rows(EDIT, [
    [
      '22215',
      REASON.InvalidField,
      'A required field is missing or ill-formed.',
      'Mend the field, then submit again.',
    ],
    [
      '22216',
      REASON.ProfileNotCompliant,
      'The document with the address is missing.',
      'Give the address of the business, then submit again.',
      'address',
    ],
    [
      '22217',
      REASON.ProfileNotCompliant,
      'A field of the document with the address is missing.',
      'Mend the address of the business, then submit again.',
      'address',
    ],
    [
      '22219',
      REASON.AddressRefused,
      'The address is missing.',
      'Give the address of the business, then submit again.',
      'address',
    ],
    [
      '21628',
      REASON.AddressRefused,
      'The address could not be validated.',
      'Write the address as the postal service knows it, then submit again.',
      'address',
    ],
    [
      '21629',
      REASON.AddressRefused,
      'The address could not be validated; the provider knows a similar one.',
      'Write the address as the postal service knows it, then submit again.',
      'address',
    ],
  ]),
  ...rows({ ...EDIT, resubmit: 'recreate' }, [
    [
      '21630',
      REASON.AddressRefused,
      'The address is bound to a verified document and cannot be changed.',
      'Submit again: a new address takes its place.',
      'address',
    ],
  ]),
];

/**
 * Authentication+: the mailbox of a company whose stock is traded confirms that the company registers. No spec of
 * ours makes one, and no mailbox of a spec goes into the brand (docs/twilio.md 4): there is nothing to edit.
 */
const CONFIRMATION: readonly ErrorEntry[] = rows({ ...EDIT, actor: 'operator' }, [
  ...(
    [
      ['21736', 'The e-mail address is not at the domain of the company.'],
      ['21737', 'The confirmation was not answered in time.'],
      ['21738', 'The confirmation e-mail could not be delivered.'],
      ['21739', 'The confirmation failed.'],
      ['21740', 'The e-mail address is at a free mail service.'],
      ['21741', 'The code of the confirmation has expired.'],
    ] as const
  ).map(
    ([code, message]) =>
      [
        code,
        REASON.EmailConfirmationFailed,
        message,
        'The provider takes the business for a company whose stock is traded, which this service does not register: clear that up with its support.',
      ] as const,
  ),
]);

export const TRUSTHUB_ERRORS: readonly ErrorEntry[] = [...PROFILES, ...CONFIRMATION];
