import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, objectOf, textOf } from './json.ts';
import { type AnswerCheck, answerChecks } from './openapi-answers.ts';
import type { Product } from './request.ts';

/** Checks calls against Twilio's own OpenAPI files. */
export interface Contract {
  /** What is wrong with the call, or `undefined`: unknown path, unknown, missing or malformed parameter. */
  check(call: ContractCall): string | undefined;
  /** What is wrong with the simulator's own answer to that call, or `undefined`. */
  checkAnswer(call: ContractCall, status: number, body: unknown): string | undefined;
  readonly operations: number;
}
export interface ContractCall {
  readonly product: Product;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
}

type Schema = Readonly<Record<string, unknown>>;
interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly product: string;
  readonly method: string;
  readonly holes: number;
  readonly pattern: RegExp;
  readonly path: readonly Parameter[];
  readonly query: readonly Parameter[];
  readonly form: readonly Parameter[];
  readonly answer: AnswerCheck;
}

const FORM = 'application/x-www-form-urlencoded';

const contracts = new Map<string, Promise<Contract>>();

/** Every *.json of the folder that holds OpenAPI paths, read and compiled once in a process: it takes a quarter of a second. */
export function readContract(folder: string): Promise<Contract> {
  const contract = contracts.get(folder) ?? readFolder(folder);
  contracts.set(folder, contract);
  return contract;
}

async function readFolder(folder: string): Promise<Contract> {
  const operations: Operation[] = [];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.json')).sort()) {
    const document: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    operations.push(...operationsOf(objectOf(document)));
  }
  if (operations.length === 0) throw new Error(`no OpenAPI operation found in ${folder}`);
  operations.sort((a, b) => a.holes - b.holes);
  const find = (call: ContractCall) =>
    operations.find(
      (one) => one.product === call.product && one.method === call.method && one.pattern.test(call.path),
    );
  return {
    operations: operations.length,
    check(call) {
      const operation = find(call);
      if (operation === undefined)
        return `${call.method} ${call.path} is not an operation of the OpenAPI files`;
      const inPath = new URLSearchParams(operation.pattern.exec(call.path)?.groups ?? {});
      return (
        faultOf('path', operation.path, inPath) ??
        faultOf('query', operation.query, call.query) ??
        faultOf('form', operation.form, call.form)
      );
    },
    checkAnswer: (call, status, body) => find(call)?.answer(status, body),
  };
}

function faultOf(
  place: string,
  parameters: readonly Parameter[],
  given: URLSearchParams,
): string | undefined {
  for (const name of new Set(given.keys())) {
    const parameter = parameters.find((one) => one.name === name);
    if (parameter === undefined) return `unknown ${place} parameter ${name}`;
    const values = given.getAll(name);
    const list = parameter.schema.type === 'array';
    if (!list && values.length > 1) return `${place} parameter ${name} is given ${values.length} times`;
    const schema = list ? objectOf(parameter.schema.items) : parameter.schema;
    for (const value of values) {
      const fault = valueFault(schema, value);
      if (fault !== undefined) return `${place} parameter ${name} ${fault}`;
    }
  }
  const missing = parameters.find((one) => one.required && !given.has(one.name));
  return missing === undefined ? undefined : `missing required ${place} parameter ${missing.name}`;
}

/** An empty value clears a field, so only its name is checked. */
function valueFault(schema: Schema, value: string): string | undefined {
  if (value === '') return undefined;
  const { type, pattern, enum: allowed, maxLength } = schema;
  if (type === 'boolean' && !/^(true|false)$/i.test(value)) return 'must be true or false';
  if (type === 'integer' && !/^-?\d+$/.test(value)) return 'must be an integer';
  if (Array.isArray(allowed) && !allowed.includes(value)) return `must be one of ${allowed.join(', ')}`;
  if (typeof pattern === 'string' && !new RegExp(pattern).test(value)) return `must match ${pattern}`;
  if (typeof maxLength === 'number' && value.length > maxLength) return `is longer than ${maxLength}`;
  // Objects travel as one JSON text; the files give them no type.
  if (type === undefined && allowed === undefined && !isJson(value)) return 'must be a JSON text';
  return undefined;
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

function operationsOf(document: Schema): Operation[] {
  const found: Operation[] = [];
  const checks = answerChecks(document);
  for (const [path, item] of Object.entries(objectOf(document.paths))) {
    for (const method of ['get', 'post', 'delete']) {
      const operation = objectOf(item)[method];
      if (!isObject(operation)) continue;
      const host = hostOf(objectOf(item).servers) ?? hostOf(document.servers) ?? '';
      const parameters = listOf(operation.parameters).map((one) => resolve(document, one));
      const inPlace = (place: string) =>
        parameters.flatMap((one) =>
          one.in === place && typeof one.name === 'string'
            ? [{ name: one.name, required: one.required === true, schema: resolve(document, one.schema) }]
            : [],
        );
      found.push({
        product: host.split('.')[0] ?? '',
        method: method.toUpperCase(),
        holes: path.split('{').length,
        pattern: patternOf(path),
        path: inPlace('path'),
        query: inPlace('query'),
        form: formOf(document, operation),
        answer: checks(path, method),
      });
    }
  }
  return found;
}

function formOf(document: Schema, operation: Schema): Parameter[] {
  const content = objectOf(objectOf(operation.requestBody).content);
  const schema = resolve(document, objectOf(content[FORM]).schema);
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(objectOf(schema.properties)).map(([name, property]) => ({
    name,
    required: required.includes(name),
    schema: resolve(document, property),
  }));
}

/** Follows one local reference, as deep as these files go. */
function resolve(document: Schema, value: unknown): Schema {
  const schema = objectOf(value);
  const reference = textOf(schema.$ref);
  if (reference === undefined) return schema;
  let target: unknown = document;
  for (const part of reference.replace(/^#\//, '').split('/')) target = objectOf(target)[part];
  return objectOf(target);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function hostOf(servers: unknown): string | undefined {
  const url = textOf(objectOf(listOf(servers)[0]).url);
  return url === undefined ? undefined : new URL(url).host;
}

function patternOf(path: string): RegExp {
  const source = path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}$`);
}
