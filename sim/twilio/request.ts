export type Product = 'api' | 'trusthub' | 'messaging' | 'events';
export type SimMethod = 'GET' | 'POST' | 'DELETE';

/** One authenticated call, parsed. A handler gets it and the world, and answers; it never sees the socket. */
export interface SimRequest {
  readonly method: SimMethod;
  readonly product: Product;
  /** The account whose objects this call sees: of the credentials, or of the path under /2010-04-01. */
  readonly account: string;
  /** Path without product prefix and query: `/v1/EndUsers`. */
  readonly path: string;
  /** Where this product is served, for absolute URLs: `http://127.0.0.1:4010/trusthub` (api: without suffix). */
  readonly base: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Form body. `get` for single values, `getAll` for arrays (the key repeated). */
  readonly form: URLSearchParams;
  header(name: string): string | undefined;
}

export interface SimAnswer {
  readonly status: number;
  /** Sent as JSON; leave out for 204. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Twilio's error body: `{status, code, message, more_info}`. */
export function simError(status: number, code: number, message: string): SimAnswer {
  return {
    status,
    body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
  };
}

export function notFound(request: SimRequest): SimAnswer {
  const path = request.path.replace(/^\/v1|^\/2010-04-01/, '');
  return simError(404, 20404, `The requested resource ${path} was not found`);
}

/** A parameter that must be there: the value, or the 400/20001 that Twilio gives for a missing one. */
export function required(form: URLSearchParams, name: string): string | SimAnswer {
  const value = form.get(name);
  return value === null || value === '' ? simError(400, 20001, `Missing required parameter ${name}`) : value;
}
