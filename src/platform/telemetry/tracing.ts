import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOrigin {
  /** `traceparent` (W3C Trace Context) of the work that caused this, when it came from elsewhere. */
  readonly parent?: string | undefined;
  /** Which side of an HTTP exchange it is; neither when left out. */
  readonly kind?: 'server' | 'client';
}

/**
 * Runs `work` in a span (R44); spans started inside become its children. Costs next to nothing while no
 * exporter is configured. A throw marks the span with the error's name and passes on: messages may quote data.
 * @param attributes ids, counts and constants, never PII; undefined ones are left out.
 */
export async function inSpan<T>(
  name: string,
  attributes: SpanAttributes,
  work: () => T | Promise<T>,
  origin: SpanOrigin = {},
): Promise<T> {
  const { span, within } = startSpan(name, attributes, origin);
  try {
    return await within(work);
  } catch (error) {
    markFailed(span, error instanceof Error ? error.name : typeof error);
    throw error;
  } finally {
    span.end();
  }
}

/** A span whose beginning and end are told of apart. */
export interface OpenSpan {
  /** Spans that are started in here become its children. */
  within<T>(work: () => T): T;
  /** @param failure what went wrong, in one word; none when nothing did. */
  end(attributes: SpanAttributes, failure?: string): void;
}

/** Same as `inSpan` for work that is begun and ended by different callers. Has to be ended, or it is never seen. */
export function openSpan(name: string, attributes: SpanAttributes, origin: SpanOrigin = {}): OpenSpan {
  const { span, within } = startSpan(name, attributes, origin);
  return {
    within,
    end(learnt, failure) {
      span.setAttributes({ ...learnt });
      if (failure !== undefined) markFailed(span, failure);
      span.end();
    },
  };
}

/**
 * Adds to the span that is active now what was not known when it began; without one it does nothing.
 * @param failure what went wrong, in one word; none when nothing did.
 */
export function describeSpan(attributes: SpanAttributes, failure?: string): void {
  const span = trace.getActiveSpan();
  span?.setAttributes({ ...attributes });
  if (span && failure !== undefined) markFailed(span, failure);
}

/** `traceparent` of the span that is active now, to hand to whom continues the work; undefined without one. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

function startSpan(name: string, attributes: SpanAttributes, { parent, kind }: SpanOrigin) {
  const from =
    parent === undefined ? context.active() : propagation.extract(context.active(), { traceparent: parent });
  const span = trace
    .getTracer('a2p')
    .startSpan(name, { attributes: { ...attributes }, kind: KINDS[kind ?? 'neither'] }, from);
  const inside = trace.setSpan(from, span);
  return { span, within: <T>(work: () => T): T => context.with(inside, work) };
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, neither: SpanKind.INTERNAL };

function markFailed(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
}
