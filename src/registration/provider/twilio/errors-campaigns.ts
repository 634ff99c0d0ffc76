import { REASON } from '../../domain/reasons.ts';
import { type ErrorEntry, NEW_CAMPAIGN, rows } from './errors-entry.ts';

/* Why a campaign was rejected, as its errors[] say. Sources: docs/twilio.md 6, 8.5. */

const EDIT = { outcome: 'refused', actor: 'tenant', resubmit: 'edit' } as const;
/** Final: the same campaign is not to be sent again. */
const NEVER = { outcome: 'refused', actor: 'tenant', resubmit: 'never' } as const;
const SUPPORT = { outcome: 'refused', actor: 'operator', resubmit: 'edit' } as const;
const RECREATE = { outcome: 'refused', actor: 'tenant', resubmit: 'recreate' } as const;
const DO_NOT_RESEND = 'This verdict is final: do not submit the campaign again.';
const ASK_CARRIER =
  'Ask the support of the provider what the carrier objects to, then mend it and submit again.';

const CONTENT: readonly ErrorEntry[] = [
  ...rows(EDIT, [
    [
      '30882',
      REASON.TermsRefused,
      'The terms are missing, cannot be read, or do not allow the campaign.',
      'Publish terms that name the messages, their frequency, STOP and HELP, without a login; set termsUrl, then submit again.',
      'termsUrl',
    ],
    [
      '30886',
      REASON.DescriptionUnclear,
      'The description is vague, or does not match the campaign.',
      'Say in the description who sends what to whom and why, then submit again.',
      'description',
    ],
    [
      '30887',
      REASON.OptOutInsufficient,
      'It is not clear how people opt out.',
      `Say in optInDescription and in a sample that people reply STOP to opt out, then submit again. Changing optOutMessage, or stopHelpText where it is part of the answer to HELP, takes ${NEW_CAMPAIGN}.`,
      'optInDescription',
    ],
    [
      '30888',
      REASON.AgeGateMissing,
      'The content needs a check of the age that is not there.',
      'Remove the content that is for adults only, then submit again.',
      'sampleMessages',
    ],
    [
      '30889',
      REASON.EmbeddedPhoneMismatch,
      'What was declared about phone numbers in messages does not match the samples.',
      'Write phone numbers in samples out in full, or leave them out, then submit again.',
      'sampleMessages',
    ],
    [
      '30890',
      REASON.HelpReplyIncomplete,
      'The answer to HELP does not name the brand or a way to reach it.',
      `Name the brand and an e-mail address, phone number or page in helpMessage, then submit again. No edit reaches a registered helpMessage: changing it takes ${NEW_CAMPAIGN}.`,
      'helpMessage',
    ],
    [
      '30891',
      REASON.WebsiteUnreachable,
      'The website of the brand does not work.',
      'Bring the website up, reachable from the US without a login, then submit again.',
    ],
    [
      '30892',
      REASON.ShortenerInSample,
      'A sample contains a link of a public shortener.',
      'Write the full link at the domain of the brand, then submit again.',
      'sampleMessages',
    ],
    [
      '30893',
      REASON.SamplesMismatch,
      'The samples do not fit the use case.',
      'Give samples of the texts that answer a missed call, with the name of the brand, then submit again.',
      'sampleMessages',
    ],
    [
      '30894',
      REASON.BrandMismatch,
      'The brand is not the one that sends the messages.',
      'Name the brand in sampleMessages, optInDescription and on the website as it is registered, then submit again.',
      'sampleMessages',
    ],
    [
      '30895',
      REASON.DirectLendingMismatch,
      'The content concerns loans, and the campaign does not declare it.',
      'Remove what offers loans from the campaign, then submit again.',
      'sampleMessages',
    ],
    [
      '30896',
      REASON.OptInInsufficient,
      'The opt-in does not show how a consumer consents to messages.',
      'Describe where and how consumers agree to receive messages, with public pages, then submit again.',
      'optInDescription',
    ],
    [
      '30908',
      REASON.PrivacyPolicyRefused,
      'The privacy policy is missing, cannot be read, or lets phone numbers be shared.',
      'Publish a policy that says numbers and consent are not shared, without a login; set privacyPolicyUrl, then submit again.',
      'privacyPolicyUrl',
    ],
    [
      '30909',
      REASON.CallToActionUnverifiable,
      'The call to action could not be seen by the reviewers.',
      'Describe the call to action word by word, with a public link to it, then submit again.',
      'optInDescription',
    ],
    [
      '30914',
      REASON.NameRefused,
      'The campaign does not carry the name of the sole proprietor.',
      'Use the name of the proprietor or of the brand in description, samples and optInDescription, then submit again.',
      'description',
    ],
    [
      '30915',
      REASON.NameRefused,
      'The name of a sole proprietor must not end like that of a company.',
      'Remove LLC, Inc and the like from displayName, or from the texts of the campaign, and submit again. The displayName of a vetted brand cannot be changed: register a new brand, a company as STANDARD with its EIN, for another fee.',
      'displayName',
    ],
    [
      '30923',
      REASON.ConsentNotOptional,
      'Consent to messages is a condition of something else.',
      'Make consent optional where people give it, describe that, then submit again.',
      'optInDescription',
    ],
    [
      '30931',
      REASON.ConsentNotOptional,
      'The box for consent is ticked beforehand.',
      'Leave the box unticked, describe that, then submit again.',
      'optInDescription',
    ],
  ]),
  ...rows(NEVER, [
    [
      '30883',
      REASON.ContentForbidden,
      'Carriers forbid this content: sex, hate, alcohol, firearms, tobacco.',
      DO_NOT_RESEND,
    ],
    ['30884', REASON.SpamSuspected, 'The campaign is taken for spam or phishing.', DO_NOT_RESEND],
    ['30885', REASON.FraudSuspected, 'The campaign is taken for fraud, or for a high risk.', DO_NOT_RESEND],
    ['30897', REASON.ContentForbidden, 'Carriers do not allow this content.', DO_NOT_RESEND],
  ]),
];

