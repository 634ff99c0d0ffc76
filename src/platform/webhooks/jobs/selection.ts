import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../database/database.ts';
import { windowStart } from '../upkeep/window.ts';
import type { SettledState } from './requeue.ts';

/** Which settled deliveries a replay sends again; what is left out does not limit. */
export interface ReplayFilter {
  /** Events created at this time or later ... */
  readonly since?: Date;
  /** ... and before this one. */
  readonly until?: Date;
  readonly aggregateId?: string;
  readonly fromSequence?: number;
  /** Included. */
  readonly toSequence?: number;
  readonly eventTypes?: readonly string[];
  readonly states?: readonly SettledState[];
}

export const SETTLED_STATES: readonly SettledState[] = ['delivered', 'dead', 'skipped'];

export interface Selection {
  readonly endpointId: string;
  readonly filter: ReplayFilter;
  /** Database time of the asking: what was settled later is not selected, so that nothing comes twice. */
  readonly askedAt: Date;
  /** Database time of the look: what has left the window since the asking is not selected either. */
  readonly now: Date;
}

export const statesOf = ({ states }: ReplayFilter): readonly SettledState[] => states ?? SETTLED_STATES;

/** The condition on a row `d` of deliveries, apart from its endpoint; the same for counting and for replaying. */
export function isSelected({ filter, askedAt, now }: Omit<Selection, 'endpointId'>): RawBuilder<boolean> {
  const { since, until, aggregateId, fromSequence, toSequence, eventTypes } = filter;
  const start = windowStart(now);
  const from = since && since > start ? since : start;
  const parts = [
    sql`d.state = any(${[...statesOf(filter)]}::text[])`,
    sql`d.settled_at <= ${askedAt}::timestamptz`,
    sql`d.created_at >= ${from}::timestamptz`,
    ...(until ? [sql`d.created_at < ${until}::timestamptz`] : []),
    ...(aggregateId === undefined ? [] : [sql`d.aggregate_id = ${aggregateId}`]),
    ...(fromSequence === undefined ? [] : [sql`d.sequence >= ${fromSequence}::bigint`]),
    ...(toSequence === undefined ? [] : [sql`d.sequence <= ${toSequence}::bigint`]),
    ...(eventTypes
      ? [
          sql`exists (select from events ev where ev.event_id = d.event_id and ev.created_at = d.created_at
                and ev.type = any(${[...eventTypes]}::text[]))`,
        ]
      : []),
  ];
  return sql<boolean>`(${sql.join(parts, sql` and `)})`;
}

/** How many deliveries a replay asked for now would send again: the dry run. Reads all of the endpoint's. */
export async function countReplay(
  tx: Tx,
  {
    endpointId,
    filter,
    now,
  }: { readonly endpointId: string; readonly filter: ReplayFilter; readonly now: Date },
): Promise<number> {
  const { rows } = await sql<{ selected: number }>`
    select count(*) as selected from deliveries d
    where d.endpoint_id = ${endpointId} and ${isSelected({ filter, askedAt: now, now })}`.execute(tx);
  return rows[0]?.selected ?? 0;
}
