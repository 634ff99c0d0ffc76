import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTwilioAnswer } from './answer.ts';

const read = (status: number, body: string, headers: Record<string, string> = {}) =>
  readTwilioAnswer({ status, body, headers });

test('an error says its code as text, its words and its page', () => {
  const answer = read(400, '{"status":400,"code":21422,"message":"gone","more_info":"https://x"}');
  assert.deepEqual([answer.code, answer.message, answer.moreInfo], ['21422', 'gone', 'https://x']);
});

test('what is no JSON object has no body, and what has no body is an empty one', () => {
  for (const text of ['', '<html>', '[]', '1', 'null', '{"a":']) {
    const { body, code, ...rest } = read(200, text);
    assert.deepEqual([body, code, rest], [undefined, undefined, { status: 200 }]);
  }
  assert.deepEqual(read(204, ''), { status: 204, body: {} });
});

test('Retry-After is seconds or a date, within a second and five minutes', () => {
  const after = (value: string) => read(429, '', { 'retry-after': value }).retryAfterMs;
  assert.equal(after('7'), 7_000);
  assert.equal(after('0'), 1_000);
  assert.equal(after('86400'), 300_000);
  assert.equal(after('soon'), undefined);
  assert.equal(after(new Date(0).toUTCString()), 1_000);
  const inAMinute = after(new Date(Date.now() + 60_000).toUTCString()) ?? 0;
  assert.ok(inAMinute > 50_000 && inAMinute <= 60_000);
});
