import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_EVENT_TYPES, OPT_IN_EVENT_TYPES } from './events.ts';
import { BINDING_EDGES, BRAND_EDGES, CAMPAIGN_EDGES, isLive, sourcesOf } from './phases.ts';
import { CONDITION, REASON } from './reasons.ts';

test('conditions and reasons are CamelCase words, each its own name', () => {
  for (const [name, word] of [...Object.entries(CONDITION), ...Object.entries(REASON)]) {
    assert.equal(word, name);
    assert.match(word, /^([A-Z][a-z0-9]*)+$/);
  }
});

test('every edge tells an event that exists, and no two edges have the same ends', () => {
  const types: readonly string[] = [...DEFAULT_EVENT_TYPES, ...OPT_IN_EVENT_TYPES];
  for (const edges of [BRAND_EDGES, CAMPAIGN_EDGES, BINDING_EDGES]) {
    for (const { event } of edges) assert.ok(types.includes(event), event);
    const ends = edges.map(({ from, to }) => `${from} ${to}`);
    assert.equal(new Set(ends).size, edges.length);
  }
});

test('the edges are those of the seed', () => {
  assert.deepEqual(sourcesOf(BRAND_EDGES, 'DRAFT'), [], 'nothing goes back to DRAFT (R90)');
  assert.deepEqual(sourcesOf(BRAND_EDGES, 'VETTED'), ['SUBMITTED']);
  assert.deepEqual(sourcesOf(CAMPAIGN_EDGES, 'ACTIVE'), ['APPROVED', 'SUSPENDED']);
  assert.deepEqual(sourcesOf(BINDING_EDGES, 'VERIFIED'), ['ATTACHED']);
});

test('FAILED and DETACHED free the number (C2)', () => {
  const phases = ['REQUESTED', 'ATTACHED', 'VERIFIED', 'FAILED', 'DETACHED'] as const;
  assert.deepEqual(phases.filter(isLive), ['REQUESTED', 'ATTACHED', 'VERIFIED']);
});
