/*
 * The provider's closed lists (docs/twilio.md 3.2, 3.3, 6). Ours are free text: any case, blank, hyphen or
 * underscore.
 */

export const BUSINESS_TYPES = [
  'Co-operative',
  'Corporation',
  'Limited Liability Corporation',
  'Non-profit Corporation',
  'Partnership',
] as const;

export const JOB_POSITIONS = ['Director', 'GM', 'VP', 'CEO', 'CFO', 'General Counsel', 'Other'] as const;

export const INDUSTRIES = [
  'AGRICULTURE',
  'AUTOMOTIVE',
  'BANKING',
  'CONSTRUCTION',
  'CONSUMER',
  'EDUCATION',
  'ELECTRONICS',
  'ENERGY',
  'ENGINEERING',
  'FAST_MOVING_CONSUMER_GOODS',
  'FINANCIAL',
  'FINTECH',
  'FOOD_AND_BEVERAGE',
  'GOVERNMENT',
  'HEALTHCARE',
  'HOSPITALITY',
  'INSURANCE',
  'JEWELRY',
  'LEGAL',
  'MANUFACTURING',
  'MEDIA',
  'NOT_FOR_PROFIT',
  'OIL_AND_GAS',
  'ONLINE',
  'PROFESSIONAL_SERVICES',
  'RAW_MATERIALS',
  'REAL_ESTATE',
  'RELIGION',
  'RETAIL',
  'TECHNOLOGY',
  'TELECOMMUNICATIONS',
  'TRANSPORTATION',
  'TRAVEL',
] as const;

/** The industries of sole proprietors are another list. */
export const VERTICALS = [
  'AGRICULTURE',
  'COMMUNICATION',
  'ENERGY',
  'ENTERTAINMENT',
  'FINANCIAL',
  'GAMBLING',
  'GOVERNMENT',
  'HEALTHCARE',
  'HOSPITALITY',
  'HUMAN_RESOURCES',
  'INSURANCE',
  'LEGAL',
  'MANUFACTURING',
  'NGO',
  'POLITICAL',
  'POSTAL',
  'PROFESSIONAL',
  'REAL_ESTATE',
  'RETAIL',
  'TECHNOLOGY',
  'TRANSPORTATION',
] as const;

/** What the one list says for a word of the other. Words with no counterpart are left out: it is optional. */
const VERTICAL_OF_INDUSTRY: Readonly<Record<string, (typeof VERTICALS)[number]>> = {
  BANKING: 'FINANCIAL',
  FINTECH: 'FINANCIAL',
  MEDIA: 'ENTERTAINMENT',
  NOT_FOR_PROFIT: 'NGO',
  OIL_AND_GAS: 'ENERGY',
  PROFESSIONAL_SERVICES: 'PROFESSIONAL',
  TELECOMMUNICATIONS: 'COMMUNICATION',
};

/** Other spellings of legal forms, as businesses write their own. */
const BUSINESS_TYPE_ALIASES: Readonly<Record<string, (typeof BUSINESS_TYPES)[number]>> = {
  llc: 'Limited Liability Corporation',
  limitedliabilitycompany: 'Limited Liability Corporation',
  cooperative: 'Co-operative',
  nonprofit: 'Non-profit Corporation',
};

/** The provider's word for a legal form; undefined when it has none. */
export function businessTypeOf(text: string | undefined): (typeof BUSINESS_TYPES)[number] | undefined {
  if (text === undefined) return undefined;
  const key = keyOf(text);
  const alias = Object.hasOwn(BUSINESS_TYPE_ALIASES, key) ? BUSINESS_TYPE_ALIASES[key] : undefined;
  return alias ?? among(BUSINESS_TYPES, text);
}

export function jobPositionOf(text: string | undefined): (typeof JOB_POSITIONS)[number] | undefined {
  return among(JOB_POSITIONS, text);
}

export function industryOf(text: string | undefined): (typeof INDUSTRIES)[number] | undefined {
  return among(INDUSTRIES, text);
}

/** The industry of a sole proprietor, given in the words of either list. */
export function verticalOf(text: string | undefined): (typeof VERTICALS)[number] | undefined {
  const industry = industryOf(text);
  return among(VERTICALS, text) ?? (industry === undefined ? undefined : VERTICAL_OF_INDUSTRY[industry]);
}

function among<W extends string>(words: readonly W[], text: string | undefined): W | undefined {
  if (text === undefined) return undefined;
  const key = keyOf(text);
  return words.find((word) => keyOf(word) === key);
}

const keyOf = (text: string): string => text.toLowerCase().replace(/[\s_-]/g, '');
