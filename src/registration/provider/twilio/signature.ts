import { validateRequest, validateRequestWithBody } from 'twilio/lib/webhooks/webhooks.js';

/** A request as it came, and what it has to be signed with. Either `form` or `rawJson` is its body. */
export interface SignedRequest {
  /** Scheme, host and path as configured at the provider, query as it came; never made of `Host` or a proxy's headers. */
  readonly url: string;
  /** `X-Twilio-Signature`. */
  readonly header: string;
  /** Every parameter of the form, blank and unknown ones too. */
  readonly form?: URLSearchParams;
  /** The bytes of the body before anybody parsed them. */
  readonly rawJson?: Uint8Array;
  /** Auth tokens that may sign: two while they are rotated. */
  readonly tokens: readonly string[];
}

/** With the byte order mark, if there is one: the hash is over it too. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Whether one of the tokens signed this very request, in constant time by the provider's own SDK
 * (docs/twilio.md 10.1): a form by URL and parameters, JSON by URL with the hash of the body in it
 * (`bodySHA256`). Never throws.
 */
export function verifySignature({ url, header, form, rawJson, tokens }: SignedRequest): boolean {
  // An empty token would let everybody sign.
  const keys = tokens.filter((token) => token !== '');
  if (form !== undefined) {
    const parameters = parametersOf(form);
    return keys.some((token) => validateRequest(token, header, url, parameters));
  }
  const body = rawJson && decoded(rawJson);
  return body !== undefined && keys.some((token) => validateRequestWithBody(token, header, url, body));
}

/** A name that is repeated has all its values. In one pass: the form is a stranger's until it is verified. */
function parametersOf(form: URLSearchParams): Record<string, string | string[]> {
  const values = new Map<string, string | string[]>();
  for (const [name, value] of form) {
    const before = values.get(name);
    if (before === undefined) values.set(name, value);
    else if (typeof before === 'string') values.set(name, [before, value]);
    else before.push(value);
  }
  return Object.fromEntries(values);
}

/** Undefined for what is not UTF-8: decoded and encoded again it would be other bytes. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
