import { CallEnd } from './call-end.ts';

/** What the SDK calls a page. Its next one is asked for at the address that the provider gave. */
export interface ListPage<T> {
  readonly instances: readonly T[];
  readonly nextPageUrl?: string;
  nextPage(): Promise<ListPage<T>> | undefined;
}

/** The most that the provider gives at once. */
export const PAGE_SIZE = 1_000;
/** An account with 200,000 objects of one kind is none that we work with; a list that leads in a circle is. */
const MAX_PAGES = 200;

/**
 * Reads a list to its end and answers what fits. Each page is a request of its own, so the deadline of the call
 * holds for all of them; hosts are checked where requests leave.
 */
export async function readList<T>(first: Promise<ListPage<T>>, fits: (item: T) => boolean): Promise<T[]> {
  const found: T[] = [];
  let page: ListPage<T> | undefined = await first;
  for (let read = 1; page; read++) {
    found.push(...page.instances.filter(fits));
    if (page.nextPageUrl && read === MAX_PAGES) throw new CallEnd(TOO_LONG);
    page = await page.nextPage();
  }
  return found;
}

const TOO_LONG = { kind: 'unknown', reason: 'a list of the provider does not end' } as const;

/** Of several made under one name, the one that was made last. */
export function newest<T extends { readonly dateCreated?: Date | null }>(items: readonly T[]): T | undefined {
  const time = (item: T) => item.dateCreated?.getTime() ?? 0;
  return items.reduce<T | undefined>(
    (last, item) => (last === undefined || time(item) > time(last) ? item : last),
    undefined,
  );
}
