import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Operation } from '../../src/platform/http/contract.ts';
import { objectAt } from '../../src/platform/http/document.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { type Answer, type Caller, type Headers, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { junkText, MARK, pathPart, queryString, someHeaders } from './junk.ts';
import { mutationsOf, placesIn, related } from './mutations.ts';
import { OPERATIONS, WITH_BODY } from './operations.ts';
import {
  addressOf,
  type Belongings,
  belongingsOf,
  pathNames,
  payloadOf,
  validBodies,
  validParams,
} from './requests.ts';
import { fieldsOf } from './stories.ts';

/** By id, so that a counterexample can be read. */
const operationOf = (id: string): Operation => {
  const operation = OPERATIONS.find((candidate) => candidate.id === id);
  if (!operation) throw new Error(`no operation ${id}`);
  return operation;
};
const anyOf = (operations: readonly Operation[]) => fc.constantFrom(...operations.map(({ id }) => id));
const WITH_PATH = OPERATIONS.filter((operation) => pathNames(operation).length > 0);
const LISTS = OPERATIONS.filter(({ id }) => id.startsWith('list'));

/** Below a tenant's quota, so that none of these is ever refused for coming too fast. */
const CASES_PER_TENANT = 300;
/** On a machine that is slow or busy the rest of the cases is left to the next run. */
const TIME_LIMIT_MS = 10_000;
const ENOUGH = 50;

