export type Fields = ReadonlyMap<string, unknown>;

/**
 * Fields by name without case and separators: the provider writes `BundleSid`, `bundle_sid` and `bundlesid`
 * (docs/twilio.md 10.3, 10.4). Of two that are the same so, the first counts.
 */
export function fieldsOf(entries: Iterable<readonly [name: string, value: unknown]>): Fields {
  const fields = new Map<string, unknown>();
  for (const [name, value] of entries) {
    const folded = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
    if (!fields.has(folded)) fields.set(folded, value);
  }
  return fields;
}

export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** An id of the provider's with this prefix; undefined for anything else, so that nothing else gets to the database. */
export function sidOf(fields: Fields, name: string, prefix: string): string | undefined {
  const value = textOf(fields, name);
  return value?.startsWith(prefix) && /^[A-Z]{2}[0-9a-fA-F]{32}$/.test(value) ? value : undefined;
}
