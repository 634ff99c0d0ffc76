const MAX_LENGTH = 300;
const EMAIL = /[^\s@<>"'(),;]{1,64}@[^\s@<>"'(),;]{1,253}/g;
/** Two letters and 32 hex digits: an object of the provider. */
const SID = /\b[A-Z]{2}[0-9a-fA-F]{32}\b/g;
const URL_TAIL = /(https?:\/\/[^\s?#]{1,2048})[?#]\S*/gi;
/** Phone numbers and tax ids, however they are grouped. */
const GROUPED_DIGITS = /\+?\(?\d[\d()./ -]{4,}\d/g;
/** A number with so many digits can be somebody's (a US local number has seven). */
const TELLING_DIGITS = 7;

/**
 * The provider's free text as it may be stored and shown: one line, without e-mail addresses, ids, queries of
 * URLs and numbers long enough to be a phone or a tax id; at most 300 characters. Undefined when nothing is left.
 */
export function withoutPii(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const clean = text
    .slice(0, 4 * MAX_LENGTH)
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(URL_TAIL, '$1')
    .replace(EMAIL, '[e-mail]')
    .replace(SID, '[id]')
    .replace(GROUPED_DIGITS, (run) => (run.replace(/\D/g, '').length >= TELLING_DIGITS ? '[number]' : run))
    .trim();
  if (clean === '') return undefined;
  return clean.length <= MAX_LENGTH ? clean : `${clean.slice(0, MAX_LENGTH - 1).trimEnd()}…`;
}
