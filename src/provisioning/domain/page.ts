import type { FieldError } from '#kernel/problem.ts';

/** The provider lists no more numbers at once (docs/twilio.md 9.1). */
export const LIST_MAX = 1_000;

const CURSOR = /^from:([1-9]\d{0,2})$/;

/** Cursor of the page that begins after this many numbers. */
export function cursorOf(offset: number): string {
  return Buffer.from(`from:${offset}`).toString('base64url');
}

/** Where the page of a cursor begins: 0 to 999; undefined when it is none of ours. */
export function offsetOf(page: string | undefined): number | undefined {
  if (page === undefined) return 0;
  const text = Buffer.from(page, 'base64url').toString();
  const digits = cursorOfText(text) === page ? CURSOR.exec(text)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

/** The fault of a cursor that did not come from `nextPage`. */
export function pageFaults(page: string | undefined, field = 'query.page'): readonly FieldError[] {
  return offsetOf(page) === undefined
    ? [{ field, message: 'must be the nextPage of an earlier answer' }]
    : [];
}

const cursorOfText = (text: string) => Buffer.from(text).toString('base64url');
