/** One field of a request that cannot stand, and what would make it stand. */
export interface FieldError {
  /** Path into the request: `taxId`, `address.postalCode`, `sampleMessages[0]`, `query.limit`. */
  readonly field: string;
  /** Why it was refused, with the fix. Never repeats the value: it may be PII. */
  readonly message: string;
}

/** Codes of the error envelopes (A:986, B:536-544 and C31). Those of the provider are provisioning's. */
export type ProblemCode =
  | 'ValidationError'
  | 'ConflictError'
  | 'NotFound'
  | 'Unauthorized'
  | 'Forbidden'
  | 'PreconditionFailed'
  | 'RateLimited'
  | 'Internal'
  | 'ProviderError'
  | 'ProviderUnavailable';

export interface ProblemOptions {
  readonly details?: Readonly<Record<string, unknown>>;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

const STATUS: Record<ProblemCode, number> = {
  ValidationError: 422,
  ConflictError: 409,
  NotFound: 404,
  Unauthorized: 401,
  Forbidden: 403,
  PreconditionFailed: 412,
  RateLimited: 429,
  Internal: 500,
  ProviderError: 502,
  ProviderUnavailable: 503,
};

/**
 * An answer that is not the wished-for one: thrown by domain guards and handlers, turned into the error
 * envelope at the HTTP edge. `message` and `details` are for the caller; `cause` is for the log only.
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = options.status ?? STATUS[code];
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** 422 with every field at fault at once, never only the first (C20). */
export function invalid(fields: readonly FieldError[], message = 'The request has invalid fields'): Problem {
  return new Problem('ValidationError', message, { details: { fields } });
}

/** 409: the request is well formed, but an invariant or the present state forbids it. */
export function conflict(message: string, details: Readonly<Record<string, unknown>> = {}): Problem {
  return new Problem('ConflictError', message, { details });
}

/** 404. Also the answer for what another tenant owns: its existence is not revealed. */
export function notFound(what: string): Problem {
  return new Problem('NotFound', `${what} not found`);
}
