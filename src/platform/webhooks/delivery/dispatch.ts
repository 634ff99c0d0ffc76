import { setTimeout as pause } from 'node:timers/promises';
import type { DatabaseClock } from '../../database/clock.ts';
import type { Database } from '../../database/database.ts';
import { WEBHOOKS_CHANNEL } from '../../outbox/append.ts';
import { createWaker } from '../../queue/waker.ts';
import { createLaneClaimer } from './claim.ts';
import {
  type DeliverDependencies,
  deliverLane,
  type LaneResult,
  type LaneWork,
  type Stop,
} from './deliver.ts';
import { type LeasedLane, laneKey } from './lane.ts';
import { createLoader } from './loader.ts';
import { loadPending, type PendingLane, sinceOf } from './pending.ts';
import { releaseLanes } from './settle.ts';
import { createSettler } from './settler.ts';
import { createSlots, type Share, type Slot, wholeShare } from './slots.ts';

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
 * hundred such endpoints leave it as it was (isolation.test.ts). With 512 a claim brings more lanes: a tenth to a fifth
 * more events a second where each is claimed by itself, since one claim follows the other then.
 */
export const DEFAULT_DISPATCH_OPTIONS: DispatchOptions = {
  slots: 512,
  perEndpoint: 8,
  batch: 20,
  freshMs: 1_000,
  pollMs: 250,
  drainMs: 6_000,
};

/** Lanes that one statement reads: more make a result that keeps the process busy while others wait. */
const READ_TOGETHER = 64;

/** Claims are at least so far apart while each finds several lanes, and less than it could take. */
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

/** Lanes that a claim has brought, each with the slot that it has taken; not read yet. */
interface Held {
  readonly lanes: readonly { readonly lane: LeasedLane; readonly slot: Slot }[];
  /** From before they were leased. */
  readonly leasedAt: number;
  readonly more: boolean;
}

/**
 * The webhook dispatcher: lease lanes that are due (claim.ts), send the oldest event of each (deliver.ts),
 * sleep until something may be due. Any number of them may run; a lane is in one hand at a time, which is what
 * keeps each aggregate in order. A lane that is not settled goes on elsewhere when its lease ends.
 */
export function createDispatcher(deps: DispatchDependencies): Dispatcher {
  const { database, clock, log, random = Math.random, elapsed = () => performance.now() } = deps;
  const { executor } = database;
  const options = { ...DEFAULT_DISPATCH_OPTIONS, ...deps.options };
  const settler = createSettler(database, clock);
  const loader = createLoader(executor, clock, elapsed);
  const deliverDeps: DeliverDependencies = {
    ...deps,
    ...options,
    executor,
    settler,
    loader,
    random,
    elapsed,
  };
  const claimer = createLaneClaimer(database, clock, options);
  const slots = createSlots(options);
  const atWork = new Set<Promise<unknown>>();
  let claiming = false;

  return {
    name: 'dispatch',
    async runOnce() {
      const never = new AbortController().signal;
      const held = await claim(wholeShare(options.slots));
      const sent = await work(held, { drain: never, cut: never });
      return sent.reduce((sum, { requests }) => sum + requests, 0);
    },
    async run(signal) {
      const waker = createWaker();
      const stopHints = database.hints.onHint(WEBHOOKS_CHANNEL, waker.wake);
      const cut = new AbortController();
      while (!signal.aborted) {
        const claimedAt = elapsed();
        const share = slots.share(claimedAt);
        const held = share.lanes > 0 ? await claimOrNone(share) : NONE;
        begin(work(held, { drain: signal, cut: cut.signal }, waker.wake));
        if (held.more || (share.lanes > 0 && held.lanes.length === share.lanes)) continue;
        await waker.wait(options.pollMs, signal);
        // Every event wakes it, and every answer that may leave something to claim.
        const early = claimedAt + GATHER_MS - elapsed();
        // Where one came alone the next is not worth waiting for.
        if (early > 0 && held.lanes.length !== 1) await pause(early);
      }
      stopHints();
      await drain(cut);
    },
  };

  /** Leases due lanes; each has its slot from then on, so that the next claim counts it. */
  async function claim(share: Share): Promise<Held> {
    const leasedAt = elapsed();
    claiming = true;
    try {
      const { lanes, more } = await claimer.claim(share);
      return {
        lanes: lanes.map((lane) => ({
          lane,
          slot: slots.take({ ...lane, failures: lane.endpointFailures, full: lane.endpointFull }),
        })),
        leasedAt,
        more,
      };
    } finally {
      claiming = false;
    }
  }

  /** Reads what each lane has to send, while the next are claimed already, and sends it; never rejects. */
  async function work(
    { lanes, leasedAt }: Held,
    stop: Stop,
    onMore = () => {},
  ): Promise<readonly LaneResult[]> {
    const sending: Promise<LaneResult>[] = [];
    for (let from = 0; from < lanes.length; from += READ_TOGETHER) {
      const group = lanes.slice(from, from + READ_TOGETHER);
      const readAt = elapsed();
      const pending = await loadOrNone(group.map(({ lane }) => lane));
      for (const { lane, slot } of group) {
        const deliveries = pending.get(laneKey(lane))?.deliveries;
        const sent = deliveries ? deliver({ lane, deliveries, leasedAt, readAt, slot }, stop) : UNSENT;
        sending.push(
          Promise.resolve(sent).then((result) => {
            const awaited = slot.free();
            // Most lanes hold one event: a claim after each would double the claims, and find nothing. One that is
            // under way does not know of this place, and may leave a lane for want of it.
            if (awaited || claiming || !result.emptied) onMore();
            return result;
          }),
        );
      }
    }
    return Promise.all(sending);
  }

  async function loadOrNone(lanes: readonly LeasedLane[]): ReturnType<typeof loadLanes> {
    try {
      return await loadLanes(lanes);
    } catch (error) {
      // The lanes go on after their leases.
      log.error({ err: error }, 'delivery:load:failed');
      return new Map();
    }
  }

  async function loadLanes(lanes: readonly LeasedLane[]): Promise<ReadonlyMap<string, PendingLane>> {
    const byLane = new Map<string, PendingLane>();
    const missing = () => lanes.filter((lane) => !byLane.has(laneKey(lane)));
    for (const since of [sinceOf(lanes), undefined]) {
      const wanted = missing().map((lane) => ({ ...lane, limit: options.batch }));
      if (wanted.length === 0) return byLane;
      const pending = await loadPending(executor, clock, wanted, since ? { since } : {});
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

  async function deliver(work: LaneWork, stop: Stop): Promise<LaneResult> {
    try {
      return await deliverLane(deliverDeps, work, stop);
    } catch (error) {
      // Our own fault (the database): it costs the tenant no attempt. The lane goes on after its lease.
      log.error(
        { err: error, endpointId: work.lane.endpointId, aggregateId: work.lane.aggregateId },
        'delivery:lane:failed',
      );
      return UNSENT;
    }
  }

  function begin(working: Promise<unknown>): void {
    atWork.add(working);
    void working.then(() => atWork.delete(working));
  }

  async function drain(cut: AbortController): Promise<void> {
    const timer = setTimeout(() => {
      log.warn({ lanes: slots.inUse }, 'delivery:drain:cut');
      cut.abort();
    }, options.drainMs);
    await Promise.all(atWork);
    clearTimeout(timer);
  }
}

const UNSENT: LaneResult = { requests: 0, emptied: false };
const NONE: Held = { lanes: [], leasedAt: 0, more: false };
