import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_FAULTS, memberPath, textFaults } from './safe-text.ts';

const fields = (value: unknown, root = 'body') => textFaults(value, root).faults.map(({ field }) => field);

test('NUL and half surrogate pairs are found in values and names, wherever they are', () => {
  const value = { a: 'ok', b: ['x', 'y\0'], c: { d: '\ud800' }, 'e\0': 1, '😀': '😀' };
  assert.deepEqual(fields(value).sort(), ['["e\\u0000"]', 'b[1]', 'c.d']);
  assert.deepEqual(fields('\0'), ['body']);
  assert.deepEqual(fields({ cursor: '\udc00' }, 'query'), ['query.cursor']);
});

test('half a million levels of nesting are told, not crashed on', () => {
  const depth = 500_000;
  const value: unknown = JSON.parse(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  const { faults, tooDeep } = textFaults(value, 'body');
  assert.equal(tooDeep, true);
  assert.deepEqual(
    faults.map(({ field }) => field),
    ['a'],
  );
});

test('32 levels pass, 33 do not', () => {
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  assert.equal(textFaults(nested(32), 'body').tooDeep, false);
  assert.equal(textFaults(nested(33), 'body').tooDeep, true);
});

test('no more faults are listed than anybody reads', () => {
  assert.equal(fields(Array.from({ length: 10_000 }, () => '\0')).length, MAX_FAULTS);
});

test('for any JSON value, nothing is found exactly when PostgreSQL could store every string of it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 }), (value) => {
      const strings: string[] = [];
      JSON.stringify(value, (key, inner: unknown) => {
        strings.push(key);
        if (typeof inner === 'string') strings.push(inner);
        return inner;
      });
      const storable = strings.every((text) => text.isWellFormed() && !text.includes('\0'));
      assert.equal(fields(value).length === 0, storable);
    }),
  );
});

test('a name that is no plain word is quoted, made well-formed and cut', () => {
  assert.equal(memberPath('a', 'b'), 'a.b');
  assert.equal(memberPath('', 'b-c'), 'b-c');
  assert.equal(memberPath('a', 'x.y'), 'a["x.y"]');
  assert.equal(memberPath('', '\n\ud800'), '["\\n\ufffd"]');
  assert.ok(memberPath('', 'x'.repeat(10_000)).length < 100);
});
