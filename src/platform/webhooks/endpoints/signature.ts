import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** Names of the headers of the seed (R79, C38), as sent. */
export const HEADERS = {
  event: 'X-NMC-Event',
  eventId: 'X-NMC-EventId',
  sequence: 'X-NMC-Sequence',
  previousSequence: 'X-NMC-Previous-Sequence',
  aggregateId: 'X-NMC-Aggregate-Id',
  timestamp: 'X-NMC-Timestamp',
  signature: 'X-NMC-Signature',
  replay: 'X-NMC-Replay',
} as const;

const USER_AGENT = 'NMC-Webhooks/1';
const SECRET_PREFIX = 'whsec_';

/** The parts of an event that its headers repeat, and its exact bytes. */
export interface SignedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly body: Buffer;
  readonly traceparent?: string;
}

/** A key as the tenant sees it, once: `whsec_<base64>` (C37, Standard Webhooks). */
export function formatSecret(key: Buffer): string {
  return `${SECRET_PREFIX}${key.toString('base64')}`;
}

/** The key inside a secret; undefined when it has not that form. */
export function parseSecret(secret: string): Buffer | undefined {
  if (!secret.startsWith(SECRET_PREFIX)) return undefined;
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  return key.length > 0 ? key : undefined;
}

/** Bytes of a secret, or the key made of them: three hashes with bytes cost five times as much. */
type Key = Buffer | KeyObject;

/** What v2 covers beside the body: the header values exactly as they are sent. */
export interface SignedHeaders {
  readonly eventId: string;
  readonly timestamp: number;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly previousSequence: number;
  readonly type: string;
}

/** `v1=<hex>` for each live key, comma separated, over `timestamp.body` (C36). */
export function nmcSignature(keys: readonly Key[], timestamp: number, body: Buffer): string {
  return keys.map((key) => `v1=${hmac(key, `${timestamp}.`, body).toString('hex')}`).join(',');
}

/**
 * `v2=<hex>` for each live key, comma separated. v1 leaves the headers unsigned: whoever holds one captured
 * request could give it another id or sequence. Here every value stands on a line of its own, and no header
 * value can hold a line feed (RFC 9110 5.5): no two sets of values read alike.
 */
export function nmcSignatureV2(keys: readonly Key[], headers: SignedHeaders, body: Buffer): string {
  const { eventId, timestamp, aggregateId, sequence, previousSequence, type } = headers;
  const lines = ['v2', eventId, timestamp, aggregateId, sequence, previousSequence, type, ''].join('\n');
  return keys.map((key) => `v2=${hmac(key, lines, body).toString('hex')}`).join(',');
}

/** `v1,<base64>` for each live key, space separated, over `id.timestamp.body` (Standard Webhooks 1.0.0). */
export function standardSignature(
  keys: readonly Key[],
  eventId: string,
  timestamp: number,
  body: Buffer,
): string {
  return keys.map((key) => `v1,${hmac(key, `${eventId}.${timestamp}.`, body).toString('base64')}`).join(' ');
}

/**
 * All headers of one attempt, both families from the same keys (R79, C36, C38).
 * @param keys of every live secret, newest first.
 * @param timestamp unix seconds of this attempt; renewed on every retry and replay.
 * @param options.previousSequence what was owed before this event in its lane; 0, as sent, for the first of a lane.
 * @param options.replayId the job that sends this event again; told, but not signed.
 */
export function buildHeaders(
  event: SignedEvent,
  keys: readonly Key[],
  timestamp: number,
  options: { readonly previousSequence?: number; readonly replayId?: string } = {},
): Record<string, string> {
  const { eventId, type, aggregateId, sequence, body } = event;
  const signed = {
    eventId,
    type,
    aggregateId,
    sequence,
    timestamp,
    previousSequence: options.previousSequence ?? 0,
  };
  const made = keys.map((key) => (Buffer.isBuffer(key) ? createSecretKey(key) : key));
  return {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    [HEADERS.event]: type,
    [HEADERS.eventId]: eventId,
    [HEADERS.sequence]: String(sequence),
    [HEADERS.previousSequence]: String(signed.previousSequence),
    [HEADERS.aggregateId]: aggregateId,
    [HEADERS.timestamp]: String(timestamp),
    // v1 first: a receiver that reads no further than the first value finds what it knows.
    [HEADERS.signature]: `${nmcSignature(made, timestamp, body)},${nmcSignatureV2(made, signed, body)}`,
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standardSignature(made, eventId, timestamp, body),
    ...(options.replayId === undefined ? {} : { [HEADERS.replay]: options.replayId }),
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
  };
}

function hmac(key: Key, prefix: string, body: Buffer): Buffer {
  return createHmac('sha256', key).update(prefix).update(body).digest();
}
