/**
 * Every condition type and every reason of this context, in one place: the same word stands in conditions,
 * events, readiness blockers, log lines and tests. Reasons are part of the API: add, never rename.
 */
export const CONDITION = {
  /** Brand: the provider has vetted it. */
  Vetted: 'Vetted',
  /** Brand, campaign: True while the provider keeps something good from being used. */
  ProviderSuspended: 'ProviderSuspended',
  /** Campaign: its brand is vetted and in good standing. */
  BrandVetted: 'BrandVetted',
  /** Campaign: the carriers approved it. */
  Approved: 'Approved',
  /** Campaign: its messaging service is confirmed and it holds the slot. */
  Active: 'Active',
  /** Campaign: True while another one holds the slot of (brand, use case). */
  DuplicateActive: 'DuplicateActive',
  /** Campaign: a message may be sent (R36). Each flip is an event. */
  Ready: 'Ready',
  /** Binding: its campaign is active. */
  CampaignActive: 'CampaignActive',
  /** Binding: the provider has the number to give. */
  NumberAvailable: 'NumberAvailable',
  /** Binding: the number is in the sender pool of the campaign's messaging service. */
  Attached: 'Attached',
  /** Binding: the carriers know the number as a sender of the campaign. */
  Verified: 'Verified',
  /** Binding: False from detach until the number is out of the provider's pool (C24). */
  ProviderDetached: 'ProviderDetached',
  /** All: False while the provider throttles us, does not answer, or leaves the outcome unknown. */
  ProviderReachable: 'ProviderReachable',
  /** All: True when parked after too many failures in a row. */
  Stalled: 'Stalled',
} as const;

/** What we wait for, or what has come about. Ours; no provider says these. */
const PROGRESS = {
  NotSubmitted: 'NotSubmitted',
  AwaitingProvider: 'AwaitingProvider',
  AwaitingCarrier: 'AwaitingCarrier',
  AwaitingMessagingService: 'AwaitingMessagingService',
  AwaitingDetach: 'AwaitingDetach',
  /** A person has to answer: a one-time code, a confirmation e-mail. The message says which. */
  ActionRequired: 'ActionRequired',
  BrandNotVetted: 'BrandNotVetted',
  BrandSuspended: 'BrandSuspended',
  CampaignNotActive: 'CampaignNotActive',
  AnotherCampaignActive: 'AnotherCampaignActive',
  NoNumber: 'NoNumber',
  RetriesExhausted: 'RetriesExhausted',
  Vetted: 'Vetted',
  Approved: 'Approved',
  Activated: 'Activated',
  SlotHeld: 'SlotHeld',
  Available: 'Available',
  Attached: 'Attached',
  Verified: 'Verified',
  Detached: 'Detached',
  Restored: 'Restored',
  Reachable: 'Reachable',
  Resumed: 'Resumed',
  GateOpen: 'GateOpen',
} as const;

/** Why a call to the provider came to nothing, without a verdict on what was asked. */
const REACHABILITY = {
  ProviderThrottled: 'ProviderThrottled',
  ProviderUnavailable: 'ProviderUnavailable',
  ProviderOutcomeUnknown: 'ProviderOutcomeUnknown',
  ProviderCredentialsRefused: 'ProviderCredentialsRefused',
} as const;

/** Why a brand was refused, suspended or lost. */
const BRAND_REFUSALS = {
  TaxIdMismatch: 'TaxIdMismatch',
  TaxIdOverused: 'TaxIdOverused',
  DetailsUnverified: 'DetailsUnverified',
  WebsiteMismatch: 'WebsiteMismatch',
  RepresentativeUnverified: 'RepresentativeUnverified',
  AddressRefused: 'AddressRefused',
  PhoneRefused: 'PhoneRefused',
  OneTimeCodeFailed: 'OneTimeCodeFailed',
  EmailConfirmationFailed: 'EmailConfirmationFailed',
  SoleProprietorNotEligible: 'SoleProprietorNotEligible',
  BrandLimitReached: 'BrandLimitReached',
  EditsExhausted: 'EditsExhausted',
  ProfileNotCompliant: 'ProfileNotCompliant',
} as const;

/** Why a campaign was refused, suspended or lost. */
const CAMPAIGN_REFUSALS = {
  DescriptionUnclear: 'DescriptionUnclear',
  OptInInsufficient: 'OptInInsufficient',
  ConsentNotOptional: 'ConsentNotOptional',
  CallToActionUnverifiable: 'CallToActionUnverifiable',
  OptOutInsufficient: 'OptOutInsufficient',
  HelpReplyIncomplete: 'HelpReplyIncomplete',
  SamplesMismatch: 'SamplesMismatch',
  ShortenerInSample: 'ShortenerInSample',
  EmbeddedPhoneMismatch: 'EmbeddedPhoneMismatch',
  AgeGateMissing: 'AgeGateMissing',
  DirectLendingMismatch: 'DirectLendingMismatch',
  WebsiteUnreachable: 'WebsiteUnreachable',
  TermsRefused: 'TermsRefused',
  PrivacyPolicyRefused: 'PrivacyPolicyRefused',
  SupportEmailRefused: 'SupportEmailRefused',
  BrandMismatch: 'BrandMismatch',
  ContentForbidden: 'ContentForbidden',
  SpamSuspected: 'SpamSuspected',
  FraudSuspected: 'FraudSuspected',
  UseCaseNotEligible: 'UseCaseNotEligible',
  CarrierRefused: 'CarrierRefused',
  CarrierSuspended: 'CarrierSuspended',
  ReviewTimedOut: 'ReviewTimedOut',
  CampaignLimitReached: 'CampaignLimitReached',
  CampaignExists: 'CampaignExists',
  NameRefused: 'NameRefused',
} as const;

/** Why a number cannot be, or is no longer, a sender. */
const NUMBER_REFUSALS = {
  NumberUnavailable: 'NumberUnavailable',
  NumberHeldElsewhere: 'NumberHeldElsewhere',
  NumberReleased: 'NumberReleased',
  NumberLacksSms: 'NumberLacksSms',
  NumberPoolFull: 'NumberPoolFull',
  NumberRegistrationFailed: 'NumberRegistrationFailed',
} as const;

/** Refusals that any aggregate may meet. */
const GENERAL_REFUSALS = {
  InvalidField: 'InvalidField',
  /** The provider says no under a code that we do not know; its own words are the message. */
  ProviderRefused: 'ProviderRefused',
  ProviderInternalError: 'ProviderInternalError',
  ProviderSuspended: 'ProviderSuspended',
  /** What we registered is no longer there. */
  ProviderObjectGone: 'ProviderObjectGone',
  /** The provider's account, or our settings for it, do not allow it: nothing that a tenant could mend. */
  ProviderMisconfigured: 'ProviderMisconfigured',
  /** The provider gives a status that we do not know; it is waited out until somebody has looked. */
  ProviderStatusUnknown: 'ProviderStatusUnknown',
} as const;

export const REASON = {
  ...PROGRESS,
  ...REACHABILITY,
  ...BRAND_REFUSALS,
  ...CAMPAIGN_REFUSALS,
  ...NUMBER_REFUSALS,
  ...GENERAL_REFUSALS,
} as const;
