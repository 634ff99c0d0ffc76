import { fileURLToPath } from 'node:url';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { AnswerShape, Contract } from '../../src/platform/http/contract.ts';
import { isObject, type JsonObject } from '../../src/platform/http/document.ts';

export const REGISTRATION_CONTRACT = fileURLToPath(
  new URL('../../contracts/registration.yaml', import.meta.url),
);

/** An answer as a client saw it. */
export interface SeenAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed, or the text as it came. */
  readonly body?: unknown;
}

/**
 * Throws when an answer is not what the contract says of its operation: a status or content type that is not
 * listed, a header that is missing or malformed, a body that does not match. Stricter than a client should be:
 * members that the contract does not name are faults.
 */
export function validateAnswer(contract: Contract, operationId: string, answer: SeenAnswer): void {
  const operation = contract.operations.find(({ id }) => id === operationId);
  if (!operation) throw new Error(`the contract has no operation ${operationId}`);
  const where = `${operationId} ${answer.status}`;
  const shape = operation.answers[String(answer.status)];
  if (!shape) {
    throw new Error(`${where}: the contract lists only ${Object.keys(operation.answers).join(', ')}`);
  }
  const faults = [...headerFaults(shape, answer), ...bodyFaults(shape, answer)];
  if (faults.length > 0) throw new Error(`${where}: ${faults.join('; ')}`);
}

/** An answer of Fastify's inject as validateAnswer takes it. */
export function seen(response: {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: string;
}): SeenAnswer {
  return { status: response.statusCode, headers: response.headers, body: response.payload };
}

/** Every fault of a value against a schema that has no references; objects take only members it names. */
export function schemaFaults(schema: JsonObject, value: unknown): string[] {
  const validate = validators.get(schema) ?? ajv.compile(objectOf(closed(schema)));
  validators.set(schema, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  );
}

const ajv = new Ajv2020({ strict: true, allErrors: true });
formats.default(ajv);
ajv.addKeyword({ keyword: 'x-fix', schemaType: 'string' });
/** By the schema as it is in the contract: compiling one anew for each answer would take most of the time. */
const validators = new WeakMap<JsonObject, ValidateFunction>();

function headerFaults({ headers }: AnswerShape, answer: SeenAnswer): string[] {
  return Object.entries(headers).flatMap(([name, { required, schema }]) => {
    const value = answer.headers[name];
    if (value === undefined) return required ? [`header ${name} is missing`] : [];
    const typed = schema.type === 'integer' ? Number(value) : value;
    return schemaFaults(schema, typed).map((fault) => `header ${name}: ${fault}`);
  });
}

function bodyFaults({ content }: AnswerShape, answer: SeenAnswer): string[] {
  const types = Object.keys(content);
  if (types.length === 0) {
    return answer.body === undefined || answer.body === '' ? [] : ['there is a body where none belongs'];
  }
  const type = String(answer.headers['content-type']).split(';', 1)[0] ?? '';
  const schema = content[type];
  if (!schema) return [`content type ${type} is none of ${types.join(', ')}`];
  const isJson = type === 'application/json' && typeof answer.body === 'string';
  const body: unknown = isJson ? JSON.parse(String(answer.body)) : answer.body;
  return schemaFaults(schema, body).map((fault) => `body: ${fault}`);
}

/** The schema with every object closed that does not say what else it takes. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isObject(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const open = schema.type !== 'object' || !isObject(schema.properties) || 'additionalProperties' in schema;
  return open ? inner : { ...inner, additionalProperties: false };
}

function objectOf(value: unknown): JsonObject {
  if (!isObject(value)) throw new Error('a schema is not an object');
  return value;
}
