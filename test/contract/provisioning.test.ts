import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../../src/platform/http/contract.ts';
import { dereference, isObject, type JsonObject, objectAt } from '../../src/platform/http/document.ts';
import { createValidation } from '../../src/platform/http/validation.ts';
import { schemaFaults } from '../support/contract.ts';
import { contract } from '../support/provisioning.ts';

const resolved = dereference(contract.document);

/** The seed's routes (B:506-524): method, path, status, and exactly the fields of the answer's body. */
const SEED: readonly (readonly [string, string, number, string])[] = [
  ['GET', '/availability', 200, 'areaCode candidates capabilities correlationId nextPage'],
  ['POST', '/numbers', 201, 'correlationId e164 provider sid state warnings'],
  ['POST', '/numbers', 207, 'correlationId e164 sid state warnings'],
  ['POST', '/numbers', 200, 'correlationId plan'],
  // Warnings are an addition, there only when there are any.
  ['PUT', '/numbers/{sid}/webhooks', 200, 'correlationId warnings webhooks'],
  ['GET', '/numbers/{sid}', 200, 'capabilities correlationId country e164 sid webhooks'],
  ['DELETE', '/numbers/{sid}', 200, 'correlationId released sid warnings'],
  ['GET', '/healthz', 200, 'ok'],
  ['GET', '/readyz', 200, 'ready'],
];

const operationOf = (method: string, path: string): Operation => {
  const found = contract.operations.find(
    (operation) => operation.method === method && operation.path === path,
  );
  assert.ok(found, `${method} ${path}`);
  return found;
};
const jsonOf = (operation: Operation, status: number | string) =>
  operation.answers[status]?.content['application/json'] ?? {};
const ours = contract.operations.filter(({ scopes }) => scopes);

test('all routes of the seed are there, with their statuses and exactly their fields', () => {
  for (const [method, path, status, fields] of SEED) {
    const properties = objectAt(jsonOf(operationOf(method, path), status), 'properties');
    assert.equal(Object.keys(properties).sort().join(' '), fields, `${method} ${path} ${status}`);
  }
  const { body, querySchema } = operationOf('POST', '/numbers');
  const order = objectAt(body?.content['application/json'] ?? {}, 'properties');
  assert.deepEqual(Object.keys(order), ['e164', 'areaCode', 'capabilities', 'webhooks', 'dryRun']);
  const webhooks = objectAt(objectAt(order, 'webhooks'), 'properties');
  const names = ['smsWebhookUrl', 'voiceUrl', 'voiceAppSid', 'statusCallbackUrl'];
  assert.deepEqual(Object.keys(webhooks), names);
  assert.deepEqual(objectAt(querySchema, 'properties'), {});
  const query = objectAt(operationOf('GET', '/availability').querySchema, 'properties');
  assert.deepEqual(Object.keys(query), ['areaCode', 'sms', 'voice', 'limit', 'page']);
  assert.equal(objectAt(query, 'limit').default, 20);
});

test('every answer of a caller has a correlationId in body and header, errors one envelope and stable codes', () => {
  for (const operation of ours) {
    for (const [status, { headers }] of Object.entries(operation.answers)) {
      const schema = jsonOf(operation, status);
      assert.ok(listOf(schema.required).includes('correlationId'), `${operation.id} ${status}`);
      assert.equal(headers['correlation-id']?.required, true, `${operation.id} ${status}`);
      if (Number(status) < 400) continue;
      assert.deepEqual(listOf(schema.required), ['code', 'message', 'correlationId']);
      if (status === '429' || status === '503') assert.equal(headers['retry-after']?.required, true);
    }
  }
  const codes = listOf(objectAt(objectAt(contract.schema('Error'), 'properties'), 'code').enum);
  assert.deepEqual([...codes].sort(), [
    'Conflict',
    'Internal',
    'NotFound',
    'ProviderError',
    'ProviderUnavailable',
    'RateLimited',
    'Unauthorized',
    'ValidationError',
  ]);
});

