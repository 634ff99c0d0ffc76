import type { Tx } from '../database/database.ts';
import type { EffectScope } from '../effects/ledger.ts';
import type { Claim } from '../queue/claim.ts';
import type { Work } from '../queue/enqueue.ts';

/** How every pass ends: exactly one of these. */
export type Verdict =
  /** Desired and observed agree; look again after the slow resync time, for drift. */
  | { readonly kind: 'settled'; readonly recheckMs: number }
  /** Under way: look again after this time. */
  | { readonly kind: 'again'; readonly inMs: number }
  /** The provider had no time for us; no attempt is counted. */
  | { readonly kind: 'throttled'; readonly inMs: number }
  /** The pass did not get through: backoff, and parking after too many in a row. */
  | { readonly kind: 'failed'; readonly error: string };

/** @typeParam Change what a pass of this kind finds out; its own reconciler's affair. */
export interface PassResult<Change = unknown> {
  readonly verdict: Verdict;
  /** What was learnt, for `save`; absent when nothing changed. */
  readonly change?: Change;
}

/** What a pass is given. */
export interface Pass {
  /** Database time at the claim. */
  readonly now: Date;
  /** Database time as it goes on, whatever becomes of the clock of this process. */
  readonly time: () => Date;
  /** Aborts when the lease is lost or the worker has to stop. */
  readonly signal: AbortSignal;
  readonly effects: EffectScope;
}

/** One kind of aggregate: compares desired with actual, acts, and says how it went. */
export interface Reconciler<Change = unknown> {
  reconcile(claim: Claim, pass: Pass): Promise<PassResult<Change>>;
  /**
   * Writes what passes have learnt, all or nothing, in the transaction that settles their claims (finish.ts).
   * Answers whom that concerns: they are looked at again. Throws StaleVersion when one of the aggregates has moved on.
   */
  save(tx: Tx, changes: readonly Change[]): Promise<readonly Work[]>;
  /** Marks the aggregate as parked, in the transaction that parks it. */
  stalled(tx: Tx, claim: Claim, error: string): Promise<void>;
}
