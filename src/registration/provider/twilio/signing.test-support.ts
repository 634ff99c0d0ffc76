import { createHash, createHmac } from 'node:crypto';

/* For tests only: the provider's side of a signature, written from its description and not with its SDK. */

export function signedForm(url: string, form: URLSearchParams, token: string): string {
  const text = [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join('');
  return hmac(url + text, token);
}

/** The URL gets the hash of the body, and is what is signed. */
export function signedJson(
  url: string,
  body: Uint8Array,
  token: string,
): { readonly url: string; readonly header: string } {
  const withHash = `${url}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
  return { url: withHash, header: hmac(withHash, token) };
}

function hmac(text: string, token: string): string {
  return createHmac('sha1', token).update(text).digest('base64');
}
