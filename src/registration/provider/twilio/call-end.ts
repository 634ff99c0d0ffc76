import type { Twilio } from 'twilio';
import type { Outcome } from '#kernel/outcome.ts';

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

/** A fault of our own while a call was made: its cause is thrown on, since it says nothing of the provider. */
export class OwnFault extends Error {
  constructor(cause: unknown) {
    super('a fault of our own', { cause });
    this.name = 'OwnFault';
  }
}

/** A sid for a path. The SDK would read the whole list for an empty one. */
export function sidOf(sid: string): string {
  if (!/^[A-Za-z0-9]+$/.test(sid)) throw new OwnFault(new TypeError('not a sid'));
  return sid;
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
