import type { FieldError } from '#kernel/problem.ts';
import { canonicalHost, isShortener, linksIn, registrableDomain } from './hosts.ts';
import { isUsE164 } from './phones.ts';
import { normaliseTaxId } from './tax-id.ts';
import { type BrandSite, type BrandSpec, type CampaignSpec, USE_CASE } from './types.ts';

/*
 * What a registration must say before it may cost anything (R33-R35, R108, R111). Ordered, pure checks over
 * canonical specs; each tells all it finds, so that a tenant mends everything at once. Messages never repeat
 * the value: it may be PII.
 */

type Check<Args extends readonly unknown[]> = (...args: Args) => readonly FieldError[];

const fault = (field: string, message: string): readonly FieldError[] => [{ field, message }];
const NONE: readonly FieldError[] = [];
const blank = (text: string): boolean => text.trim() === '';

// --- Brand --------------------------------------------------------------------------------------------------

const BRAND_CHECKS: readonly Check<[BrandSpec]>[] = [
  ({ country }) => (country === 'US' ? NONE : fault('country', 'must be US')),
  ({ brandType }) =>
    ['STANDARD', 'SOLE_PROP'].includes(brandType)
      ? NONE
      : fault('brandType', 'must be STANDARD or SOLE_PROP'),
  ({ legalName }) =>
    blank(legalName) ? fault('legalName', 'must be the name under which the business is registered') : NONE,
  taxIdFaults,
  websiteFaults,
  contactFaults,
  addressFaults,
];

/** What keeps a brand from being stored. Empty when nothing does. */
export function brandFaults(spec: BrandSpec): readonly FieldError[] {
  return BRAND_CHECKS.flatMap((check) => check(spec));
}

/** What keeps a brand from being submitted: the seed's minimum (C19, C20). A provider may want more. */
export function submitFaults(spec: BrandSpec): readonly FieldError[] {
  const phone =
    spec.brandType === 'SOLE_PROP' && spec.mobilePhone === undefined
      ? fault('mobilePhone', "is required for SOLE_PROP: the owner's mobile receives a one-time code")
      : NONE;
  return [...brandFaults(spec), ...phone];
}

function taxIdFaults({ brandType, taxId }: BrandSpec): readonly FieldError[] {
  if (taxId === undefined)
    return brandType === 'STANDARD' ? fault('taxId', 'is required for STANDARD: the EIN, 12-3456789') : NONE;
  return normaliseTaxId(taxId) === undefined
    ? fault('taxId', 'must be an EIN: nine digits, 12-3456789 or 123456789')
    : NONE;
}

function websiteFaults({ websiteDomain }: BrandSpec): readonly FieldError[] {
  const host = canonicalHost(websiteDomain);
  if (host === undefined)
    return fault('websiteDomain', 'must be a public domain, such as example.com, without port or user');
  return isShortener(host)
    ? fault('websiteDomain', "must be the brand's own domain, not a link shortener")
    : NONE;
}

function contactFaults(spec: BrandSpec): readonly FieldError[] {
  const { representative: person } = spec;
  return [
    ...emailFaults('supportEmail', spec.supportEmail),
    ...phoneFaults('supportPhone', spec.supportPhone),
    ...phoneFaults('mobilePhone', spec.mobilePhone),
    ...emailFaults('representative.email', person?.email),
    ...phoneFaults('representative.phone', person?.phone),
  ];
}

function emailFaults(field: string, email: string | undefined): readonly FieldError[] {
  if (email === undefined) return NONE;
  const parts = /^[^\s@]{1,64}@([^\s@]+)$/u.exec(email);
  return parts?.[1] !== undefined && canonicalHost(parts[1]) !== undefined
    ? NONE
    : fault(field, 'must be an e-mail address at a public domain');
}

function phoneFaults(field: string, phone: string | undefined): readonly FieldError[] {
  return phone === undefined || isUsE164(phone)
    ? NONE
    : fault(field, 'must be a US number in E.164: +1 and ten digits');
}

function addressFaults({ address }: BrandSpec): readonly FieldError[] {
  if (address === undefined) return NONE;
  return [
    ...(blank(address.street) ? fault('address.street', 'must not be blank') : NONE),
    ...(blank(address.city) ? fault('address.city', 'must not be blank') : NONE),
    ...(/^[A-Z]{2}$/.test(address.region)
      ? NONE
      : fault('address.region', 'must be a two-letter state code')),
    ...(/^\d{5}(-\d{4})?$/.test(address.postalCode)
      ? NONE
      : fault('address.postalCode', 'must be a ZIP code: 12345 or 12345-6789')),
  ];
}

// --- Number -------------------------------------------------------------------------------------------------

/** What is wrong with a number to be bound (R35). Whether it exists is for the provider to say (C27). */
export function numberFaults(e164: string): readonly FieldError[] {
  return phoneFaults('e164', e164);
}

// --- Campaign -----------------------------------------------------------------------------------------------

