import { WebhookError } from './errors.ts';

/** The signed body of every event. What `data` holds is told by `type`. */
export interface WebhookEvent {
  /** The same on every attempt and replay. */
  readonly eventId: string;
  readonly type: string;
  readonly tenantId: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** Counts the aggregate's events from 1, those included that this endpoint did not ask for. */
  readonly sequence: number;
  /** When it happened, ISO 8601. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const TEXTS = ['eventId', 'type', 'tenantId', 'aggregateType', 'aggregateId', 'timestamp'];

/**
 * The event in a body whose signature was verified. Throws `body_invalid` (400) when it is none: only another
 * system that signs with the same secret could have sent that.
 */
export function parseEvent(body: Uint8Array): WebhookEvent {
  const value = parseJson(body);
  if (!isEvent(value)) throw invalid('The body is no event.');
  return value;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    throw invalid('The body is no JSON in UTF-8.');
  }
}

function isEvent(value: unknown): value is WebhookEvent {
  if (!isRecord(value) || !isRecord(value.data)) return false;
  const { sequence } = value;
  return (
    TEXTS.every((name) => typeof value[name] === 'string' && value[name] !== '') &&
    typeof sequence === 'number' &&
    Number.isSafeInteger(sequence) &&
    sequence >= 1
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): WebhookError {
  return new WebhookError('body_invalid', 400, message);
}
