import type { ProviderResponse } from '#platform/provider-http/provider-http.ts';

/** An answer of the provider, read; what is not in it is absent. */
export interface TwilioAnswer {
  readonly status: number;
  /** The JSON object that it carries; of a 204 an empty one. Absent: it cannot be read. */
  readonly body?: object;
  /** Of an error (docs/twilio.md 1.1). Only what bears a code is the provider's own: what lies between answers 4xx too. */
  readonly code?: string;
  readonly message?: string;
  readonly moreInfo?: string;
  /** Milliseconds from now, 1 s at least and 5 min at most. */
  readonly retryAfterMs?: number;
}

/** Sooner than this nobody comes back to one who asked for time. */
const SHORTEST_RETRY_AFTER_MS = 1_000;
/** No rate limit of the provider lasts longer; a larger figure would be a fault. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** Reads status, JSON object, error fields and Retry-After. Never throws. */
export function readTwilioAnswer({ status, headers, body: text }: ProviderResponse): TwilioAnswer {
  const body = status === 204 ? {} : parse(text);
  const code = textIn(body, 'code');
  const message = textIn(body, 'message');
  const moreInfo = textIn(body, 'more_info');
  const retryAfterMs = retryAfterOf(headers['retry-after']);
  return {
    status,
    ...(body && { body }),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    ...(moreInfo !== undefined && { moreInfo }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textIn(body: object | undefined, name: string): string | undefined {
  const value: unknown = body && Object.getOwnPropertyDescriptor(body, name)?.value;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Seconds or a date (RFC 9110, 10.2.3), in milliseconds from now. */
function retryAfterOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  if (!Number.isFinite(ms)) return undefined;
  return Math.min(Math.max(ms, SHORTEST_RETRY_AFTER_MS), LONGEST_RETRY_AFTER_MS);
}
