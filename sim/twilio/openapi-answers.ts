import { Ajv, type ValidateFunction } from 'ajv';
import { isObject, objectOf } from './json.ts';

/** Says what is wrong with an answer's body, or `undefined`. */
export type AnswerCheck = (status: number, body: unknown) => string | undefined;

const DATES = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  'date-time-rfc-2822': /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/,
};

/**
 * The checks of one OpenAPI document, by operation. They watch the simulator itself: an answer that Twilio could not
 * give would let a client pass that fails at Twilio.
 */
export function answerChecks(document: object): (path: string, method: string) => AnswerCheck {
  // Only the two kinds of dates; other formats stay unknown to it and pass.
  const ajv = new Ajv({ strict: false, logger: false, formats: DATES });
  ajv.addSchema(objectOf(plainNulls(document)), 'document');
  const compiled = new Map<string, ValidateFunction | undefined>();
  return (path, method) => (status, body) => {
    const content = objectOf(objectOf(objectOf(objectOf(objectOf(document).paths)[path])[method]).responses);
    const answer = content[String(status)];
    if (status >= 400) return undefined;
    if (answer === undefined) return `${status} is not an answer of ${method.toUpperCase()} ${path}`;
    if (!('application/json' in objectOf(objectOf(answer).content))) return undefined;
    const parts = [
      'paths',
      path,
      method,
      'responses',
      String(status),
      'content',
      'application/json',
      'schema',
    ];
    const pointer = parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
    const reference = `document#/${pointer.join('/')}`;
    if (!compiled.has(reference)) compiled.set(reference, ajv.getSchema(reference));
    const validate = compiled.get(reference);
    if (validate === undefined || validate(emptyAsNull(body))) return undefined;
    return ajv.errorsText(validate.errors, { dataVar: 'body' });
  };
}

/**
 * OpenAPI 3.0 `nullable` in the way ajv takes it: with a type only, and with null among the allowed values. A number
 * may come as text: the files' own examples write latitudes so.
 */
function plainNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainNulls);
  if (!isObject(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainNulls(inner)]));
  if (copy.type === 'number') copy.type = ['number', 'string'];
  if (copy.nullable !== true) return copy;
  if (copy.type === undefined) delete copy.nullable;
  else if (Array.isArray(copy.enum) && !copy.enum.includes(null)) copy.enum = [...copy.enum, null];
  return copy;
}

/** Twilio answers an empty text for some sids and URLs that are not set, against its own patterns. */
function emptyAsNull(value: unknown): unknown {
  if (value === '') return null;
  if (Array.isArray(value)) return value.map(emptyAsNull);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, emptyAsNull(inner)]));
}
