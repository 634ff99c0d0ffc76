import type { FastifyInstance, onRequestAsyncHookHandler, RouteHandlerMethod } from 'fastify';
import type { Contract, Operation } from './contract.ts';
import { traced } from './traced.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set on every route of a contract; the word for it in logs and metrics. */
    operationId?: string;
  }
}

/** What a machine asks for every few seconds is not worth a line or a span each. */
export const QUIET: ReadonlySet<string> = new Set(['getHealth', 'getHealthz', 'getReadyz', 'getMetrics']);

/** How an operation is carried out: what is asked before its body is read, and what answers it. */
export interface Endpoint {
  readonly onRequest?: onRequestAsyncHookHandler;
  readonly handler: RouteHandlerMethod;
}

/** By operationId; each makes its endpoint from what the contract says. */
export type Endpoints = Readonly<Record<string, (operation: Operation) => Endpoint>>;

/**
 * Routes every operation of the contract. A route that a plugin registered before counts as bound.
 * Throws, naming all of them, when an operation has no endpoint or an endpoint no operation.
 */
export function bindContract(app: FastifyInstance, contract: Contract, endpoints: Endpoints): void {
  const ids = new Set(contract.operations.map(({ id }) => id));
  const routed = ({ method, route }: Operation) => app.hasRoute({ method, url: route });
  const gaps = [
    ...contract.operations
      .filter((operation) => !Object.hasOwn(endpoints, operation.id) && !routed(operation))
      .map(({ id, method, path }) => `operation ${id} (${method} ${path}) has no handler`),
    ...Object.keys(endpoints)
      .filter((id) => !ids.has(id))
      .map((id) => `handler ${id} has no operation`),
  ];
  if (gaps.length > 0) throw new Error(`contract and handlers differ: ${gaps.join('; ')}`);

  for (const operation of contract.operations) {
    const endpoint = endpoints[operation.id]?.(operation);
    if (!endpoint) continue;
    app.route({
      method: operation.method,
      url: operation.route,
      config: { operationId: operation.id },
      ...(QUIET.has(operation.id) ? endpoint : traced(operation, endpoint)),
    });
  }
}
