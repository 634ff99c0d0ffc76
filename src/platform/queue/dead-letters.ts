import { sql } from 'kysely';
import type { DatabaseClock } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';

/** An aggregate whose passes failed too often in a row: nothing happens to it until somebody acts (R15). */
export interface DeadLetter {
  readonly tenantId: string;
  readonly resource: string;
  readonly aggregateId: string;
  readonly failures: number;
  readonly parkedAt: string;
  readonly lastError: string | undefined;
}

export interface DeadLetterFilter {
  readonly resource?: string | undefined;
  readonly aggregateId?: string | undefined;
}

/** Parked rows, oldest first, at most `limit`. */
export async function listDeadLetters(
  executor: Executor,
  filter: DeadLetterFilter = {},
  limit = 100,
): Promise<readonly DeadLetter[]> {
  const { rows } = await sql<{
    tenant_id: string;
    resource: string;
    aggregate_id: string;
    failures: number;
    parked_at: Date;
    last_error: string | null;
  }>`
    select tenant_id, resource, aggregate_id, failures, parked_at, last_error from reconcile_queue
    where parked_at is not null ${matching(filter)}
    order by parked_at limit ${limit}
  `.execute(executor);
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    resource: row.resource,
    aggregateId: row.aggregate_id,
    failures: row.failures,
    parkedAt: new Date(row.parked_at).toISOString(),
    lastError: row.last_error ?? undefined,
  }));
}

/** Makes parked rows due at once with a clean record; answers how many. */
export async function requeueDeadLetters(
  executor: Executor,
  clock: DatabaseClock,
  filter: DeadLetterFilter = {},
): Promise<number> {
  const { numAffectedRows } = await sql`
    update reconcile_queue set parked_at = null, failures = 0, due_at = ${clock.now}, wakes = wakes + 1
    where parked_at is not null ${matching(filter)}
  `.execute(executor);
  return Number(numAffectedRows ?? 0);
}

function matching({ resource, aggregateId }: DeadLetterFilter) {
  const byResource = resource === undefined ? sql`` : sql`and resource = ${resource}`;
  const byId = aggregateId === undefined ? sql`` : sql`and aggregate_id = ${aggregateId}`;
  return sql`${byResource} ${byId}`;
}
