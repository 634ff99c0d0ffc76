import { Problem } from '#kernel/problem.ts';

/** Strong entity tag of an aggregate's version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

const TAG = /(?<weak>W\/)?"(?<opaque>[!#-~\u0080-\u00ff]*)"/g;
const LIST = /^(?:(?:W\/)?"[!#-~\u0080-\u00ff]*"(?:[ \t]*,[ \t]*|$))+$/;

/**
 * Holds a write to the version that its caller has seen (RFC 9110 section 13.1.1): passes without `If-Match`,
 * with `*`, and when one of its strong tags is the version's; a weak tag never matches.
 * Throws Problem 412 when none matches, 400 when the header is malformed.
 */
export function matchIfMatch(ifMatch: string | undefined, version: number): void {
  const header = ifMatch?.trim();
  if (header === undefined || header === '*') return;
  if (!LIST.test(header)) {
    const fields = [{ field: 'header.if-match', message: 'must be an ETag as it was answered, or *' }];
    throw new Problem('ValidationError', 'A header is malformed', { status: 400, details: { fields } });
  }
  for (const { groups } of header.matchAll(TAG)) {
    if (!groups?.weak && groups?.opaque === String(version)) return;
  }
  throw preconditionFailed();
}

/** 412: what the caller has seen is not what is there. */
export function preconditionFailed(): Problem {
  return new Problem('PreconditionFailed', 'It was changed meanwhile; read it again and send its new ETag');
}
