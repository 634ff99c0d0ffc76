import { createHash, createHmac } from 'node:crypto';

/**
 * X-Twilio-Signature of a form callback: the URL as configured without its fragment, then every parameter sorted
 * by name as name and value with nothing between, HMAC-SHA1 under the auth token, base64
 * (docs/twilio.md 10.1).
 */
export function signForm(token: string, url: string, form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  const tail = names
    .map((name) =>
      [...new Set(form.getAll(name))]
        .sort()
        .map((value) => name + value)
        .join(''),
    )
    .join('');
  return hmac(token, withoutFragment(url) + tail);
}

/**
 * A JSON callback: the hash of the raw body joins the query, and the signature covers that URL alone.
 * Answers the URL to call and the signature header.
 */
export function signJson(token: string, url: string, body: string): { url: string; signature: string } {
  const hash = createHash('sha256').update(body, 'utf8').digest('hex');
  const plain = withoutFragment(url);
  const signed = `${plain}${plain.includes('?') ? '&' : '?'}bodySHA256=${hash}`;
  return { url: signed, signature: hmac(token, signed) };
}

export function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? url;
}

function hmac(token: string, text: string): string {
  return createHmac('sha1', token).update(text, 'utf8').digest('base64');
}
