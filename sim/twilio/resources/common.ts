import { required, type SimAnswer, simError } from '../request.ts';

/** Dates of the v1 products: ISO 8601 to the second. */
export function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Several required parameters at once: their values, or the error of the first that is missing. */
export function requiredAll<const N extends string>(
  form: URLSearchParams,
  names: readonly N[],
): { readonly values: Readonly<Record<N, string>> } | { readonly refusal: SimAnswer } {
  const values: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value = required(form, name);
    if (typeof value !== 'string') return { refusal: value };
    values[name] = value;
  }
  return { values: complete(values, names) };
}

function complete<N extends string>(
  values: Partial<Record<N, string>>,
  names: readonly N[],
): Record<N, string> {
  const filled = (all: Partial<Record<N, string>>): all is Record<N, string> =>
    names.every((name) => all[name] !== undefined);
  if (!filled(values)) throw new Error('a required parameter was not read');
  return values;
}

export function badParameter(message: string): SimAnswer {
  return simError(400, 20_001, message);
}

export const NO_CONTENT: SimAnswer = { status: 204 };

/** A JSON object sent as text in one form parameter; undefined when it is not one. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function digitsOf(value: unknown): string {
  return textOf(value).replace(/\D/g, '');
}
