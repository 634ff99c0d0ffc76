import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Method } from '../../src/platform/http/contract.ts';
import type { Schemas } from '../../src/provisioning/contract.gen.ts';
import { junkText, MARK, pathPart, queryString, someHeaders } from '../api/junk.ts';
import { type Mutation, mutationsOf, placesIn, related } from '../api/mutations.ts';
import { type Answer, contract, openScene, type Sent, WEBHOOKS } from '../support/provisioning.ts';

/* Any request is carried out or refused by name; every answer is held to the contract by openScene. */

/** On a machine that is slow or busy the rest of the cases is left to the next run. */
const TIME_LIMIT_MS = 5_000;
const ENOUGH = 30;

const SID = `PN${'0'.repeat(21)}14155550101`;
const AP = `AP${'0'.repeat(31)}1`;
const { smsWebhookUrl } = WEBHOOKS;
const full = { ...WEBHOOKS, statusCallbackUrl: 'https://hooks.example.com/status' };

/** Valid requests with a body, and the contract's name for each. */
const REQUESTS: readonly (readonly [schema: string, Method, string, object])[] = [
  ['PurchaseRequest', 'POST', '/numbers', { e164: '+14155550101', capabilities: ['sms'], webhooks: full }],
  ['PurchaseRequest', 'POST', '/numbers', { areaCode: '415', webhooks: { smsWebhookUrl, voiceAppSid: AP } }],
  ['PurchaseRequest', 'POST', '/numbers', { areaCode: '415', webhooks: WEBHOOKS, dryRun: true }],
  ['Webhooks', 'PUT', `/numbers/${SID}/webhooks`, full],
  ['Webhooks', 'PUT', `/numbers/${SID}/webhooks`, { smsWebhookUrl, voiceAppSid: AP }],
];
/** Of two fields one has to be there, so a fault of one may be told of the other. */
const PAIRS = [
  ['e164', 'areaCode'],
  ['voiceUrl', 'voiceAppSid'],
];
const lastOf = (field: string) => field.split('.').at(-1) ?? '';
const hangsOn = (name: string, field: string) =>
  PAIRS.some((pair) => pair.includes(lastOf(name)) && pair.includes(lastOf(field)));

let keys = 0;
const key = () => `fuzz-${++keys}`;

async function often<T>(what: fc.Arbitrary<T>, property: (value: T) => Promise<void>): Promise<void> {
  let cases = 0;
  await fc.assert(
    fc.asyncProperty(what, async (value) => {
      cases += 1;
      await property(value);
    }),
    { numRuns: 250, interruptAfterTimeLimit: TIME_LIMIT_MS, markInterruptAsFailure: false },
  );
  assert.ok(cases >= ENOUGH, `${cases} cases in time`);
}

/** Fields at fault; fails for what no answer may be. */
function judge(answer: Answer<Schemas['Error']>, what: string): readonly string[] {
  assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text}`);
  if (answer.status < 400) return [];
  assert.ok(!answer.text.includes(MARK), `${what} is answered with a value of the request: ${answer.text}`);
  return (answer.body.details?.fields ?? []).map(({ field }) => field);
}

test('a body with one thing wrong is refused by the name of that thing, and by no other', async () => {
  const { call } = await openScene();
  const requests = REQUESTS.map(([schema, method, url, body]) =>
    fc.record({
      schema: fc.constant(schema),
      method: fc.constant(method),
      url: fc.constant(url),
      mutation: mutationsOf(contract.schema(schema), body),
    }),
  );
  await often<{ schema: string; method: Method; url: string; mutation: Mutation }>(
    fc.oneof(...requests),
    async ({ schema, method, url, mutation }) => {
      const answer = await call(method, url, { body: mutation.body, key: key() });
      const what = `${method} with ${mutation.field} of ${JSON.stringify(mutation.body)?.slice(0, 400)}`;
      const fields = judge(answer, what);
      if (mutation.invalid) assert.equal(answer.status, 400, `${what}: ${answer.text}`);
      const names = new Set(['body', ...placesIn(contract.schema(schema)).map(({ path }) => path.join('.'))]);
      const strange = fields.filter(
        (name) =>
          !related(name, mutation.field) &&
          !hangsOn(name, mutation.field) &&
          // By the contract it may stand, and by a policy it may not.
          (mutation.invalid || !names.has(name.replace(/\[\d+\]$/, '.0'))),
      );
      assert.deepEqual(strange, [], what);
    },
  );
});

test('any bytes as a body, under any content type, are read or refused', async () => {
  const { call } = await openScene();
  const text = fc.oneof(
    fc.json(),
    fc
      .record({ of: fc.constantFrom(...REQUESTS), at: fc.nat(200) })
      .map(({ of, at }) => JSON.stringify(of[3]).slice(0, at)),
    junkText,
  );
  const request = fc.record({
    target: fc.constantFrom(...REQUESTS, ['', 'DELETE', `/numbers/${SID}`, {}] as const),
    type: fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/html', ';', '/'),
    payload: fc.oneof(
      text,
      fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    ),
  });
  await often(request, async ({ target: [, method, url], type, payload }) => {
    const answer = await call(method, url, { payload, key: key(), headers: { 'content-type': type } });
    judge(answer, `${method} ${type} ${JSON.stringify(String(payload))}`);
  });
});

test('any address, query and header is read, refused by its name, or nothing', async () => {
  const { call } = await openScene();
  const targets: readonly (readonly [Method, (part: string) => string, Sent])[] = [
    ['GET', (part) => `/numbers/${part}`, {}],
    ['DELETE', (part) => `/numbers/${part}`, {}],
    ['PUT', (part) => `/numbers/${part}/webhooks`, { body: WEBHOOKS }],
    ['GET', () => '/availability', {}],
    ['GET', () => '/availability?areaCode=415&x=', {}],
    ['POST', () => '/numbers', { body: { areaCode: '415', webhooks: WEBHOOKS, dryRun: true } }],
  ];
  const request = fc.record({
    target: fc.constantFrom(...targets),
    part: fc.oneof(pathPart, fc.constant(SID)),
    query: fc.oneof(queryString, fc.constant('')),
    headers: someHeaders,
  });
  await often(request, async ({ target: [method, urlOf, sent], part, query, headers }) => {
    const path = urlOf(part);
    const url = query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
    const { authorization: _, 'content-type': __, ...others } = headers;
    const answer = await call(method, url, { ...sent, headers: others });
    const fields = judge(answer, `${method} ${url} ${JSON.stringify(others)}`);
    const strange = fields.filter((field) => !/^(path\.sid|query\b.*|header\.idempotency-key)$/.test(field));
    assert.deepEqual(strange, [], `${method} ${url}`);
  });
});
