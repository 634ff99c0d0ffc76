/**
 * What a provider call came to. Five kinds, all values; only bugs are thrown.
 * - `ok`: done, with what the provider said.
 * - `pending`: accepted, not finished; look again (no sooner than `checkAfterMs` when given). `waiting` says
 *   for whom or what, where that is known.
 * - `throttled`: never processed (429, open breaker, no free slot); no attempt is counted. `blocked` when the
 *   provider turns the whole account away: an operator has to mend that.
 * - `refused`: the provider says no; final for this generation.
 * - `unknown`: time-out, reset or 5xx after the request was sent. It may have happened: look before doing it
 *   again. `needsOperator` when no look-up can tell: it is not repeated, a human has to find out.
 */
export type Outcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | {
      readonly kind: 'pending';
      readonly value?: T;
      readonly checkAfterMs?: number;
      readonly waiting?: Waiting;
    }
  | {
      readonly kind: 'throttled';
      readonly retryAfterMs: number;
      readonly reason: string;
      readonly blocked?: { readonly code: string; readonly message: string };
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unknown'; readonly reason: string; readonly needsOperator?: boolean };

/** Who has to act next. */
export type Actor = 'tenant' | 'provider' | 'operator' | 'platform';

/** Why something stands still, and who has to move. */
export interface Waiting {
  /** CamelCase constant, see registration/domain/reasons.ts. */
  readonly reason: string;
  /** Stable sentence: no request ids, no times, no PII. */
  readonly message: string;
  readonly actor?: Actor;
  readonly code?: string;
  readonly link?: string;
  readonly remediation?: string;
}

/** Why a provider said no, in words a tenant can act on. */
export interface Refusal {
  /** CamelCase constant, see registration/domain/reasons.ts. */
  readonly reason: string;
  /** Stable sentence: no request ids, no times, no PII. */
  readonly message: string;
  /** The provider's own code, e.g. `30795`. */
  readonly code?: string;
  /** Field of our spec that has to change. */
  readonly field?: string;
  readonly link?: string;
  readonly remediation?: string;
  readonly actor?: Actor;
  /** What else it said no to at the same time, to be mended in the same go. These have none of their own. */
  readonly also?: readonly Refusal[];
}

export const ok = <T>(value: T): Outcome<T> => ({ kind: 'ok', value });
export const refused = (refusal: Refusal): Outcome<never> => ({ kind: 'refused', refusal });
/** A refusal and what was refused along with it. */
export const refusalsIn = (refusal: Refusal): readonly Refusal[] => [refusal, ...(refusal.also ?? [])];
export const unknown = (reason: string): Outcome<never> => ({ kind: 'unknown', reason });
