import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRateLimit } from './rate-limit.ts';

test('one tenant is held to its limit, is told when to come back, and costs another nothing', () => {
  let nowMs = 0;
  const limit = createRateLimit({ capacity: 10, refillPerSecond: 4 }, () => nowMs);
  for (let i = 0; i < 10; i += 1) assert.equal(limit('a').ok, true);
  const refused = limit('a');
  assert.deepEqual(refused, {
    ok: false,
    retryAfterSeconds: 1,
    headers: { ratelimit: '"tenant";r=0;t=3', 'ratelimit-policy': '"tenant";q=10;w=3' },
  });
  assert.equal(limit('b').ok, true);
  nowMs = refused.retryAfterSeconds * 1_000;
  assert.equal(limit('a').ok, true);
});

test('the headers say what is left', () => {
  const limit = createRateLimit({ capacity: 1_000, refillPerSecond: 500 }, () => 0);
  assert.deepEqual(limit('a').headers, {
    ratelimit: '"tenant";r=999;t=1',
    'ratelimit-policy': '"tenant";q=1000;w=2',
  });
});
