import type { SimWorld } from './world.ts';

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

/**
 * A path pattern: `/v1/CustomerProfiles/:sid` or `/2010-04-01/Accounts/:account/Addresses.json`.
 * The pattern with fewer parameters wins, so `/Usa2p/Usecases` comes before `/Usa2p/:sid` in any order.
 */
export interface SimRoute {
  readonly method: SimMethod;
  readonly product: Product;
  readonly path: string;
  handle(request: SimRequest, world: SimWorld): SimAnswer | Promise<SimAnswer>;
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

export interface RouteMatch {
  readonly route: SimRoute;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a call. `undefined` when the path is unknown; `methodNotAllowed` when only the method is.
 */
export function createRouter(
  routes: readonly SimRoute[],
): (product: Product, method: string, path: string) => RouteMatch | 'methodNotAllowed' | undefined {
  const compiled = routes
    .map((route) => ({ route, pattern: compile(route.path), holes: route.path.split(':').length }))
    .sort((a, b) => a.holes - b.holes);
  return (product, method, path) => {
    let known = false;
    for (const { route, pattern } of compiled) {
      if (route.product !== product) continue;
      const found = pattern.exec(path);
      if (found === null) continue;
      if (route.method === method) return { route, params: { ...found.groups } };
      known = true;
    }
    return known ? 'methodNotAllowed' : undefined;
  };
}

function compile(path: string): RegExp {
  const source = path
    .replace(/[.]/g, '\\.')
    .replace(/:([a-zA-Z]+)/g, (_, name: string) => `(?<${name}>[^/]+)`);
  return new RegExp(`^${source}$`);
}
