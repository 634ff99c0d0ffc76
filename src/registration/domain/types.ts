import type { Condition } from '#kernel/condition.ts';

export const USE_CASE = 'CustomerCare.MissedCallRecovery';

export type BrandPhase = 'DRAFT' | 'SUBMITTED' | 'VETTED' | 'REJECTED';
export type CampaignPhase = 'DRAFT' | 'SUBMITTED' | 'APPROVED' | 'ACTIVE' | 'REJECTED' | 'SUSPENDED';
export type BindingPhase = 'REQUESTED' | 'ATTACHED' | 'VERIFIED' | 'FAILED' | 'DETACHED';
export type BrandType = 'STANDARD' | 'SOLE_PROP';

/** The three aggregates, by the word used in queue rows, metrics, logs and events. */
export type Resource = 'brand' | 'campaign' | 'binding';

export interface Address {
  readonly street: string;
  readonly street2?: string;
  readonly city: string;
  /** Two-letter state code. */
  readonly region: string;
  readonly postalCode: string;
  readonly country: 'US';
}

export interface Representative {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** E.164. */
  readonly phone: string;
  readonly title?: string;
  readonly jobPosition?: string;
}

/** Who sends: the legal entity (R9, A:992). taxId, contacts and address are PII and stored sealed. */
export interface BrandSpec {
  readonly country: 'US';
  readonly brandType: BrandType;
  readonly legalName: string;
  readonly displayName: string;
  /** Canonical host, lower case, no scheme. */
  readonly websiteDomain: string;
  /** EIN as `NN-NNNNNNN`. Required for STANDARD; a sole proprietor has none (C19). */
  readonly taxId?: string;
  readonly supportEmail?: string;
  readonly supportPhone?: string;
  /** E.164 of the owner; a SOLE_PROP brand needs it at submit (C19). */
  readonly mobilePhone?: string;
  readonly businessType?: string;
  readonly industry?: string;
  readonly description?: string;
  readonly address?: Address;
  readonly representative?: Representative;
}

/** Fields of BrandSpec that are PII: sealed at rest, never logged, never in an event (R53). */
export const BRAND_PII_FIELDS = [
  'taxId',
  'supportEmail',
  'supportPhone',
  'mobilePhone',
  'address',
  'representative',
] as const satisfies readonly (keyof BrandSpec)[];

/** What is sent and why (R10, A:1008). */
export interface CampaignSpec {
  readonly useCase: typeof USE_CASE;
  readonly optInDescription: string;
  readonly sampleMessages: readonly string[];
  readonly stopHelpText: string;
  /** Canonical hosts (C29). */
  readonly linkDomains: readonly string[];
  readonly description?: string;
  readonly privacyPolicyUrl?: string;
  readonly termsUrl?: string;
  /** Overrides of the texts composed from optInDescription and stopHelpText (C21). */
  readonly messageFlow?: string;
  readonly helpMessage?: string;
  readonly optOutMessage?: string;
}

export interface BindingSpec {
  readonly campaignId: string;
  readonly e164: string;
}

/** What a campaign is held to of its brand when it is written: nothing of it rests sealed. */
export interface BrandSite {
  readonly brandId: string;
  readonly spec: Pick<BrandSpec, 'websiteDomain'>;
}

/** Ids that the provider gave, by name: `providerBrandId`, `tcrBrandId`, `messagingServiceId` ... */
export type ExternalRefs = Readonly<Record<string, string>>;

/** What every aggregate has around its spec. */
export interface Aggregate<Spec, Phase extends string> {
  readonly tenantId: string;
  readonly spec: Spec;
  /** Bumped when the spec changes. */
  readonly generation: number;
  /** The generation that the provider has been brought to. */
  readonly observedGeneration: number;
  readonly phase: Phase;
  readonly conditions: readonly Condition[];
  readonly externalRefs: ExternalRefs;
  /** How often it was submitted; each submission is one order to the provider ... */
  readonly submission: number;
  /** ... and this one is the last that the provider accepted. */
  readonly sentSubmission: number;
  /** Optimistic lock; the ETag. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Brand extends Aggregate<BrandSpec, BrandPhase> {
  readonly brandId: string;
}

export interface Campaign extends Aggregate<CampaignSpec, CampaignPhase> {
  readonly campaignId: string;
  readonly brandId: string;
  /** Holds the one slot of (brand, use case): at the provider, not rejected, not suspended (C16). */
  readonly active: boolean;
}

export interface Binding extends Aggregate<BindingSpec, BindingPhase> {
  readonly bindingId: string;
}
