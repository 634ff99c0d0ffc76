import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashToken, isScope, newToken, SCOPES } from './tokens.ts';

test('a token is recognisable, carries 256 bits and is never given twice', () => {
  const tokens = Array.from({ length: 50 }, newToken);
  for (const token of tokens) assert.match(token, /^nmc_[A-Za-z0-9_-]{43}$/);
  assert.equal(new Set(tokens).size, tokens.length);
});

test('the stored hash is SHA-256 of the whole token', () => {
  // Test vector of FIPS 180-2 for "abc".
  assert.equal(
    hashToken('abc').toString('hex'),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  assert.notDeepEqual(hashToken('nmc_a'), hashToken('nmc_b'));
});

test('only the three scopes are scopes', () => {
  assert.deepEqual(['read', 'write', 'pii', 'admin', '', 'READ'].filter(isScope), [...SCOPES]);
});
