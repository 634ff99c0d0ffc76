import type { DatabaseClock } from '../../database/clock.ts';
import type { Executor } from '../../database/database.ts';
import { lineUp } from '../../line-up.ts';
import { type LeasedLane, laneKey } from './lane.ts';
import { type Delivery, loadPending, sinceOf } from './pending.ts';

export interface Loader {
  /**
   * What a lane that is still ours has to send next, up to `limit` events; nothing where it was paused, held or
   * deleted since. `readAt`: from before it was read, monotonic. Rejects when the database does.
   */
  load(
    lane: LeasedLane,
    limit: number,
  ): Promise<{ readonly deliveries: readonly Delivery[]; readonly readAt: number }>;
}

/** Lanes that one statement reads; each may bring a batch of events. */
const MAX_TOGETHER = 32;

interface Waiting {
  readonly lane: LeasedLane;
  readonly limit: number;
  readonly resolve: (read: Awaited<ReturnType<Loader['load']>>) => void;
  readonly reject: (error: unknown) => void;
}

/** Reads lanes that are being worked off anew, those of the same time in one statement. */
export function createLoader(executor: Executor, clock: DatabaseClock, elapsed: () => number): Loader {
  const read = lineUp<Waiting>({ atOnce: 1, most: MAX_TOGETHER }, async (batch) => {
    const readAt = elapsed();
    const lanes = batch.map(({ lane, limit }) => ({ ...lane, limit }));
    try {
      const pending = await loadPending(executor, clock, lanes, { since: sinceOf(lanes) });
      const byLane = new Map(pending.map(({ lane, deliveries }) => [laneKey(lane), deliveries]));
      for (const { lane, resolve } of batch) {
        resolve({ deliveries: byLane.get(laneKey(lane)) ?? [], readAt });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  });
  return {
    load: (lane, limit) => new Promise((resolve, reject) => read({ lane, limit, resolve, reject })),
  };
}
