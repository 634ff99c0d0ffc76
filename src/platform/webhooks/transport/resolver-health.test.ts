import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createResolverHealth } from './resolver-health.ts';

test('with nothing resolved yet, a question without an answer is our fault', () => {
  assert.equal(createResolverHealth().isOwnFault('a.example', 0), true);
});

test('another name that was resolved within the last minute makes it that name’s fault', () => {
  const health = createResolverHealth();
  health.resolved('b.example', 1_000);
  assert.equal(health.isOwnFault('a.example', 1_000), false);
  assert.equal(health.isOwnFault('a.example', 61_000), false);
  assert.equal(health.isOwnFault('a.example', 61_001), true);
});

test('the name itself proves nothing, however often it was resolved', () => {
  const health = createResolverHealth();
  health.resolved('a.example', 0);
  health.resolved('a.example', 1);
  assert.equal(health.isOwnFault('a.example', 2), true);
});

test('the other name is remembered while one name is resolved over and over', () => {
  const health = createResolverHealth();
  health.resolved('b.example', 0);
  for (let at = 1; at < 50; at++) health.resolved('a.example', at);
  assert.equal(health.isOwnFault('a.example', 60_000), false);
  assert.equal(health.isOwnFault('a.example', 60_001), true);
  assert.equal(health.isOwnFault('b.example', 60_000), false);
});
