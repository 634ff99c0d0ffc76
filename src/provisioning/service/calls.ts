import { setTimeout as wait } from 'node:timers/promises';
import { describeSpan, inSpan } from '#platform/telemetry/tracing.ts';
import { HoldLost } from '../domain/errors.ts';
import type { CallScope, PortResult } from '../ports.ts';

/** What a call is for; a label of metrics. */
export const STEPS = [
  'search',
  'findByTag',
  'findByNumber',
  'purchase',
  'configure',
  'getNumber',
  'voiceApp',
  'detach',
  'release',
] as const;
export type Step = (typeof STEPS)[number];
export type ResultKind = PortResult<unknown>['kind'];

export interface CallsOptions {
  /** Attempts in all, the first included (C40). */
  readonly attempts: number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Resolves after so many milliseconds, or when the signal ends if that is sooner; never rejects. By timers if absent. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of every attempt. Must not throw. */
  readonly onAttempt?: (step: Step, attempt: number, outcome: ResultKind) => void;
  /** Told once of every call, when its attempts are over. Must not throw. */
  readonly onStep?: (step: Step, outcome: ResultKind) => void;
}

export interface Repeating<T> {
  /**
   * Finds out what an unknown attempt came to, if it may have been sent: undefined when it did nothing, so that it
   * may be repeated; any other result is the end.
   */
  readonly settle?: (unsettled: Unknown) => Promise<PortResult<T> | undefined>;
  /** Further kinds to repeat; e.g. notFound, for what was made a moment ago. */
  readonly also?: ResultKind;
}

type Unknown = Extract<PortResult<never>, { readonly kind: 'unknown' }>;

export interface Calls {
  /**
   * The result of a provider call after at most `attempts` attempts: `throttled` and `unknown` are repeated, nothing
   * else (B:51, R148). It ends with the scope: then the last result, or `unknown` and not sent. Throws HoldLost when
   * the scope ended for that.
   */
  repeat<T>(
    scope: CallScope,
    step: Step,
    call: () => Promise<PortResult<T>>,
    repeating?: Repeating<T>,
  ): Promise<PortResult<T>>;
}

/** R148: 200 ms, doubled each time, each 20 % more or less. */
const BASE_MS = 200;
const FACTOR = 2;
const JITTER = 0.2;
/** Of a request's 25 s; who is told to wait longer passes that on to his caller. */
const MAX_WAIT_MS = 5_000;

/**
 * Repeats provider calls. Not cockatiel's retry: it waits on timers of its own and takes no result that names the
 * time to wait, nor a look-up between two attempts.
 */
export function createCalls({
  attempts,
  random,
  sleep = sleepUntil,
  onAttempt,
  onStep,
}: CallsOptions): Calls {
  async function attempt<T>(
    scope: CallScope,
    step: Step,
    call: () => Promise<PortResult<T>>,
    { settle, also }: Repeating<T>,
  ): Promise<PortResult<T>> {
    let last: PortResult<T> = { kind: 'unknown', reason: 'no time was left', sent: false };
    for (let count = 1; ; count += 1) {
      throwIfLost(scope);
      if (scope.signal.aborted) return last;
      last = await call();
      onAttempt?.(step, count, last.kind);
      if (last.kind === 'unknown' && last.sent && settle) {
        const settled = await settle(last);
        if (settled) return settled;
      }
      if (last.kind !== 'throttled' && last.kind !== 'unknown' && last.kind !== also) return last;
      const asked = last.kind === 'throttled' ? (last.retryAfterMs ?? 0) : 0;
      if (count >= attempts || asked > MAX_WAIT_MS) return last;
      const backoff = BASE_MS * FACTOR ** (count - 1) * (1 + JITTER * (2 * random() - 1));
      await sleep(Math.max(asked, backoff), scope.signal);
    }
  }

  return {
    async repeat(scope, step, call, repeating = {}) {
      const { correlationId } = scope;
      const result = await inSpan(`provider.${step}`, { correlationId }, async () => {
        const last = await attempt(scope, step, call, repeating);
        describeSpan({ outcome: last.kind }, last.kind === 'unknown' ? last.kind : undefined);
        return last;
      });
      onStep?.(step, result.kind);
      return result;
    },
  };
}

/** Stops whoever has lost his key before he does anything more. */
export function throwIfLost({ signal }: CallScope): void {
  if (signal.aborted && signal.reason instanceof HoldLost) throw signal.reason;
}

async function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
  // It rejects for the signal alone, which means: slept enough.
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
