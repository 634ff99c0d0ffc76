import type { ProviderFault } from './calls.ts';

/** A text that must be there: without it an answer cannot be used. */
export function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`the answer has no ${name}`);
}

/** A text that may be there. */
export function optional<K extends string>(name: K, value: unknown): { readonly [P in K]?: string } {
  const given: { [P in K]?: string } = {};
  if (typeof value === 'string' && value !== '') given[name] = value;
  return given;
}

/** What stands under a name in something whose shape the provider does not promise. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A code as text: the provider writes it as a number, or as text. */
export function codeOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** errors[] of a bundle (bare codes), a brand or a campaign. */
export function faultsOf(errors: unknown): readonly ProviderFault[] {
  return items(errors).map((error) => {
    const code = codeOf(member(error, 'error_code') ?? member(error, 'code'));
    const fields = items(member(error, 'fields')).filter((field) => typeof field === 'string');
    return {
      ...optional('code', code),
      ...optional('description', member(error, 'description') ?? member(error, 'message')),
      ...optional('url', member(error, 'url')),
      ...(fields.length > 0 && { fields }),
    };
  });
}