const CAMPAIGN_CHECKS: readonly Check<[CampaignSpec, BrandSite['spec']]>[] = [
  ({ useCase }) => (useCase === USE_CASE ? NONE : fault('useCase', `must be ${USE_CASE}`)),
  ({ optInDescription }) =>
    blank(optInDescription) ? fault('optInDescription', 'must tell how people agree to be texted') : NONE,
  sampleFaults,
  stopHelpFaults,
  domainFaults,
  linkFaults,
  policyUrlFaults,
];

/** What keeps a campaign of this brand from being stored or submitted. Empty when nothing does. */
export function campaignFaults(spec: CampaignSpec, brand: BrandSite['spec']): readonly FieldError[] {
  return CAMPAIGN_CHECKS.flatMap((check) => check(spec, brand));
}

function sampleFaults({ sampleMessages }: CampaignSpec): readonly FieldError[] {
  if (sampleMessages.length === 0) return fault('sampleMessages', 'must have at least one message');
  return sampleMessages.flatMap((sample, index) =>
    blank(sample) ? fault(`sampleMessages[${index}]`, 'must not be blank') : NONE,
  );
}

/** Any case, but whole words: `nonstop`, `non-stop` and `helpful` tell nobody what to reply. */
const wholeWord = (word: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])(?<!\\p{L}-)${word}(?![\\p{L}\\p{N}_]|-\\p{L})`, 'iu');
const STOP = wholeWord('STOP');
const HELP = wholeWord('HELP');

function stopHelpFaults({ stopHelpText }: CampaignSpec): readonly FieldError[] {
  return [
    ...(STOP.test(stopHelpText)
      ? NONE
      : fault('stopHelpText', 'must contain the word STOP and say how to opt out')),
    ...(HELP.test(stopHelpText)
      ? NONE
      : fault('stopHelpText', 'must contain the word HELP and say how to get help')),
  ];
}

/** Each declared domain is one of the brand's own (C29). */
function domainFaults({ linkDomains }: CampaignSpec, brand: BrandSite['spec']): readonly FieldError[] {
  if (linkDomains.length === 0) return fault('linkDomains', 'must name at least one domain of the brand');
  const own = ownDomain(brand.websiteDomain);
  return linkDomains.flatMap((domain, index) => {
    const field = `linkDomains[${index}]`;
    const host = canonicalHost(domain);
    if (host === undefined)
      return fault(field, 'must be a public domain or its URL, without port or user: example.com');
    if (isShortener(host)) return fault(field, 'is a generic link shortener; carriers refuse those');
    return registrableDomain(host) === own
      ? NONE
      : fault(field, "must be the brand's websiteDomain or a domain below the same registered name");
  });
}

/** Every link that people will see leads to a declared domain. */
function linkFaults(spec: CampaignSpec): readonly FieldError[] {
  const declared = new Set(spec.linkDomains.map(ownDomain));
  return textsWithLinks(spec).flatMap(([field, text]) => {
    const found = linksIn(text).map((link) => linkFault(link, declared));
    return [...new Set(found)].flatMap((message) => (message === undefined ? NONE : fault(field, message)));
  });
}

function linkFault(link: string, declared: ReadonlySet<string | undefined>): string | undefined {
  const host = canonicalHost(link);
  if (host === undefined) return 'contains a link that is not plain http(s) to a public domain';
  if (isShortener(host)) return 'contains a link of a generic shortener; write the full link';
  return declared.has(registrableDomain(host))
    ? undefined
    : 'contains a link outside linkDomains (if none is meant, put a space after the full stop)';
}

function textsWithLinks(spec: CampaignSpec): readonly (readonly [field: string, text: string])[] {
  const { description = '', messageFlow = '', helpMessage = '', optOutMessage = '' } = spec;
  return [
    ['optInDescription', spec.optInDescription],
    ...spec.sampleMessages.map((sample, index) => [`sampleMessages[${index}]`, sample] as const),
    ['stopHelpText', spec.stopHelpText],
    ['description', description],
    ['messageFlow', messageFlow],
    ['helpMessage', helpMessage],
    ['optOutMessage', optOutMessage],
  ];
}

/** Policies may live with a hosting service; behind a shortener nobody can review them. */
function policyUrlFaults({ privacyPolicyUrl, termsUrl }: CampaignSpec): readonly FieldError[] {
  const urls = { privacyPolicyUrl, termsUrl };
  return Object.entries(urls).flatMap(([field, url]) => {
    if (url === undefined) return NONE;
    const host = /^https?:\/\//i.test(url) ? canonicalHost(url) : undefined;
    if (host === undefined || isShortener(host))
      return fault(field, 'must be a full http(s) URL of a public page, not shortened');
    return NONE;
  });
}

function ownDomain(domain: string): string | undefined {
  const host = canonicalHost(domain);
  return host === undefined ? undefined : registrableDomain(host);
}
