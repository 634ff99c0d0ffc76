/**
 * How a campaign goes on after a code, without new campaigns being allowed.
 * - `edit`: in place, free of charge.
 * - `anew`: only as another campaign, for another fee.
 * - `final`: not at all.
 */
export type GoesOn = 'edit' | 'anew' | 'final';

export interface RejectionRow {
  readonly code: string;
  readonly reason: string;
  readonly field: string | undefined;
  readonly actor: 'tenant' | 'operator';
  readonly goesOn: GoesOn;
}

/**
 * Every code with which a campaign is rejected, written down by hand from the provider's list and not from our
 * table. `field` is where the campaign's spec says what the provider names; a code without one is not about that.
 */
export const REJECTIONS: readonly RejectionRow[] = [
  row('30880', 'ProviderRefused', undefined, 'operator', 'edit'),
  row('30881', 'SupportEmailRefused', 'helpMessage', 'operator', 'edit'),
  row('30882', 'TermsRefused', 'termsUrl', 'tenant', 'edit'),
  row('30883', 'ContentForbidden', undefined, 'tenant', 'final'),
  row('30884', 'SpamSuspected', undefined, 'tenant', 'final'),
  row('30885', 'FraudSuspected', undefined, 'tenant', 'final'),
  row('30886', 'DescriptionUnclear', 'description', 'tenant', 'edit'),
  row('30887', 'OptOutInsufficient', 'optOutMessage', 'tenant', 'edit'),
  row('30888', 'AgeGateMissing', 'sampleMessages', 'tenant', 'edit'),
  row('30889', 'EmbeddedPhoneMismatch', 'sampleMessages', 'tenant', 'edit'),
  row('30890', 'HelpReplyIncomplete', 'helpMessage', 'tenant', 'edit'),
  row('30891', 'WebsiteUnreachable', 'optInDescription', 'tenant', 'edit'),
  row('30892', 'ShortenerInSample', 'sampleMessages', 'tenant', 'edit'),
  row('30893', 'SamplesMismatch', 'sampleMessages', 'tenant', 'edit'),
  row('30894', 'BrandMismatch', 'sampleMessages', 'tenant', 'edit'),
  row('30895', 'DirectLendingMismatch', 'sampleMessages', 'tenant', 'edit'),
  row('30896', 'OptInInsufficient', 'optInDescription', 'tenant', 'edit'),
  row('30897', 'ContentForbidden', undefined, 'tenant', 'final'),
  row('30898', 'TaxIdOverused', undefined, 'operator', 'edit'),
  row('30899', 'CarrierRefused', undefined, 'operator', 'edit'),
  row('30900', 'UseCaseNotEligible', 'useCase', 'operator', 'anew'),
  row('30901', 'ReviewTimedOut', undefined, 'tenant', 'anew'),
  row('30902', 'CarrierRefused', undefined, 'operator', 'edit'),
  // Another brand is needed, and a campaign stays with its brand.
  row('30903', 'SoleProprietorNotEligible', undefined, 'tenant', 'final'),
  row('30904', 'ProviderMisconfigured', undefined, 'operator', 'edit'),
  row('30905', 'ProviderMisconfigured', undefined, 'operator', 'edit'),
  row('30908', 'PrivacyPolicyRefused', 'privacyPolicyUrl', 'tenant', 'edit'),
  row('30909', 'CallToActionUnverifiable', 'optInDescription', 'tenant', 'edit'),
  row('30914', 'NameRefused', 'description', 'tenant', 'edit'),
  row('30915', 'NameRefused', undefined, 'tenant', 'edit'),
  row('30923', 'ConsentNotOptional', 'optInDescription', 'tenant', 'edit'),
  row('30930', 'CampaignLimitReached', undefined, 'operator', 'edit'),
  row('30931', 'ConsentNotOptional', 'optInDescription', 'tenant', 'edit'),
];

function row(
  code: string,
  reason: string,
  field: string | undefined,
  actor: RejectionRow['actor'],
  goesOn: GoesOn,
): RejectionRow {
  return { code, reason, field, actor, goesOn };
}
