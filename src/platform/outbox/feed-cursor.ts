import { invalid } from '#kernel/problem.ts';

/** Where a reader stands: at this event, having seen it and all before it. */
export interface Place {
  readonly position: number;
  readonly aggregateId: string;
  readonly sequence: number;
}

/** Before every event: positions and sequences begin at 1. */
export const FEED_START: Place = { position: 0, aggregateId: '', sequence: 0 };

/** Ids of aggregates have 38 characters at most; PostgreSQL would not take a NUL. */
const AGGREGATE_ID = /^[\x21-\x7e]{0,64}$/;

/** A place that callers hand back and cannot read anything into. Never the word `latest`. */
export function encodePlace({ position, aggregateId, sequence }: Place): string {
  return Buffer.from(JSON.stringify([position, aggregateId, sequence])).toString('base64url');
}

/** The place in a cursor of the feed. Throws Problem 422 naming `query.after` when it is none of ours. */
export function decodePlace(cursor: string): Place {
  const place = parsePlace(cursor);
  // Encoding again proves that nothing was added to it.
  if (place && encodePlace(place) === cursor) return place;
  throw invalid([{ field: 'query.after', message: 'must be latest, or nextCursor of a page of this feed' }]);
}

function parsePlace(cursor: string): Place | undefined {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!Array.isArray(content)) return undefined;
  const [position, aggregateId, sequence]: unknown[] = content;
  if (!isCount(position) || !isCount(sequence)) return undefined;
  if (typeof aggregateId !== 'string' || !AGGREGATE_ID.test(aggregateId)) return undefined;
  return { position, aggregateId, sequence };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
