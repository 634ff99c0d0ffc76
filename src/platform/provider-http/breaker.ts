import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { Exchanged } from './exchange.ts';

export type BreakerState = 'closed' | 'open' | 'halfOpen';

export interface BreakerOpen {
  readonly kind: 'breakerOpen';
  readonly retryAfterMs: number;
}

/** How soon to ask again while the one call that tests a half-open breaker runs. */
const TESTING_MS = 1_000;

/** Keeps calls from what fails anyway. */
export interface Breaker {
  /** Makes the call unless it is open. Never rejects where the call does not. */
  run(call: () => Promise<Exchanged>): Promise<Exchanged | BreakerOpen>;
  state(): BreakerState;
}

/** Opens for `openMs` after `failures` failed calls in a row; then one call at a time tests. */
export function createBreaker(failures: number, openMs: number): Breaker {
  const policy: CircuitBreakerPolicy = circuitBreaker(
    handleWhenResult(
      (tried) => typeof tried === 'object' && tried !== null && 'failed' in tried && tried.failed === true,
    ),
    { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(failures) },
  );
  let openedAt = 0;
  policy.onBreak(() => {
    openedAt = Date.now();
  });
  return {
    async run(call) {
      // The policy would let the others wait for the call that tests it; they have better things to do.
      if (policy.state === CircuitState.HalfOpen) return { kind: 'breakerOpen', retryAfterMs: TESTING_MS };
      const leftMs = openedAt + openMs - Date.now();
      if (policy.state === CircuitState.Open && leftMs > 0)
        return { kind: 'breakerOpen', retryAfterMs: leftMs };
      const { result } = await policy.execute(async () => {
        const result = await call();
        return { result, failed: isFailure(result) };
      });
      return result;
    },
    state() {
      if (policy.state === CircuitState.HalfOpen) return 'halfOpen';
      return policy.state === CircuitState.Open ? 'open' : 'closed';
    },
  };
}

/** Whoever gives up for reasons of his own says nothing of the provider; a deadline of his that ran out does. */
function isFailure(result: Exchanged): boolean {
  return result.kind === 'answer' ? result.response.status >= 500 : result.reason !== 'aborted';
}
