import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashToken } from '../secrets/tokens.ts';
import { type Caller, createAuthenticator } from './authentication.ts';

const caller: Caller = { tenantId: 'ten_1', tokenId: 'tok_1', scopes: ['read'] };

/** Knows one token, counts look-ups, and can be told to forget it or to fail. */
function registry() {
  const state = { lookUps: 0, revoked: false, fails: false, nowMs: 0 };
  const authenticate = createAuthenticator(
    async (hash) => {
      state.lookUps += 1;
      if (state.fails) throw new Error('no database');
      return !state.revoked && hash.equals(hashToken('good')) ? caller : undefined;
    },
    () => state.nowMs,
  );
  return { state, authenticate };
}

test('a known token is its caller, whatever the case of the scheme', async () => {
  const { authenticate } = registry();
  assert.deepEqual(await authenticate('Bearer good'), caller);
  assert.deepEqual(await authenticate('bearer  good'), caller);
});

test('no header is told from a bad one, and a bad one is not looked up when it cannot be a token', async () => {
  const { authenticate, state } = registry();
  assert.equal(await authenticate(undefined), 'missing');
  for (const header of [
    '',
    'good',
    'Basic good',
    'Bearer',
    'Bearer ',
    'Bearer go od',
    'Bearer gö',
    `Bearer ${'x'.repeat(600)}`,
  ]) {
    assert.equal(await authenticate(header), 'invalid', header);
  }
  assert.equal(state.lookUps, 0);
  assert.equal(await authenticate('Bearer bad'), 'invalid');
});

test('an answer is kept for 5 seconds: a revoked token works no longer than that', async () => {
  const { authenticate, state } = registry();
  await authenticate('Bearer good');
  state.revoked = true;
  state.nowMs = 4_999;
  assert.deepEqual(await authenticate('Bearer good'), caller);
  state.nowMs = 5_000;
  assert.equal(await authenticate('Bearer good'), 'invalid');
  assert.equal(state.lookUps, 2);
});

test('requests at the same time share one look-up, and a failed one is not kept', async () => {
  const { authenticate, state } = registry();
  state.fails = true;
  const results = await Promise.allSettled([authenticate('Bearer good'), authenticate('Bearer good')]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(state.lookUps, 1);
  state.fails = false;
  assert.deepEqual(await authenticate('Bearer good'), caller);
});

test('a flood of made-up tokens keeps no more than 10,000 of them, and good ones go on working', async () => {
  const { authenticate, state } = registry();
  await authenticate('Bearer good');
  for (let i = 0; i < 10_000; i += 1) await authenticate(`Bearer made-up-${i}`);
  const before = state.lookUps;
  assert.deepEqual(await authenticate('Bearer good'), caller);
  assert.equal(state.lookUps, before + 1, 'the oldest entry went');
});
