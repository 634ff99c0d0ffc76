import { sql } from 'kysely';
import { type DatabaseClock, readOnce } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';

export interface QueueFigures {
  /** Seconds that the oldest due, unleased row has been waiting. The one figure to alert on. */
  readonly lagSeconds: number;
  readonly due: number;
  readonly leased: number;
  readonly parked: number;
}

/** Beyond this the exact figure helps nobody. */
const COUNT_UP_TO = 10_000;

/** How far the queue is behind. Counts at most the 10,000 rows that are due longest. */
export async function queueFigures(executor: Executor, clock: DatabaseClock): Promise<QueueFigures> {
  const { rows } = await sql<{ lag: number | null; due: number; leased: number; parked: number }>`
    with ${readOnce(clock)},
    due as materialized (
      select due_at, lease_until is not null as leased from reconcile_queue
      where parked_at is null and due_at <= (select now from time)
      order by due_at limit ${COUNT_UP_TO}
    )
    select
      (select extract(epoch from (select now from time) - min(due_at))::double precision
        from due where not leased) as lag,
      (select count(*) from due where not leased) as due,
      (select count(*) from due where leased) as leased,
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
