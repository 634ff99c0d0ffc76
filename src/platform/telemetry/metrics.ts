import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { type CollectedGauges, registerCollected } from './collected.ts';

/**
 * Everything a service counts, a function each, so that mechanisms ask for the few they need and know no
 * library. One registry a service: two in one process do not mix, and tests start at zero.
 * The six families of the seed keep its exact names and labels (R43): reconcile_runs_total{resource},
 * provider_calls_total{method}, status_phase_gauge{resource,phase}, webhook_delivery_attempts_total,
 * idempotency_dupes_total, assignment_conflicts_total.
 */
export interface Metrics {
  /** One reconcile pass: how it ended and how long it took. */
  pass(resource: string, result: string, seconds: number): void;
  /** A pass whose writes were thrown away because its lease was gone. */
  fenced(): void;
  providerCall(method: string, outcome: string): void;
  /** One request to the provider; `how` is the class of its status, or why there was no answer. */
  providerRequest(product: string, how: string, seconds: number): void;
  /** Something that the provider sent to us. */
  providerInbound(kind: string, result: string): void;
  /** One webhook request sent. */
  attempt(outcome: string): void;
  /** A webhook result that came after its lane was claimed anew, and changed nothing. */
  lateSettle(): void;
  /** A repeated write answered from what exists: same Idempotency-Key, or same natural key (C3). */
  duplicate(): void;
  /** An attach refused because the number is bound already. */
  assignmentConflict(): void;
  /** One request answered; `operation` is the operationId, never a path: a path has ids in it. */
  request(operation: string, status: number, seconds: number): void;
  /** Adds gauges that are read from the database at scrape: deadline 2 s, cached 10 s, failures only counted. */
  collect<Name extends string>(gauges: CollectedGauges<Name>): void;
  /** The scrape: its media type and text. Never rejects because of a database. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface MetricsOptions {
  /** Told when a look at the database fails; the counter alone does not say why. */
  onCollectError(source: string, error: unknown): void;
  /** Monotonic milliseconds; the process's own by default. */
  readonly nowMs?: () => number;
}

/** A pass makes a few provider calls, each with a deadline of seconds. */
const PASS_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** A provider call has a deadline of 8 s. */
const PROVIDER_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];
/** Requests never wait for a provider; the longest wait is the 5 s for a twin with the same key (C11). */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

export function createMetrics({ onCollectError, nowMs }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter<L>({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram<L>({ name, help, buckets, labelNames, registers });

  const runs = counter('reconcile_runs_total', 'Reconcile passes', 'resource');
  const results = counter('reconcile_results_total', 'Reconcile passes by result', 'resource', 'result');
  const passTime = histogram('reconcile_duration_seconds', 'Length of a pass', PASS_SECONDS, 'resource');
  const fenced = counter('reconcile_fenced_total', 'Passes whose lease was lost before they settled');
  const calls = counter('provider_calls_total', 'Provider calls', 'method');
  const outcomes = counter('provider_call_outcomes_total', 'Provider calls by outcome', 'method', 'outcome');
  const providerRequests = histogram(
    'provider_request_duration_seconds',
    'Requests to the provider',
    PROVIDER_SECONDS,
    'product',
    'how',
  );
  const inbound = counter('provider_inbound_total', 'What the provider sent to us', 'kind', 'result');
  const attempts = counter('webhook_delivery_attempts_total', 'Webhook requests sent');
  const attemptResults = counter('webhook_delivery_results_total', 'Webhook requests by outcome', 'outcome');
  const lateSettles = counter(
    'webhook_late_settles_total',
    'Results that came after their lane was reclaimed',
  );
  const dupes = counter('idempotency_dupes_total', 'Repeated writes answered from what exists');
  const conflicts = counter('assignment_conflicts_total', 'Attaches refused: the number is bound already');
  const requests = histogram(
    'http_request_duration_seconds',
    'Time to answer a request',
    REQUEST_SECONDS,
    'operation',
    'status',
  );
  const collectErrors = counter(
    'metrics_collect_errors_total',
    'Looks at the database that failed',
    'source',
  );

  return {
    pass(resource, result, seconds) {
      runs.inc({ resource });
      results.inc({ resource, result });
      passTime.observe({ resource }, seconds);
    },
    fenced: () => fenced.inc(),
    providerCall(method, outcome) {
      calls.inc({ method });
      outcomes.inc({ method, outcome });
    },
    providerRequest: (product, how, seconds) => providerRequests.observe({ product, how }, seconds),
    providerInbound: (kind, result) => inbound.inc({ kind, result }),
    attempt(outcome) {
      attempts.inc();
      attemptResults.inc({ outcome });
    },
    lateSettle: () => lateSettles.inc(),
    duplicate: () => dupes.inc(),
    assignmentConflict: () => conflicts.inc(),
    request: (operation, status, seconds) => requests.observe({ operation, status }, seconds),
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
}
