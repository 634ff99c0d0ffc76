import { context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';

export interface TracingOptions {
  readonly serviceName: string;
  /** OTLP over HTTP, without the path: `http://collector:4318`. */
  readonly endpoint: string;
  /** How long one export may take, retries included. */
  readonly exportTimeoutMs?: number;
  /** Told when spans cannot be exported; they are dropped then. */
  onError(message: string): void;
}

/** Collectors are near; an outstanding export keeps the process alive for so long after its shutdown. */
const EXPORT_TIMEOUT_MS = 5_000;

export interface Tracing {
  /** Sends what is left, and gives up after the deadline: a dead collector must not hold the process. */
  shutdown(deadlineMs: number): Promise<void>;
}

/**
 * Starts exporting spans, once a process. The SDK is loaded here and only here, so that a process without a
 * collector pays neither its memory nor its start-up time.
 */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const url = `${options.endpoint.replace(/\/+$/, '')}/v1/traces`;
  const timeoutMillis = options.exportTimeoutMs ?? EXPORT_TIMEOUT_MS;
  return startTracingWith(new OTLPTraceExporter({ url, timeoutMillis }), options);
}

/** Same, with any exporter. */
export async function startTracingWith(
  exporter: SpanExporter,
  { serviceName, onError }: Pick<TracingOptions, 'serviceName' | 'onError'>,
): Promise<Tracing> {
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  // The SDK reports failed exports nowhere else.
  diag.setLogger(
    { error: onError, warn: onError, info: nothing, debug: nothing, verbose: nothing },
    DiagLogLevel.WARN,
  );
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  // Registers W3C traceparent propagation and context that follows async calls.
  provider.register();
  return {
    async shutdown(deadlineMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          onError(`spans were not exported within ${deadlineMs} ms`);
          resolve();
        }, deadlineMs);
      });
      const done = provider.shutdown().catch((error: unknown) => onError(String(error)));
      await Promise.race([done, late]);
      clearTimeout(timer);
      for (const api of [trace, context, propagation, diag]) api.disable();
    },
  };
}

function nothing(): void {}
