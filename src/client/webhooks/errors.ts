/** Why a request is answered with anything but 2xx. Each code has one status; the sender reads the status alone. */
export type WebhookErrorCode =
  | 'signature_missing'
  | 'signature_invalid'
  | 'timestamp_invalid'
  | 'timestamp_out_of_tolerance'
  | 'header_mismatch'
  | 'body_invalid'
  | 'body_incomplete'
  | 'body_too_large'
  | 'body_too_slow'
  | 'body_already_parsed'
  | 'method_not_allowed'
  | 'handler_failed'
  | 'handler_too_slow'
  | 'secrets_failed'
  | 'store_failed'
  | 'refused';

/** What the sender shall do beside trying again: give up on this event, or on the endpoint. */
export type Directive = 'abort-message' | 'disable';

export interface WebhookErrorOptions {
  readonly cause?: unknown;
  /** Whole seconds in which the sender shall not come back. It holds for 429, 502, 503 and 504. */
  readonly retryAfterSeconds?: number;
  readonly directive?: Directive;
}

/** What `verify` and `receive` throw. `status` is the HTTP status to answer, `message` holds no secret and no body. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  readonly code: WebhookErrorCode;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly directive: Directive | undefined;

  constructor(code: WebhookErrorCode, status: number, message: string, options: WebhookErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.directive = options.directive;
  }
}

/**
 * What a handler throws to choose the answer itself: `throw refuse(429, { retryAfterSeconds: 30 })`.
 * @param status 400 to 599; 410 has the endpoint disabled.
 */
export function refuse(
  status: number,
  options: WebhookErrorOptions & { message?: string } = {},
): WebhookError {
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw new RangeError(
      'a refusal has a status from 400 to 599: anything below is no failure to the sender',
    );
  }
  return new WebhookError(
    'refused',
    status,
    options.message ?? 'The receiver does not take this event.',
    options,
  );
}
