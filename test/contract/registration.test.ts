import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Contract, loadContract, type Operation } from '../../src/platform/http/contract.ts';
import { dereference, isObject, type JsonObject, objectAt } from '../../src/platform/http/document.ts';
import { createValidation } from '../../src/platform/http/validation.ts';
import { REGISTRATION_CONTRACT, schemaFaults, validateAnswer } from '../support/contract.ts';

const contract: Contract = loadContract(REGISTRATION_CONTRACT);
const resolved = dereference(contract.document);

/** The seed's routes (A:990-1042): method, path, the codes that it names, fields of its body and answer. */
const SEED: readonly [string, string, number, readonly string[], readonly string[]][] = [
  [
    'POST',
    '/v1/brands',
    201,
    ['country', 'taxId', 'legalName', 'displayName', 'websiteDomain', 'supportEmail', 'brandType'],
    ['brandId', 'spec', 'status'],
  ],
  ['POST', '/v1/brands/{brandId}:submit', 202, [], ['brandId', 'status']],
  ['GET', '/v1/brands/{brandId}', 200, [], ['brandId', 'spec', 'status']],
  [
    'POST',
    '/v1/campaigns',
    201,
    ['brandId', 'useCase', 'optInDescription', 'sampleMessages', 'stopHelpText', 'linkDomains'],
    ['campaignId', 'brandId', 'spec', 'status'],
  ],
  ['POST', '/v1/campaigns/{campaignId}:submit', 202, [], ['campaignId', 'status']],
  ['GET', '/v1/campaigns/{campaignId}', 200, [], ['campaignId', 'brandId', 'spec', 'status']],
  ['POST', '/v1/numbers:attach', 202, ['campaignId', 'e164'], ['e164', 'campaignId', 'status']],
  ['POST', '/v1/numbers:detach', 200, ['e164'], ['e164', 'status']],
  ['GET', '/v1/numbers/{e164}', 200, [], ['e164', 'campaignId', 'status']],
];

test('all nine routes of the seed are there, with their success codes and exactly their fields', () => {
  for (const [method, path, status, bodyFields, answerFields] of SEED) {
    const operation = contract.operations.find((o) => o.method === method && o.path === path);
    assert.ok(operation, `${method} ${path}`);
    const answer = schemaOf(operation.answers[status]?.content);
    assert.deepEqual(Object.keys(objectAt(answer, 'properties')).sort(), [...answerFields].sort(), path);
    if (bodyFields.length > 0) {
      const known = Object.keys(objectAt(schemaOf(operation.body?.content), 'properties'));
      assert.deepEqual(
        bodyFields.filter((field) => !known.includes(field)),
        [],
        path,
      );
    } else {
      assert.equal(operation.body, undefined, `${path} takes no body`);
    }
  }
});

test('every operation of a tenant lists 401, 403, 422, 429, 500 and 503, writes 409 and reads of one 404', () => {
  for (const operation of contract.operations) {
    if (!operation.scopes) continue;
    const statuses = Object.keys(operation.answers);
    const wanted = ['401', '403', '422', '429', '500', '503'];
    if (operation.method === 'POST' || operation.method === 'PATCH') wanted.push('409', '413', '415', '400');
    if (operation.path.includes('{')) wanted.push('404');
    if (Object.hasOwn(objectAt(operation.headerSchema, 'properties'), 'if-match')) wanted.push('412');
    assert.deepEqual(
      wanted.filter((status) => !statuses.includes(status)),
      [],
      operation.id,
    );
  }
});

test('reading needs the scope read, changing something the scope write, and the service itself no token', () => {
  for (const { id, method, path, scopes } of contract.operations) {
    const own = path.startsWith('/v1/');
    assert.deepEqual(scopes, own ? [method === 'GET' ? 'read' : 'write'] : undefined, id);
  }
});

test('every POST of a tenant takes an Idempotency-Key, every POST and PATCH refuses unknown fields', () => {
  for (const { id, method, scopes, headerSchema, body } of contract.operations) {
    if (!scopes) continue;
    const takesKey = Object.hasOwn(objectAt(headerSchema, 'properties'), 'idempotency-key');
    assert.equal(takesKey, method === 'POST', id);
    for (const schema of Object.values(body?.content ?? {}))
      assert.equal(schema.additionalProperties, false, id);
  }
});

test('every text in a request has a limit', () => {
  const unlimited = (schema: unknown, path: string): string[] => {
    if (!isObject(schema)) return [];
    const types = [schema.type].flat();
    const bounded = ['maxLength', 'const', 'enum'].some((key) => key in schema) || endsItself(schema.pattern);
    const here = types.includes('string') && !bounded ? [path] : [];
    const list = types.includes('array') && !('maxItems' in schema) ? [path] : [];
    const inner = Object.entries(objectAt(schema, 'properties')).flatMap(([name, property]) =>
      unlimited(property, `${path}.${name}`),
    );
    return [...here, ...list, ...inner, ...unlimited(schema.items, `${path}[]`)];
  };
  const found = contract.operations.flatMap(({ id, body, querySchema, pathSchema }) => [
    ...Object.values(body?.content ?? {}).flatMap((schema) => unlimited(schema, id)),
    ...unlimited(querySchema, `${id} query`),
    ...unlimited(pathSchema, `${id} path`),
  ]);
  assert.deepEqual([...new Set(found)], []);
});

