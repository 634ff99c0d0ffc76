import { sql } from 'kysely';
import type { Database, Executor, Tx } from '../../database/database.ts';

/** What one round did. */
export interface RetentionReport {
  /** Events skipped because they left the window undelivered. */
  readonly expired: number;
  /** Settled deliveries deleted. */
  readonly purged: number;
  /** Rows deleted of endpoints that are gone. */
  readonly gone: number;
  readonly jobs: number;
  readonly partitionsMade: number;
  readonly partitionsDropped: number;
  /** 1 when old partitions of events were kept, since deliveries of that time are left. */
  readonly heldBack: number;
  /** Parts that failed; each was logged, and the others were done. */
  readonly failed: number;
}

/** One round of retention: what it may still do, and what it has done. */
export interface Round {
  readonly executor: Executor;
  /** One transaction that no other process has at the same time; nothing is done, and 0 answered, where one has. */
  turn(work: (tx: Tx) => Promise<number>): Promise<number>;
  /** The round has had its transactions, or is over. */
  spent(): boolean;
  /** Told to stop, or another process is at it. */
  over(): boolean;
  count(what: keyof RetentionReport, rows: number): void;
  report(): RetentionReport;
}

/** @param batches transactions that the round may begin. */
export function startRound(database: Database, batches: number, signal: AbortSignal): Round {
  const counts = {
    expired: 0,
    purged: 0,
    gone: 0,
    jobs: 0,
    partitionsMade: 0,
    partitionsDropped: 0,
    heldBack: 0,
    failed: 0,
  };
  let left = batches;
  let elsewhere = false;
  const over = () => elsewhere || signal.aborted;
  return {
    executor: database.executor,
    turn: (work) =>
      database.transaction(async (tx) => {
        left -= 1;
        elsewhere ||= !(await isOurTurn(tx));
        return elsewhere ? 0 : work(tx);
      }),
    over,
    spent: () => left <= 0 || over(),
    count: (what, rows) => {
      counts[what] += rows;
    },
    report: () => ({ ...counts }),
  };
}

/** Held until the transaction ends, whatever becomes of its process. */
async function isOurTurn(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ ours: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('retention', 0)) as ours`.execute(tx);
  return rows[0]?.ours === true;
}
