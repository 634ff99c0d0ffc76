import { createHmac } from 'node:crypto';

/** Names of the headers of the seed (R79, C38), as sent. */
export const HEADERS = {
  event: 'X-NMC-Event',
  eventId: 'X-NMC-EventId',
  sequence: 'X-NMC-Sequence',
  previousSequence: 'X-NMC-Previous-Sequence',
  aggregateId: 'X-NMC-Aggregate-Id',
  timestamp: 'X-NMC-Timestamp',
  signature: 'X-NMC-Signature',
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

/** `v1=<hex>` for each live key, comma separated, over `timestamp.body` (C36). */
export function nmcSignature(keys: readonly Buffer[], timestamp: number, body: Buffer): string {
  return keys.map((key) => `v1=${hmac(key, `${timestamp}.`, body).toString('hex')}`).join(',');
}

/** `v1,<base64>` for each live key, space separated, over `id.timestamp.body` (Standard Webhooks 1.0.0). */
export function standardSignature(
  keys: readonly Buffer[],
  eventId: string,
  timestamp: number,
  body: Buffer,
): string {
  return keys.map((key) => `v1,${hmac(key, `${eventId}.${timestamp}.`, body).toString('base64')}`).join(' ');
}

/**
 * All headers of one attempt, both families from the same keys (R79, C36, C38).
 * @param keys decoded bytes of every live secret, newest first.
 * @param timestamp unix seconds of this attempt; renewed on every retry and replay.
 * @param previousSequence what was owed before this event in its lane; 0, as sent, for the first of a lane.
 */
export function buildHeaders(
  event: SignedEvent,
  keys: readonly Buffer[],
  timestamp: number,
  previousSequence = 0,
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    [HEADERS.event]: event.type,
    [HEADERS.eventId]: event.eventId,
    [HEADERS.sequence]: String(event.sequence),
    [HEADERS.previousSequence]: String(previousSequence),
    [HEADERS.aggregateId]: event.aggregateId,
    [HEADERS.timestamp]: String(timestamp),
    [HEADERS.signature]: nmcSignature(keys, timestamp, event.body),
    'webhook-id': event.eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standardSignature(keys, event.eventId, timestamp, event.body),
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
  };
}

function hmac(key: Buffer, prefix: string, body: Buffer): Buffer {
  return createHmac('sha256', key).update(prefix).update(body).digest();
}
