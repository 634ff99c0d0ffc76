import type { ErrorObject } from 'ajv';
import type { FieldError } from '#kernel/problem.ts';
import { isObject, type JsonObject } from './document.ts';
import { memberPath } from './safe-text.ts';

/** Which of several faults of one field is told: the one to mend first. */
const ORDER = ['required', 'additionalProperties', 'type', 'enum', 'const', 'minLength', 'maxLength'];

/** These only say that something inside them failed, which is told by itself. */
const CONTAINERS = new Set(['if', 'anyOf', 'oneOf', 'not']);

/**
 * Ajv's errors as one sentence a field, in words that say what to send. Never contains a value of the request.
 * @param root where the validated value stands: `body`, `query`, `path`, `header`.
 */
export function fieldErrors(errors: readonly ErrorObject[], root: string): FieldError[] {
  const byField = new Map<string, { rank: number; message: string }>();
  for (const error of errors) {
    if (CONTAINERS.has(error.keyword)) continue;
    const field = fieldOf(error, root);
    const at = ORDER.indexOf(error.keyword);
    const rank = at < 0 ? ORDER.length : at;
    const known = byField.get(field);
    if (!known || rank < known.rank) byField.set(field, { rank, message: messageOf(error) });
  }
  return [...byField].map(([field, { message }]) => ({ field, message }));
}

function fieldOf({ instancePath, keyword, params }: ErrorObject, root: string): string {
  let path = root === 'body' ? '' : root;
  for (const part of instancePath.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path = /^\d+$/.test(key) ? `${path}[${key}]` : memberPath(path, key);
  }
  const member = keyword === 'required' ? params.missingProperty : params.additionalProperty;
  if (typeof member === 'string') path = memberPath(path, member);
  return path || root;
}

function messageOf({ keyword, params, parentSchema }: ErrorObject): string {
  const schema: JsonObject = isObject(parentSchema) ? parentSchema : {};
  const fix = schema['x-fix'];
  switch (keyword) {
    case 'required':
      return requiredMessage(schema, String(params.missingProperty));
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownMessage(schema, String(params.additionalProperty ?? params.unevaluatedProperty));
    case 'type':
      return typeMessage(schema, params.type);
    case 'enum':
      return `must be one of: ${[params.allowedValues].flat().join(', ')}`;
    case 'const':
      return `must be ${String(params.allowedValue)}`;
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : `must have at least ${params.limit} characters`;
    case 'maxLength':
      return `must have at most ${params.limit} characters`;
    case 'minItems':
      return params.limit === 1 ? 'must have at least one item' : `must have at least ${params.limit} items`;
    case 'maxItems':
      return `must have at most ${params.limit} items`;
    case 'uniqueItems':
      return 'must not have the same item twice';
    case 'minimum':
    case 'maximum':
      return typeMessage(schema, schema.type);
    default:
      return typeof fix === 'string' ? fix : 'has a form that is not allowed';
  }
}

function requiredMessage(schema: JsonObject, name: string): string {
  const { properties } = schema;
  const property = isObject(properties) ? properties[name] : undefined;
  const fix = isObject(property) ? property['x-fix'] : undefined;
  if (typeof fix !== 'string') return 'is required';
  return fix.startsWith('must ') ? `is required and ${fix}` : `is required: ${fix}`;
}

/** A field that is spelled almost like one there is gets that one's name. */
function unknownMessage(schema: JsonObject, name: string): string {
  const known = Object.keys(isObject(schema.properties) ? schema.properties : {});
  const plain = (word: string) => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const meant = known.find((word) => plain(word) === plain(name));
  return meant ? `is not known; ${meant} is meant, it seems` : 'is not known; leave it out';
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

function typeMessage({ minimum, maximum }: JsonObject, type: unknown): string {
  const names = (Array.isArray(type) ? type : [type]).map((name) => TYPES[String(name)] ?? String(name));
  const range =
    minimum !== undefined && maximum !== undefined
      ? ` from ${String(minimum)} to ${String(maximum)}`
      : minimum !== undefined
        ? ` of at least ${String(minimum)}`
        : maximum !== undefined
          ? ` of at most ${String(maximum)}`
          : '';
  return `must be ${names.join(' or ')}${range}`;
}
