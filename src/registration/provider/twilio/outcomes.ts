import type { Outcome } from '#kernel/outcome.ts';

export type Setback = Exclude<Outcome<never>, { readonly kind: 'ok' }>;

/** A step that did not come about, for a caller that promises another value than the step does. */
export function setback(outcome: Exclude<Outcome<unknown>, { readonly kind: 'ok' }>): Setback {
  if (outcome.kind !== 'pending') return outcome;
  const { value: _, ...pending } = outcome;
  return pending;
}