test('every operation of a caller needs a token and lists what may come of it; the service itself needs none', () => {
  const own = ['searchAvailability', 'purchaseNumber', 'getNumber', 'releaseNumber', 'updateWebhooks'];
  assert.deepEqual(ours.map(({ id }) => id).sort(), [...own].sort());
  for (const { id, method, answers, headerSchema } of ours) {
    const wanted = ['400', '401', '429', '500', '502', '503'];
    if (method !== 'GET') wanted.push('409', '413', '415');
    assert.deepEqual(
      wanted.filter((status) => !Object.hasOwn(answers, status)),
      [],
      id,
    );
    const takesKey = Object.hasOwn(objectAt(headerSchema, 'properties'), 'idempotency-key');
    assert.equal(takesKey, method !== 'GET', id);
  }
});

test('requests take no member that is not named, and every text and list in them has a limit', () => {
  const faults = (schema: unknown, path: string): string[] => {
    if (!isObject(schema)) return [];
    const { pattern } = schema;
    const bounded =
      'maxLength' in schema || 'enum' in schema || (typeof pattern === 'string' && /\$$/.test(pattern));
    return [
      ...(schema.type === 'string' && !bounded ? [path] : []),
      ...(schema.type === 'array' && !('maxItems' in schema) ? [path] : []),
      ...(schema.type === 'object' && schema.additionalProperties !== false ? [path] : []),
      ...Object.entries(objectAt(schema, 'properties')).flatMap(([name, inner]) =>
        faults(inner, `${path}.${name}`),
      ),
      ...faults(schema.items, `${path}[]`),
    ];
  };
  const found = ours.flatMap(({ id, body, querySchema, pathSchema }) => [
    ...Object.values(body?.content ?? {}).flatMap((schema) => faults(schema, id)),
    ...faults(querySchema, `${id} query`),
    ...faults(pathSchema, `${id} path`),
  ]);
  assert.deepEqual(found, []);
});

test('every example is what its schema says, and every request, answer and parameter has one', () => {
  let examples = 0;
  walk(resolved.paths, '', (node, path) => {
    if ('in' in node || path.includes('/headers/')) {
      if (!isObject(node.schema)) return;
      if (node.schema.type === 'string' && node.example === undefined) assert.fail(`${path} has no example`);
      assert.deepEqual(schemaFaults(node.schema, node.example), [], path);
      examples += 1;
    }
    if (!isObject(node.content)) return;
    for (const [type, media] of Object.entries(node.content)) {
      const { schema, examples: shown } = isObject(media) ? media : {};
      assert.ok(isObject(schema) && isObject(shown), `${path} ${type} has no example`);
      for (const example of Object.values(shown)) {
        assert.deepEqual(schemaFaults(schema, isObject(example) && example.value), [], `${path} ${type}`);
        examples += 1;
      }
    }
  });
  assert.ok(examples > 150, `only ${examples} examples were looked at`);
});

test('examples of requests pass the very validation that requests pass', () => {
  const validation = createValidation();
  let requests = 0;
  for (const operation of ours.filter(({ body }) => body)) {
    const validate = validation.request(operation);
    const item = objectAt(objectAt(resolved, 'paths'), operation.path);
    const content = objectAt(
      objectAt(objectAt(item, operation.method.toLowerCase()), 'requestBody'),
      'content',
    );
    for (const example of Object.values(objectAt(objectAt(content, 'application/json'), 'examples'))) {
      const sid = `PN${'0'.repeat(32)}`;
      const headers = { 'content-type': 'application/json' };
      const body: unknown = structuredClone(isObject(example) ? example.value : undefined);
      validate({ params: operation.path.includes('{') ? { sid } : {}, query: {}, headers, body });
      requests += 1;
    }
  }
  assert.equal(requests, 5);
});

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function walk(node: unknown, path: string, visit: (node: JsonObject, path: string) => void): void {
  if (isObject(node)) visit(node, path);
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) walk(value, `${path}/${key}`, visit);
}
