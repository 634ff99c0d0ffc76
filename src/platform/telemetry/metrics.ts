import { type CommonMetrics, createRegistry, type MetricsOptions } from './registry.ts';

/**
 * Everything the registration service counts, a function each, so that mechanisms ask for the few they need and
 * know no library.
 * The six families of the seed keep its exact names and labels (R43): reconcile_runs_total{resource},
 * provider_calls_total{method}, status_phase_gauge{resource,phase}, webhook_delivery_attempts_total,
 * idempotency_dupes_total, assignment_conflicts_total.
 */
export interface Metrics extends CommonMetrics {
  /** One reconcile pass: how it ended and how long it took. */
  pass(resource: string, result: string, seconds: number): void;
  /** A pass whose writes were thrown away because its lease was gone. */
  fenced(): void;
  providerCall(method: string, outcome: string): void;
  /** Something that the provider sent to us. */
  providerInbound(kind: string, result: string): void;
  /** One webhook request sent. */
  attempt(outcome: string): void;
  /** A webhook result that came after its lane was claimed anew, and changed nothing. */
  lateSettle(): void;
  /** An attach refused because the number is bound already. */
  assignmentConflict(): void;
}

/** A pass makes a few provider calls, each with a deadline of seconds. */
const PASS_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createMetrics(options: MetricsOptions): Metrics {
  const { counter, histogram, common } = createRegistry(options);

  const runs = counter('reconcile_runs_total', 'Reconcile passes', 'resource');
  const results = counter('reconcile_results_total', 'Reconcile passes by result', 'resource', 'result');
  const passTime = histogram('reconcile_duration_seconds', 'Length of a pass', PASS_SECONDS, 'resource');
  const fenced = counter('reconcile_fenced_total', 'Passes whose lease was lost before they settled');
  const calls = counter('provider_calls_total', 'Provider calls', 'method');
  const outcomes = counter('provider_call_outcomes_total', 'Provider calls by outcome', 'method', 'outcome');
  const inbound = counter('provider_inbound_total', 'What the provider sent to us', 'kind', 'result');
  const attempts = counter('webhook_delivery_attempts_total', 'Webhook requests sent');
  const attemptResults = counter('webhook_delivery_results_total', 'Webhook requests by outcome', 'outcome');
  const lateSettles = counter(
    'webhook_late_settles_total',
    'Results that came after their lane was reclaimed',
  );
  const conflicts = counter('assignment_conflicts_total', 'Attaches refused: the number is bound already');
  return {
    ...common,
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
    providerInbound: (kind, result) => inbound.inc({ kind, result }),
    attempt(outcome) {
      attempts.inc();
      attemptResults.inc({ outcome });
    },
    lateSettle: () => lateSettles.inc(),
    assignmentConflict: () => conflicts.inc(),
  };
}
