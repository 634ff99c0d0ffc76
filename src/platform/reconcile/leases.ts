import type { Logger } from 'pino';
import type { DatabaseClock } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';
import { type Claim, claimKey, renewLeases } from '../queue/claim.ts';

/** What a pass sees of its lease. */
export interface Held {
  /** Aborted when the lease is lost or given back. */
  readonly signal: AbortSignal;
  /**
   * Whether the lease surely still lasts this long. By the monotonic clock of this process, which goes on
   * while it is stopped: a worker that slept past its lease answers no, whatever its timers missed.
   */
  lasts(ms: number): boolean;
}

export interface Leases {
  hold(claim: Claim): Held;
  drop(claim: Claim): void;
  abort(claim: Claim): void;
  /** Renews all held leases at a quarter of their length, one statement for all; answers the stop. */
  start(): () => void;
}

export function keepLeases(deps: {
  executor: Executor;
  clock: DatabaseClock;
  leaseMs: number;
  log: Logger;
}): Leases {
  const { executor, clock, leaseMs, log } = deps;
  const held = new Map<Claim, { controller: AbortController; renewedAt: number }>();

  const renew = async () => {
    const claims = [...held.keys()];
    if (claims.length === 0) return;
    // From before the statement: a slow answer must not make a lease look longer than it is.
    const askedAt = performance.now();
    const alive = await renewLeases(executor, clock, leaseMs, claims);
    for (const claim of claims) {
      const entry = held.get(claim);
      if (!entry) continue;
      if (alive.has(claimKey(claim))) entry.renewedAt = askedAt;
      else entry.controller.abort(new Error('lease lost'));
    }
  };

  return {
    hold(claim) {
      const entry = { controller: new AbortController(), renewedAt: performance.now() };
      held.set(claim, entry);
      return {
        signal: entry.controller.signal,
        lasts: (ms) => !entry.controller.signal.aborted && performance.now() - entry.renewedAt + ms < leaseMs,
      };
    },
    drop: (claim) => void held.delete(claim),
    abort: (claim) => held.get(claim)?.controller.abort(new Error('the worker stops')),
    start() {
      const timer = setInterval(() => {
        renew().catch((error) => log.error({ err: error }, 'reconcile:lease:renew-failed'));
      }, leaseMs / 4);
      return () => clearInterval(timer);
    },
  };
}
