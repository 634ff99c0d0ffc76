import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '#kernel/problem.ts';
import { decodeCursor, encodeCursor, pageBody, pageQuery } from './pagination.ts';

test('a cursor comes back as the position that it was made of', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{3,5}_[0-9a-f]{32}$/), (id) => {
      assert.equal(decodeCursor(encodeCursor(id)), id);
    }),
  );
});

test('whatever else is sent as a cursor is a 422 that names it', () => {
  const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const malformed = [
    ...['', 'x', '%', '{}', `${encodeCursor('brand_1')}x`, `${encodeCursor('brand_1')}=`],
    ...[forged({}), forged({ after: 1 }), forged({ after: '' }), forged({ after: 'a\0' }), forged(null)],
    ...[forged({ after: 'x'.repeat(300) }), forged({ after: 'brand_1', more: 1 }), forged(['a'])],
  ];
  for (const cursor of malformed) {
    assert.throws(
      () => decodeCursor(cursor),
      (error) =>
        error instanceof Problem &&
        error.status === 422 &&
        JSON.stringify(error.details).includes('"query.cursor"'),
      cursor,
    );
  }
});

test('any text is decoded or refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        assert.equal(encodeCursor(decodeCursor(text)), text);
      } catch (error) {
        assert.ok(error instanceof Problem);
      }
    }),
  );
});

test('a page has a cursor exactly when there is a next one', () => {
  assert.deepEqual(pageQuery({}), { limit: 20 });
  assert.deepEqual(pageQuery({ limit: 5, cursor: encodeCursor('b') }), { limit: 5, after: 'b' });
  const view = (item: string) => item.toUpperCase();
  assert.deepEqual(pageBody({ items: ['a'] }, view), { items: ['A'] });
  assert.deepEqual(pageBody({ items: ['a'], after: 'a' }, view), {
    items: ['A'],
    nextCursor: encodeCursor('a'),
  });
});
