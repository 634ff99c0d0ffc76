import { isPossiblePhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/min';

const US_E164 = /^\+1\d{10}$/;

/**
 * True for `+1` and ten digits in a possible US shape (R35). Possible, not assigned: providers' test numbers
 * such as +15005550006 must pass, and whether a number exists is for the provider to say (C27).
 */
export function isUsE164(phone: string): boolean {
  return US_E164.test(phone) && isPossiblePhoneNumber(phone);
}

/** A phone number as people write it, in E.164; the trimmed text itself when it is not a possible number. */
export function canonicalPhone(phone: string): string {
  const text = phone.trim();
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: 'US', extract: false });
  return parsed?.isPossible() && parsed.ext === undefined ? parsed.number : text;
}
