import type { DatabaseClock } from '../../database/clock.ts';
import { type Database, sqlState } from '../../database/database.ts';
import { lineUp } from '../../line-up.ts';
import { type Settled, settle, settleDelivered } from './settle.ts';
import type { Settlement } from './settlement.ts';

export interface Settler {
  /** Settles one attempt, together with others where that can be. Rejects when the database does. */
  settle(settlement: Settlement): Promise<Settled>;
}

/** Deliveries that are settled by one statement: a quarter of what a full dispatcher has. Fewer are no faster. */
const MAX_TOGETHER = 128;
/** Statements at once for what is settled by itself, each of which may wait for a lock; the pool has ten. */
const MAX_ALONE = 6;
/** The database ended one of two that waited for each other: it changed nothing and can be done again. */
const DEADLOCK = '40P01';
const MAX_TRIES = 3;

interface Waiting {
  readonly settlement: Settlement;
  /** A statement for several has left it as it was. */
  readonly left: boolean;
  readonly resolve: (settled: Settled) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Settles what was delivered at the same time in one statement: to be planned, sent and committed for each event
 * is most of what a delivery costs a database. Nothing waits in order to be gathered: what comes while a statement
 * is on its way goes with the next, and what that left goes once more. Everything else, failures above all, is
 * settled by itself and keeps none of these waiting.
 */
export function createSettler(
  database: Pick<Database, 'executor' | 'engine'>,
  clock: DatabaseClock,
): Settler {
  const together = lineUp({ atOnce: 1, most: MAX_TOGETHER }, settleTogether);
  const alone = lineUp({ atOnce: MAX_ALONE, most: 1 }, settleAlone);

  return {
    settle: (settlement) =>
      new Promise((resolve, reject) => {
        (isPlain(settlement) ? together : alone)({ settlement, left: false, resolve, reject });
      }),
  };

  async function settleTogether(batch: readonly Waiting[]): Promise<void> {
    try {
      const settled = await settleDelivered(
        database,
        clock,
        batch.map(({ settlement }) => settlement),
      );
      batch.forEach((waiting, index) => {
        const result = settled[index];
        if (result) waiting.resolve(result);
        // Most are held by an append that ends at once; to wait for it alone costs as much as to settle twenty.
        else if (waiting.left) alone(waiting);
        else together({ ...waiting, left: true });
      });
    } catch (error) {
      // What the database says of one must not be laid at the door of the others.
      for (const waiting of batch) isDataFault(error) ? alone(waiting) : waiting.reject(error);
    }
  }

  async function settleAlone(batch: readonly Waiting[]): Promise<void> {
    for (const { settlement, resolve, reject } of batch) {
      await again(() => settle(database.executor, clock, settlement)).then(resolve, reject);
    }
  }
}

function isPlain({ delivery, verdict }: Settlement): boolean {
  return verdict.ends === 'delivered' && delivery.endpointFailures === 0;
}

async function again<T>(work: () => Promise<T>, tries = 1): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) !== DEADLOCK || tries >= MAX_TRIES) throw error;
    return again(work, tries + 1);
  }
}

/** SQLSTATE classes of data (22) and of constraints (23). */
function isDataFault(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? '');
}
