import { REASON } from '../../domain/reasons.ts';
import { codesBetween, type ErrorEntry, rows, TAX_ID_IS_FIXED } from './errors-entry.ts';

/* Why a brand or its profile was rejected. Sources: docs/twilio.md 6, 8.3, 8.4. */

const EDIT = { outcome: 'refused', actor: 'tenant', resubmit: 'edit' } as const;
const SUPPORT = { outcome: 'refused', actor: 'operator', resubmit: 'edit' } as const;
const ASK_SUPPORT = 'Ask the support of the provider, with the code.';

const VERDICTS: readonly ErrorEntry[] = [
  ...rows(EDIT, [
    [
      '30701',
      REASON.InvalidField,
      'The registry does not accept a field of the brand.',
      'Mend the field, then submit again.',
    ],
    [
      '30729',
      REASON.AddressRefused,
      'The registry does not accept the country of the address.',
      'Give the address in the US at which the business is registered, then submit again.',
      'address',
    ],
    [
      '30757',
      REASON.TaxIdMismatch,
      'The registry does not accept the tax id.',
      `Set legalName exactly as on the IRS letter CP 575 or 147C, then submit again. ${TAX_ID_IS_FIXED}`,
      'taxId',
    ],
    [
      '30795',
      REASON.TaxIdMismatch,
      'The EIN does not exist, or the legal name is not the one registered for it.',
      `Set legalName exactly as on the IRS letter CP 575 or 147C, then submit again. ${TAX_ID_IS_FIXED}`,
      'legalName',
    ],
    [
      '30799',
      REASON.DetailsUnverified,
      'The details of the business could not be verified: EIN, name, address or website.',
      `Set legalName and address exactly as on the IRS letter CP 575 or 147C, then submit again; a new EIN takes weeks to be known. ${TAX_ID_IS_FIXED}`,
      'legalName',
    ],
  ]),
  ...rows({ ...EDIT, ownWords: true }, [
    [
      '30794',
      REASON.DetailsUnverified,
      'The registry does not accept the brand.',
      'Mend what the message names, then submit again.',
    ],
  ]),
  ...rows({ ...SUPPORT, resubmit: 'recreate' }, [
    [
      '30702',
      REASON.ProviderObjectGone,
      'The registry does not know the brand, or it is not active any more.',
      'Ask the support of the provider what became of it, then submit again: a brand that the registry does not have is made anew, for another fee.',
    ],
    [
      '30793',
      REASON.ProfileNotCompliant,
      'A profile of the brand is not the right one, or not complete.',
      'Check policies and primary profile in the settings of this service, then submit again: a new brand is made, for another fee.',
    ],
  ]),
  ...rows(SUPPORT, [
    [
      '30712',
      REASON.BrandLimitReached,
      'The account has as many brands as it may have.',
      'Ask the support of the provider for a higher limit, then submit again.',
    ],
    ['30734', REASON.ProviderRefused, 'The registry refuses the brand.', ASK_SUPPORT],
    [
      '30790',
      REASON.ProviderInternalError,
      'The provider had an internal error with the brand.',
      ASK_SUPPORT,
    ],
    ['30792', REASON.ProviderInternalError, 'The registry had an error with the brand.', ASK_SUPPORT],
  ]),
  ...rows({ outcome: 'retry', actor: 'provider', resubmit: 'edit', retryAfterMs: 30_000 }, [
    [
      '30791',
      REASON.ProviderUnavailable,
      'The registry could not take the brand for the moment.',
      'Submit again after half a minute.',
    ],
  ]),
];

const SOLE_PROPRIETORS: readonly ErrorEntry[] = rows(EDIT, [
  [
    '30750',
    REASON.PhoneRefused,
    'The mobile number has been used for as many sole proprietors as it may be: three.',
    'Give another mobile number of the owner, then submit again.',
    'mobilePhone',
  ],
  [
    '30751',
    REASON.PhoneRefused,
    'The mobile number is none to which a code can be sent.',
    'Give a real US or Canadian mobile number of the owner, not one of an app, then submit again.',
    'mobilePhone',
  ],
  [
    '30752',
    REASON.OneTimeCodeFailed,
    'The one-time code was not confirmed.',
    'Submit again; the owner answers the text message within 24 hours.',
    'mobilePhone',
  ],
  [
    '30753',
    REASON.OneTimeCodeFailed,
    'The mobile number of the owner could not be confirmed.',
    'Check the mobile number, then submit again; the owner answers the text message within 24 hours.',
    'mobilePhone',
  ],
  [
    '30754',
    REASON.AddressRefused,
    'The address of the owner is not accepted.',
    'Write the address as the postal service knows it, then submit again.',
    'address',
  ],
]);

const PROFILES: readonly ErrorEntry[] = rows(EDIT, [
  [
    '18601',
    REASON.WebsiteMismatch,
    'The name of the business cannot be found on its website.',
    'Show the legal name on the website, or give the website of this business, then submit again.',
    'websiteDomain',
  ],
  [
    '18602',
    REASON.TaxIdMismatch,
    'The legal name and the tax id could not be verified together.',
    `Set legalName exactly as on the IRS letter CP 575 or 147C, then submit again. ${TAX_ID_IS_FIXED}`,
    'legalName',
  ],
  [
    '18604',
    REASON.RepresentativeUnverified,
    'The representative could not be verified.',
    'Name somebody who can be found as working for the business, with a mailbox there, then submit again.',
    'representative',
  ],
]);

/** Known by their range only: what they mean stands in the description that comes with them. */
const BY_RANGE: readonly ErrorEntry[] = [...codesBetween(30703, 30733), ...codesBetween(30796, 30798)]
  .filter((code) => !VERDICTS.some((entry) => entry.code === code))
  .flatMap((code) =>
    rows({ ...SUPPORT, ownWords: true }, [
      [code, REASON.DetailsUnverified, 'The registry does not accept the brand.', ASK_SUPPORT],
    ]),
  );

export const BRAND_ERRORS: readonly ErrorEntry[] = [
  ...VERDICTS,
  ...SOLE_PROPRIETORS,
  ...PROFILES,
  ...BY_RANGE,
];