eachDatabase('any request', (open, engine) => {
  const app = useApp(open);
  /** The embedded engine takes twice as long for the same, and most is refused before any engine sees it. */
  const share = engine === 'postgres' ? 0.6 : 0.2;
  let current: { readonly a: Caller; readonly mine: Belongings } | undefined;
  let cases = 0;
  const statuses: Record<number, number> = {};

  async function somebody() {
    if (!current || cases % CASES_PER_TENANT === 0) {
      const a = await app().tenant();
      current = { a, mine: await belongingsOf(a) };
    }
    cases += 1;
    return current;
  }

  /** Tries so many cases; a failure prints the smallest one, and the seed to run it again. */
  async function often<T>(
    t: TestContext,
    times: number,
    what: fc.Arbitrary<T>,
    property: (value: T) => Promise<void>,
  ) {
    const before = cases;
    const numRuns = Math.ceil(times * share);
    await fc.assert(fc.asyncProperty(what, property), {
      numRuns,
      interruptAfterTimeLimit: TIME_LIMIT_MS,
      markInterruptAsFailure: false,
    });
    t.diagnostic(`${cases - before} requests; all so far by status: ${JSON.stringify(statuses)}`);
    assert.ok(cases - before >= Math.min(numRuns, ENOUGH), `${cases - before} of ${numRuns} cases in time`);
  }

  /** Every answer has been held to the contract already (app.ts); this is what the contract cannot say. */
  function judge(answer: Answer<Schemas['Error']>, what: string): readonly string[] {
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text}`);
    if (answer.status < 400) return [];
    assert.ok(!answer.text.includes(MARK), `${what} is answered with a value of the request: ${answer.text}`);
    const fields = fieldsOf(answer.body);
    assert.equal(
      answer.status === 422,
      answer.status === 422 && fields.length > 0,
      `${what}: ${answer.text}`,
    );
    return fields;
  }

  const bearer = ({ token }: Caller): Headers => ({ authorization: `Bearer ${token}` });

  test('a body with one thing wrong is refused by the name of that thing, and by no other', async (t) => {
    const bodies = WITH_BODY.flatMap(validBodies);
    const requests = bodies.map(({ operation, type, schema, value }) =>
      fc.record({
        id: fc.constant(operation.id),
        type: fc.constant(type),
        mutation: mutationsOf(schema, value),
        own: fc.nat(5),
      }),
    );
    await often(t, 1_000, fc.oneof(...requests), async ({ id, type, mutation, own }) => {
      const operation = operationOf(id);
      const { a, mine } = await somebody();
      const payload = payloadOf(mutation.body, mine, own);
      const answer = await app().send({
        method: operation.method,
        url: addressOf(operation, validParams(operation, mine, own)),
        headers: { ...bearer(a), 'content-type': type },
        payload,
      });
      const what = `${operation.id} with ${mutation.field} of ${payload.slice(0, 500)}`;
      const fields = judge(answer, what);
      if (mutation.invalid) {
        assert.equal(answer.status, 422, `${what}: ${answer.text}`);
        assert.deepEqual(
          fields.filter((name) => !related(name, mutation.field) && !hangsOn(name, mutation.field)),
          [],
          what,
        );
      } else {
        const known = namesOf(operation);
        const strange = fields.filter((name) => !known.has(name.replaceAll(/\[\d+\]/g, '[]')));
        assert.deepEqual(strange, [], what);
      }
    });
  });

  test('any bytes as a body, under any content type, are read or refused', async (t) => {
    const json = 'application/json';
    const type = fc.oneof(
      { weight: 4, arbitrary: fc.constant(json) },
      fc.constantFrom(
        'application/merge-patch+json',
        `${json}; charset=utf-16`,
        `${json};;`,
        'text/html',
        ';',
        '/',
      ),
    );
    const valid = WITH_BODY.flatMap((operation) =>
      validBodies(operation).map(({ value }) => JSON.stringify(value)),
    );
    const text = fc.oneof(
      fc.json(),
      fc.record({ of: fc.constantFrom(...valid), at: fc.nat(400) }).map(({ of, at }) => of.slice(0, at)),
      fc.record({ of: fc.constantFrom(...valid), more: junkText }).map(({ of, more }) => of + more),
      fc.constantFrom(...valid).map((body) => `\ufeff${body}`),
      fc.constantFrom(...valid).map((body) => `{"taxId":1,${body.slice(1)}`),
      junkText,
    );
    const payload = fc.oneof(
      text,
      fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    );
    const writes = OPERATIONS.filter(({ method }) => method !== 'GET');
    const request = fc.record({ id: anyOf(writes), type, payload, own: fc.nat(5) });
    await often(t, 200, request, async ({ id, type, payload, own }) => {
      const operation = operationOf(id);
      const { a, mine } = await somebody();
      const url = addressOf(operation, validParams(operation, spared(operation, mine), own));
      const headers = { ...bearer(a), 'content-type': type };
      const answer = await app().send({ method: operation.method, url, headers, payload });
      judge(answer, `${operation.id} ${type} ${JSON.stringify(String(payload))}`);
    });
  });

  test('any address is found, refused by the name of its parameter, or nothing', async (t) => {
    const request = fc.record({ id: anyOf(WITH_PATH), part: pathPart });
    await often(t, 150, request, async ({ id, part }) => {
      const operation = operationOf(id);
      const { a } = await somebody();
      const params = Object.fromEntries(pathNames(operation).map((name) => [name, part]));
      const answer = await app().send({
        method: operation.method,
        url: addressOf(operation, params),
        headers: { ...bearer(a), 'content-type': 'application/json' },
        ...(operation.body ? { payload: '{}' } : {}),
      });
      const what = `${operation.id} ${part}`;
      const fields = judge(answer, what);
      const names = ['body', ...pathNames(operation).map((name) => `path.${name}`), ...namesOf(operation)];
      assert.deepEqual(
        fields.filter((field) => !names.includes(field)),
        [],
        what,
      );
    });
  });

  test('any query is read, or refused by the names of its parameters', async (t) => {
    const request = fc.record({ id: anyOf(LISTS), query: queryString, own: fc.nat(5) });
    await often(t, 300, request, async ({ id, query, own }) => {
      const operation = operationOf(id);
      const { a, mine } = await somebody();
      const url = `${addressOf(operation, validParams(operation, mine, own))}?${query}`;
      const fields = judge(await app().send({ method: 'GET', url, headers: bearer(a) }), url);
      assert.deepEqual(
        fields.filter((field) => !field.startsWith('query')),
        [],
        url,
      );
    });
  });

  test('any header is taken, ignored or refused by its name', async (t) => {
    const request = fc.record({ id: anyOf(OPERATIONS), headers: someHeaders, own: fc.nat(5) });
    await often(t, 150, request, async ({ id, headers, own }) => {
      const operation = operationOf(id);
      const { a, mine } = await somebody();
      const [body] = operation.body ? validBodies(operation) : [];
      const answer = await app().send({
        method: operation.method,
        url: addressOf(operation, validParams(operation, spared(operation, mine), own)),
        headers: { ...headers, ...bearer(a), ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { payload: payloadOf(body.value, mine, own) } : {}),
      });
      const what = `${operation.id} ${JSON.stringify(headers)}`;
      const fields = judge(answer, what);
      if (answer.status === 400) {
        const known = Object.keys(objectAt(operation.headerSchema, 'properties')).map(
          (name) => `header.${name}`,
        );
        assert.ok(
          fields.length > 0 && fields.every((field) => known.includes(field)),
          `${what}: ${answer.text}`,
        );
      }
    });
  });
});

/** The endpoint that all the others need is not the one to delete. */
const spared = ({ id }: Operation, mine: Belongings): Belongings =>
  id === 'deleteWebhook' ? { ...mine, webhookId: ['none'] } : mine;

/** A brand of any other type than SOLE_PROP needs an EIN, one of no type at all included. */
const hangsOn = (name: string, field: string) => name === 'taxId' && field === 'brandType';

/** Every name of the body that a 422 of the operation may have, with `[]` for a position in a list. */
function namesOf(operation: Operation): ReadonlySet<string> {
  const places = Object.values(operation.body?.content ?? {}).flatMap((schema) => placesIn(schema));
  const names = places.map(({ path }) =>
    path.reduce<string>(
      (name, key) => (typeof key === 'number' ? `${name}[]` : name ? `${name}.${key}` : key),
      '',
    ),
  );
  return new Set(['body', ...names]);
}
