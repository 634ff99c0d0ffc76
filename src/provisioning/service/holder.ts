import { HoldLost, providerUnavailable } from '../domain/errors.ts';
import { tagOf } from '../domain/tag.ts';
import type { CallScope, Hold, Intent, Ledger } from '../ports.ts';
import { throwIfLost } from './calls.ts';
import type { Stopwatch } from './stopwatch.ts';

/** Under what a purchase is made: a key that is held, and what an earlier holder of it was about to buy. */
export interface Claim {
  readonly hold: Hold;
  readonly intent: Intent | undefined;
  readonly scope: CallScope;
}

/** One holder's writes to the ledger. Each throws HoldLost once somebody else has the key; then nothing was written. */
export interface Holder {
  readonly scope: CallScope;
  /** What the key's numbers bear at the provider. */
  readonly tag: string;
  /** False when another key has the number. */
  reserve(e164: string): Promise<boolean>;
  /** The number was not to be had, or nothing was done to get it. */
  giveUp(): Promise<void>;
  bought(sid: string): Promise<void>;
  /** Right before money is spent: a holder that slept too long must not spend it. Asks the ledger unless it has just said so. */
  confirm(): Promise<void>;
}

/** Milliseconds. What is left of the lease then is longer than any call of the provider takes (8 s at most). */
const SURE_FOR_MS = 1_000;
const NEVER = () => Number.POSITIVE_INFINITY;

/** @param begin measures how long ago the ledger was asked, for a lease that began anew with the question. */
export function holderOf(ledger: Ledger, { hold, scope }: Claim, begin: Stopwatch): Holder {
  let leasedFor = NEVER;
  const held = (isHeld: boolean) => {
    if (!isHeld) throw new HoldLost();
  };
  return {
    scope,
    tag: tagOf(hold.scope),
    async reserve(e164) {
      throwIfLost(scope);
      // Nothing is begun that there is no time for.
      if (scope.signal.aborted)
        throw providerUnavailable('There was not enough time; try again with the same key');
      const sinceAsked = begin();
      const answer = await ledger.reserve(hold, e164);
      held(answer !== 'lost');
      if (answer === 'reserved') leasedFor = sinceAsked;
      return answer === 'reserved';
    },
    giveUp: async () => held(await ledger.unreserve(hold)),
    bought: async (sid) => held(await ledger.bought(hold, sid)),
    async confirm() {
      throwIfLost(scope);
      if (leasedFor() < SURE_FOR_MS) return;
      const sinceAsked = begin();
      held(await ledger.renew(hold));
      leasedFor = sinceAsked;
    },
  };
}
