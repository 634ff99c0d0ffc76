/**
 * A JSON merge patch (RFC 7396) applied to a value: members of the patch replace those of the target, objects
 * are merged, `null` removes, a list replaces the list. Neither argument is changed.
 * @returns the patched value; whether it is a valid one is for the caller to check.
 */
export function mergePatch<T>(target: T, patch: unknown): T {
  return merge(target, patch) as T;
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, merge(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
