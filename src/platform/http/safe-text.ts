import type { FieldError } from '#kernel/problem.ts';

/** Deeper than any request of ours; what recursive code meets later stays far from the end of the stack. */
const MAX_DEPTH = 32;

/** More would help nobody; a body of 64 KiB can hold thousands of faults. */
export const MAX_FAULTS = 100;

/**
 * What PostgreSQL cannot store (NUL, half a surrogate pair), by field, and whether anything is nested too deeply.
 * Walks without recursion, so nothing that JSON.parse takes can exhaust the stack here.
 * @param root path of `value` itself: `body`, `query`, `path`; a body's own fields are named without it.
 */
export function textFaults(value: unknown, root: string): { faults: FieldError[]; tooDeep: boolean } {
  const faults: FieldError[] = [];
  let tooDeep = false;
  const waiting: { value: unknown; path: string; depth: number }[] = [
    { value, path: root === 'body' ? '' : root, depth: 0 },
  ];
  for (let next = waiting.pop(); next && faults.length < MAX_FAULTS; next = waiting.pop()) {
    const { path, depth } = next;
    if (typeof next.value === 'string') {
      const message = textFault(next.value);
      if (message) faults.push({ field: path || root, message });
    } else if (typeof next.value === 'object' && next.value !== null) {
      if (depth >= MAX_DEPTH) {
        const message = `must not be nested deeper than ${MAX_DEPTH} levels`;
        if (!tooDeep) faults.push({ field: topOf(path) || root, message });
        tooDeep = true;
        continue;
      }
      const list = Array.isArray(next.value);
      for (const [key, inner] of Object.entries(next.value)) {
        const field = list ? `${path}[${key}]` : memberPath(path, key);
        const message = list ? undefined : textFault(key);
        if (message) faults.push({ field, message: `its name ${message}` });
        waiting.push({ value: inner, path: field, depth: depth + 1 });
      }
    }
  }
  return { faults, tooDeep };
}

/** `path.key`, with a key that is no plain word quoted and cut: it comes from the caller. */
export function memberPath(path: string, key: string): string {
  if (/^[A-Za-z_][\w-]{0,63}$/.test(key)) return path ? `${path}.${key}` : key;
  return `${path}[${JSON.stringify(key.toWellFormed().slice(0, 64))}]`;
}

function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain the character U+0000';
  return text.isWellFormed() ? undefined : 'must be well-formed Unicode; half a surrogate pair is in it';
}

function topOf(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? '';
}
