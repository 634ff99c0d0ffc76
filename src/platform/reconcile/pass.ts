import { StaleVersion } from '../database/stale-version.ts';
import { createEffectScope, type LedgerKeys } from '../effects/scope.ts';
import type { Claim } from '../queue/claim.ts';
import { LeaseLost, type Settlement } from '../queue/settle.ts';
import { inSpan } from '../telemetry/tracing.ts';
import { backoffMs, MAX_FAILURES, spread } from './backoff.ts';
import { createFinisher, type FinishDependencies } from './finish.ts';
import type { Held } from './leases.ts';
import type { PassResult, Verdict } from './verdict.ts';

export interface PassMetrics {
  /** One pass of this resource, how it ended and how long it took. */
  pass(resource: string, result: string, seconds: number): void;
  /** A pass whose writes were thrown away because the lease was gone. */
  fenced(): void;
}

export interface PassDependencies extends FinishDependencies {
  readonly ledger: LedgerKeys;
  readonly metrics: PassMetrics;
  /** In [0, 1); injected so that tests know every wait. */
  readonly random: () => number;
}

/** Runs one pass and settles its claim. Never throws: whatever happens ends in the queue row, or in its lease. */
export function createPassRunner(deps: PassDependencies): (claim: Claim, held: Held) => Promise<void> {
  const { database, clock, metrics, log } = deps;
  const finish = createFinisher(deps);

  return async (claim, held) => {
    const started = performance.now();
    const fields = { resource: claim.resource, aggregateId: claim.aggregateId, tenantId: claim.tenantId };
    const result = await inSpan('reconcile', fields, () => attempt(claim, held));
    metrics.pass(claim.resource, result.name, (performance.now() - started) / 1000);
    log[result.error ? 'warn' : 'debug'](
      { ...fields, result: result.name, ...result.detail },
      'reconcile:pass:done',
    );
  };

  async function attempt(claim: Claim, held: Held): Promise<PassOutcome> {
    try {
      const { verdict, change } = await reconcile(claim, held);
      held.signal.throwIfAborted();
      await finish({ claim, settlement: settlementOf(verdict, claim.failures, deps.random), change });
      return { name: verdict.kind, error: verdict.kind === 'failed', detail: detailOf(verdict) };
    } catch (error) {
      // Given back or lost: the row is anybody's, and a look at whose it is would hold it for a moment.
      return recover(claim, held.signal.aborted ? new LeaseLost(claim) : error);
    }
  }

  async function reconcile(claim: Claim, held: Held): Promise<PassResult> {
    const reconciler = deps.reconcilers[claim.resource];
    if (!reconciler) return { verdict: { kind: 'failed', error: `no reconciler for ${claim.resource}` } };
    // A row that took its process down this often would take the next one down too.
    if (claim.failures >= MAX_FAILURES) {
      return { verdict: { kind: 'failed', error: 'passes over it never came to an end' } };
    }
    const effects = createEffectScope({ executor: database.executor, clock, claim, held, keys: deps.ledger });
    // The database's clock, moved on by one that nobody can set: that of the process may jump by a month.
    const begun = performance.now();
    const time = () => new Date(claim.now.getTime() + (performance.now() - begun));
    return reconciler.reconcile(claim, { now: claim.now, time, signal: held.signal, effects });
  }

  async function recover(claim: Claim, error: unknown): Promise<PassOutcome> {
    if (error instanceof LeaseLost) {
      metrics.fenced();
      return { name: 'fenced', error: true, detail: {} };
    }
    // The spec was written while we looked at the old one: look again at once.
    const stale = error instanceof StaleVersion;
    const verdict: Verdict = stale ? { kind: 'again', inMs: 0 } : { kind: 'failed', error: nameOf(error) };
    if (!stale) log.error({ err: error, aggregateId: claim.aggregateId }, 'reconcile:pass:threw');
    try {
      await finish({ claim, settlement: settlementOf(verdict, claim.failures, deps.random) });
    } catch (second) {
      // Not even the settlement could be written: the lease ends by itself, and that counts as the failure.
      log.error({ err: second, aggregateId: claim.aggregateId }, 'reconcile:settle:failed');
    }
    return { name: stale ? 'stale' : 'threw', error: !stale, detail: {} };
  }
}

interface PassOutcome {
  readonly name: string;
  readonly error: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where a verdict puts the row. Pure; `failures` is the count before this pass. */
export function settlementOf(verdict: Verdict, failures: number, random: () => number): Settlement {
  switch (verdict.kind) {
    case 'settled':
      return { kind: 'due', inMs: spread(verdict.recheckMs, random()) };
    case 'again':
      return { kind: 'due', inMs: verdict.inMs };
    case 'throttled':
      return { kind: 'held-back', inMs: verdict.inMs };
    case 'failed':
      return failures + 1 >= MAX_FAILURES
        ? { kind: 'parked', error: verdict.error }
        : { kind: 'failed', inMs: backoffMs(failures + 1, random()), error: verdict.error };
  }
}

/** Class of an unexpected error, for the queue row; its text may carry PII and stays in the log. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}

function detailOf(verdict: Verdict): Readonly<Record<string, unknown>> {
  return verdict.kind === 'failed' ? { reason: verdict.error } : {};
}
