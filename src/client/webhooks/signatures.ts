import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookHeaders } from './headers.ts';

/**
 * What a signature covers, from most to least: `v2` event id, aggregate, sequence, previous sequence, type,
 * timestamp and body; `standard` (Standard Webhooks) event id, timestamp and body; `v1` timestamp and body.
 */
export type Family = 'v2' | 'standard' | 'v1';

interface Scheme {
  readonly family: Family;
  /** The values of this family in the request's headers; empty when it was not signed so. */
  given(headers: WebhookHeaders): readonly string[];
  /** What stands before the body in what is signed; undefined when a header it needs is absent. */
  prefix(headers: WebhookHeaders): string | undefined;
  write(digest: Buffer): string;
  timestamp(headers: WebhookHeaders): string | undefined;
}

const PREFIX = 'whsec_';
/** Standard Webhooks has keys of 24 to 64 bytes; a shorter one was cut off when it was copied. */
const MIN_KEY_BYTES = 24;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The schemes, strongest first. Unknown versions in a header are for other readers, and left out. */
export const SCHEMES: readonly Scheme[] = [
  {
    family: 'v2',
    given: ({ signature }) => listed(signature, ',', 'v2='),
    prefix: ({ eventId, timestamp, aggregateId, sequence, previousSequence, type }) =>
      joined(['v2', eventId, timestamp, aggregateId, sequence, previousSequence, type, ''], '\n'),
    write: (digest) => `v2=${digest.toString('hex')}`,
    timestamp: ({ timestamp }) => timestamp,
  },
  {
    family: 'standard',
    given: ({ standardSignature }) => listed(standardSignature, ' ', 'v1,'),
    prefix: ({ standardId, standardTimestamp }) => joined([standardId, standardTimestamp, ''], '.'),
    write: (digest) => `v1,${digest.toString('base64')}`,
    timestamp: ({ standardTimestamp }) => standardTimestamp,
  },
  {
    family: 'v1',
    given: ({ signature }) => listed(signature, ',', 'v1='),
    prefix: ({ timestamp }) => joined([timestamp, ''], '.'),
    write: (digest) => `v1=${digest.toString('hex')}`,
    timestamp: ({ timestamp }) => timestamp,
  },
];

/**
 * Whether one of the secrets made one of the given values. Every secret is tried against every value, whichever
 * matches: the time taken tells neither which secret is the right one nor how much of a value was.
 */
export function matches(
  scheme: Scheme,
  keys: readonly Uint8Array[],
  headers: WebhookHeaders,
  body: Uint8Array,
): boolean {
  const prefix = scheme.prefix(headers);
  if (prefix === undefined) return false;
  const given = scheme.given(headers).map((value) => Buffer.from(value));
  let found = false;
  for (const key of keys) {
    const right = Buffer.from(scheme.write(createHmac('sha256', key).update(prefix).update(body).digest()));
    for (const value of given) {
      const same = value.length === right.length && timingSafeEqual(value, right);
      found = same || found;
    }
  }
  return found;
}

/** The bytes of a secret as it was shown. Throws a TypeError, without the secret, when it has not that form. */
export function decodeSecret(secret: string): Uint8Array {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const key = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length >= MIN_KEY_BYTES) return key;
  throw new TypeError('a webhook secret is whsec_ and at least 24 bytes in base64; this one is not');
}

function listed(header: string | undefined, separator: string, start: string): readonly string[] {
  return (header ?? '')
    .split(separator)
    .map((value) => value.trim())
    .filter((value) => value.startsWith(start));
}

/** A line feed inside a value would let two different sets of values read alike. HTTP forbids it; so do we. */
function joined(values: readonly (string | undefined)[], separator: string): string | undefined {
  return values.some((value) => value === undefined || /[\r\n]/.test(value))
    ? undefined
    : values.join(separator);
}
