import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflict, invalid, notFound, Problem } from '#kernel/problem.ts';
import { provisioningEnvelope } from './envelope.ts';

const of = (problem: Problem) => {
  const { status, body, headers } = provisioningEnvelope(problem, 'c-1');
  return { status, body, headers };
};

test('a problem is {code, message, details?, correlationId}, with details only when there are any', () => {
  assert.deepEqual(of(notFound('The number')), {
    status: 404,
    body: { code: 'NotFound', message: 'The number not found', correlationId: 'c-1' },
    headers: {},
  });
  const race = of(conflict('taken', { e164: '+14155550101' }));
  assert.deepEqual(
    [race.status, race.body],
    [409, { code: 'Conflict', message: 'taken', details: { e164: '+14155550101' }, correlationId: 'c-1' }],
  );
});

test('fields at fault are a 400 here (C4)', () => {
  const { status, body } = of(invalid([{ field: 'e164', message: 'wrong' }]));
  assert.equal(status, 400);
  assert.deepEqual(body, {
    code: 'ValidationError',
    message: 'The request has invalid fields',
    details: { fields: [{ field: 'e164', message: 'wrong' }] },
    correlationId: 'c-1',
  });
});

test('429 and 503 always say when to come back, others when it is known', () => {
  const headersOf = (status: number, retryAfterSeconds?: number) =>
    of(new Problem('Internal', 'x', { status, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) })).headers;
  assert.deepEqual(headersOf(429), { 'retry-after': '1' });
  assert.deepEqual(headersOf(503, 9), { 'retry-after': '9' });
  assert.deepEqual(headersOf(409, 3), { 'retry-after': '3' });
  assert.deepEqual(headersOf(500), {});
});
