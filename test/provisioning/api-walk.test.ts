import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Method } from '../../src/platform/http/contract.ts';
import type { PortResult, TelephonyPort } from '../../src/provisioning/ports.ts';
import {
  contract,
  openScene,
  operationAt,
  type Scene,
  type Sent,
  WEBHOOKS,
} from '../support/provisioning.ts';

/* Every answer that the contract lists is given at least once, and is what the contract says (openScene checks). */

const SID = `PN${'0'.repeat(21)}14155550101`;
const ORDER = { e164: '+14155550101', webhooks: WEBHOOKS };
const OTHER = { ...ORDER, capabilities: ['sms'] };
const DRY = { ...ORDER, dryRun: true };
const one = `/numbers/${SID}`;
const hooks = `${one}/webhooks`;
const strange = `/numbers/PN${'f'.repeat(32)}`;
const LARGE = `"${'x'.repeat(65_536)}"`;

let keys = 0;
const keyed = (sent: Sent = {}): Sent => ({ key: `k-${++keys}`, ...sent });

type Step = readonly [Method, string, number, Sent?];

/** In order, on one scene. */
const USUAL: readonly Step[] = [
  ['GET', '/availability?areaCode=415', 200],
  ['GET', '/availability', 400],
  ['POST', '/numbers', 200, { body: DRY }],
  ['POST', '/numbers', 201, { body: ORDER, key: 'first' }],
  ['POST', '/numbers', 201, { body: ORDER, key: 'first' }],
  ['POST', '/numbers', 409, { body: OTHER, key: 'first' }],
  ['POST', '/numbers', 409, keyed({ body: ORDER })],
  ['POST', '/numbers', 400, { body: ORDER }],
  ['POST', '/numbers', 413, keyed({ payload: LARGE })],
  ['POST', '/numbers', 415, keyed({ payload: 'x', headers: { 'content-type': 'text/plain' } })],
  ['GET', one, 200],
  ['GET', strange, 404],
  ['GET', '/numbers/x', 400],
  ['PUT', hooks, 200, { body: WEBHOOKS, key: 'first' }],
  ['PUT', hooks, 409, { body: { ...WEBHOOKS, statusCallbackUrl: WEBHOOKS.voiceUrl }, key: 'first' }],
  ['PUT', hooks, 400, { body: {} }],
  ['PUT', hooks, 413, { payload: LARGE }],
  ['PUT', hooks, 415, { payload: 'x', headers: { 'content-type': 'text/plain' } }],
  ['PUT', `${strange}/webhooks`, 404, { body: WEBHOOKS }],
  ['DELETE', one, 400],
  ['DELETE', one, 413, keyed({ payload: LARGE })],
  ['DELETE', one, 415, keyed({ payload: 'x', headers: { 'content-type': 'text/plain' } })],
  ['DELETE', `/numbers/${'x'.repeat(600)}`, 404, keyed()],
  ['DELETE', one, 200, keyed()],
  ['GET', '/health', 200],
  ['GET', '/healthz', 200],
  ['GET', '/readyz', 200],
  ['GET', '/metrics', 200],
  ['GET', '/docs', 200],
  ['GET', '/openapi.yaml', 200],
];

const EACH: readonly (readonly [Method, string, Sent])[] = [
  ['GET', '/availability?areaCode=415', {}],
  ['POST', '/numbers', { body: ORDER }],
  ['GET', one, {}],
  ['PUT', hooks, { body: WEBHOOKS }],
  ['DELETE', one, {}],
];
const FAILURES: readonly (readonly [number, () => Promise<PortResult<never>>])[] = [
  [429, async () => ({ kind: 'throttled' })],
  [500, () => Promise.reject(new Error('bug'))],
  [502, async () => ({ kind: 'unknown', reason: 'time-out', sent: true })],
  [503, async () => ({ kind: 'open', retryAfterMs: 1 })],
];
const failing = (fail: () => Promise<PortResult<never>>): Partial<TelephonyPort> => ({
  search: fail,
  findByTag: fail,
  getNumber: fail,
  configure: fail,
});

test('every answer that the contract lists is given, and is what it says', async () => {
  const answered = new Set<string>();
  const step = async ({ call }: Scene, [method, url, status, sent]: Step) => {
    const answer = await call(method, url, sent);
    assert.equal(answer.status, status, `${method} ${url}: ${answer.text}`);
    const operation = url.length > 500 ? 'releaseNumber' : operationAt(method, url)?.id;
    answered.add(`${operation} ${status}`);
  };
  const usual = await openScene();
  for (const each of USUAL) await step(usual, each);
  for (const [method, url, sent] of EACH) {
    await step(usual, [method, url, 401, { ...sent, headers: { authorization: 'Bearer nobody' } }]);
  }
  for (const [status, fail] of FAILURES) {
    const scene = await openScene({ port: () => failing(fail) });
    for (const [method, url, sent] of EACH) {
      await step(scene, [method, url, status, method === 'GET' ? sent : keyed(sent)]);
    }
  }
  const unwired = await openScene({ port: () => ({ configure: async () => ({ kind: 'throttled' }) }) });
  await step(unwired, ['POST', '/numbers', 207, keyed({ body: ORDER })]);
  const bound = await openScene({
    guard: { ask: async () => ({ kind: 'held', reason: 'NumberBound', message: 'bound' }) },
  });
  await step(bound, ['DELETE', one, 409, keyed()]);
  const away = await openScene({ ledger: () => ({ check: () => Promise.reject(new Error('away')) }) });
  await step(away, ['GET', '/readyz', 503]);

  // What only a bug could make of them.
  const unreachable = ['getHealth', 'getHealthz', 'getReadyz', 'getMetrics', 'getDocs', 'getOpenApi'];
  const listed = contract.operations.flatMap(({ id, answers }) =>
    Object.keys(answers)
      .filter((status) => status !== '500' || !unreachable.includes(id))
      .map((status) => `${id} ${status}`),
  );
  assert.deepEqual([...answered].sort(), listed.sort());
});
