import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { etagOf, matchIfMatch } from './etag.ts';

function statusOf(header: string | undefined, version = 3): number {
  try {
    matchIfMatch(header, version);
    return 200;
  } catch (error) {
    assert.ok(error instanceof Problem);
    return error.status;
  }
}

test('If-Match decides whether an edit meets the version that its caller has seen', () => {
  const table: readonly [string | undefined, number, string][] = [
    [undefined, 200, 'nothing is asked'],
    ['*', 200, 'any version'],
    [etagOf(3), 200, 'the very version'],
    ['"1", "3"', 200, 'one of a list'],
    ['"1" ,\t"3"', 200, 'blanks around the comma'],
    ['"2"', 412, 'an older version'],
    ['"33"', 412, 'a version that only looks alike'],
    ['W/"3"', 412, 'a weak tag never matches'],
    ['""', 412, 'an empty tag is a tag'],
    ['"a,b", "3"', 200, 'a comma within a tag'],
    ['3', 400, 'no quotes'],
    ['"3', 400, 'one quote'],
    ['', 400, 'nothing in it'],
    ['"3" "4"', 400, 'no comma'],
    ['*, "3"', 400, 'a star in a list'],
    ['w/"3"', 400, 'the weak mark is upper case'],
  ];
  for (const [header, status, reason] of table) assert.equal(statusOf(header), status, reason);
});

test('a header made to be slow to read is read at once', () => {
  const started = performance.now();
  assert.equal(statusOf(`${'"a",'.repeat(4_000)}x`), 400);
  assert.equal(statusOf(`"${' '.repeat(16_000)}`), 400);
  assert.ok(performance.now() - started < 1_000);
});
