import type { Twilio } from 'twilio';
import type { Outcome } from '#kernel/outcome.ts';

export { OwnFault, sidOf } from '#platform/twilio/own-fault.ts';

/** What a call came to without a value of its own. */
export type End =
  | Exclude<Outcome<never>, { readonly kind: 'ok' }>
  | { readonly kind: 'alreadyDone' }
  | { readonly kind: 'gone'; readonly outcome: Outcome<never> };

/** Carries the end of a call through the SDK, which knows exceptions only. */
export class CallEnd extends Error {
  readonly end: End;
  constructor(end: End) {
    super(`the call ended: ${end.kind}`);
    this.name = 'CallEnd';
    this.end = end;
  }
}

/** What certain ends of a call mean to it. */
export interface CallEndings<T> {
  /** The provider does not know what the path names (404). */
  readonly gone?: () => T;
  /** It is as asked for already. */
  readonly done?: () => T;
  /** Neither heeds nor sets a block of the account. */
  readonly apart?: boolean;
}

/** Makes one call over the SDK and says what it came to. */
export type Call = <T>(work: (sdk: Twilio) => Promise<T>, endings?: CallEndings<T>) => Promise<Outcome<T>>;

/** For calls whose answer says no more than that it was done. */
export const nothing = (): void => {};
