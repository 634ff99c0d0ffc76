import { sql } from 'kysely';
import type { DatabaseClock } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';

export interface QueueFigures {
  /** Seconds that the oldest due, unleased row has been waiting. The one figure to alert on. */
  readonly lagSeconds: number;
  readonly due: number;
  readonly leased: number;
  readonly parked: number;
}

/** How far the queue is behind; `due` counts up to 10,000, beyond that the exact figure helps nobody. */
export async function queueFigures(executor: Executor, clock: DatabaseClock): Promise<QueueFigures> {
  const { rows } = await sql<{ lag: number | null; due: number; leased: number; parked: number }>`
    select
      (select extract(epoch from ${clock.now} - min(due_at))::double precision from reconcile_queue
        where parked_at is null and due_at <= ${clock.now} and lease_until is null) as lag,
      (select count(*) from (select 1 from reconcile_queue where parked_at is null
        and due_at <= ${clock.now} and lease_until is null limit 10000) d) as due,
      (select count(*) from (select 1 from reconcile_queue where parked_at is null
        and due_at <= ${clock.now} and lease_until is not null limit 10000) l) as leased,
      (select count(*) from reconcile_queue where parked_at is not null) as parked
  `.execute(executor);
  const [row] = rows;
  return {
    lagSeconds: Math.max(0, row?.lag ?? 0),
    due: row?.due ?? 0,
    leased: row?.leased ?? 0,
    parked: row?.parked ?? 0,
  };
}
