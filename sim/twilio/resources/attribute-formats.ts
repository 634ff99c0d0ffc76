/** Values that TrustHub accepts for attributes of end users; no free text (docs/twilio.md 3.2, 3.3, 4, 6). */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  business_type: [
    'Co-operative',
    'Corporation',
    'Limited Liability Corporation',
    'Non-profit Corporation',
    'Partnership',
    'Sole Proprietorship',
    'Limited Liability Partnership',
    'Non-profit',
  ],
  business_industry:
    'AGRICULTURE AUTOMOTIVE BANKING CONSTRUCTION CONSUMER EDUCATION ELECTRONICS ENERGY ENGINEERING FAST_MOVING_CONSUMER_GOODS FINANCIAL FINTECH FOOD_AND_BEVERAGE GOVERNMENT HEALTHCARE HOSPITALITY INSURANCE JEWELRY LEGAL MANUFACTURING MEDIA NOT_FOR_PROFIT OIL_AND_GAS ONLINE PROFESSIONAL_SERVICES RAW_MATERIALS REAL_ESTATE RELIGION RETAIL TECHNOLOGY TELECOMMUNICATIONS TRANSPORTATION TRAVEL'.split(
      ' ',
    ),
  business_registration_identifier: ['EIN', 'DUNS', 'CBN', 'CN', 'ACN', 'CIN', 'VAT', 'VATRN', 'RN', 'Other'],
  business_regions_of_operation: ['AFRICA', 'ASIA', 'EUROPE', 'LATIN_AMERICA', 'USA_AND_CANADA', 'AUSTRALIA'],
  business_identity: ['direct_customer', 'isv_reseller_or_partner', 'unknown'],
  job_position: ['Director', 'GM', 'VP', 'CEO', 'CFO', 'General Counsel', 'Other'],
  company_type: ['private', 'public', 'government', 'non_profit', 'non-profit'],
  vertical:
    'AGRICULTURE COMMUNICATION ENERGY ENTERTAINMENT FINANCIAL GAMBLING GOVERNMENT HEALTHCARE HOSPITALITY HUMAN_RESOURCES INSURANCE LEGAL MANUFACTURING NGO POLITICAL POSTAL PROFESSIONAL REAL_ESTATE RETAIL TECHNOLOGY TRANSPORTATION'.split(
      ' ',
    ),
};

const E164 = /^\+[1-9]\d{7,14}$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

const PATTERNS: Readonly<Record<string, RegExp>> = {
  phone_number: E164,
  // Sole proprietors: a mobile of the US or Canada.
  mobile_phone_number: /^\+1\d{10}$/,
  email: EMAIL,
  brand_contact_email: EMAIL,
};

/** What is wrong with the value of an attribute, or undefined. The value is never repeated in the text. */
export function formatFault(field: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return `The ${field} must be text.`;
  const values = VALUES[field];
  // Several regions may be given, separated by commas.
  const parts =
    field === 'business_regions_of_operation' ? value.split(',').map((part) => part.trim()) : [value];
  if (values && !parts.every((part) => values.includes(part)))
    return `The ${field} is not one of the accepted values.`;
  const pattern = PATTERNS[field];
  if (pattern && !pattern.test(value)) return `The ${field} is not in the accepted format.`;
  if (
    field === 'website_url' &&
    !/^https?:\/\/[^\s/]+\.[^\s/]+/.test(value) &&
    !/^[\w-]+(\.[\w-]+)+/.test(value)
  ) {
    return 'The website_url is not a URL.';
  }
  return undefined;
}
