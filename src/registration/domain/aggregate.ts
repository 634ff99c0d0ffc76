import { isDeepStrictEqual } from 'node:util';
import { type ConditionUpdate, findCondition, setCondition } from '#kernel/condition.ts';
import type { Actor, Refusal } from '#kernel/outcome.ts';
import { conflict } from '#kernel/problem.ts';
import type { Reason, Transition } from './events.ts';
import { type PhaseEdge, sourcesOf } from './phases.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Aggregate, ExternalRefs } from './types.ts';

type AnyAggregate = Aggregate<unknown, string>;

/** How an aggregate is called in the answer to somebody who asked for a move that is not allowed. */
export interface Subject {
  readonly name: 'Brand' | 'Campaign' | 'Number';
  readonly details: Readonly<Record<string, string>>;
}

/**
 * The aggregate with one condition set; the very same object when nothing would change, so that a pass that
 * learns nothing writes nothing.
 */
export function withCondition<A extends AnyAggregate>(aggregate: A, update: ConditionUpdate, now: Date): A {
  const conditions = setCondition(aggregate.conditions, update, now);
  return conditions === aggregate.conditions ? aggregate : { ...aggregate, conditions, updatedAt: now };
}

/** The aggregate with these refs merged into its own; the very same object when it knew them all. */
export function withRefs<A extends AnyAggregate>(aggregate: A, refs: ExternalRefs, now: Date): A {
  const known = Object.entries(refs).every(([name, value]) => aggregate.externalRefs[name] === value);
  if (known) return aggregate;
  return { ...aggregate, externalRefs: { ...aggregate.externalRefs, ...refs }, updatedAt: now };
}

/** The id under which the provider knows what has these refs, for traces (R44); undefined while it does not. */
export function providerRefOf(refs: ExternalRefs): string | undefined {
  return refs.providerBrandId ?? refs.providerCampaignId ?? refs.messagingServiceId;
}

/** The provider has accepted this submission of this generation, and these are its refs. */
export function withSent<A extends AnyAggregate>(aggregate: A, refs: ExternalRefs, now: Date): A {
  const sent = withRefs(aggregate, refs, now);
  if (sent.observedGeneration === sent.generation && sent.sentSubmission === sent.submission) return sent;
  return {
    ...sent,
    observedGeneration: sent.generation,
    sentSubmission: sent.submission,
    updatedAt: now,
  };
}

/** True when the provider has accepted the present submission; what it says of an older one is history. */
export function isSent(aggregate: AnyAggregate): boolean {
  return aggregate.sentSubmission === aggregate.submission;
}

/** The aggregate under a new spec: one generation more, or the very same object when it is the same spec. */
export function withSpec<A extends AnyAggregate>(aggregate: A, spec: A['spec'], now: Date): A {
  if (sameSpec(aggregate.spec, spec)) return aggregate;
  return { ...aggregate, spec, generation: aggregate.generation + 1, updatedAt: now };
}

/** Deep equality, whatever the order of the keys. */
export function sameSpec(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}

/**
 * Moves to another phase along one of `edges`. Progress also ends a stall.
 * @throws Problem 409 when there is no such edge; details name the aggregate and its phase.
 */
export function moveTo<P extends string, A extends Aggregate<unknown, P>>(
  aggregate: A,
  edges: readonly PhaseEdge<P>[],
  to: P,
  subject: Subject,
  now: Date,
): A {
  requirePhase(aggregate, sourcesOf(edges, to), `become ${to}`, subject);
  return unstall({ ...aggregate, phase: to, updatedAt: now }, now);
}

/** @throws Problem 409 when the aggregate is in none of `phases`. */
export function requirePhase<P extends string>(
  aggregate: Aggregate<unknown, P>,
  phases: readonly P[],
  purpose: string,
  subject: Subject,
): void {
  if (phases.includes(aggregate.phase)) return;
  const message = `${subject.name} is ${aggregate.phase}; only ${phases.join(' or ')} can ${purpose}`;
  throw conflict(message, { ...subject.details, phase: aggregate.phase });
}

/** Nothing the world has to hear of. */
export const quiet = <A>(next: A): Transition<A> => ({ next, events: [] });

