import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type FieldError, invalid, Problem } from '#kernel/problem.ts';
import type { Operation } from './contract.ts';
import { isObject, type JsonObject, objectAt } from './document.ts';
import { MAX_FAULTS, memberPath, textFaults } from './safe-text.ts';
import { fieldErrors } from './validation-messages.ts';

/** A request as it came in; `body` parsed, undefined when there was none. */
export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** What the contract takes: defaults filled in, query and path parameters of their declared types. */
export interface ValidRequest {
  readonly params: JsonObject;
  readonly query: JsonObject;
  readonly body: unknown;
}

/**
 * Throws Problem with every field at fault: 415 for a content type that is not taken, 400 when a header is
 * malformed, else 422.
 */
export type RequestValidator = (raw: RawRequest) => ValidRequest;

export interface Validation {
  request(operation: Operation): RequestValidator;
  /** For what is not a request, such as a spec after a merge patch: every field at fault, none when it stands. */
  value(schema: JsonObject): (value: unknown) => readonly FieldError[];
}

export function createValidation(): Validation {
  const ajv = newAjv();
  return {
    request(operation) {
      const path = ajv.compile(operation.pathSchema);
      const queries = ajv.compile(operation.querySchema);
      const header = ajv.compile(operation.headerSchema);
      const content = Object.entries(operation.body?.content ?? {});
      const body = new Map(content.map(([type, schema]) => [type, ajv.compile(schema)]));
      return (raw) => {
        const checkBody = bodyCheck(operation, body, raw);
        const params = typed(operation.pathSchema, isObject(raw.params) ? raw.params : {});
        const { once, repeated } = onceOnly(isObject(raw.query) ? raw.query : {});
        const query = typed(operation.querySchema, once);
        const headers = { ...raw.headers };
        const malformed = faultsOf(header, headers, 'header');
        const faults = [
          ...faultsOf(path, params, 'path'),
          ...repeated,
          ...faultsOf(queries, query, 'query'),
          ...checkBody(),
        ];
        if (malformed.length > 0) {
          throw new Problem('ValidationError', 'A header is malformed', {
            status: 400,
            details: { fields: [...malformed, ...faults].slice(0, MAX_FAULTS) },
          });
        }
        if (faults.length > 0) throw invalid(faults.slice(0, MAX_FAULTS));
        return { params, query, body: operation.body ? raw.body : undefined };
      };
    },
    value(schema) {
      const validate = ajv.compile(schema);
      return (value) => faultsOf(validate, value, 'body');
    },
  };
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, allErrors: true, verbose: true, useDefaults: true });
  // CommonJS: the plugin is the module and its `default` at once, and the types know the latter.
  formats.default(ajv);
  ajv.addKeyword({ keyword: 'x-fix', schemaType: 'string' });
  return ajv;
}

function faultsOf(validate: ValidateFunction, value: unknown, root: string): readonly FieldError[] {
  const unsafe = textFaults(value, root);
  // Nothing recursive may see a value that is nested too deeply.
  if (unsafe.tooDeep || validate(value)) return unsafe.faults;
  const errors: readonly ErrorObject[] = validate.errors ?? [];
  const named = new Set(unsafe.faults.map(({ field }) => field));
  return [...unsafe.faults, ...fieldErrors(errors, root).filter(({ field }) => !named.has(field))];
}

function bodyCheck(
  operation: Operation,
  validators: ReadonlyMap<string, ValidateFunction>,
  { headers, body }: RawRequest,
): () => readonly FieldError[] {
  if (!operation.body) {
    // Many clients send `{}` with every POST.
    const empty = body === undefined || (isObject(body) && Object.keys(body).length === 0);
    return () => (empty ? [] : [{ field: 'body', message: 'must be left out; this operation takes none' }]);
  }
  if (body === undefined) {
    const { required } = operation.body;
    return () => (required ? [{ field: 'body', message: 'is required: send a JSON object' }] : []);
  }
  const type = String(headers['content-type']).split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const validate = validators.get(type);
  if (!validate) throw unsupportedMediaType([...validators.keys()]);
  return () => faultsOf(validate, body, 'body');
}

/** 415, saying what is taken. */
export function unsupportedMediaType(taken: readonly string[]): Problem {
  return new Problem('ValidationError', `Send the body as Content-Type: ${taken.join(' or ')}`, {
    status: 415,
  });
}

/** No parameter of ours is a list; which of two values was meant is not for us to guess. */
function onceOnly(query: JsonObject): { once: JsonObject; repeated: readonly FieldError[] } {
  const entries = Object.entries(query);
  return {
    once: Object.fromEntries(entries.filter(([, value]) => !Array.isArray(value))),
    repeated: entries
      .filter(([, value]) => Array.isArray(value))
      .map(([name]) => ({ field: memberPath('query', name), message: 'must be given once' })),
  };
}

const SPELLED: Readonly<Record<string, (text: string) => unknown>> = {
  integer: (text) => (/^-?(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text),
  number: (text) => (/^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(text) ? Number(text) : text),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
};

/**
 * Texts from the address as the types that they are declared to be; what is not plainly one stays a text, for
 * the schema to refuse. Ajv's own coercion takes `1e999` for a number within every maximum.
 */
function typed(schema: JsonObject, texts: JsonObject): JsonObject {
  const properties = objectAt(schema, 'properties');
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const property = Object.hasOwn(properties, name) ? objectAt(properties, name) : {};
      const read = SPELLED[String(property.type)];
      return [name, read && typeof text === 'string' ? read(text) : text];
    }),
  );
}
