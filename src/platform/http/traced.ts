import type {
  FastifyInstance,
  FastifyRequest,
  onRequestAsyncHookHandler,
  RouteHandlerMethod,
  RouteShorthandOptions,
} from 'fastify';
import { type OpenSpan, openSpan } from '../telemetry/tracing.ts';
import type { Operation } from './contract.ts';

/**
 * An endpoint whose requests are a span each (R44), from their headers to their answer. It continues the trace of a caller
 * who sends `traceparent`; what the handler does is part of it, the events that it writes included. The span names the
 * operation and never the address, which may be a number.
 */
export function traced(
  { id: operationId, method, path }: Operation,
  {
    onRequest,
    handler,
  }: { readonly onRequest?: onRequestAsyncHookHandler; readonly handler: RouteHandlerMethod },
): Required<Pick<RouteShorthandOptions, 'onRequest' | 'onResponse'>> & { handler: RouteHandlerMethod } {
  const spans = new WeakMap<FastifyRequest, OpenSpan>();
  const name = `${method} ${path}`;
  const known = { operationId, 'http.request.method': method, 'http.route': path };
  return {
    onRequest: [
      async (request) => {
        const parent = request.headers.traceparent?.toString();
        spans.set(
          request,
          openSpan(name, { ...known, correlationId: request.id }, { parent, kind: 'server' }),
        );
      },
      ...(onRequest ? [onRequest] : []),
    ],
    async handler(this: FastifyInstance, request, reply) {
      const answer = () => handler.call(this, request, reply);
      const span = spans.get(request);
      return span ? span.within(answer) : answer();
    },
    async onResponse(request, { statusCode }) {
      // A refusal is the caller's affair (OpenTelemetry, HTTP spans).
      const failure = statusCode >= 500 ? String(statusCode) : undefined;
      spans.get(request)?.end({ 'http.response.status_code': statusCode }, failure);
    },
  };
}
