import { type Outcome, type Refusal, refusalsIn, type Waiting } from '#kernel/outcome.ts';
import type { PassResult, Verdict } from '#platform/reconcile/verdict.ts';
import { currentTraceparent, describeSpan } from '#platform/telemetry/tracing.ts';
import {
  clearUnreachable,
  markUnreachable,
  providerRefOf,
  quiet,
  unstall,
  withCondition,
  withRefs,
} from '../domain/aggregate.ts';
import type { Transition } from '../domain/events.ts';
import { REASON } from '../domain/reasons.ts';
import type { Aggregate, ExternalRefs } from '../domain/types.ts';
import type { Change, ProviderStatus } from '../ports.ts';

/** What `decide` answers: where the aggregate goes, what the world is told, and when to look again. */
export interface Decision<A> extends Transition<A> {
  readonly verdict: Verdict;
}

export function decision<A>({ next, events }: Transition<A>, verdict: Verdict): Decision<A> {
  return { next, events, verdict };
}

/**
 * A decision as the result of a pass; one that changes nothing writes nothing.
 * @param before the row as it is written over, where the pass has written it since it was read.
 */
export function resultOf<A extends Aggregate<unknown, string>>(
  read: A,
  { next, events, verdict }: Decision<A>,
  before = read,
): PassResult<Change<A>> {
  describeSpan({ phase: next.phase, providerRef: providerRefOf(next.externalRefs) });
  if (next === read) return { verdict };
  const traceparent = currentTraceparent();
  return { verdict, change: { before, next, events, ...(traceparent ? { traceparent } : {}) } };
}

/** Outcomes that say nothing about the object itself. */
export type Setback = Extract<Outcome<never>, { kind: 'throttled' | 'unknown' }>;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A hold-up shorter than this is not worth a status write. */
const NOTABLE_HOLD_UP_MS = MINUTE_MS;
const OPERATOR_RECHECK_MS = 60 * MINUTE_MS;

const THROTTLED = {
  reason: REASON.ProviderThrottled,
  message: 'The provider asks us to slow down; the work goes on by itself.',
  actor: 'provider',
} as const;
const UNAVAILABLE = {
  reason: REASON.ProviderUnavailable,
  message: 'The provider gives no usable answer; the work goes on by itself.',
  actor: 'provider',
} as const;
const OUTCOME_UNKNOWN = {
  reason: REASON.ProviderOutcomeUnknown,
  message:
    'Nobody can tell whether the last order was carried out; it is not repeated, to pay nothing twice.',
  actor: 'operator',
} as const;

/** The provider turns the whole account away; its code and words tell the operator why. */
const BLOCKED = {
  reason: REASON.ProviderCredentialsRefused,
  actor: 'operator',
} as const;

/** A call that told nothing about the object: the aggregate keeps its phase and says why it stands still. */
export function setBack<A extends Aggregate<unknown, string>>(
  aggregate: A,
  setback: Setback,
  now: Date,
): Decision<A> {
  if (setback.kind === 'throttled') {
    if (setback.blocked) {
      const next = markUnreachable(aggregate, { ...BLOCKED, ...setback.blocked }, now);
      return { next, events: [], verdict: { kind: 'throttled', inMs: setback.retryAfterMs } };
    }
    const notable = setback.retryAfterMs >= NOTABLE_HOLD_UP_MS;
    const next = notable ? markUnreachable(aggregate, THROTTLED, now) : aggregate;
    return { next, events: [], verdict: { kind: 'throttled', inMs: setback.retryAfterMs } };
  }
  if (setback.needsOperator) {
    const next = markUnreachable(aggregate, OUTCOME_UNKNOWN, now);
    return { next, events: [], verdict: { kind: 'again', inMs: OPERATOR_RECHECK_MS } };
  }
  const next = markUnreachable(aggregate, UNAVAILABLE, now);
  return { next, events: [], verdict: { kind: 'failed', error: setback.reason } };
}

/** The provider answered: whatever was said about its silence, and about giving up, is over. */
export function reachable<A extends Aggregate<unknown, string>>(aggregate: A, now: Date): A {
  return unstall(clearUnreachable(aggregate, now), now);
}

