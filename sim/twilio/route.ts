import type { Product, SimAnswer, SimMethod, SimRequest } from './request.ts';
import type { SimWorld } from './world.ts';

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
