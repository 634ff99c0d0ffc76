import { setTimeout as pause } from 'node:timers/promises';
import type { DatabaseClock } from '../../database/clock.ts';
import type { Database } from '../../database/database.ts';
import { WEBHOOKS_CHANNEL } from '../../outbox/append.ts';
import { createWaker } from '../../queue/waker.ts';
import { createLaneClaimer } from './claim.ts';
import { type DeliverDependencies, deliverLane, type LaneWork, type Stop } from './deliver.ts';
import { type LeasedLane, laneKey } from './lane.ts';
import { loadPending, type PendingLane, sinceOf } from './pending.ts';
import { releaseLanes } from './settle.ts';
import { createSettler } from './settler.ts';
import { createSlots, type Share, wholeShare } from './slots.ts';

export interface DispatchOptions {
  /** Requests at once. */
  readonly slots: number;
  /** Requests to one endpoint at once, by all processes together. */
  readonly perEndpoint: number;
  /** Events of one lane that are sent in a row before others get the slot. */
  readonly batch: number;
  /** What was read of a lane is read anew after this time: a new address or a revoked secret holds by then. */
  readonly freshMs: number;
  /** Backstop of the hint. */
  readonly pollMs: number;
  /** Time that requests under way get to finish when the dispatcher stops. */
  readonly drainMs: number;
}

/**
 * A request that hangs costs a slot, a socket and little else, so there are many slots. With 64 of them a hundred
 * endpoints, of which a fifth hangs and a tenth drips, put the p99 of the others up to seconds; with 256 three
 * hundred such endpoints leave it as it was (isolation.test.ts). The database is what bounds the healthy ones.
 */
export const DEFAULT_DISPATCH_OPTIONS: DispatchOptions = {
  slots: 256,
  perEndpoint: 8,
  batch: 20,
  freshMs: 1_000,
  pollMs: 250,
  drainMs: 6_000,
};

/** Claims are at least so far apart while each finds less than it could take. */
const GATHER_MS = 5;

export type DispatchDependencies = {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly options?: Partial<DispatchOptions>;
  readonly random?: () => number;
  /** Monotonic milliseconds. */
  readonly elapsed?: () => number;
} & Pick<DeliverDependencies, 'open' | 'transport' | 'metrics' | 'log'>;

export interface Dispatcher {
  readonly name: string;
  /** Works until the signal aborts, then finishes or releases what it holds. */
  run(signal: AbortSignal): Promise<void>;
  /** One claim of all that is due, awaited: how many requests were made. For tests, with the clock they inject. */
  runOnce(): Promise<number>;
}

/** How to start what a claim has brought. */
type Start = (stop: Stop) => Promise<number>;

/**
 * The webhook dispatcher: lease lanes that are due (claim.ts), send the oldest event of each (deliver.ts),
 * sleep until something may be due. Any number of them may run; a lane is in one hand at a time, which is what
 * keeps each aggregate in order. A lane that is not settled goes on elsewhere when its lease ends.
 */
export function createDispatcher(deps: DispatchDependencies): Dispatcher {
  const { database, clock, log, random = Math.random, elapsed = () => performance.now() } = deps;
  const { executor } = database;
  const options = { ...DEFAULT_DISPATCH_OPTIONS, ...deps.options };
  const settler = createSettler(executor, clock);
  const deliverDeps: DeliverDependencies = { ...deps, ...options, executor, settler, random, elapsed };
  const claimer = createLaneClaimer(database, clock, options);
  const slots = createSlots(options);
  const atWork = new Set<Promise<number>>();

  return {
    name: 'dispatch',
    async runOnce() {
      const never = new AbortController().signal;
      const { starts } = await claim(wholeShare(options.slots));
      const sent = await Promise.all(starts.map((start) => start({ drain: never, cut: never })));
      return sent.reduce((sum, n) => sum + n, 0);
    },
    async run(signal) {
      const waker = createWaker();
      const stopHints = database.hints.onHint(WEBHOOKS_CHANNEL, waker.wake);
      const cut = new AbortController();
      while (!signal.aborted) {
        const claimedAt = elapsed();
        const share = slots.share(claimedAt);
        const { starts, more } = share.lanes > 0 ? await claimOrNone(share) : NONE;
        for (const start of starts) begin(start({ drain: signal, cut: cut.signal }), waker.wake);
        if (more || (share.lanes > 0 && starts.length === share.lanes)) continue;
        await waker.wait(options.pollMs, signal);
        // Every event and every answer wakes it.
        if (elapsed() - claimedAt < GATHER_MS) await pause(GATHER_MS);
      }
      stopHints();
      await drain(cut);
    },
  };

  /** Leases due lanes and reads what each has to send. */
  async function claim(share: Share): Promise<{ readonly starts: readonly Start[]; readonly more: boolean }> {
    const leasedAt = elapsed();
    const { lanes, more } = await claimer.claim(share);
    if (lanes.length === 0) return { starts: [], more };
    const readAt = elapsed();
    const pending = await loadLanes(lanes);
    const starts = lanes.flatMap((lane) => {
      const work = pending.get(laneKey(lane));
      if (!work) return [];
      const slot = slots.take({ ...lane, failures: work.deliveries[0]?.endpointFailures ?? 0 });
      return [(stop: Stop) => deliver({ lane, deliveries: work.deliveries, leasedAt, readAt, slot }, stop)];
    });
    return { starts, more };
  }

  async function loadLanes(lanes: readonly LeasedLane[]): Promise<ReadonlyMap<string, PendingLane>> {
    const byLane = new Map<string, PendingLane>();
    const missing = () => lanes.filter((lane) => !byLane.has(laneKey(lane)));
    for (const since of [sinceOf(lanes), undefined]) {
      const wanted = missing();
      if (wanted.length === 0) return byLane;
      const range = { limit: options.batch, ...(since ? { since } : {}) };
      const pending = await loadPending(executor, clock, wanted, range);
      for (const work of pending) byLane.set(laneKey(work.lane), work);
    }
    // Paused, held or deleted in between: their lanes keep what they owe.
    await releaseLanes(executor, missing());
    return byLane;
  }

  async function claimOrNone(share: Share): ReturnType<typeof claim> {
    try {
      return await claim(share);
    } catch (error) {
      // The database is away: the poll is the retry, and readiness says so.
      log.error({ err: error }, 'delivery:claim:failed');
      return NONE;
    }
  }

  async function deliver(work: LaneWork, stop: Stop): Promise<number> {
    try {
      return await deliverLane(deliverDeps, work, stop);
    } catch (error) {
      // Our own fault (the database): it costs the tenant no attempt. The lane goes on after its lease.
      log.error(
        { err: error, endpointId: work.lane.endpointId, aggregateId: work.lane.aggregateId },
        'delivery:lane:failed',
      );
      return 0;
    } finally {
      work.slot.free();
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

const NONE = { starts: [], more: false };
