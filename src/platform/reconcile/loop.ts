import { type Claim, createClaimer, releaseClaims } from '../queue/claim.ts';
import { QUEUE_CHANNEL } from '../queue/enqueue.ts';
import { createWaker } from '../queue/waker.ts';
import { keepLeases } from './leases.ts';
import { createPassRunner, type PassDependencies } from './pass.ts';

export interface ReconcileLoop {
  readonly name: string;
  /** Works until the signal aborts, then finishes or releases what it holds. */
  run(signal: AbortSignal): Promise<void>;
  /** One batch, awaited: how many rows were claimed. For tests, with the clock they inject. */
  runOnce(): Promise<number>;
}

export interface LoopOptions {
  /** Passes at once. */
  readonly slots: number;
  /** A killed worker's rows run elsewhere after this time. Longer than a provider call plus a renewal. */
  readonly leaseMs: number;
  /** Backstop of the hint. */
  readonly pollMs: number;
  /** Time that passes in hand get to finish when the worker stops. */
  readonly drainMs: number;
}

export const DEFAULT_LOOP_OPTIONS: LoopOptions = { slots: 256, leaseMs: 12_000, pollMs: 250, drainMs: 8_000 };

/**
 * The reconcile loop: claim what is due, run one pass each, sleep until something may be due.
 * A pass is load, ask, decide, save (pass.ts); a claim that is neither settled nor released runs elsewhere
 * when its lease ends.
 */
export function createReconcileLoop(deps: PassDependencies, options = DEFAULT_LOOP_OPTIONS): ReconcileLoop {
  const { database, clock, log } = deps;
  const claimer = createClaimer(database.executor, clock, options.leaseMs);
  const leases = keepLeases({ executor: database.executor, clock, leaseMs: options.leaseMs, log });
  const runPass = createPassRunner(deps);
  const inHand = new Map<Claim, Promise<void>>();

  const start = (claim: Claim, onDone: () => void): Promise<void> => {
    const pass = runPass(claim, leases.hold(claim)).finally(() => {
      leases.drop(claim);
      inHand.delete(claim);
      onDone();
    });
    inHand.set(claim, pass);
    return pass;
  };

  return {
    name: 'reconcile',
    async runOnce() {
      const claims = await claimer.claim(options.slots);
      await Promise.all(claims.map((claim) => start(claim, () => {})));
      return claims.length;
    },
    async run(signal) {
      const waker = createWaker();
      const stopHints = database.hints.onHint(QUEUE_CHANNEL, waker.wake);
      const stopLeases = leases.start();
      while (!signal.aborted) {
        const free = options.slots - inHand.size;
        const claims = free > 0 ? await claimOrNone(free) : [];
        for (const claim of claims) void start(claim, waker.wake);
        if (claims.length < free || free <= 0) await waker.wait(options.pollMs, signal);
      }
      stopHints();
      await drain();
      stopLeases();
    },
  };

  async function claimOrNone(limit: number): Promise<readonly Claim[]> {
    try {
      return await claimer.claim(limit);
    } catch (error) {
      // The database is away: the poll is the retry, and readiness says so.
      log.error({ err: error }, 'reconcile:claim:failed');
      return [];
    }
  }

  async function drain(): Promise<void> {
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, options.drainMs).unref());
    await Promise.race([Promise.allSettled(inHand.values()), deadline]);
    const left = [...inHand.keys()];
    for (const claim of left) leases.abort(claim);
    await releaseClaims(database.executor, left);
    if (left.length > 0) log.warn({ released: left.length }, 'reconcile:drain:released');
  }
}
