/** As much of an answer as is looked at: more than is kept, since taking secrets out makes it shorter. */
export const RESPONSE_WINDOW_BYTES = 4 * 1024;
/** As much as is kept of it. */
const MAX_RESPONSE_TEXT_BYTES = 1024;
const REDACTED = '[redacted]';

/** `@` as text, as JSON, URLs and HTML escape it. */
const AT = String.raw`(?:@|%40|\\u0040|&#0*64;|&#x0*40;|&commat;)`;
/** A run of what may stand beside it, names in any script. A match takes whole runs: what is left of one would tell. */
const BESIDE_AT = String.raw`[\p{L}\p{M}\p{N}\x60.!#$%&'*+/=?^_{|}~-]`;

/**
 * What must not be kept, in the order in which it is taken out; the first group stays. A repetition is bounded, or
 * begins at one place only and cannot match in two ways, so that a hostile text costs linear time.
 */
const SECRETS: readonly RegExp[] = [
  // Webhook secrets and private keys of Standard Webhooks.
  /()wh(?:sec|sk)_[\w+/=-]*/gi,
  // JSON Web Tokens, with or without a scheme before them.
  /()eyJ[\w-]{4,}\.[\w-]*(?:\.[\w-]*)?/g,
  /(\bbearer(?:\s|%20|\+)+)[^\s"'<>,;]+/gi,
  // Headers that are echoed, whatever their scheme.
  /(\b(?:proxy-)?authorization\\?["']?\s?[:=]\s?\\?["']?)[^"'\\<>,;]{1,512}/gi,
  // Named values: `"password": "…"`, `api_key=…`.
  /((?:password|passwd|secret|token|api[-_ ]?key|access[-_ ]?key)\\?["']?\s?[:=]\s?)(?:\\?["'][^"'\\]{1,512}|[^\s"'\\<>,;&]+)/gi,
  // E-mail addresses.
  new RegExp(`()(?<!${BESIDE_AT})${BESIDE_AT}+${AT}${BESIDE_AT}*`, 'giu'),
  // Phone numbers, EINs, social security and card numbers: nine digits or more, however they are set apart.
  /()\+?\(?\p{Nd}(?:[\s()./·_-]{0,3}\p{Nd}){8,}/gu,
];

/**
 * The text of an answer, safe to keep and to show to the tenant: invalid UTF-8 replaced, control and invisible
 * characters out, e-mail addresses, phone numbers, EINs, tokens and secrets replaced by `[redacted]`, and at
 * most 1 KiB of it.
 * @param start the first bytes of the answer, RESPONSE_WINDOW_BYTES at most.
 * @param more whether it went on behind them.
 */
export function responseText(start: Uint8Array, more: boolean): string {
  let text = new TextDecoder()
    .decode(start.subarray(0, RESPONSE_WINDOW_BYTES))
    // Line breaks and the like part words; what is invisible only hides what a word is.
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/\p{C}/gu, '')
    .trim();
  // The last word may be the first half of a secret.
  if (more || start.length > RESPONSE_WINDOW_BYTES) text = text.replace(/[^\s"'<>,;]{1,256}$/, '');
  for (const secret of SECRETS) text = text.replace(secret, `$1${REDACTED}`);
  return cutTo(text, MAX_RESPONSE_TEXT_BYTES);
}

/** The longest beginning of whole characters that fits. */
function cutTo(text: string, bytes: number): string {
  const encoded = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, encoded.read);
}
