import { type SimAnswer, type SimRequest, simError } from './request.ts';

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;

/**
 * One page of a list. v1 products answer `meta` with absolute URLs under the address that was called; 2010 answers
 * `next_page_uri` and its kin as paths. A page is only reached through the URL of the one before it, as at Twilio.
 */
export function pageOf(request: SimRequest, items: readonly unknown[], key: string): SimAnswer {
  const asked = Number(request.query.get('PageSize') ?? DEFAULT_PAGE_SIZE);
  if (!Number.isInteger(asked) || asked < 1)
    return simError(400, 20001, 'PageSize must be a positive integer');
  const size = Math.min(asked, MAX_PAGE_SIZE);
  const page = Number(request.query.get('Page') ?? 0);
  const token = request.query.get('PageToken');
  if (!Number.isInteger(page) || page < 0 || (page > 0 && token === null)) {
    return simError(400, 20001, 'Page without its PageToken: follow next_page_url instead of counting pages');
  }
  const start = token === null ? 0 : Number(/^PT(\d{1,9})$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) return simError(400, 20001, 'PageToken is not valid');
  const slice = items.slice(start, start + size);
  const link = (number: number, from: number) => {
    const query = new URLSearchParams(request.query);
    query.set('PageSize', String(size));
    query.set('Page', String(number));
    if (number === 0) query.delete('PageToken');
    else query.set('PageToken', `PT${from}`);
    return `${request.path}?${query}`;
  };
  const first = link(0, 0);
  const own = link(page, start);
  const previous = page > 0 ? link(page - 1, Math.max(0, start - size)) : null;
  const next = start + size < items.length ? link(page + 1, start + size) : null;
  if (request.product === 'api') {
    return {
      status: 200,
      body: {
        first_page_uri: first,
        end: Math.max(0, start + slice.length - 1),
        previous_page_uri: previous,
        [key]: slice,
        uri: own,
        page_size: size,
        start,
        next_page_uri: next,
        page,
      },
    };
  }
  const absolute = (path: string | null) => (path === null ? null : request.base + path);
  return {
    status: 200,
    body: {
      meta: {
        page,
        page_size: size,
        first_page_url: absolute(first),
        previous_page_url: absolute(previous),
        url: absolute(own),
        next_page_url: absolute(next),
        key,
      },
      [key]: slice,
    },
  };
}
