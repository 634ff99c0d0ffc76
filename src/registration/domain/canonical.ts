import { canonicalHost } from './hosts.ts';
import { canonicalPhone } from './phones.ts';
import { normaliseTaxId } from './tax-id.ts';
import type { Address, BrandSpec, CampaignSpec, Representative } from './types.ts';

/** A brand as a tenant writes it. */
export type BrandInput = Omit<BrandSpec, 'displayName'> & { readonly displayName?: string };

/**
 * A brand's spec in the one spelling that is stored, compared and sent. What cannot be brought into it is
 * kept, for brandFaults to name. Unknown fields are dropped; blank optional ones count as absent.
 */
export function canonicalBrandSpec(input: BrandInput): BrandSpec {
  const legalName = line(input.legalName);
  return {
    country: input.country,
    brandType: input.brandType,
    legalName,
    displayName: given(input.displayName, line) ?? legalName, // C30
    websiteDomain: host(input.websiteDomain),
    ...present({
      taxId: canonicalTaxId(input.taxId),
      supportEmail: given(input.supportEmail, line),
      supportPhone: given(input.supportPhone, phone),
      mobilePhone: given(input.mobilePhone, phone),
      businessType: given(input.businessType, line),
      industry: given(input.industry, line),
      description: given(input.description, prose),
      address: input.address && canonicalAddress(input.address),
      representative: input.representative && canonicalRepresentative(input.representative),
    }),
  };
}

/** A tax id in the spelling by which its brand is found; undefined when there is none. */
export function canonicalTaxId(taxId: string | undefined): string | undefined {
  return given(given(taxId, line), (some) => normaliseTaxId(some) ?? some);
}

/** A campaign's spec in its one spelling; as canonicalBrandSpec. Positions in lists stay as they were given. */
export function canonicalCampaignSpec(input: CampaignSpec): CampaignSpec {
  return {
    useCase: input.useCase,
    optInDescription: prose(input.optInDescription),
    sampleMessages: input.sampleMessages.map(prose),
    stopHelpText: prose(input.stopHelpText),
    linkDomains: input.linkDomains.map(host),
    ...present({
      description: given(input.description, prose),
      privacyPolicyUrl: given(input.privacyPolicyUrl, line),
      termsUrl: given(input.termsUrl, line),
      messageFlow: given(input.messageFlow, prose),
      helpMessage: given(input.helpMessage, prose),
      optOutMessage: given(input.optOutMessage, prose),
    }),
  };
}

function canonicalAddress(address: Address): Address {
  return {
    street: line(address.street),
    ...present({ street2: given(address.street2, line) }),
    city: line(address.city),
    // Capitals of composed letters may come apart.
    region: line(line(address.region).toUpperCase()),
    postalCode: line(address.postalCode),
    country: address.country,
  };
}

function canonicalRepresentative(person: Representative): Representative {
  return {
    firstName: line(person.firstName),
    lastName: line(person.lastName),
    email: line(person.email),
    phone: phone(person.phone),
    ...present({ title: given(person.title, line), jobPosition: given(person.jobPosition, line) }),
  };
}

/**
 * Text that keeps its lines: well-formed, composed, without control characters. PostgreSQL's jsonb takes
 * neither NUL nor half of a surrogate pair.
 */
function prose(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .normalize('NFC')
    .trim();
}

/** Text of one line: as prose, every run of white space one blank. */
function line(text: string): string {
  return prose(text.replace(/\s+/gu, ' ')).replace(/\s+/gu, ' ');
}

const phone = (text: string): string => canonicalPhone(line(text));

function host(text: string): string {
  const spelt = line(text);
  return canonicalHost(spelt) ?? spelt;
}

function given(text: string | undefined, spell: (text: string) => string): string | undefined {
  const spelt = text === undefined ? '' : spell(text);
  return spelt === '' ? undefined : spelt;
}

/** Without the fields that are undefined. */
function present<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> };
function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
