import { invalid } from '#kernel/problem.ts';
import { DEFAULT_PAGE_LIMIT } from '#platform/http/pagination.ts';
import { readFeed } from '#platform/outbox/feed.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { DEFAULT_EVENT_TYPES, OPT_IN_EVENT_TYPES } from '../domain/events.ts';

const KNOWN: ReadonlySet<string> = new Set([...DEFAULT_EVENT_TYPES, ...OPT_IN_EVENT_TYPES]);

/** GET /events: what happened since a cursor; held back for `wait` seconds while that is nothing. */
export function listEventsHandler(): OperationHandler<'listEvents'> {
  return async ({ tenantId, query }, tx) => {
    const { after, types, aggregateId, limit = DEFAULT_PAGE_LIMIT } = query;
    const { items, cursor, atEnd } = await readFeed(tx, {
      tenantId,
      limit,
      ...(after === undefined ? {} : { after }),
      ...(types === undefined ? {} : { types: typesIn(types) }),
      ...(aggregateId === undefined ? {} : { aggregateId }),
    });
    return {
      status: 200,
      // Parsing what JSON.stringify wrote and writing it again gives the same.
      body: { items: items.map(({ body }) => JSON.parse(body.toString())), nextCursor: cursor },
      ...(items.length === 0 && atEnd ? { askAgain: { after: cursor } } : {}),
    };
  };
}

function typesIn(list: string): readonly string[] {
  const types = list.split(',');
  if (types.every((type) => KNOWN.has(type))) return types;
  const message = `must be event types separated by commas, of: ${[...KNOWN].join(', ')}`;
  throw invalid([{ field: 'query.types', message }]);
}
