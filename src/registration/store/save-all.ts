import { type RawBuilder, sql } from 'kysely';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Tx } from '#platform/database/database.ts';
import { StaleVersion } from '#platform/database/stale-version.ts';
import { appendAll } from '#platform/outbox/append.ts';
import type { Aggregate } from '../domain/types.ts';
import type { Change } from '../ports.ts';
import { newEvents } from './status.ts';

type AnyAggregate = Aggregate<unknown, string>;

/** A table of aggregates, and which of its own columns move with the status. */
export interface StatusTable<A> {
  readonly table: 'brands' | 'campaigns' | 'bindings';
  readonly idColumn: string;
  idOf(aggregate: A): string;
  readonly own?: {
    /** Assignments to the row `t` from the given `next`: `active = next.active`. */
    readonly set: RawBuilder<unknown>;
    /** Names and types of what `values` gives: `active boolean`. */
    readonly columns: RawBuilder<unknown>;
    values(next: A): Readonly<Record<string, unknown>>;
  };
}

interface SavedRow {
  readonly id: string;
  readonly event_sequence: number;
  readonly event_position: number;
}

/**
 * Writes the status of many aggregates and appends their events, in two statements however many they are. Specs stay
 * as they are. Throws StaleVersion when one of the rows has moved on.
 */
export async function saveAll<A extends AnyAggregate>(
  tx: Tx,
  clock: DatabaseClock,
  { table, idColumn, idOf, own }: StatusTable<A>,
  changes: readonly Change<A>[],
): Promise<void> {
  const given = changes.map(({ before, next, events }) => ({
    id: idOf(unedited(before, next)),
    version: before.version,
    events: events.length,
    phase: next.phase,
    conditions: next.conditions,
    external_refs: next.externalRefs,
    observed_generation: next.observedGeneration,
    sent_submission: next.sentSubmission,
    updated_at: next.updatedAt,
    ...own?.values(next),
  }));
  const { rows } = await sql<SavedRow>`
    update ${sql.table(table)} t set
      phase = next.phase, conditions = next.conditions, external_refs = next.external_refs,
      observed_generation = next.observed_generation, sent_submission = next.sent_submission,
      updated_at = next.updated_at, version = t.version + 1,
      event_sequence = t.event_sequence + next.events,
      -- Its place never moves back, whichever transaction comes first (0007).
      event_position = case when next.events = 0 then t.event_position
        else greatest(t.event_position, (select feed_position())) end
      ${own ? sql`, ${own.set}` : sql``}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as next (id text collate "C", version integer,
      events integer, phase text, conditions jsonb, external_refs jsonb, observed_generation integer,
      sent_submission integer, updated_at timestamptz ${own ? sql`, ${own.columns}` : sql``})
    where t.${sql.ref(idColumn)} = next.id and t.version = next.version
    returning t.${sql.ref(idColumn)} as id, t.event_sequence, t.event_position`.execute(tx);
  const saved = new Map(rows.map((row) => [row.id, row]));
  const emitted = changes.flatMap(({ before, next, events, traceparent }) => {
    const row = saved.get(idOf(before));
    if (!row) throw new StaleVersion(`one of the ${table}`);
    return newEvents(next, events, row, traceparent);
  });
  await appendAll(tx, clock, emitted);
}

/** A spec that is not written would be lost. */
function unedited<A extends AnyAggregate>(before: A, next: A): A {
  const { spec, generation, submission } = next;
  const same = spec === before.spec && generation === before.generation && submission === before.submission;
  if (!same) throw new Error('a spec is saved by itself');
  return before;
}