test('every example is what its schema says, and every request, answer and event has one', () => {
  let seenExamples = 0;
  for (const { media, path } of mediaTypes(resolved)) {
    const schema = objectAt(media, 'schema');
    const examples = [
      ...Object.values(objectAt(media, 'examples')).map((example) => isObject(example) && example.value),
      ...(Array.isArray(schema.examples) ? schema.examples : []),
    ];
    assert.ok(examples.length > 0, `${path} has no example`);
    for (const example of examples) {
      assert.deepEqual(schemaFaults(schema, example), [], path);
      seenExamples += 1;
    }
  }
  for (const { parameter, path } of parametersAndHeaders(resolved)) {
    assert.deepEqual(schemaFaults(objectAt(parameter, 'schema'), parameter.example), [], path);
    seenExamples += 1;
  }
  assert.ok(seenExamples > 450, `only ${seenExamples} examples were looked at`);
});

test('examples of requests pass the very validation that requests pass', () => {
  const validation = createValidation();
  let requests = 0;
  for (const operation of contract.operations.filter(({ body }) => body)) {
    const validate = validation.request(operation);
    const raw = operationAt(operation);
    for (const [type, media] of Object.entries(objectAt(objectAt(raw, 'requestBody'), 'content'))) {
      for (const example of Object.values(objectAt(isObject(media) ? media : {}, 'examples'))) {
        const body: unknown = structuredClone(isObject(example) ? example.value : undefined);
        const known = Object.keys(objectAt(operation.pathSchema, 'properties'));
        validate({
          params: Object.fromEntries(known.map((name) => [name, `${name}_1`])),
          query: {},
          headers: { 'content-type': type },
          body,
        });
        requests += 1;
      }
    }
  }
  assert.ok(requests >= 25, `only ${requests} requests`);
});

test('a brand without EIN is taken from a sole proprietor only', () => {
  const validate = createValidation().value(contract.schema('CreateBrandRequest'));
  const brand = { country: 'US', legalName: 'Example Plumbing LLC', websiteDomain: 'example.com' };
  const fields = (value: unknown) => validate(value).map(({ field }) => field);
  assert.deepEqual(fields({ ...brand }), ['taxId']);
  assert.deepEqual(fields({ ...brand, brandType: 'STANDARD' }), ['taxId']);
  assert.deepEqual(fields({ ...brand, brandType: 'SOLE_PROP' }), []);
  assert.deepEqual(fields({ ...brand, taxId: '123456789' }), []);
  assert.deepEqual(fields({ ...brand, taxId: '12345678' }), ['taxId']);
});

test('validateAnswer refuses what the contract does not say', () => {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'correlation-id': 'c1' };
  const check = (status: number, body: unknown, extra: Record<string, string> = {}) =>
    validateAnswer(contract, 'getHealth', { status, headers: { ...headers, ...extra }, body });
  check(200, { status: 'ok' });
  check(200, '{"status":"ok"}');
  assert.throws(() => check(200, { status: 'bad' }), /status/);
  assert.throws(() => check(200, { status: 'ok', more: 1 }), /more/);
  assert.throws(() => check(418, { status: 'ok' }), /lists only 200, 500/);
  assert.throws(() => check(200, '', { 'content-type': 'text/plain' }), /content type/);
  assert.throws(() => check(200, { status: 'ok' }, { 'correlation-id': 'bad id' }), /correlation-id/);
  assert.throws(() => validateAnswer(contract, 'nope', { status: 200, headers }), /no operation/);
});

function schemaOf(content: Readonly<Record<string, JsonObject>> | undefined): JsonObject {
  return content?.['application/json'] ?? {};
}

/** A pattern with an end and without an open repetition bounds the length itself. */
function endsItself(pattern: unknown): boolean {
  return (
    typeof pattern === 'string' &&
    pattern.endsWith('$') &&
    !/[*+](?!\?)|,\}/.test(pattern.replaceAll(/\\.|\[[^\]]*\]/g, 'x'))
  );
}

function operationAt({ path, method }: Operation): JsonObject {
  const item = objectAt(objectAt(resolved, 'paths'), path.replace(/^\/v1/, ''));
  return objectAt(item, method.toLowerCase());
}

/** Every media type object of requests and answers, webhooks included. */
function mediaTypes(document: JsonObject): { media: JsonObject; path: string }[] {
  const found: { media: JsonObject; path: string }[] = [];
  walk([document.paths, document.webhooks], '', (node, path) => {
    if (isObject(node.content)) {
      for (const [type, media] of Object.entries(node.content)) {
        if (isObject(media)) found.push({ media, path: `${path} ${type}` });
      }
    }
  });
  assert.ok(found.length > 100);
  return found;
}

/** Every parameter and header object that shows an example. */
function parametersAndHeaders(document: JsonObject): { parameter: JsonObject; path: string }[] {
  const found: { parameter: JsonObject; path: string }[] = [];
  walk([document.paths, document.webhooks], '', (node, path) => {
    if ('example' in node && isObject(node.schema)) found.push({ parameter: node, path });
  });
  return found;
}

function walk(node: unknown, path: string, visit: (node: JsonObject, path: string) => void): void {
  if (isObject(node)) visit(node, path);
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) walk(value, `${path}/${key}`, visit);
}
