import { sql } from 'kysely';
import type { Database } from '../../src/platform/database/database.ts';
import { type Conservation, conservation } from '../../src/platform/webhooks/upkeep/conservation.ts';
import { DEFAULT_EVENT_TYPES, OPT_IN_EVENT_TYPES } from '../../src/registration/domain/events.ts';
import { type Receiver, startReceiver } from '../../test/support/receiver.ts';
import { type Client, textAt } from './client.ts';
import type { Tenant } from './load.ts';

export interface FeedEvent {
  readonly eventId: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly type: string;
  /** As the feed gave it. */
  readonly text: string;
}

/** What a tenant can be asked about its state, through the public API unless it says otherwise. */
export interface WatchedTenant extends Tenant {
  readonly receiver: Receiver;
  failFor(ms: number): void;
  /** Every event there is, in the feed's order. */
  feed(): Promise<readonly FeedEvent[]>;
  /** `brands`, `campaigns` or `numbers`: every item there is. */
  list(what: string): Promise<readonly unknown[]>;
  /** Straight from the database: no API tells of it. */
  conserved(): Promise<readonly Conservation[]>;
  /** Aggregates that were given up on, and effects nobody knows the end of; from the database. */
  unsettled(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const PAGE = 100;

/** Registers a receiver for every type of event, and watches what it gets. */
export async function openTenant(options: {
  readonly name: string;
  readonly client: Client;
  readonly database: Database;
}): Promise<WatchedTenant> {
  const { name, client, database } = options;
  let failsUntil = 0;
  const receiver = await startReceiver(() => performance.now() < failsUntil);
  const hook = await client.write('POST', '/webhooks', {
    url: receiver.url,
    eventTypes: [...DEFAULT_EVENT_TYPES, ...OPT_IN_EVENT_TYPES],
  });
  if (!hook) throw new Error(`tenant ${name} has no endpoint`);
  receiver.trust(textAt(hook.answer, 'secret'));

  const read = async (path: string): Promise<unknown> => {
    const reply = await client.read(path);
    if (reply?.status !== 200) throw new Error(`GET ${path} was answered with ${reply?.status ?? 'nothing'}`);
    return reply.answer;
  };
  return {
    name,
    client,
    receiver,
    failFor(ms) {
      failsUntil = performance.now() + ms;
    },
    async feed() {
      const events: FeedEvent[] = [];
      for (let after = ''; ; ) {
        const page = await read(`/events?limit=${PAGE}${after && `&after=${encodeURIComponent(after)}`}`);
        const items = itemsOf(page);
        events.push(...items.map(eventOf));
        if (items.length === 0) return events;
        after = textAt(page, 'nextCursor');
      }
    },
    async list(what) {
      const all: unknown[] = [];
      for (let cursor = ''; ; ) {
        const page = await read(`/${what}?limit=${PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
        all.push(...itemsOf(page));
        cursor = textAt(page, 'nextCursor');
        if (cursor === '') return all;
      }
    },
    conserved: () => conservation(database.executor),
    async unsettled() {
      const { rows } = await sql<{ what: string }>`
        select resource || ' ' || aggregate_id || ' is parked' as what from reconcile_queue where parked_at is not null
        union all
        select operation || ' of ' || aggregate_id || ' is ' || state from effects
        where state in ('intended', 'unknown')`.execute(database.executor);
      return rows.map(({ what }) => what);
    },
    close: () => receiver.close(),
  };
}

function itemsOf(page: unknown): readonly unknown[] {
  const { items } = Object(page);
  if (!Array.isArray(items)) throw new Error('a page has no items');
  return items;
}

function eventOf(item: unknown): FeedEvent {
  return {
    eventId: textAt(item, 'eventId'),
    aggregateType: textAt(item, 'aggregateType'),
    aggregateId: textAt(item, 'aggregateId'),
    sequence: Number(Object(item).sequence),
    type: textAt(item, 'type'),
    text: JSON.stringify(item),
  };
}
