import type { Outcome } from '#kernel/outcome.ts';

/** `customer`: a secondary customer profile. `trust`: a trust product. Both are bundles of TrustHub. */
export type BundleKind = 'customer' | 'trust';

/** What the provider finds wrong with an object; more than one may stand there. */
export interface ProviderFault {
  readonly code?: string;
  readonly description?: string;
  readonly url?: string;
  /** Names of the provider, e.g. `MESSAGE_FLOW`. */
  readonly fields?: readonly string[];
}

export interface Bundle {
  readonly sid: string;
  /** `draft`, `pending-review`, `in-review`, `twilio-approved`, `twilio-rejected`, or one yet unknown. */
  readonly status: string;
  readonly friendlyName: string;
  readonly errors: readonly ProviderFault[];
}

export interface BundleInput {
  readonly friendlyName: string;
  /** Mailbox of the operator: status mails go there. */
  readonly email: string;
  readonly policySid: string;
  readonly statusCallback?: string;
}

export interface EvaluationFault {
  /** Kind of object, e.g. `customer_profile_business_information`. */
  readonly object: string;
  readonly requirement: string;
  readonly fields: readonly string[];
  readonly code?: string;
  readonly reason: string;
}

export interface Evaluation {
  readonly sid: string;
  readonly compliant: boolean;
  readonly faults: readonly EvaluationFault[];
}

export interface Assignment {
  readonly sid: string;
  readonly objectSid: string;
}

/** An end user or a supporting document. */
export interface PartInput {
  readonly friendlyName: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface AddressInput {
  readonly friendlyName: string;
  readonly customerName: string;
  readonly street: string;
  readonly streetSecondary?: string;
  readonly city: string;
  /** Two letters for the US. */
  readonly region: string;
  readonly postalCode: string;
  readonly isoCountry: string;
  /** Whether the provider may rewrite it; its default is true. */
  readonly autoCorrect?: boolean;
}

/** What of an address can be changed, and read again. */
export type AddressParts = Pick<
  AddressInput,
  'customerName' | 'street' | 'streetSecondary' | 'city' | 'region' | 'postalCode'
>;

export type BrandType = 'STANDARD' | 'SOLE_PROPRIETOR';

export interface BrandInput {
  readonly customerProfileSid: string;
  readonly trustProductSid: string;
  readonly brandType: BrandType;
  /** True for Low-Volume Standard. */
  readonly skipAutomaticSecVet: boolean;
  readonly mock: boolean;
}

export interface TwilioBrand {
  readonly sid: string;
  readonly status: string;
  readonly identityStatus?: string;
  readonly tcrId?: string;
  readonly customerProfileSid: string;
  readonly trustProductSid: string;
  /** When it last changed, ISO 8601; tells a verdict from the one before. */
  readonly updatedAt?: string;
  /** May hold advice while the brand is approved: the status says which. */
  readonly errors: readonly ProviderFault[];
}

/** What may be edited after a rejection; the provider wants all of it each time. */
export interface CampaignTextInput {
  readonly description: string;
  readonly messageFlow: string;
  readonly messageSamples: readonly string[];
  readonly hasEmbeddedLinks: boolean;
  readonly hasEmbeddedPhone: boolean;
  readonly ageGated: boolean;
  readonly directLending: boolean;
  readonly privacyPolicyUrl?: string;
  readonly termsAndConditionsUrl?: string;
}

/** A campaign as it is created. What is not in CampaignTextInput can only be changed by deleting and creating. */
export interface CampaignInput extends CampaignTextInput {
  readonly brandSid: string;
  readonly useCase: string;
  readonly subscriberOptIn?: boolean;
  readonly optInMessage?: string;
  readonly optOutMessage?: string;
  readonly helpMessage?: string;
  readonly optInKeywords?: readonly string[];
  readonly optOutKeywords?: readonly string[];
  readonly helpKeywords?: readonly string[];
}

/** Its own sid is the same for every campaign of every account: the messaging service names it. */
export interface TwilioCampaign {
  readonly messagingServiceSid: string;
  readonly status: string;
  readonly tcrCampaignId?: string;
  readonly brandSid: string;
  readonly errors: readonly ProviderFault[];
}

export interface OwnNumber {
  readonly sid: string;
  readonly e164: string;
  /** Whether it can send SMS. */
  readonly sms: boolean;
  readonly smsUrl?: string;
}

/** A number in the pool of a messaging service. */
interface PoolNumber {
  readonly sid: string;
  readonly e164: string;
}

export interface Sink {
  readonly sid: string;
  readonly description: string;
  readonly status: string;
  readonly destination?: string;
}

export interface Subscription {
  readonly sid: string;
  readonly description: string;
  readonly sinkSid: string;
}

export interface Sid {
  readonly sid: string;
}

/**
 * The provider's calls that registration needs, one function each. None retries and none is idempotent by
 * itself: a create makes one more object each time. All answer an Outcome: `unknown` when a call may have been
 * carried out, `throttled` when it certainly was not, `refused` with the reason. Reading what is not there is
 * `undefined`; removing it is `ok`. `find` looks by exact name through the whole list, the newest of several
 * wins.
 */
export interface TwilioCalls {
  createBundle(kind: BundleKind, input: BundleInput): Promise<Outcome<Bundle>>;
  findBundle(
    kind: BundleKind,
    by: { readonly friendlyName: string; readonly policySid: string },
  ): Promise<Outcome<Bundle | undefined>>;
  fetchBundle(kind: BundleKind, sid: string): Promise<Outcome<Bundle | undefined>>;
  setBundleStatus(
    kind: BundleKind,
    sid: string,
    status: 'draft' | 'pending-review',
  ): Promise<Outcome<Bundle>>;
  /** Checks that what must be there is there and well-formed, at once; says nothing about truth. */
  evaluateBundle(kind: BundleKind, sid: string, policySid: string): Promise<Outcome<Evaluation>>;
  assign(kind: BundleKind, sid: string, objectSid: string): Promise<Outcome<Assignment>>;
  unassign(kind: BundleKind, sid: string, assignmentSid: string): Promise<Outcome<void>>;
  assignments(kind: BundleKind, sid: string): Promise<Outcome<readonly Assignment[]>>;

