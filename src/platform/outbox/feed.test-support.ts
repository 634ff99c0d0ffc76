import { sql } from 'kysely';
import type { TestClock, TestDatabase } from '../../../test/support/database.ts';
import type { Database, Tx } from '../database/database.ts';
import { appendEvents } from './append.ts';
import { type FeedItem, type FeedQuery, readFeed } from './feed.ts';

/* For tests only: writers of a few aggregates, and readers of their feed. */

export const TENANT = 'ten_1';

/** Aggregates that keep their sequence and place as the real ones do, and a serial number beside each event. */
export async function setUpStreams({ owner, database }: TestDatabase, clock: TestClock) {
  await sql`
    create table streams (
      aggregate_id text primary key, event_sequence bigint not null, event_position bigint not null
    )`.execute(owner);
  await sql`create table serials (n bigserial primary key, event_id text not null)`.execute(owner);
  await sql`grant all on streams, serials, serials_n_seq to a2p_worker`.execute(owner);

  /** Appends one event, with the place that the aggregate keeps or, `own`, that of its transaction. */
  const write = async (
    tx: Tx,
    aggregateId: string,
    { type = 'Happened', place = 'kept', tenantId = TENANT }: WriteOptions = {},
  ): Promise<string> => {
    const { rows } = await sql<{ event_sequence: number; event_position: number }>`
      insert into streams values (${aggregateId}, 1, feed_position())
      on conflict (aggregate_id) do update set event_sequence = streams.event_sequence + 1,
        event_position = greatest(streams.event_position, feed_position())
      returning event_sequence, event_position`.execute(tx);
    const [stream] = rows;
    if (!stream) throw new Error('nothing was written');
    const [event] = await appendEvents(tx, clock, {
      tenantId,
      aggregateType: 'thing',
      aggregateId,
      firstSequence: stream.event_sequence,
      events: [{ type, data: {} }],
      now: clock.current(),
      ...(place === 'kept' ? { position: stream.event_position } : {}),
    });
    if (!event) throw new Error('nothing was appended');
    await sql`insert into serials (event_id) values (${event.eventId})`.execute(tx);
    return event.eventId;
  };

  /** What a reader with a serial watermark gets, asked after the last number it saw. */
  const readSerials = async (after: number) => {
    const { rows } = await sql<{ n: number; event_id: string }>`
      select * from serials where n > ${after} order by n`.execute(database.executor);
    return { after: rows.at(-1)?.n ?? after, events: rows.map(({ event_id }) => event_id) };
  };

  /**
   * Returns when the horizon is past every event. On a server that other tests use too, a transaction of theirs
   * holds it back for as long as it lasts.
   */
  const settled = async () => {
    for (let looks = 0; looks < 20_000; looks++) {
      const { rows } = await sql<{ past: boolean }>`
        select feed_horizon() > coalesce(max(feed_position), 0) as past from events`.execute(owner);
      if (rows[0]?.past) return;
    }
    throw new Error('the horizon stands still');
  };
  return { write, readSerials, settled };
}

interface WriteOptions {
  readonly type?: string;
  readonly place?: 'kept' | 'own';
  readonly tenantId?: string;
}

/** Reads on from its own cursor. */
export function createReader(database: Database, query: Partial<FeedQuery> = {}) {
  const whole: FeedQuery = { tenantId: TENANT, limit: 100, ...query };
  let after = query.after;
  const seen: FeedItem[] = [];
  return {
    seen,
    names: () => seen.map(({ aggregateId, sequence }) => `${aggregateId} ${sequence}`),
    async poll(limit = whole.limit) {
      const page = await database.tenantTransaction(whole.tenantId, (tx) =>
        readFeed(tx, { ...whole, limit, ...(after === undefined ? {} : { after }) }),
      );
      after = page.cursor;
      seen.push(...page.items);
      return page;
    },
  };
}

/** What rolls back what is still open when it is over, or a test that fails would never close its database. */
export interface Scope {
  after(undo: () => Promise<void>): void;
}

/** A transaction that stays open until it is told how to end. */
export async function begin(database: Database, scope: Scope) {
  const begun = Promise.withResolvers<Tx>();
  const end = Promise.withResolvers<void>();
  const ended = database.transaction(async (tx) => {
    begun.resolve(tx);
    await end.promise;
  });
  ended.catch(begun.reject);
  const rolledBack = new Error('rolled back');
  const rollback = async () => {
    end.reject(rolledBack);
    await ended.catch((error: unknown) => {
      if (error !== rolledBack) throw error;
    });
  };
  scope.after(rollback);
  return {
    tx: await begun.promise,
    async commit() {
      end.resolve();
      await ended;
    },
    rollback,
  };
}

/** Returns when a session of this database waits for a lock of another. */
export async function someoneWaits({ owner }: TestDatabase): Promise<void> {
  for (let looks = 0; looks < 10_000; looks++) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      owner,
    );
    if (rows.length > 0) return;
  }
  throw new Error('nobody waits');
}
