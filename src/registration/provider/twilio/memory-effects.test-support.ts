import { type Outcome, ok, type Refusal, refused, unknown } from '#kernel/outcome.ts';
import type { EffectActions, EffectScope, Intent } from '#platform/effects/ledger.ts';

/** A clock of the test: moves when told to. */
export interface MovedClock {
  now(): Date;
  advance(ms: number): void;
}

export function movedClock(from = '2026-03-02T09:00:00Z'): MovedClock {
  let ms = Date.parse(from);
  return {
    now: () => new Date(ms),
    advance(by) {
      ms += by;
    },
  };
}

interface Row {
  state: 'intended' | 'done' | 'refused' | 'unknown';
  result: unknown;
  attempts: number;
  attemptedAt: number;
}

/** As platform/effects/scope.ts: the call deadline and what a request that was cut off may still take. */
const STILL_AT_WORK_MS = 10_000;

/** The ledger in memory, with the very rules of platform/effects/scope.ts except leases. Survives a `Crash`. */
export function memoryEffects(clock: MovedClock): EffectScope & { readonly keys: () => readonly string[] } {
  const rows = new Map<string, Row>();

  const attempt = async <R>(row: Row, actions: EffectActions<R>): Promise<Outcome<R>> => {
    row.state = 'intended';
    row.attempts += 1;
    row.attemptedAt = clock.now().getTime();
    const outcome = await actions.create();
    if (outcome.kind === 'ok') Object.assign(row, { state: 'done', result: outcome.value });
    if (outcome.kind === 'refused') Object.assign(row, { state: 'refused', result: outcome.refusal });
    if (outcome.kind === 'unknown') row.state = 'unknown';
    if (outcome.kind === 'throttled') Object.assign(row, { attempts: 0, attemptedAt: -Infinity });
    return outcome;
  };

  return {
    keys: () => [...rows.keys()],
    async ensure<R>(intent: Intent, actions: EffectActions<R>): Promise<Outcome<R>> {
      const fresh: Row = { state: 'intended', result: null, attempts: 0, attemptedAt: -Infinity };
      const row = rows.get(intent.key) ?? fresh;
      rows.set(intent.key, row);
      // What is stored is what `create` or `find` answered under this key.
      if (row.state === 'done') return ok(row.result as R);
      if (row.state === 'refused') return refused(row.result as Refusal);
      const found = await actions.find();
      if (found.kind !== 'ok')
        return found.kind === 'pending' ? unknown('the look-up is not done yet') : found;
      switch (found.value.kind) {
        case 'found':
          Object.assign(row, { state: 'done', result: found.value.value });
          return ok(found.value.value);
        case 'cannotTell':
          if (row.attempts === 0) return attempt(row, actions);
          return { kind: 'unknown', reason: 'it cannot be found by name', needsOperator: true };
        case 'absent': {
          const since = clock.now().getTime() - row.attemptedAt;
          const waitMs = Math.max(intent.absentAfterMs ?? 0, STILL_AT_WORK_MS) - since;
          if (waitMs > 0) return { kind: 'throttled', retryAfterMs: waitMs, reason: 'shows up late' };
          return attempt(row, actions);
        }
      }
    },
  };
}
