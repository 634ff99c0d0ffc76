import type { DatabaseClock } from '../database/clock.ts';
import type { Database } from '../database/database.ts';
import { WEBHOOKS_CHANNEL } from '../outbox/append.ts';
import { createWaker } from '../queue/waker.ts';
import { createLaneClaimer } from './claim.ts';
import { type DeliverDependencies, deliverLane, type Stop } from './deliver.ts';
import { loadPending, type PendingLane } from './pending.ts';
import { releaseLanes } from './settle.ts';

export interface DispatchOptions {
  /** Requests at once. */
  readonly slots: number;
  /** Requests to one endpoint at once, by all processes together. */
  readonly perEndpoint: number;
  /** Events of one lane that are sent in a row before others get the slot. */
  readonly batch: number;
  /** What was read of a lane is read anew after this time: a pause or a revoked secret holds by then. */
  readonly freshMs: number;
  /** One attempt, to the last byte of the answer (R40). */
  readonly deadlineMs: number;
  /** A killed dispatcher's lanes go on elsewhere after this time. Longer than an attempt and its settling. */
  readonly leaseMs: number;
  /** Backstop of the hint. */
  readonly pollMs: number;
  /** Time that requests under way get to finish when the dispatcher stops. */
  readonly drainMs: number;
}

export const DEFAULT_DISPATCH_OPTIONS: DispatchOptions = {
  slots: 64,
  perEndpoint: 8,
  batch: 20,
  freshMs: 1_000,
  deadlineMs: 5_000,
  leaseMs: 10_000,
  pollMs: 250,
  drainMs: 6_000,
};

export type DispatchDependencies = {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly options?: Partial<DispatchOptions>;
  readonly random?: () => number;
} & Pick<DeliverDependencies, 'open' | 'transport' | 'metrics' | 'log'>;

export interface Dispatcher {
  readonly name: string;
  /** Works until the signal aborts, then finishes or releases what it holds. */
  run(signal: AbortSignal): Promise<void>;
  /** One claim, awaited: how many attempts were made. For tests, with the clock they inject. */
  runOnce(): Promise<number>;
}

/**
 * The webhook dispatcher: lease lanes that are due (claim.ts), send the oldest event of each (deliver.ts),
 * sleep until something may be due. Any number of them may run; a lane is in one hand at a time, which is what
 * keeps each aggregate in order. A lane that is not settled goes on elsewhere when its lease ends.
 */
export function createDispatcher(deps: DispatchDependencies): Dispatcher {
  const { database, clock, log, random = Math.random } = deps;
  const options = { ...DEFAULT_DISPATCH_OPTIONS, ...deps.options };
  const deliverDeps: DeliverDependencies = { ...deps, ...options, executor: database.executor, random };
  const claimer = createLaneClaimer(database, clock, options);
  const atWork = new Set<Promise<number>>();

  return {
    name: 'dispatch',
    async runOnce() {
      const never = new AbortController().signal;
      const attempts = (await claim(options.slots)).map((start) => start({ drain: never, cut: never }));
      return (await Promise.all(attempts)).reduce((sum, n) => sum + n, 0);
    },
    async run(signal) {
      const waker = createWaker();
      const stopHints = database.hints.onHint(WEBHOOKS_CHANNEL, waker.wake);
      const cut = new AbortController();
      while (!signal.aborted) {
        const free = options.slots - atWork.size;
        const starts = free > 0 ? await claimOrNone(free) : [];
        for (const start of starts) begin(start({ drain: signal, cut: cut.signal }), waker.wake);
        if (starts.length < free || free <= 0) await waker.wait(options.pollMs, signal);
      }
      stopHints();
      await drain(cut);
    },
  };

  /** Leases due lanes and reads what each has to send; answers how to start them. */
  async function claim(slots: number): Promise<readonly ((stop: Stop) => Promise<number>)[]> {
    const leasedAt = performance.now();
    const lanes = await claimer.claim(slots);
    if (lanes.length === 0) return [];
    const pending = await loadPending(database.executor, clock, lanes, options.batch);
    const withWork = new Set(pending.map(({ lane }) => `${lane.endpointId} ${lane.aggregateId}`));
    // An endpoint was paused in between: its lanes keep their backlog.
    const without = lanes.filter((lane) => !withWork.has(`${lane.endpointId} ${lane.aggregateId}`));
    await releaseLanes(database.executor, without);
    return pending.map((work) => (stop) => deliver(work, leasedAt, stop));
  }

  async function claimOrNone(slots: number): ReturnType<typeof claim> {
    try {
      return await claim(slots);
    } catch (error) {
      // The database is away: the poll is the retry, and readiness says so.
      log.error({ err: error }, 'delivery:claim:failed');
      return [];
    }
  }

  async function deliver(work: PendingLane, leasedAt: number, stop: Stop): Promise<number> {
    try {
      return await deliverLane(deliverDeps, work, leasedAt, stop);
    } catch (error) {
      // Our own fault (database, keyring): it costs the tenant no attempt. The lane goes on after its lease.
      log.error({ err: error, ...work.lane }, 'delivery:lane:failed');
      return 0;
    }
  }

  function begin(work: Promise<number>, onDone: () => void): void {
    atWork.add(work);
    void work.finally(() => {
      atWork.delete(work);
      onDone();
    });
  }

  async function drain(cut: AbortController): Promise<void> {
    const timer = setTimeout(() => {
      log.warn({ lanes: atWork.size }, 'delivery:drain:cut');
      cut.abort();
    }, options.drainMs);
    await Promise.all(atWork);
    clearTimeout(timer);
  }
}
