import { sql } from 'kysely';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Tx } from '#platform/database/database.ts';
import { uniqueViolation } from '#platform/database/database.ts';
import { StaleVersion } from '#platform/database/stale-version.ts';
import { appendAll, type NewEvents } from '#platform/outbox/append.ts';
import { currentTraceparent } from '#platform/telemetry/tracing.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { Aggregate } from '../domain/types.ts';
import type { Read, StatusColumns } from './tables.ts';

/** What every repository needs. */
export interface StoreDependencies {
  readonly clock: DatabaseClock;
  readonly sealer: Sealer;
  /** Counts a uniqueness violation by constraint: a conflict over a number or a slot (R43). */
  readonly onConflict: (constraint: string) => void;
}

/** Sealing of PII and keyed hashing, bound to the keyring in force. */
export interface Sealer {
  seal(plaintext: Buffer, context: string): Buffer;
  open(sealed: Buffer, context: string): Buffer;
  /** Keyed hash for uniqueness and dedupe; equal for equal values for ever. */
  blindIndex(value: string): Buffer;
}

/** The status half of a row; JSON goes in as text, since both drivers then agree. */
export function statusColumns<P extends string>(a: Aggregate<unknown, P>) {
  return {
    tenant_id: a.tenantId,
    phase: a.phase,
    conditions: json(a.conditions),
    external_refs: json(a.externalRefs),
    generation: a.generation,
    observed_generation: a.observedGeneration,
    submission: a.submission,
    sent_submission: a.sentSubmission,
    created_at: a.createdAt,
    updated_at: a.updatedAt,
  };
}

/** The status half of an aggregate. */
export function statusOf<P extends string>(row: Read<StatusColumns<P>>): Omit<Aggregate<never, P>, 'spec'> {
  return {
    tenantId: row.tenant_id,
    phase: row.phase,
    conditions: row.conditions,
    externalRefs: row.external_refs,
    generation: row.generation,
    observedGeneration: row.observed_generation,
    submission: row.submission,
    sentSubmission: row.sent_submission,
    version: row.version,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

/** A value for a jsonb column. The column's type is what comes out; what goes in is its text. */
export function json<T>(value: T): T {
  return JSON.stringify(value) as unknown as T;
}

/** What a write answers of its row, for `emit`. */
export const EVENT_COLUMNS = ['event_sequence', 'event_position'] as const;

/** A new row that counts `events` events. */
export function firstEvents(events: number) {
  return { event_sequence: events, ...(events > 0 ? { event_position: sql<number>`feed_position()` } : {}) };
}

/** A row that counts `events` more. Its place never moves back, whichever transaction comes first (0007). */
export function moreEvents(events: number) {
  if (events === 0) return {};
  return {
    event_sequence: sql<number>`event_sequence + ${events}`,
    event_position: sql<number>`greatest(event_position, feed_position())`,
  };
}

/**
 * Hands the events of one write to the outbox, in the same transaction. The row's lock is held and its columns
 * already count them, so sequences have no gap, commit in order and stand in order in the feed (R39, R50).
 */
export async function emit(
  tx: Tx,
  clock: DatabaseClock,
  aggregate: Emitting,
  events: readonly DomainEvent[],
  row: EventPlace,
): Promise<void> {
  await appendAll(tx, clock, newEvents(aggregate, events, row, currentTraceparent()));
}

type Emitting = Pick<Aggregate<unknown, string>, 'tenantId' | 'updatedAt'>;

interface EventPlace {
  readonly event_sequence: number;
  readonly event_position: number;
}

/** For the outbox: the events of one write, when there are any. */
export function newEvents(
  { tenantId, updatedAt }: Emitting,
  events: readonly DomainEvent[],
  row: EventPlace,
  traceparent: string | undefined,
): NewEvents[] {
  const [first] = events;
  if (!first) return [];
  return [
    {
      tenantId,
      aggregateType: first.aggregateType,
      aggregateId: first.aggregateId,
      firstSequence: row.event_sequence - events.length + 1,
      position: row.event_position,
      events: events.map(({ type, data }) => ({ type, data })),
      now: updatedAt,
      ...(traceparent ? { traceparent } : {}),
    },
  ];
}

/** The row that a conditional update answered; none means that the version has moved on. */
export function written<R>(row: R | undefined, what: string): R {
  if (!row) throw new StaleVersion(what);
  return row;
}

/** Problems by the unique index whose violation they stand for. */
export type Conflicts = Readonly<Record<string, () => Error>>;

/** Runs a write and turns a violated unique index into the Problem that the table of conflicts names. */
export async function guardUnique<T>(
  deps: StoreDependencies,
  problems: Conflicts,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw conflictOr(error, deps, problems);
  }
}

/** The Problem that the violated unique index stands for; every other error as it is. */
export function conflictOr(
  error: unknown,
  { onConflict }: Pick<StoreDependencies, 'onConflict'>,
  problems: Conflicts,
): unknown {
  const constraint = uniqueViolation(error);
  const problem = constraint === undefined ? undefined : problems[constraint];
  if (!constraint || !problem) return error;
  onConflict(constraint);
  return problem();
}
