import type { Outcome } from '#kernel/outcome.ts';

/** One thing that costs money or comes into being at a provider, named before it is done. */
export interface Intent {
  /** Unique for ever: which aggregate, which operation, which submission. `brand_1/register/2`. */
  readonly key: string;
  readonly operation: string;
  /** What is asked for; only its keyed hash is stored. */
  readonly request: unknown;
  /**
   * How long after the last attempt an empty look-up proves that nothing was created. Providers that show new
   * objects late need it; 0 when a look-up is always current.
   */
  readonly absentAfterMs?: number;
}

/** What a look-up by our own mark can say. `cannotTell`: nothing of the kind can be found by name. */
export type Found<R> =
  | { readonly kind: 'found'; readonly value: R }
  | { readonly kind: 'absent' }
  | { readonly kind: 'cannotTell' };

export interface EffectActions<R> {
  find(): Promise<Outcome<Found<R>>>;
  create(): Promise<Outcome<R>>;
}

/** The ledger as one reconcile pass sees it: bound to its aggregate and its claim. */
export interface EffectScope {
  /**
   * Does a thing once, whatever crashes. Intent is committed, then `find` looks for it, then `create` runs,
   * then the result is committed; a later call answers the result without touching the provider. After a crash
   * or an unknown outcome `find` alone decides whether anything is created again.
   * @returns `ok` with the result; `refused`, `throttled` or `unknown` as the provider said; `unknown` also
   * when nothing can be found by name and the outcome of an earlier attempt is not known.
   */
  ensure<R>(intent: Intent, actions: EffectActions<R>): Promise<Outcome<R>>;
}