  createEndUser(input: PartInput): Promise<Outcome<Sid>>;
  /** Reads all end users of the account: the provider has no filter. */
  findEndUser(by: {
    readonly friendlyName: string;
    readonly type: string;
  }): Promise<Outcome<Sid | undefined>>;
  /** Replaces the attributes as a whole. */
  updateEndUser(sid: string, attributes: Readonly<Record<string, string>>): Promise<Outcome<void>>;
  createDocument(input: PartInput): Promise<Outcome<Sid>>;
  findDocument(by: {
    readonly friendlyName: string;
    readonly type: string;
  }): Promise<Outcome<Sid | undefined>>;
  updateDocument(sid: string, attributes: Readonly<Record<string, string>>): Promise<Outcome<void>>;
  createAddress(input: AddressInput): Promise<Outcome<Sid>>;
  findAddress(friendlyName: string): Promise<Outcome<Sid | undefined>>;
  /** As the provider has it: it may have rewritten what it was given. */
  fetchAddress(sid: string): Promise<Outcome<AddressParts | undefined>>;
  /** The country of an address cannot be changed. */
  updateAddress(sid: string, input: AddressInput): Promise<Outcome<void>>;

  /** Costs money. */
  createBrand(input: BrandInput): Promise<Outcome<TwilioBrand>>;
  /** The provider's list is said to leave out brands that are vetted and verified: absence is no proof. */
  findBrand(by: {
    readonly customerProfileSid: string;
    readonly trustProductSid: string;
  }): Promise<Outcome<TwilioBrand | undefined>>;
  fetchBrand(sid: string): Promise<Outcome<TwilioBrand | undefined>>;
  /** Submits a failed brand again; three times are free, the fourth is refused (21724). */
  updateBrand(sid: string): Promise<Outcome<TwilioBrand>>;
  /** Sends the owner of a sole-proprietor brand another SMS to confirm. */
  sendOtp(brandSid: string): Promise<Outcome<void>>;

  /** A service whose numbers keep their own webhook for what comes in. */
  createService(input: { readonly friendlyName: string }): Promise<Outcome<Sid>>;
  findService(friendlyName: string): Promise<Outcome<Sid | undefined>>;
  /** Costs money. */
  createCampaign(serviceSid: string, input: CampaignInput): Promise<Outcome<TwilioCampaign>>;
  fetchCampaign(serviceSid: string): Promise<Outcome<TwilioCampaign | undefined>>;
  /** Edits a rejected campaign in place; not every account may. */
  updateCampaign(serviceSid: string, input: CampaignTextInput): Promise<Outcome<TwilioCampaign>>;
  deleteCampaign(serviceSid: string): Promise<Outcome<void>>;
  /** Codes that this brand may use. */
  useCases(serviceSid: string, brandSid: string): Promise<Outcome<readonly string[]>>;

  findOwnNumber(e164: string): Promise<Outcome<OwnNumber | undefined>>;
  /** In this service already is `ok`. */
  attachNumber(serviceSid: string, phoneNumberSid: string): Promise<Outcome<void>>;
  detachNumber(serviceSid: string, phoneNumberSid: string): Promise<Outcome<void>>;
  isAttached(serviceSid: string, phoneNumberSid: string): Promise<Outcome<boolean>>;
  /** All numbers in the pool. */
  pool(serviceSid: string): Promise<Outcome<readonly PoolNumber[]>>;

  fetchPolicy(sid: string): Promise<Outcome<{ readonly friendlyName: string } | undefined>>;
  fetchAccount(): Promise<Outcome<{ readonly status: string }>>;
  sinks(): Promise<Outcome<readonly Sink[]>>;
  createSink(input: { readonly description: string; readonly destination: string }): Promise<Outcome<Sink>>;
  deleteSink(sid: string): Promise<Outcome<void>>;
  subscriptions(sinkSid: string): Promise<Outcome<readonly Subscription[]>>;
  createSubscription(input: {
    readonly description: string;
    readonly sinkSid: string;
    /** Event types; each is subscribed at schema version 1. */
    readonly types: readonly string[];
  }): Promise<Outcome<Subscription>>;
}
