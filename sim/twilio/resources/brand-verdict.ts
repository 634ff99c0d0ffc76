/** What the registry would look at when it judges a brand. */
export interface BrandFacts {
  readonly soleProprietor: boolean;
  readonly skipSecondaryVetting: boolean;
  readonly mock: boolean;
  /** Both bundles exist, are of the right kind, belong together and were accepted by TrustHub. */
  readonly bundlesInOrder: boolean;
  /** Digits only. */
  readonly registrationNumber: string;
  readonly businessName: string;
  /** Sole proprietors: the name under which they trade, which must not claim a company. */
  readonly brandName: string;
  readonly mobile: string;
}

export interface BrandError {
  readonly error_code: number;
  readonly description: string;
  readonly url: string;
  readonly fields: readonly string[];
}

export type IdentityStatus = 'SELF_DECLARED' | 'UNVERIFIED' | 'VERIFIED' | 'VETTED_VERIFIED';

export type BrandVerdict =
  | { readonly kind: 'waits' }
  | { readonly kind: 'failed'; readonly known: boolean; readonly errors: readonly BrandError[] }
  | {
      readonly kind: 'approved';
      readonly identity: IdentityStatus;
      /** Advice that the API shows although the brand is approved. */
      readonly errors: readonly BrandError[];
      /** Looked at by a person first: IN_REVIEW before the verdict. */
      readonly manual: boolean;
      /** Taken away again some time after the approval. */
      readonly suspended: boolean;
    };

interface Failure {
  readonly text: string;
  readonly fields: readonly string[];
  /** The registry never accepted the brand: `tcr_id` stays null and the brand cannot be updated. */
  readonly unknown?: true;
}

/** Own wording; codes, meanings and what is null follow docs/twilio.md 8.3 and 11. */
const FAILURES: Readonly<Record<number, Failure>> = {
  30701: { text: 'An input field is invalid.', fields: ['email'] },
  30702: { text: 'The brand was not found or is not active.', fields: [], unknown: true },
  30712: { text: 'The account has reached its limit of brands.', fields: [], unknown: true },
  30729: { text: 'The country of the address is not allowed.', fields: ['iso_country'] },
  30734: { text: 'The brand could not be registered.', fields: [] },
  30750: { text: 'The mobile number was used too often.', fields: ['mobile_phone_number'] },
  30751: { text: 'The mobile number is not supported.', fields: ['mobile_phone_number'] },
  30752: { text: 'The answer to the one-time passcode was wrong.', fields: ['mobile_phone_number'] },
  30754: { text: 'The address is not valid.', fields: ['address_sids'] },
  30757: { text: 'The business registration number is not valid.', fields: ['business_registration_number'] },
  30790: { text: 'Internal failure.', fields: [] },
  30791: { text: 'Temporary failure.', fields: [] },
  30792: { text: 'General failure.', fields: [] },
  30793: {
    text: 'A profile or trust bundle is wrong or not compliant.',
    fields: ['customer_profile_bundle_sid'],
    unknown: true,
  },
  30794: { text: 'The brand was refused for the reason given.', fields: [] },
  30795: {
    text: 'The EIN is not valid or does not belong to the business name.',
    fields: ['business_registration_number', 'business_name'],
  },
  30799: { text: 'Details of the brand could not be verified.', fields: ['business_name', 'website_url'] },
  30914: { text: 'The name does not match the proprietor.', fields: ['brand_name'] },
  30915: { text: 'The brand name carries a company suffix.', fields: ['brand_name'] },
};

export function brandError(code: number): BrandError {
  const failure = FAILURES[code];
  return {
    error_code: code,
    description: failure?.text ?? 'The brand was refused.',
    url: `https://www.twilio.com/docs/api/errors/${code}`,
    fields: failure?.fields ?? [],
  };
}

function failed(code: number, known = FAILURES[code]?.unknown !== true): BrandVerdict {
  return { kind: 'failed', known, errors: [brandError(code)] };
}

/** The name that tax id 99-0000001 belongs to; any other fails with 30795. */
export const OWNER_OF_990000001 = 'Rosa Plumbing Incorporated';

/** Tax ids that decide a brand; 99-00CCCCC stands for error CCCCC. See magic-values.md. */
export function brandVerdict(facts: BrandFacts): BrandVerdict {
  if (!facts.bundlesInOrder) return failed(30793);
  if (facts.soleProprietor) return soleProprietorVerdict(facts);
  const approved = {
    kind: 'approved' as const,
    identity: facts.skipSecondaryVetting || facts.mock ? ('VERIFIED' as const) : ('VETTED_VERIFIED' as const),
    errors: [],
    manual: false,
    suspended: false,
  };
  switch (facts.registrationNumber) {
    case '990000001':
      return facts.businessName === OWNER_OF_990000001 ? approved : failed(30795);
    case '990000002':
      return { kind: 'waits' };
    case '990000003':
      return { ...approved, manual: true };
    case '990000004':
      return failed(30701, false);
    case '990000005':
      return { ...approved, errors: [brandError(30799)] };
    case '990000006':
      return { ...approved, suspended: true };
  }
  const code = codeOfTaxId(facts.registrationNumber);
  return code !== undefined && code >= 30_000 ? failed(code) : approved;
}

/** The code CCCCC of a tax id 99-00CCCCC. Codes 186xx reject the profile, others the brand. */
export function codeOfTaxId(digits: string): number | undefined {
  const match = /^9900(\d{5})$/.exec(digits);
  const code = match ? Number(match[1]) : 0;
  return code >= 10_000 ? code : undefined;
}

function soleProprietorVerdict(facts: BrandFacts): BrandVerdict {
  if (/\b(inc|llc|corp|incorporated|corporation|ltd)\b\.?$/i.test(facts.brandName)) return failed(30915);
  // Mobiles +1 500 555 07CC stand for error 307CC.
  const mobile = /^\+1500555(07\d\d)$/.exec(facts.mobile);
  if (mobile) return failed(30_000 + Number(mobile[1]));
  // The owner has not answered the one-time passcode yet, so the identity starts unverified; a mock has none.
  const identity = facts.mock ? 'VERIFIED' : 'UNVERIFIED';
  return { kind: 'approved', identity, errors: [], manual: false, suspended: false };
}
