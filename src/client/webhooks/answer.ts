import { WebhookError } from './errors.ts';
import type { Handler } from './receiver.ts';

/** What an adapter is told. */
export interface AdapterOptions<Tx> {
  /** Called once per event. What it throws makes the sender try again. */
  readonly handle: Handler<Tx>;
  /** Told of every request that was not answered with 2xx, so that nothing fails unseen. */
  readonly onError: (error: WebhookError) => void;
  /** 256 KiB, many times an event; whoever sends more is not the service. */
  readonly maxBodyBytes?: number;
  /** 5 s, in milliseconds: the sender gives up by then unless told otherwise, and its bodies are a few KiB. */
  readonly bodyTimeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The event is accepted, or was before. */
export const ACCEPTED: Answer = { status: 204, headers: {}, body: '' };

/** Connections on which a body may still be arriving: nothing else can be asked on them. */
const CLOSES = ['body_too_large', 'body_too_slow', 'method_not_allowed'];

/**
 * The answer to a request that failed, and `onError` told of it. The sender keeps the beginning of the answer in
 * its delivery log, so it says why in one line and nothing of the inside.
 */
export function answerTo(cause: unknown, onError: (error: WebhookError) => void): Answer {
  const error =
    cause instanceof WebhookError
      ? cause
      : new WebhookError('handler_failed', 500, 'The receiver has failed.', { cause });
  onError(error);
  const { code, status, message, retryAfterSeconds, directive } = error;
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...(directive === undefined ? {} : { 'webhook-delivery': directive }),
      ...(status === 405 ? { allow: 'POST' } : {}),
      ...(CLOSES.includes(code) ? { connection: 'close' } : {}),
    },
    body: JSON.stringify({ code, message }),
  };
}
