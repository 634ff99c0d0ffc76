import type { Page } from '../ports.ts';

/** Cuts `limit + 1` rows into a page: the extra one only says that there is more. */
export function pageOf<A>(rows: readonly A[], limit: number, idOf: (item: A) => string): Page<A> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last ? { items, after: idOf(last) } : { items };
}
