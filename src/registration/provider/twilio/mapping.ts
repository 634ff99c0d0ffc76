import { linksIn } from '../../domain/hosts.ts';
import type { CampaignTexts } from '../../domain/texts.ts';
import type { BrandSpec, CampaignSpec } from '../../domain/types.ts';
import type { AddressInput, BrandType, CampaignInput } from './calls.ts';
import { showsPhone } from './mapping-phones.ts';
import { businessTypeOf, industryOf, jobPositionOf, verticalOf } from './mapping-vocabulary.ts';

/*
 * Our specs in the provider's words (docs/twilio.md 3, 4, 5, 6). What a spec leaves out is left out here as
 * well, for the provider's evaluation to name; `requirements.ts` refuses such a spec before it comes this
 * far.
 */

export type Attributes = Readonly<Record<string, string>>;

/** Of an end user of type `customer_profile_business_information`. */
export function businessAttributes(spec: BrandSpec): Attributes {
  return given({
    business_name: spec.legalName,
    business_type: businessTypeOf(spec.businessType),
    business_industry: industryOf(spec.industry),
    business_registration_identifier: 'EIN',
    business_registration_number: spec.taxId,
    business_regions_of_operation: 'USA_AND_CANADA',
    // The tenant is the operator's customer; the operator itself is in the primary profile.
    business_identity: 'direct_customer',
    website_url: `https://${spec.websiteDomain}`,
  });
}

/** Of an end user of type `authorized_representative_1`. */
export function representativeAttributes({ representative: person }: BrandSpec): Attributes {
  return given({
    first_name: person?.firstName,
    last_name: person?.lastName,
    email: person?.email,
    phone_number: person?.phone,
    business_title: person?.title,
    job_position: jobPositionOf(person?.jobPosition),
  });
}

/**
 * Of an end user of type `us_a2p_messaging_profile_information`. Companies whose stock is traded are not taken:
 * our specs have no ticker.
 */
export function messagingProfileAttributes(spec: BrandSpec): Attributes {
  if (businessTypeOf(spec.businessType) !== 'Non-profit Corporation') return { company_type: 'private' };
  return { company_type: industryOf(spec.industry) === 'GOVERNMENT' ? 'government' : 'non_profit' };
}

/** Of an end user of type `starter_customer_profile_information`: a sole proprietor as a person. */
export function starterAttributes({ representative: person }: BrandSpec): Attributes {
  return given({
    first_name: person?.firstName,
    last_name: person?.lastName,
    email: person?.email,
    phone_number: person?.phone,
  });
}

/** Of an end user of type `sole_proprietor_information`. */
export function soleProprietorAttributes(spec: BrandSpec): Attributes {
  return given({
    brand_name: spec.displayName,
    mobile_phone_number: spec.mobilePhone,
    vertical: verticalOf(spec.industry),
  });
}

/** The address of the brand, findable by `friendlyName` (at most 64 characters). */
export function addressInput(spec: BrandSpec, friendlyName: string): AddressInput {
  const { address, representative: person } = spec;
  const { street2 } = address ?? {};
  const owner = person && `${person.firstName} ${person.lastName}`;
  return {
    friendlyName,
    customerName: (spec.brandType === 'SOLE_PROP' && owner) || spec.legalName,
    street: address?.street ?? '',
    ...(street2 === undefined ? {} : { streetSecondary: street2 }),
    city: address?.city ?? '',
    region: address?.region ?? '',
    postalCode: address?.postalCode ?? '',
    isoCountry: 'US',
  };
}

/** `low-volume` registers STANDARD brands without secondary vetting: less throughput, a smaller fee. */
export type Vetting = 'low-volume' | 'standard';

/** What a brand is registered as. Low-Volume Standard is a STANDARD brand that skips the secondary vetting. */
export function brandTypeOf(
  { brandType }: BrandSpec,
  vetting: Vetting,
): { readonly brandType: BrandType; readonly skipAutomaticSecVet: boolean } {
  // A sole proprietor has no secondary vetting to skip: the default is sent.
  if (brandType === 'SOLE_PROP') return { brandType: 'SOLE_PROPRIETOR', skipAutomaticSecVet: false };
  return { brandType: 'STANDARD', skipAutomaticSecVet: vetting === 'low-volume' };
}

/**
 * The use case under which CustomerCare.MissedCallRecovery is registered, out of those that the provider offers
 * to this brand. Only a sole proprietor is offered SOLE_PROPRIETOR. Undefined when none will do.
 */
export function useCaseOf(offered: readonly string[], vetting: Vetting): string | undefined {
  const wanted = vetting === 'low-volume' ? ['LOW_VOLUME', 'CUSTOMER_CARE'] : ['CUSTOMER_CARE', 'LOW_VOLUME'];
  return ['SOLE_PROPRIETOR', ...wanted].find((code) => offered.includes(code));
}

/** The words that the provider's own opt-out handling listens to. */
const OPT_OUT_KEYWORDS = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'];
const HELP_KEYWORDS = ['HELP', 'INFO'];

/**
 * A campaign as it is created under a brand. Flags are computed from the samples, which have to agree (30889).
 * Nobody texts a keyword to join, so there are no opt-in keywords and no answer to them.
 */
export function campaignInput(
  spec: CampaignSpec,
  texts: CampaignTexts,
  brandSid: string,
  useCase: string,
): CampaignInput {
  const { sampleMessages, privacyPolicyUrl, termsUrl } = spec;
  return {
    brandSid,
    useCase,
    description: campaignDescription(spec),
    messageFlow: texts.messageFlow,
    messageSamples: sampleMessages,
    hasEmbeddedLinks: sampleMessages.some(hasLink),
    hasEmbeddedPhone: sampleMessages.some(showsPhone),
    ageGated: false,
    directLending: false,
    subscriberOptIn: true,
    helpMessage: texts.helpMessage,
    helpKeywords: HELP_KEYWORDS,
    optOutMessage: texts.optOutMessage,
    optOutKeywords: OPT_OUT_KEYWORDS,
    ...(privacyPolicyUrl === undefined ? {} : { privacyPolicyUrl }),
    ...(termsUrl === undefined ? {} : { termsAndConditionsUrl: termsUrl }),
  };
}

/** The description of the spec, or what is true of every campaign of the one use case. */
export function campaignDescription({ description, linkDomains }: CampaignSpec): string {
  const [site] = linkDomains;
  const business = site === undefined ? 'a business' : `the business at ${site}`;
  return (
    description ??
    `Customer care of ${business}: people who called and were not answered get a text that says so, and ` +
      'offers help, a call back or a booking.'
  );
}

/** A sample marks with `[link]` or `{booking_url}` what will be a link. */
const LINK_TO_COME = /[[{][^[\]{}]{0,60}(?:link|url|website)[^[\]{}]{0,60}[\]}]/i;

function hasLink(sample: string): boolean {
  return LINK_TO_COME.test(sample) || linksIn(sample).length > 0;
}

/** Without what is undefined. */
function given(attributes: Readonly<Record<string, string | undefined>>): Attributes {
  const pairs = Object.entries(attributes);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
