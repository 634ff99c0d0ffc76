import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { diagnosisOf, type Failure, problemOf, valueFrom } from './results.ts';

const fault = { code: '21421', message: 'no such number' };
const rows: readonly [
  failure: Failure,
  status: number,
  details: object,
  retryAfter: number | undefined,
  why: RegExp,
][] = [
  [{ kind: 'notFound' }, 404, {}, undefined, /does not know/],
  [
    { kind: 'unavailable', fault },
    409,
    { reason: 'unavailable', e164: '+1' },
    undefined,
    /\(21421\): no such/,
  ],
  [{ kind: 'refused', fault }, 502, { providerCode: '21421' }, undefined, /\(21421\): no such/],
  [{ kind: 'refused', fault: { message: 'no' } }, 502, {}, undefined, /refused by the provider: no$/],
  [
    { kind: 'refused', fault: { ...fault, field: 'e164' } },
    400,
    { fields: [{ field: 'e164', message: 'no such number' }] },
    undefined,
    /\(21421\)/,
  ],
  [
    { kind: 'credentials', fault: { code: '20003', message: 'who' } },
    502,
    { reason: 'credentials', providerCode: '20003' },
    undefined,
    /\(20003\): who/,
  ],
  [{ kind: 'throttled', retryAfterMs: 30_000 }, 429, {}, 30, /no more requests/],
  [{ kind: 'throttled' }, 429, {}, 1, /no more requests/],
  [{ kind: 'unknown', reason: 'timeout', sent: true }, 502, { reason: 'timeout' }, undefined, /\(timeout\)/],
  [{ kind: 'unknown', reason: 'reset', sent: false }, 503, { reason: 'reset' }, 1, /\(reset\)/],
  [{ kind: 'open', retryAfterMs: 9_500 }, 503, {}, 10, /has been failing/],
];
for (const [failure, status, details, retryAfter, why] of rows) {
  test(`${JSON.stringify(failure)} is ${status} for the caller, and a diagnosis of one line`, () => {
    const problem = problemOf(failure, '+1');
    assert.deepEqual(
      [problem.status, problem.details, problem.retryAfterSeconds],
      [status, details, retryAfter],
    );
    assert.match(diagnosisOf(failure), why);
    assert.throws(() => valueFrom(failure), Problem);
  });
}

test('the value of a good result is what it says', () => {
  assert.equal(valueFrom({ kind: 'ok', value: 5 }), 5);
});
