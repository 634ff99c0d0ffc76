import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FieldError, invalid, Problem } from '#kernel/problem.ts';
import { judge } from './request-faults.ts';

const RAW = { params: {}, query: {}, headers: {}, body: {} };
const VALID = { params: {}, query: {}, body: {} };
const fault = (field: string, message = 'form'): FieldError => ({ field, message });

/** Fields and words told of a request in which form and policy found these faults. */
function told(form: readonly FieldError[], policy: readonly FieldError[]) {
  const validate = () => {
    if (form.length > 0) throw invalid(form);
    return VALID;
  };
  try {
    judge(RAW, validate, () => policy);
    return [];
  } catch (error) {
    assert.ok(error instanceof Problem);
    assert.equal(error.status, 400);
    const { fields } = error.details;
    return Array.isArray(fields) ? fields.map(({ field, message }) => `${field}: ${message}`) : [];
  }
}

test('a request without any fault is let through', () => {
  assert.equal(
    judge(RAW, () => VALID),
    VALID,
  );
  assert.deepEqual(told([], []), []);
});

test('faults of form and of policy are told together, the policy first where both speak of a field', () => {
  assert.deepEqual(told([fault('a')], [fault('b', 'policy')]), ['a: form', 'b: policy']);
  assert.deepEqual(told([fault('a')], [fault('a', 'policy')]), ['a: policy']);
  assert.deepEqual(told([], [fault('a', 'one'), fault('a', 'two')]), ['a: one', 'a: two']);
});

test('a policy is not told of what it could not see for an ill-formed part', () => {
  assert.deepEqual(told([fault('a')], [fault('a.b', 'policy'), fault('a[0]', 'policy')]), ['a: form']);
  assert.deepEqual(told([fault('a[1]')], [fault('a', 'policy')]), ['a[1]: form']);
  assert.deepEqual(told([fault('body')], [fault('a', 'policy'), fault('query.a', 'policy')]), [
    'body: form',
    'query.a: policy',
  ]);
  assert.deepEqual(told([fault('ab')], [fault('a', 'policy')]), ['ab: form', 'a: policy']);
});

test('what is no list of fields passes through', () => {
  const unsupported = new Problem('ValidationError', 'type', { status: 415 });
  for (const error of [unsupported, new Error('bug')]) {
    assert.throws(
      () =>
        judge(
          RAW,
          () => {
            throw error;
          },
          () => [fault('a')],
        ),
      error,
    );
  }
});
