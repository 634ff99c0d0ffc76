import type { TwilioAnswer } from '#platform/twilio/answer.ts';
import type { PortResult, ProviderFault } from '../../ports.ts';

type Ending = Exclude<PortResult<never>, { readonly kind: 'ok' }>;

interface ErrorEntry {
  readonly kind: 'unavailable' | 'refused' | 'credentials' | 'notFound' | 'throttled' | 'unknown';
  /** Ours where the provider's text says less, or what it should not. */
  readonly message?: string;
  /** Field of our request that has to change. */
  readonly field?: string;
}

const VOICE_APP = 'webhooks.voiceAppSid';
const NEEDS_ADDRESS: ErrorEntry = {
  kind: 'refused',
  message: 'the number can only be bought with an address, which is not supported',
  field: 'e164',
};

/** What the provider's codes come to (docs/twilio.md 8.1, 9.2, 9.3), as data. */
export const ERRORS: Readonly<Record<string, ErrorEntry>> = {
  20003: { kind: 'credentials', message: 'the provider does not take our credentials' },
  20005: { kind: 'credentials', message: 'the account at the provider is not active' },
  20008: { kind: 'credentials', message: 'test credentials may not do this' },
  20404: { kind: 'notFound' },
  20429: { kind: 'throttled' },
  21402: { kind: 'refused', message: 'the provider takes the voice or status callback URL for invalid' },
  21404: { kind: 'refused', message: 'the trial account may not have more numbers' },
  21405: { kind: 'refused', message: 'a voice fallback URL needs a voice URL' },
  21406: { kind: 'refused', message: 'a message fallback URL needs a message URL' },
  21420: { kind: 'refused', message: 'the account has no such application', field: VOICE_APP },
  21421: { kind: 'refused', message: 'the provider takes this for no valid number', field: 'e164' },
  21422: { kind: 'unavailable', message: 'the number is not available' },
  21451: { kind: 'refused', message: 'this is not an area code', field: 'areaCode' },
  21452: { kind: 'unavailable', message: 'the provider has no number in this area code' },
  21474: { kind: 'refused', message: 'the number cannot be moved to another account' },
  21502: {
    kind: 'refused',
    message: 'the provider takes the message URL for invalid',
    field: 'webhooks.smsWebhookUrl',
  },
  21613: { kind: 'refused', message: 'the number needs a certification of the account', field: 'e164' },
  21615: NEEDS_ADDRESS,
  21631: NEEDS_ADDRESS,
  21649: { kind: 'refused', message: 'the number needs a regulatory bundle', field: 'e164' },
  // Not in the service: what detaching wants.
  21711: { kind: 'notFound' },
  // Maintenance says nothing of what was done before it began.
  21730: { kind: 'unknown' },
};

/** Names of the provider that its texts use, and ours. */
const FIELDS: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/\bStatusCallback\b/i, 'webhooks.statusCallbackUrl'],
  [/\bVoiceUrl\b/i, 'webhooks.voiceUrl'],
  [/\bVoiceApplicationSid\b/i, VOICE_APP],
  [/\bSmsUrl\b/i, 'webhooks.smsWebhookUrl'],
];

/** What an answer that is no success comes to. Only what bears the provider's code is the provider's no. */
export function endingOf(answer: TwilioAnswer): Ending {
  const { status, code, message, retryAfterMs } = answer;
  if (status === 429) return { kind: 'throttled', ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (status >= 500 || status < 400 || status === 408)
    return { kind: 'unknown', reason: `the provider answered ${status}`, sent: true };
  if (status === 401) return refusal('credentials', code ?? '20003', ERRORS[20003], undefined);
  if (code === undefined)
    return { kind: 'unknown', reason: `an answer ${status} that is not the provider’s`, sent: true };
  const entry = ERRORS[code];
  if (status === 404) return { kind: 'notFound' };
  switch (entry?.kind) {
    case 'notFound':
      return { kind: 'notFound' };
    case 'throttled':
      return { kind: 'throttled', ...(retryAfterMs !== undefined && { retryAfterMs }) };
    case 'unknown':
      return { kind: 'unknown', reason: `the provider answered ${status}, code ${code}`, sent: true };
    default:
      return refusal(entry?.kind ?? 'refused', code, entry, message);
  }
}

function refusal(
  kind: 'unavailable' | 'refused' | 'credentials',
  code: string,
  entry: ErrorEntry | undefined,
  theirs: string | undefined,
): Ending {
  const field = entry?.field ?? FIELDS.find(([name]) => name.test(theirs ?? ''))?.[1];
  const fault: ProviderFault = {
    code,
    message: entry?.message ?? harmless(theirs),
    ...(field !== undefined && { field }),
  };
  return { kind, fault };
}

const NO_WORDS = 'the provider refuses this and does not say why';
/** As much as a caller can use; the code names the rest. */
const MAX_LENGTH = 200;

/** The provider's text in one line, cut, without queries of URLs, user info and e-mail addresses. */
function harmless(text: string | undefined): string {
  const clean = (text ?? '')
    .slice(0, 4 * MAX_LENGTH)
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/(https?:\/\/)(?:[^\s/?#@]*@)?([^\s?#]*)[?#]?\S*/gi, '$1$2')
    .replace(/[^\s@<>"'(),;]{1,64}@[^\s@<>"'(),;]{1,253}/g, '[e-mail]')
    .trim();
  return clean === '' ? NO_WORDS : clean.slice(0, MAX_LENGTH);
}
