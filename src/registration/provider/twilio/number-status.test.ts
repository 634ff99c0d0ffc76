import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heardOf } from './number-status.ts';

const MINUTE_MS = 60_000;
const ATTACHED = Date.parse('2026-01-05T12:00:00Z');
const at = (minutes: number) => new Date(ATTACHED + minutes * MINUTE_MS);
const STAY = { messagingServiceSid: 'MG_now', since: at(0) };
const NOW = at(20);
const hear = (messagingServiceSid: string | undefined, minutes: number) =>
  heardOf(
    {
      status: 'registered',
      ...(messagingServiceSid === undefined ? {} : { messagingServiceSid }),
      at: at(minutes),
    },
    STAY,
    NOW,
    true,
  ).state;

test('a number that has moved is not taken for registered by what its old service says, before or after the move', () => {
  for (const minutes of [-11, -9, -1, 0, 1, 15]) assert.equal(hear('MG_before', minutes), 'pending');
});

test('what is said of the present service counts, also from shortly before the attach is dated', () => {
  assert.deepEqual([hear('MG_now', -9), hear('MG_now', 0), hear('MG_now', 15)], Array(3).fill('approved'));
});

test('an earlier stay in the same service says nothing of the present one', () => {
  assert.equal(hear('MG_now', -11), 'pending');
});

test('an event that names no service is told from older ones by its time alone', () => {
  assert.deepEqual(
    [hear(undefined, -11), hear(undefined, -9), hear(undefined, 1)],
    ['pending', 'approved', 'approved'],
  );
});

test('where no event can be expected, what is said of another service is no reason to wait', () => {
  const event = { status: 'failed', messagingServiceSid: 'MG_before', at: at(1) } as const;
  assert.equal(heardOf(event, STAY, NOW, false).state, 'infer');
  assert.equal(heardOf(event, STAY, at(24 * 60), true).state, 'infer');
});
