import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { type CollectedGauges, registerCollected } from './collected.ts';

export interface MetricsOptions {
  /** Told when a look at the database fails; the counter alone does not say why. */
  onCollectError(source: string, error: unknown): void;
  /** Monotonic milliseconds; the process's own by default. */
  readonly nowMs?: () => number;
}

/** What every service counts, whatever it is for. */
export interface CommonMetrics {
  /** One request answered; `operation` is the operationId, never a path: a path has ids in it. */
  request(operation: string, status: number, seconds: number): void;
  /** One request to the provider; `how` is the class of its status, or why there was no answer. */
  providerRequest(product: string, how: string, seconds: number): void;
  /** A repeated write answered from what exists: same Idempotency-Key, or same natural key (C3). */
  duplicate(): void;
  /** Adds gauges that are read at scrape: deadline 2 s, cached 10 s, failures only counted. */
  collect<Name extends string>(gauges: CollectedGauges<Name>): void;
  /** The scrape: its media type and text. Never rejects because of a database. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** A provider call has a deadline of 8 s. */
const PROVIDER_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];
/** Most answers wait for no provider; those that do have 25 s (provisioning), a twin with the same key 5 s (C11). */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];

/** A registry of one service, with what all services count; two in one process do not mix, and tests start at zero. */
export function createRegistry({ onCollectError, nowMs }: MetricsOptions) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter<L>({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram<L>({ name, help, buckets, labelNames, registers });

  const requests = histogram(
    'http_request_duration_seconds',
    'Time to answer a request',
    REQUEST_SECONDS,
    'operation',
    'status',
  );
  const providerRequests = histogram(
    'provider_request_duration_seconds',
    'Requests to the provider',
    PROVIDER_SECONDS,
    'product',
    'how',
  );
  const dupes = counter('idempotency_dupes_total', 'Repeated writes answered from what exists');
  const collectErrors = counter('metrics_collect_errors_total', 'Looks at a store that failed', 'source');

  const common: CommonMetrics = {
    request: (operation, status, seconds) => requests.observe({ operation, status }, seconds),
    providerRequest: (product, how, seconds) => providerRequests.observe({ product, how }, seconds),
    duplicate: () => dupes.inc(),
    collect: (gauges) =>
      registerCollected(gauges, {
        registry,
        onError: (source, error) => {
          collectErrors.inc({ source });
          onCollectError(source, error);
        },
        ...(nowMs ? { nowMs } : {}),
      }),
    scrape: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
  return { counter, histogram, common };
}
