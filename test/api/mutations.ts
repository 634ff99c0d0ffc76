import fc from 'fast-check';
import { isObject, type JsonObject, listAt, objectAt } from '../../src/platform/http/document.ts';
import { junk, ODD_NAMES } from './junk.ts';

/* What may be done to a valid request, and what can be said of the result without asking the code under test. */

type Key = string | number;

/** A place in a body: of a property, or of an item of a list. */
export interface Place {
  readonly path: readonly Key[];
  readonly schema: JsonObject;
  readonly required: boolean;
}

/** One thing done to a valid request. */
export interface Mutation {
  readonly field: string;
  readonly body: unknown;
  /** By the contract the request cannot stand, and this field is the only reason. */
  readonly invalid: boolean;
}

/** Every place in a body of this schema, optional ones and first items of lists included. */
export function placesIn(schema: JsonObject, path: readonly Key[] = []): readonly Place[] {
  const required = listAt(schema, 'required');
  const properties = Object.entries(objectAt(schema, 'properties')).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const here = { path: [...path, name], schema: property, required: required.includes(name) };
    return [here, ...placesIn(property, here.path)];
  });
  const { items } = schema;
  const item = isObject(items) ? [{ path: [...path, 0], schema: items, required: true }] : [];
  return [...properties, ...item];
}

/** One mutation of a valid body, of any kind and at any of its places. */
export function mutationsOf(schema: JsonObject, valid: unknown): fc.Arbitrary<Mutation> {
  const places = placesIn(schema);
  const replace = fc
    .record({ place: fc.constantFrom(...places), value: junk })
    .map(({ place, value }) => mutation(place, valid, value));
  // A list has a first item as long as it has one at all: taking it away is another list, not a fault.
  const removable = places.filter(({ path }) => typeof path.at(-1) === 'string');
  const remove = fc.constantFrom(...removable).map((place) => mutation(place, valid, undefined));
  const objects = [[], ...places.filter((p) => isObject(p.schema.properties)).map((p) => p.path)];
  const add = fc
    .record({ parent: fc.constantFrom(...objects), name: fc.constantFrom(...ODD_NAMES), value: junk })
    .map(({ parent, name, value }) => ({
      field: fieldOf(parent),
      body: setAt(valid, [...parent, name], value),
      // A parent that the valid body does not have is made of the odd name alone: as invalid.
      invalid: true,
    }));
  return fc.oneof(
    { weight: 6, arbitrary: replace },
    { weight: 1, arbitrary: remove },
    { weight: 2, arbitrary: add },
  );
}

function mutation({ path, schema, required }: Place, valid: unknown, value: unknown): Mutation {
  const parentIsThere = path.length === 1 || valueAt(valid, path.slice(0, -1)) !== undefined;
  return {
    field: fieldOf(path),
    body: setAt(valid, path, value),
    invalid: parentIsThere && (value === undefined ? required : violates(schema, value)),
  };
}

/** `address.street`, `sampleMessages[0]`; the body itself has no name. */
export function fieldOf(path: readonly Key[]): string {
  return path.reduce<string>(
    (field, key) => (typeof key === 'number' ? `${field}[${key}]` : field === '' ? key : `${field}.${key}`),
    '',
  );
}

/** True when one of the two is the other, or within it. */
export function related(one: string, other: string): boolean {
  const within = (inner: string, outer: string) =>
    inner === outer || outer === '' || outer === 'body' || /^[.[]/.test(inner.slice(outer.length));
  return (
    (one.startsWith(other) && within(one, other)) ||
    (other.startsWith(one) && within(other, one)) ||
    one === 'body'
  );
}

/** A small reading of JSON Schema of its own: true only for what surely cannot stand. */
function violates(schema: JsonObject, value: unknown): boolean {
  if (isUnsafe(value)) return true;
  const types = [schema.type].flat();
  if (!types.includes(typeOf(value)) && !(types.includes('number') && typeOf(value) === 'integer'))
    return true;
  if ('const' in schema && schema.const !== value) return true;
  if ('enum' in schema && !listAt(schema, 'enum').includes(value)) return true;
  if (typeof value === 'string') {
    const length = [...value].length;
    if (length > Number(schema.maxLength ?? Infinity) || length < Number(schema.minLength ?? 0)) return true;
    return typeof schema.pattern === 'string' && !new RegExp(schema.pattern, 'u').test(value);
  }
  if (Array.isArray(value)) {
    if (value.length > Number(schema.maxItems ?? Infinity) || value.length < Number(schema.minItems ?? 0))
      return true;
    const { items } = schema;
    return isObject(items) && value.some((item) => violates(items, item));
  }
  if (isObject(value)) {
    const known = objectAt(schema, 'properties');
    if (schema.additionalProperties === false && Object.keys(value).some((key) => !Object.hasOwn(known, key)))
      return true;
    return listAt(schema, 'required').some((name) => !Object.hasOwn(value, String(name)));
  }
  return false;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** What PostgreSQL could not store, or recursion could not walk. */
function isUnsafe(value: unknown): boolean {
  const text = JSON.stringify(value);
  // Half a surrogate pair is escaped by JSON.stringify, a whole one is not.
  return (
    /\\u0000|\\ud[89a-f][0-9a-f]{2}/i.test(text.replaceAll('\\\\', '')) ||
    /[[{]{33}/.test(text.replaceAll(/"a":/g, ''))
  );
}

function valueAt(target: unknown, path: readonly Key[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      isObject(value) || Array.isArray(value)
        ? Object.entries(value).find(([k]) => k === String(key))?.[1]
        : undefined,
    target,
  );
}

/** A copy with the value at the path, or without it when undefined; own properties only, `__proto__` too. */
export function setAt(target: unknown, path: readonly Key[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list = Array.isArray(target) ? [...target] : [];
    list[key] = setAt(list[key], rest, value);
    return list;
  }
  const entries = new Map(Object.entries(isObject(target) ? target : {}));
  const inner = setAt(entries.get(key), rest, value);
  if (inner === undefined) entries.delete(key);
  else entries.set(key, inner);
  return Object.fromEntries(entries);
}
