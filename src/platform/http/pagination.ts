import { invalid } from '#kernel/problem.ts';

/** A page as a list operation asks for it; `after` is the id of the last item of the page before. */
export interface PageQuery {
  readonly limit: number;
  readonly after?: string;
}

export const DEFAULT_PAGE_LIMIT = 20;

/** What an id can be made of; anything else was never in a cursor of ours. */
const POSITION = /^[\x21-\x7e]{1,256}$/;

/** A position in a list that callers hand back and cannot read anything into. */
export function encodeCursor(after: string): string {
  return Buffer.from(JSON.stringify({ after })).toString('base64url');
}

/** The position in a cursor. Throws Problem 422 naming `query.cursor` when it is none of ours. */
export function decodeCursor(cursor: string): string {
  const position = parsePosition(cursor);
  // Encoding again proves that nothing was added to it.
  if (position !== undefined && POSITION.test(position) && encodeCursor(position) === cursor) return position;
  throw invalid([{ field: 'query.cursor', message: 'must be nextCursor of the page before' }]);
}

/** Limit and position of a list request, with the contract's default. Throws as decodeCursor does. */
export function pageQuery(query: { readonly limit?: number; readonly cursor?: string }): PageQuery {
  const limit = query.limit ?? DEFAULT_PAGE_LIMIT;
  return query.cursor === undefined ? { limit } : { limit, after: decodeCursor(query.cursor) };
}

/** The body of a list answer (design.md 4): items as `view` shows them, and the cursor of the next page. */
export function pageBody<A, V>(
  page: { readonly items: readonly A[]; readonly after?: string },
  view: (item: A) => V,
): { items: V[]; nextCursor?: string } {
  const items = page.items.map(view);
  return page.after === undefined ? { items } : { items, nextCursor: encodeCursor(page.after) };
}

function parsePosition(cursor: string): string | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof content !== 'object' || content === null || !('after' in content)) return undefined;
    return typeof content.after === 'string' ? content.after : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
