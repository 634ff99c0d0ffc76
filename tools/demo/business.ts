import type { Schemas } from '../../src/registration/contract.gen.ts';

export interface Business {
  readonly brand: Schemas['CreateBrandRequest'];
  readonly campaign: Omit<Schemas['CreateCampaignRequest'], 'brandId'>;
  /** For want of a number that was bought. */
  readonly e164: string;
}

/**
 * A business that answers missed calls by text. A number exists once in the world and stays bound after a run,
 * so number and tax id are made of the time.
 */
export function businessAt(now: Date): Business {
  const seconds = Math.floor(now.getTime() / 1_000);
  return {
    brand: {
      country: 'US',
      brandType: 'STANDARD',
      taxId: `20-${lastDigits(seconds, 7)}`,
      legalName: 'Birch & Main Plumbing LLC',
      displayName: 'Birch & Main Plumbing',
      websiteDomain: 'birchandmain.example',
      supportEmail: 'help@birchandmain.example',
      supportPhone: '+12025550142',
      businessType: 'Limited Liability Corporation',
      industry: 'CONSTRUCTION',
      description: 'Plumbing repairs for homes.',
      ...whoAndWhere('birchandmain.example'),
    },
    campaign: {
      useCase: 'CustomerCare.MissedCallRecovery',
      description: 'One text to callers whose call nobody could take.',
      optInDescription:
        'Customers call the number on birchandmain.example. When nobody can answer, the greeting says that we ' +
        'text back, and we reply once to the number that called.',
      sampleMessages: [
        'Birch & Main Plumbing: sorry we missed your call. How can we help? Reply STOP to opt out, HELP for help.',
        'Birch & Main Plumbing: book a visit at https://birchandmain.example/book. Reply STOP to opt out.',
      ],
      stopHelpText: 'Reply STOP to opt out. Reply HELP for help or write to help@birchandmain.example.',
      linkDomains: ['birchandmain.example'],
      privacyPolicyUrl: 'https://birchandmain.example/privacy',
      termsUrl: 'https://birchandmain.example/terms',
    },
    e164: fictionalNumber(seconds),
  };
}

/** The fake provider knows this tax id as another name's: docs/fake-provider.md. */
export const MISNAMED: Schemas['CreateBrandRequest'] & { readonly taxId: string } = {
  country: 'US',
  brandType: 'STANDARD',
  taxId: '99-0000001',
  legalName: 'Rosa Plumbing',
  websiteDomain: 'rosaplumbing.example',
  supportEmail: 'help@rosaplumbing.example',
  businessType: 'Corporation',
  industry: 'CONSTRUCTION',
  ...whoAndWhere('rosaplumbing.example'),
};
export const RIGHT_NAME = 'Rosa Plumbing Incorporated';

/** What carriers ask for besides: an address, and somebody who may speak for the business. */
function whoAndWhere(domain: string): Pick<Schemas['CreateBrandRequest'], 'address' | 'representative'> {
  return {
    address: { street: '1 Main Street', city: 'Reno', region: 'NV', postalCode: '89501', country: 'US' },
    representative: {
      firstName: 'Sample',
      lastName: 'Owner',
      email: `owner@${domain}`,
      phone: '+12025550143',
      title: 'Owner',
      jobPosition: 'CEO',
    },
  };
}

/** Another one in each of ten minutes, so that numbers of an earlier run are seldom met again; none is toll-free. */
export function areaCodeAt(now: Date): string {
  const code = 200 + (Math.floor(now.getTime() / 1_000) % 590);
  // 211, 311 and so on are services, not areas.
  return String(code % 100 === 11 ? code + 1 : code);
}

/**
 * 555-0100 to 555-0199 are nobody's in any area code. Another one in each of 64,000 seconds: area codes begin
 * with 2 to 9, and 800 of them times 80 subscribers do.
 */
function fictionalNumber(seconds: number): string {
  const areaCode = 200 + (seconds % 800);
  const subscriber = 100 + (Math.floor(seconds / 800) % 80);
  return `+1${areaCode}5550${subscriber}`;
}

function lastDigits(value: number, digits: number): string {
  return String(value % 10 ** digits).padStart(digits, '0');
}
