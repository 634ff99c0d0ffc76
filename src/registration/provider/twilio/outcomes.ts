import { type Outcome, type Refusal, refused } from '#kernel/outcome.ts';

export type Setback = Exclude<Outcome<never>, { readonly kind: 'ok' }>;

/** A no for all these reasons at once, of which there is at least one; the first speaks for them. */
export function refusedFor(first: Refusal, others: readonly Refusal[]): Outcome<never> {
  return refused(others.length === 0 ? first : { ...first, also: others });
}

/** A step that did not come about, for a caller that promises another value than the step does. */
export function setback(outcome: Exclude<Outcome<unknown>, { readonly kind: 'ok' }>): Setback {
  if (outcome.kind !== 'pending') return outcome;
  const { value: _, ...pending } = outcome;
  return pending;
}
