import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CORE_SCHEMA, load } from 'js-yaml';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Keys that only explain: beside a `$ref` they replace those of what is referred to. */
const ANNOTATIONS = new Set(['description', 'summary', 'title', 'default', 'example', 'examples', 'x-fix']);

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at `key`, or an empty one when there is none. Throws when something else is there. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key] ?? {};
  if (!isObject(value)) throw new Error(`contract: ${key} is not an object`);
  return value;
}

/** The list at `key`, or an empty one. Throws when something else is there. */
export function listAt(parent: JsonObject, key: string): readonly unknown[] {
  const value = parent[key] ?? [];
  if (!Array.isArray(value)) throw new Error(`contract: ${key} is not a list`);
  return value;
}

/**
 * An OpenAPI document (YAML or JSON) as one piece: what it refers to in other files stands in it afterwards, so
 * that it can be served and read by itself. References within the document stay references.
 * Throws when a file is missing or is not what it should be.
 */
export function readDocument(file: string): JsonObject {
  const inline = (node: unknown, from: string): unknown => {
    if (Array.isArray(node)) return node.map((item) => inline(item, from));
    if (!isObject(node)) return node;
    const { $ref } = node;
    if (typeof $ref !== 'string' || $ref.startsWith('#')) {
      return mapValues(node, (value) => inline(value, from));
    }
    const other = resolve(dirname(from), $ref);
    // An embedded schema takes dialect and base address from the document around it.
    const { $schema, $id, ...content } = parseObject(other);
    return inline(content, other);
  };
  const document = inline(parseObject(file), file);
  if (!isObject(document)) throw new Error(`${file} holds no document`);
  return document;
}

/**
 * The document without a single `$ref`. Keys beside a `$ref` are added to what it refers to, which for schemas
 * means the same; a key that would have to hold twice is an error, and so are a dangling and a circular reference.
 */
export function dereference(document: JsonObject): JsonObject {
  const resolved = new Map<string, JsonObject>();
  const open = new Set<string>();

  const follow = (ref: string): JsonObject => {
    const known = resolved.get(ref);
    if (known) return known;
    if (open.has(ref)) throw new Error(`contract: ${ref} refers to itself`);
    open.add(ref);
    const target = visit(at(document, ref));
    open.delete(ref);
    if (!isObject(target)) throw new Error(`contract: ${ref} is not an object`);
    resolved.set(ref, target);
    return target;
  };
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (!isObject(node)) return node;
    const { $ref, ...beside } = node;
    if (typeof $ref !== 'string') return mapValues(node, visit);
    const target = follow($ref);
    const twice = Object.keys(beside).find((key) => key in target && !ANNOTATIONS.has(key));
    if (twice) throw new Error(`contract: ${twice} stands beside ${$ref} and in it`);
    return { ...target, ...mapValues(beside, visit) };
  };
  return mapValues(document, visit);
}

function at(document: JsonObject, ref: string): unknown {
  const path = ref
    .slice('#/'.length)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  let node: unknown = document;
  for (const part of path) {
    if (!isObject(node) || !Object.hasOwn(node, part)) throw new Error(`contract: ${ref} leads nowhere`);
    node = node[part];
  }
  return node;
}

function parseObject(file: string): JsonObject {
  // By the types of JSON: a date in an example is a string.
  const content: unknown = load(readFileSync(file, 'utf8'), { filename: file, schema: CORE_SCHEMA });
  if (!isObject(content)) throw new Error(`${file} does not hold an object`);
  return content;
}

function mapValues(node: JsonObject, map: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, map(value)]));
}
