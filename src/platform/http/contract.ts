import { dereference, isObject, type JsonObject, listAt, objectAt, readDocument } from './document.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** What the contract says of one kind of answer of an operation. */
export interface AnswerShape {
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, { readonly required: boolean; readonly schema: JsonObject }>>;
  /** Schema by media type; empty when the answer has no body. */
  readonly content: Readonly<Record<string, JsonObject>>;
}

export interface Operation {
  readonly id: string;
  readonly method: Method;
  /** As the contract writes it, base included: `/v1/brands/{brandId}:submit`. */
  readonly path: string;
  /** The same for Fastify's router. */
  readonly route: string;
  /** Scopes that a token needs; absent when none is needed. */
  readonly scopes?: readonly string[];
  /** Closed object schemas; header names in lower case. */
  readonly pathSchema: JsonObject;
  readonly querySchema: JsonObject;
  readonly headerSchema: JsonObject;
  readonly body?: { readonly required: boolean; readonly content: Readonly<Record<string, JsonObject>> };
  /** By status code as the contract writes it. */
  readonly answers: Readonly<Record<string, AnswerShape>>;
}

export interface Contract {
  /** OpenAPI 3.1 in one piece, as it is served. */
  readonly document: JsonObject;
  readonly operations: readonly Operation[];
  /** A schema of the components by name, without references. Throws when there is none. */
  schema(name: string): JsonObject;
}

const loaded = new Map<string, Contract>();

/**
 * Reads a contract (OpenAPI 3.1, YAML) and every operation in it. The first server's address is the base of a
 * path, unless the path has servers of its own.
 * Read once in a process: it takes a third of a second, and nobody changes a contract under a running service.
 * Throws on a dangling reference, an operation without an id, or one id used twice.
 */
export function loadContract(file: string): Contract {
  const contract = loaded.get(file) ?? readContract(file);
  loaded.set(file, contract);
  return contract;
}

function readContract(file: string): Contract {
  const document = readDocument(file);
  const resolved = dereference(document);
  const operations = Object.entries(objectAt(resolved, 'paths')).flatMap(([path, item]) => {
    if (!isObject(item)) throw new Error(`contract: ${path} is not an object`);
    const base = baseOf(item) ?? baseOf(resolved) ?? '';
    return METHODS.flatMap((method) => {
      const operation = item[method.toLowerCase()];
      return isObject(operation) ? [operationOf(resolved, item, operation, method, base + path)] : [];
    });
  });
  const twice = operations.find(({ id }, index) => operations.findIndex((other) => other.id === id) < index);
  if (twice) throw new Error(`contract: operationId ${twice.id} is used twice`);

  const schemas = objectAt(objectAt(resolved, 'components'), 'schemas');
  return {
    document,
    operations,
    schema: (name) => {
      const schema = schemas[name];
      if (!isObject(schema)) throw new Error(`contract: no schema ${name}`);
      return schema;
    },
  };
}

function operationOf(
  document: JsonObject,
  item: JsonObject,
  operation: JsonObject,
  method: Method,
  path: string,
): Operation {
  const id = operation.operationId;
  if (typeof id !== 'string') throw new Error(`contract: ${method} ${path} has no operationId`);
  const parameters = [...listAt(item, 'parameters'), ...listAt(operation, 'parameters')].filter(isObject);
  const schemaOf = (where: string, closed: boolean) =>
    parametersSchema(
      parameters.filter((parameter) => parameter.in === where),
      closed,
    );
  const scopes = scopesOf(operation.security ?? document.security);
  const body = isObject(operation.requestBody) ? operation.requestBody : undefined;
  return {
    id,
    method,
    path,
    route: routeOf(path),
    ...(scopes ? { scopes } : {}),
    pathSchema: schemaOf('path', true),
    querySchema: schemaOf('query', true),
    headerSchema: schemaOf('header', false),
    ...(body ? { body: { required: body.required === true, content: contentOf(body) } } : {}),
    answers: Object.fromEntries(
      Object.entries(objectAt(operation, 'responses')).map(([status, answer]) => [status, shapeOf(answer)]),
    ),
  };
}

/** Scopes of the one security scheme there is; nothing when the operation is open to everyone. */
function scopesOf(security: unknown): readonly string[] | undefined {
  if (!Array.isArray(security)) throw new Error('contract: security has to be said');
  const [requirement] = security;
  if (requirement === undefined) return undefined;
  if (!isObject(requirement)) throw new Error('contract: a security requirement is not an object');
  return Object.values(requirement).flatMap((scopes) => (Array.isArray(scopes) ? scopes.map(String) : []));
}

function parametersSchema(parameters: readonly JsonObject[], closed: boolean): JsonObject {
  const nameOf = ({ name, in: where }: JsonObject) =>
    where === 'header' ? String(name).toLowerCase() : String(name);
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map((p) => [nameOf(p), objectAt(p, 'schema')])),
    required: parameters.filter((p) => p.required === true).map(nameOf),
    ...(closed ? { additionalProperties: false } : {}),
  };
}

function contentOf(parent: JsonObject): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(
    Object.entries(objectAt(parent, 'content')).map(([type, media]) => [
      type,
      isObject(media) ? objectAt(media, 'schema') : {},
    ]),
  );
}

function shapeOf(answer: unknown): AnswerShape {
  if (!isObject(answer)) throw new Error('contract: an answer is not an object');
  const headers = Object.entries(objectAt(answer, 'headers')).map(([name, header]) => {
    if (!isObject(header)) throw new Error(`contract: header ${name} is not an object`);
    return [name.toLowerCase(), { required: header.required === true, schema: objectAt(header, 'schema') }];
  });
  return { headers: Object.fromEntries(headers), content: contentOf(answer) };
}

/** Path of the first server's address, without a slash at its end. */
function baseOf(holder: JsonObject): string | undefined {
  const [server] = listAt(holder, 'servers');
  if (!isObject(server)) return undefined;
  return new URL(String(server.url), 'http://localhost').pathname.replace(/\/$/, '');
}

/**
 * `/brands/{brandId}:submit` for Fastify: a literal colon is doubled, and a parameter takes neither slash nor
 * colon, or `/brands/{brandId}` would also answer for `/brands/1:submit`.
 */
function routeOf(path: string): string {
  return path
    .replaceAll(':', '::')
    .replaceAll(/\{(\w+)\}(?=$)/g, ':$1(^[^/:]+$)')
    .replaceAll(/\{(\w+)\}/g, ':$1(^[^/:]+)');
}
