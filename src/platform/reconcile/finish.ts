import type { Logger } from 'pino';
import type { DatabaseClock } from '../database/clock.ts';
import type { Database, Tx } from '../database/database.ts';
import { lineUp } from '../line-up.ts';
import type { Claim } from '../queue/claim.ts';
import { enqueueAll, type Work } from '../queue/enqueue.ts';
import { lockInOrder, type Settling, settle } from '../queue/settle.ts';
import type { Reconciler } from './verdict.ts';

/** How a pass ended: when its row is due again and, when it found something out, what that was. */
export interface Ending extends Settling {
  readonly change?: unknown;
}

/** Writes an ending. Rejects with LeaseLost or StaleVersion, or whatever kept it from being written: then nothing was. */
export type Finish = (ending: Ending) => Promise<void>;

export interface FinishDependencies {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly reconcilers: Readonly<Record<string, Reconciler>>;
  readonly log: Logger;
  /** Channels to hint at after a pass that wrote something: others may have become due with it. */
  readonly hintAfterSave: readonly string[];
}

/** Endings of one transaction: more make its locks last longer, and gain little. */
const MOST_TOGETHER = 50;
/** One is built while others are committed; a fourth would only wait for the processor. */
const TRANSACTIONS = 3;

interface Waiting {
  readonly ending: Ending;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Status, events, wakes and settlement of a pass are one transaction, fenced by its claim; passes that end at the
 * same time share it, because to be sent, planned and committed is most of what a pass costs a database. When a
 * shared one fails, each is written by itself, so that what is wrong with one keeps none of the others.
 */
export function createFinisher(deps: FinishDependencies): Finish {
  const { database, clock, reconcilers, log } = deps;
  const put = lineUp<Waiting>({ atOnce: TRANSACTIONS, most: MOST_TOGETHER }, finishTogether);
  return (ending) => new Promise((resolve, reject) => put({ ending, resolve, reject }));

  async function finishTogether(group: readonly Waiting[]): Promise<void> {
    try {
      await write(group.map(({ ending }) => ending));
      for (const { resolve } of group) resolve();
    } catch (error) {
      const [only] = group;
      if (group.length === 1) only?.reject(error);
      else await finishEach(group);
    }
  }

  async function finishEach(group: readonly Waiting[]): Promise<void> {
    for (const { ending, resolve, reject } of group) await write([ending]).then(resolve, reject);
  }

  async function write(endings: readonly Ending[]): Promise<void> {
    await database.transaction(async (tx) => {
      const woken = await save(tx, endings);
      // Aggregates before the queue, as whoever writes a spec does it.
      if (woken.length > 0) {
        await lockInOrder(tx, [...endings.map(({ claim }) => claim), ...woken]);
        // A change elsewhere is a reason to try what is parked once more.
        await enqueueAll(tx, clock, woken, { retryParked: true });
      }
      await stall(tx, endings, await settle(tx, clock, endings));
    });
    if (endings.some(({ change }) => change !== undefined)) {
      for (const channel of deps.hintAfterSave) database.hints.send(channel);
    }
  }

  /** Each kind writes all of its changes at once; answers whom they concern. */
  async function save(tx: Tx, endings: readonly Ending[]): Promise<readonly Work[]> {
    const woken: Work[] = [];
    for (const [resource, reconciler] of Object.entries(reconcilers)) {
      const changes = endings
        .filter(({ claim, change }) => claim.resource === resource && change !== undefined)
        .map(({ change }) => change);
      if (changes.length > 0) woken.push(...(await reconciler.save(tx, changes)));
    }
    return woken;
  }

  /** Parked rows are told of at their aggregates, in the transaction that parks them. */
  async function stall(tx: Tx, endings: readonly Ending[], parked: readonly Claim[]): Promise<void> {
    for (const { claim, settlement } of endings) {
      if (!parked.includes(claim) || !('error' in settlement)) continue;
      await reconcilers[claim.resource]?.stalled(tx, claim, settlement.error);
      log.error({ resource: claim.resource, aggregateId: claim.aggregateId }, 'reconcile:pass:parked');
    }
  }
}
