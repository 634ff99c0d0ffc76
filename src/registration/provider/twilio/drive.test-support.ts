import assert from 'node:assert/strict';
import type { Outcome } from '#kernel/outcome.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { MovedClock } from './memory-effects.test-support.ts';
import { Crash, type Fault } from './memory-twilio.test-support.ts';

/** More passes than any order needs: who is not done by then never will be. */
const PASSES = 40;
const AFTER_A_CRASH_MS = 20_000;

export interface Ended {
  readonly outcome: Extract<Outcome<ExternalRefs>, { kind: 'ok' | 'refused' }>;
  readonly refs: ExternalRefs;
}

/**
 * Passes until the provider has an answer, as the reconciler makes them: refs of a pending order are saved, a
 * crash loses those of its pass, and time passes in between.
 */
export async function drive(
  clock: MovedClock,
  known: ExternalRefs,
  pass: (refs: ExternalRefs) => Promise<Outcome<ExternalRefs>>,
): Promise<Ended> {
  let refs = known;
  for (let i = 0; i < PASSES; i += 1) {
    const outcome = await pass(refs).catch((error: unknown): Outcome<never> => {
      if (!(error instanceof Crash)) throw error;
      return { kind: 'unknown', reason: 'crashed' };
    });
    switch (outcome.kind) {
      case 'ok':
        return { outcome, refs: { ...refs, ...outcome.value } };
      case 'refused':
        return { outcome, refs };
      case 'pending':
        refs = { ...refs, ...outcome.value };
        clock.advance(outcome.checkAfterMs ?? 30_000);
        break;
      case 'throttled':
        clock.advance(outcome.retryAfterMs);
        break;
      case 'unknown':
        assert.ok(!outcome.needsOperator, outcome.reason);
        clock.advance(AFTER_A_CRASH_MS);
    }
  }
  return assert.fail('it goes on for ever');
}

const KINDS = ['crash', 'crashBefore', 'lost', 'dropped'] as const;

/** Every fault at every one of the first `calls` calls. */
export function faultsUpTo(calls: number): readonly Fault[] {
  return Array.from({ length: calls }, (_, at) => KINDS.map((kind) => ({ at, kind }))).flat();
}
