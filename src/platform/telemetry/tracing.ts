import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Runs `work` in a span (R44); spans started inside become its children. Costs next to nothing while no
 * exporter is configured. A throw marks the span with the error's name and passes on: messages may quote data.
 * @param attributes ids, counts and constants, never PII; undefined ones are left out.
 * @param parent `traceparent` (W3C Trace Context) of the work that caused this, when it came from elsewhere.
 */
export async function inSpan<T>(
  name: string,
  attributes: SpanAttributes,
  work: () => T | Promise<T>,
  parent?: string,
): Promise<T> {
  const from =
    parent === undefined ? context.active() : propagation.extract(context.active(), { traceparent: parent });
  return trace
    .getTracer('a2p')
    .startActiveSpan(name, { attributes: { ...attributes } }, from, async (span) => {
      try {
        return await work();
      } catch (error) {
        const type = error instanceof Error ? error.name : typeof error;
        span.setAttribute('error.type', type);
        span.setStatus({ code: SpanStatusCode.ERROR, message: type });
        throw error;
      } finally {
        span.end();
      }
    });
}

/** `traceparent` of the span that is active now, to hand to whom continues the work; undefined without one. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}
