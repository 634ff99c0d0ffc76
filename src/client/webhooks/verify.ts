import { WebhookError } from './errors.ts';
import { parseEvent, type WebhookEvent } from './event.ts';
import { type HeadersLike, readHeaders, type WebhookHeaders } from './headers.ts';
import { decodeSecret, type Family, matches, SCHEMES } from './signatures.ts';

/** Unix milliseconds. */
export type Clock = () => number;

export interface VerifyOptions {
  /** How far the timestamp may be off, in seconds, in the past and in the future. */
  readonly toleranceSeconds?: number;
  readonly clock?: Clock;
  /** Families without which a request is refused. Without any, one that verifies is enough. */
  readonly require?: readonly Family[];
}

export interface WebhookRequest {
  readonly headers: HeadersLike;
  /** The body exactly as it came: what was parsed and written again has other bytes. */
  readonly body: string | Uint8Array;
}

export interface Verified {
  /** Read from the signed body. */
  readonly event: WebhookEvent;
  /** Every family that verified, the strongest first. */
  readonly families: readonly Family[];
  /** When this attempt was signed, in unix seconds. */
  readonly signedAt: number;
  /**
   * The event that this endpoint was owed before this one, in the same aggregate; 0 when this is the first.
   * Undefined when v2 is absent: nothing else signs it, so it is not believed and no gap can be told from it.
   */
  readonly previousSequence: number | undefined;
  /** The job that sent this event again. Not signed: a hint for logs, never a reason to do something. */
  readonly replay: string | undefined;
}

/** Standard Webhooks' libraries allow as much: clocks differ, and a captured request is soon worth nothing. */
export const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * Whether a request is from the service, and what it says. A family that is present and does not verify refuses
 * the request, whatever the others say: then something was changed on the way that the others do not cover.
 * @param secrets every secret that may be in use, `whsec_...`; while one is replaced there are two.
 * @throws WebhookError with the status to answer; TypeError when a secret has not the form of one.
 */
export function verify(
  request: WebhookRequest,
  secrets: readonly string[],
  options: VerifyOptions = {},
): Verified {
  const { toleranceSeconds = DEFAULT_TOLERANCE_SECONDS, clock = Date.now, require = [] } = options;
  const keys = secrets.map(decodeSecret);
  const headers = readHeaders(request.headers);
  const body = typeof request.body === 'string' ? new TextEncoder().encode(request.body) : request.body;

  const present = SCHEMES.filter((scheme) => scheme.given(headers).length > 0);
  const families = present.map(({ family }) => family);
  const missing = require.filter((family) => !families.includes(family));
  if (families.length === 0) throw unauthorized('signature_missing', 'The request is not signed.');
  if (missing.length > 0)
    throw unauthorized('signature_missing', `No ${missing.join(' and no ')} signature.`);
  for (const scheme of present) {
    if (matches(scheme, keys, headers, body)) continue;
    throw unauthorized('signature_invalid', `The ${scheme.family} signature does not verify.`);
  }
  // Only now: a timestamp means something when it is known who wrote it.
  const times = present.map((scheme) => readTimestamp(scheme.timestamp(headers)));
  const now = clock() / 1_000;
  if (times.some((time) => Math.abs(now - time) > toleranceSeconds)) {
    const text = `The timestamp is more than ${toleranceSeconds} s off; is the clock right?`;
    throw unauthorized('timestamp_out_of_tolerance', text);
  }

  const event = parseEvent(body);
  const v2 = families.includes('v2');
  if (!agrees(headers, families, event)) {
    throw new WebhookError('header_mismatch', 400, 'A signed header says something else than the body.');
  }
  return {
    event,
    families,
    signedAt: Math.min(...times),
    previousSequence: v2 ? readPrevious(headers.previousSequence, event) : undefined,
    replay: headers.replay,
  };
}

/** Signed twice, in header and body: the two can only differ when the secret serves another sender as well. */
function agrees(headers: WebhookHeaders, families: readonly Family[], event: WebhookEvent): boolean {
  const { eventId, type, aggregateId, sequence, standardId } = headers;
  const sameId = !families.includes('standard') || standardId === event.eventId;
  const same =
    eventId === event.eventId &&
    type === event.type &&
    aggregateId === event.aggregateId &&
    sequence === String(event.sequence);
  return sameId && (!families.includes('v2') || same);
}

function readTimestamp(text: string | undefined): number {
  // Twelve digits of seconds reach to the year 33658; anything else is no time of day.
  if (text !== undefined && /^\d{1,12}$/.test(text)) return Number(text);
  throw new WebhookError('timestamp_invalid', 400, 'The timestamp is not in unix seconds.');
}

function readPrevious(text: string | undefined, { sequence }: WebhookEvent): number {
  const previous = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (previous < sequence) return previous;
  throw new WebhookError('header_mismatch', 400, 'The previous sequence is not below the sequence.');
}

function unauthorized(
  code: 'signature_missing' | 'signature_invalid' | 'timestamp_out_of_tolerance',
  text: string,
) {
  return new WebhookError(code, 401, text);
}