/** Two transitions as one, for a pass that learns two things at once: APPROVED, then ACTIVE (C34). */
export function andThen<A>(first: Transition<A>, step: (next: A) => Transition<A>): Transition<A> {
  const second = step(first.next);
  return { next: second.next, events: [...first.events, ...second.events] };
}

// --- Refusals ---------------------------------------------------------------------------------------------

const UNEXPLAINED: Refusal = {
  reason: REASON.ProviderRefused,
  message: 'The provider gave no reason. Ask its support.',
  actor: 'operator',
};

/**
 * The provider's reasons as one, since a condition has room for one: the first, with the words of all, each with its
 * field, so that everything is mended in one go. A provider that gives none still leaves a tenant with a sentence.
 */
export function inOne(refusals: readonly Refusal[]): Refusal {
  const [first = UNEXPLAINED, ...others] = refusals;
  if (others.length === 0) return first;
  const told = (words: readonly (string | undefined)[]) =>
    [...new Set(words.filter((word) => word !== undefined))].join(' ');
  const remediation = told(refusals.map((refusal) => refusal.remediation));
  return {
    ...first,
    message: told(
      refusals.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`)),
    ),
    ...(remediation === '' ? {} : { remediation }),
  };
}

/** A refusal as a condition, with everything that helps to mend it. */
export function refusalCondition(
  type: string,
  status: 'True' | 'False',
  refusal: Refusal,
  actor: Actor,
): ConditionUpdate {
  const { code, field, link, remediation } = refusal;
  return {
    type,
    status,
    reason: refusal.reason,
    message: refusal.message,
    actor: refusal.actor ?? actor,
    ...(code === undefined ? {} : { code }),
    ...(field === undefined ? {} : { field }),
    ...(link === undefined ? {} : { link }),
    ...(remediation === undefined ? {} : { remediation }),
  };
}

/** Refusals as events tell them; never empty. */
export function reasonsOf(refusals: readonly Refusal[]): readonly Reason[] {
  return (refusals.length === 0 ? [UNEXPLAINED] : refusals).map((refusal) => {
    const { reason, message, code, field, remediation } = refusal;
    return {
      reason,
      message,
      ...(code === undefined ? {} : { code }),
      ...(field === undefined ? {} : { field }),
      ...(remediation === undefined ? {} : { remediation }),
    };
  });
}

// --- Conditions that every aggregate has -------------------------------------------------------------------

/** The provider could not be asked, or gave no usable answer. Says nothing about what was asked. */
export function markUnreachable<A extends AnyAggregate>(
  aggregate: A,
  why: { readonly reason: string; readonly message: string; readonly actor?: Actor },
  now: Date,
): A {
  const { reason, message, actor = 'platform' } = why;
  return withCondition(
    aggregate,
    { type: CONDITION.ProviderReachable, status: 'False', reason, message, actor },
    now,
  );
}

/** The provider answered again. Writes nothing when it was never marked: good news is the normal case. */
export function clearUnreachable<A extends AnyAggregate>(aggregate: A, now: Date): A {
  if (!findCondition(aggregate.conditions, CONDITION.ProviderReachable)) return aggregate;
  return withCondition(
    aggregate,
    {
      type: CONDITION.ProviderReachable,
      status: 'True',
      reason: REASON.Reachable,
      message: 'The provider answers.',
    },
    now,
  );
}

/** Parked after too many failures in a row (C39); an operator, an edit or a submission wakes it. */
export function stall<A extends AnyAggregate>(aggregate: A, message: string, now: Date): A {
  return withCondition(
    aggregate,
    { type: CONDITION.Stalled, status: 'True', reason: REASON.RetriesExhausted, message, actor: 'operator' },
    now,
  );
}

/** Under way again. Writes nothing when it was not stalled. */
export function unstall<A extends AnyAggregate>(aggregate: A, now: Date): A {
  if (findCondition(aggregate.conditions, CONDITION.Stalled)?.status !== 'True') return aggregate;
  return withCondition(
    aggregate,
    { type: CONDITION.Stalled, status: 'False', reason: REASON.Resumed, message: 'Work goes on.' },
    now,
  );
}