/** What an order to the provider came to; the same for every kind of aggregate. */
export function afterOrder<A extends Aggregate<unknown, string>>(
  now: Date,
  before: A,
  outcome: Outcome<ExternalRefs>,
  on: {
    readonly accepted: (aggregate: A, refs: ExternalRefs) => Decision<A>;
    readonly refused: (aggregate: A, refusals: readonly Refusal[]) => Transition<A>;
    /** The condition that says what a pending order waits for. */
    readonly awaited: string;
  },
): Decision<A> {
  if (outcome.kind === 'throttled' || outcome.kind === 'unknown') return setBack(before, outcome, now);
  const aggregate = reachable(before, now);
  switch (outcome.kind) {
    case 'ok':
      return on.accepted(aggregate, outcome.value);
    case 'refused':
      return decision(on.refused(aggregate, refusalsIn(outcome.refusal)), UNTIL_WOKEN);
    case 'pending': {
      const known = withRefs(aggregate, outcome.value ?? {}, now);
      const next = waitingFor(known, on.awaited, outcome.waiting, now);
      return decision(quiet(next), whileProgressing(before.updatedAt, now, outcome.checkAfterMs));
    }
  }
}

/** What a look at the provider says; the same for every kind of aggregate. */
export function afterLook<A extends Aggregate<unknown, string>>(
  now: Date,
  before: A,
  outcome: Outcome<ProviderStatus>,
  on: {
    readonly approved: (aggregate: A, status: ProviderStatus) => Decision<A>;
    /** Rejected, suspended or gone. */
    readonly lost: (
      aggregate: A,
      refusals: readonly Refusal[],
      state: ProviderStatus['state'],
    ) => Decision<A>;
    /** While it says neither; further on its way unless told otherwise. */
    readonly pending?: (aggregate: A, checkAfterMs: number | undefined) => Decision<A>;
    /** The condition that says what a pending object waits for; none where it was good already. */
    readonly awaited?: string;
  },
): Decision<A> {
  if (outcome.kind === 'throttled' || outcome.kind === 'unknown') return setBack(before, outcome, now);
  const aggregate = reachable(before, now);
  if (outcome.kind === 'refused') return on.lost(aggregate, refusalsIn(outcome.refusal), 'rejected');
  const status = outcome.kind === 'ok' ? outcome.value : undefined;
  if (status && status.state !== 'pending') {
    return status.state === 'approved'
      ? on.approved(aggregate, status)
      : on.lost(withRefs(aggregate, status.externalRefs, now), status.reasons, status.state);
  }
  const { checkAfterMs, waiting } = outcome.kind === 'ok' ? outcome.value : outcome;
  if (on.pending) return on.pending(aggregate, checkAfterMs);
  const known = status ? withRefs(aggregate, status.externalRefs, now) : aggregate;
  const next = on.awaited === undefined ? known : waitingFor(known, on.awaited, waiting, now);
  return decision(quiet(next), whileProgressing(before.updatedAt, now, checkAfterMs));
}

/** Says for what it waits; a provider that does not tell leaves what was said before. */
function waitingFor<A extends Aggregate<unknown, string>>(
  aggregate: A,
  type: string,
  waiting: Waiting | undefined,
  now: Date,
): A {
  if (!waiting) return aggregate;
  return withCondition(aggregate, { type, status: 'False', actor: 'provider', ...waiting }, now);
}

/** Nothing to do until somebody wakes it; looked at once a day all the same. */
export const UNTIL_WOKEN: Verdict = { kind: 'settled', recheckMs: DAY_MS };

/**
 * Still under way: when the provider says, else the more often the younger the wait is. Carriers take minutes
 * to weeks, so a tenth of the age, between half a minute and ten minutes.
 */
export function whileProgressing(since: Date, now: Date, checkAfterMs?: number): Verdict {
  const age = now.getTime() - since.getTime();
  return { kind: 'again', inMs: checkAfterMs ?? clamp(age / 10, 30_000, 10 * MINUTE_MS) };
}

/** Settled: looked at for drift, from five minutes after a change up to once a day when nothing changes. */
export function whenSettled(since: Date, now: Date, checkAfterMs = DAY_MS): Verdict {
  const age = now.getTime() - since.getTime();
  return { kind: 'settled', recheckMs: Math.min(checkAfterMs, clamp(age, 5 * MINUTE_MS, DAY_MS)) };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
