export interface CampaignError {
  readonly error_code: number;
  readonly fields: readonly string[];
  readonly description: string;
  readonly url: string;
}

/** What a reviewer reads. */
export interface CampaignTexts {
  readonly description: string;
  readonly messageFlow: string;
  readonly samples: readonly string[];
  readonly optInMessage: string;
  readonly optOutMessage: string;
  readonly helpMessage: string;
  readonly hasEmbeddedPhone: boolean;
  readonly privacyPolicyUrl: string | null;
  readonly termsUrl: string | null;
}

export type CampaignVerdict =
  | { readonly kind: 'waits' }
  | { readonly kind: 'failed'; readonly errors: readonly CampaignError[] }
  | { readonly kind: 'verified'; readonly suspended: boolean };

/** Fields in the API's words that a code points to (docs/twilio.md 8.5). */
const FIELDS: Readonly<Record<number, readonly string[]>> = {
  30882: ['TERMS_AND_CONDITIONS_URL'],
  30886: ['DESCRIPTION'],
  30887: ['OPT_OUT_MESSAGE'],
  30888: ['AGE_GATED'],
  30889: ['HAS_EMBEDDED_PHONE', 'MESSAGE_SAMPLES'],
  30890: ['HELP_MESSAGE'],
  30891: ['MESSAGE_FLOW'],
  30892: ['MESSAGE_SAMPLES'],
  30893: ['MESSAGE_SAMPLES'],
  30895: ['DIRECT_LENDING'],
  30896: ['MESSAGE_FLOW'],
  30900: ['USE_CASE'],
  30908: ['PRIVACY_POLICY_URL'],
  30909: ['MESSAGE_FLOW'],
  30923: ['MESSAGE_FLOW'],
  30931: ['MESSAGE_FLOW'],
};

export function campaignError(code: number): CampaignError {
  return {
    error_code: code,
    fields: FIELDS[code] ?? [],
    description: 'The campaign was refused in review.',
    url: `https://www.twilio.com/docs/api/errors/${code}`,
  };
}

const OPT_IN_INSUFFICIENT = 30_896;
const SHORTENERS = /\b(bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly)\//i;
const PHONE = /(?<![\d-])(?:\+?1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)/;

/** Digits inside of links are no telephone number. */
function showsPhone(sample: string): boolean {
  return PHONE.test(sample.replace(/\S{1,30}:\/\/\S*/g, ' '));
}

/**
 * `sim:reject` and `sim:reject:<code>` anywhere in the texts fail it, several of them with several errors;
 * `sim:stuck` leaves it in review, `sim:suspend` takes it away again after its approval. Besides these the
 * reviewer knows three real rules: no public URL shorteners in samples (30892), telephone numbers in samples only
 * with the flag (30889), a privacy policy either as a URL or as a link in the message flow (30908).
 */
export function campaignVerdict(texts: CampaignTexts): CampaignVerdict {
  const all = [
    texts.description,
    texts.messageFlow,
    ...texts.samples,
    texts.optInMessage,
    texts.optOutMessage,
    texts.helpMessage,
  ].join('\n');
  const codes = [...all.matchAll(/sim:reject(?::(\d{5}))?/g)].map((match) =>
    match[1] === undefined ? OPT_IN_INSUFFICIENT : Number(match[1]),
  );
  if (texts.samples.some((sample) => SHORTENERS.test(sample))) codes.push(30_892);
  if (!texts.hasEmbeddedPhone && texts.samples.some(showsPhone)) codes.push(30_889);
  if (!texts.privacyPolicyUrl && !/https?:\/\/|\bwww\./.test(texts.messageFlow)) codes.push(30_908);
  if (codes.length > 0) return { kind: 'failed', errors: [...new Set(codes)].map(campaignError) };
  if (all.includes('sim:stuck')) return { kind: 'waits' };
  return { kind: 'verified', suspended: all.includes('sim:suspend') };
}
