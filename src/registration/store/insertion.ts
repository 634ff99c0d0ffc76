import { type Insertable, type RawBuilder, sql } from 'kysely';
import type { Tx } from '#platform/database/database.ts';
import { sendOnly } from '#platform/database/transactions.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { Aggregate } from '../domain/types.ts';
import { type Conflicts, conflictOr, emit, guardUnique, type StoreDependencies } from './status.ts';
import type { EventColumns, Tables } from './tables.ts';

/** A column's value, or an expression for it. */
type Row<Table> = { readonly [Column in keyof Table]: Table[Column] | RawBuilder<unknown> };

interface Insertion<Name extends keyof Tables> {
  readonly into: Name;
  readonly row: Row<Insertable<Tables[Name]>>;
  readonly conflicts?: Conflicts;
}

/**
 * Adds the row of an aggregate and hands its events to the outbox. Nobody is told of a draft: what its insert answers
 * is not waited for, and what violates a unique index is thrown where the transaction ends.
 */
export async function insertRow<Name extends keyof Tables>(
  tx: Tx,
  deps: StoreDependencies,
  { into, row, conflicts = {} }: Insertion<Name>,
  aggregate: Aggregate<unknown, string>,
  events: readonly DomainEvent[],
): Promise<void> {
  const statement = insertion(into, row);
  if (events.length === 0) {
    await sendOnly(tx, statement.compile(tx), (error) => conflictOr(error, deps, conflicts));
    return;
  }
  const { rows } = await guardUnique(deps, conflicts, () => statement.execute(tx));
  const [place] = rows;
  if (!place) throw new Error('an insert answered no row');
  await emit(tx, deps.clock, aggregate, events, place);
}

/**
 * Answers where the events of the row stand. The query builder takes 70 µs of the main thread to write this down for a
 * row of twenty columns, a sixteenth of all that accepting a write costs; this takes 15.
 */
function insertion<Name extends keyof Tables>(
  table: Name,
  row: Row<Insertable<Tables[Name]>>,
): RawBuilder<Record<keyof EventColumns, number>> {
  const columns = sql.raw(Object.keys(row).join(', '));
  return sql`
    insert into ${sql.table(table)} (${columns}) values (${sql.join(Object.values(row))})
    returning event_sequence, event_position`;
}
