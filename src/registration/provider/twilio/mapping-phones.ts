const URLS = /\S{1,30}:\/\/\S*/g;
/** A North American number, grouped in any usual way, its area code optional when there is a hyphen or a dot. */
const NORTH_AMERICAN =
  /(?<![\d.-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-]?)\d{3}[ .-]?\d{4}(?!\d)|(?<![\d.-])[2-9]\d{2}[.-]\d{4}(?![\d-])/;
const INTERNATIONAL = /\+\d[\d (). -]{5,}\d/;
/** `[phone number]`, `{business_phone}`: a number to be filled in. */
const TO_COME = /[[{][^[\]{}]{0,60}phone[^[\]{}]{0,60}[\]}]/i;

/** Whether a message shows a phone number, or will. Digits inside of links are none. */
export function showsPhone(message: string): boolean {
  const plain = message.normalize('NFKC').replace(URLS, ' ');
  return NORTH_AMERICAN.test(plain) || INTERNATIONAL.test(plain) || TO_COME.test(message);
}