const STANDING: readonly ErrorEntry[] = [
  ...rows({ ...SUPPORT, ownWords: true }, [
    [
      '30880',
      REASON.ProviderRefused,
      'The campaign was rejected without a known reason.',
      'Ask the support of the provider, with the code.',
    ],
  ]),
  ...rows(SUPPORT, [
    // The mailbox belongs to the brand, which is vetted by then and takes no edits.
    [
      '30881',
      REASON.SupportEmailRefused,
      'The e-mail address for support is at a public mail service, or not valid.',
      `Ask the support of the provider to give the brand a mailbox at the domain of the business. Where the campaign's helpMessage names the mailbox, the tenant changes it there, which takes ${NEW_CAMPAIGN}.`,
      'helpMessage',
    ],
    [
      '30898',
      REASON.TaxIdOverused,
      'The EIN is used for too many brands.',
      'Have the support of the provider remove brands of this EIN that are no longer used, then submit again.',
    ],
    ['30899', REASON.CarrierRefused, 'A carrier rejected the campaign.', ASK_CARRIER],
    ['30902', REASON.CarrierRefused, 'A carrier connection further on rejected the campaign.', ASK_CARRIER],
    [
      '30904',
      REASON.ProviderMisconfigured,
      'The campaign of another registrar is not shared with the provider.',
      'Share the campaign with the provider where it is registered.',
    ],
    [
      '30905',
      REASON.ProviderMisconfigured,
      'The campaign of another registrar is not yet accepted by the provider.',
      'Wait until the share is accepted, then submit again.',
    ],
    [
      '30930',
      REASON.CampaignLimitReached,
      'The brand has 100 campaigns, which is as many as it may have.',
      'Delete campaigns of this brand that are no longer used on the web pages of the provider, then submit again.',
    ],
  ]),
  // A campaign stays with its brand, and another one under the same brand would be a fee for nothing.
  ...rows(NEVER, [
    [
      '30903',
      REASON.SoleProprietorNotEligible,
      'The business may not register as a sole proprietor.',
      'Register the business as a new brand, STANDARD and with its EIN, and the campaign under it, for other fees.',
      'brandType',
    ],
  ]),
  // There is one use case for all: no tenant can choose another.
  ...rows({ ...RECREATE, actor: 'operator' }, [
    [
      '30900',
      REASON.UseCaseNotEligible,
      'The brand may not have a campaign of this use case.',
      `Ask the support of the provider what the brand lacks for it. Submitting again takes ${NEW_CAMPAIGN}.`,
      'useCase',
    ],
  ]),
  ...rows(RECREATE, [
    [
      '30901',
      REASON.ReviewTimedOut,
      'The review of the campaign was not finished in time.',
      `Submit again. It takes ${NEW_CAMPAIGN}.`,
    ],
  ]),
];

export const CAMPAIGN_ERRORS: readonly ErrorEntry[] = [...CONTENT, ...STANDING];
