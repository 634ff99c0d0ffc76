import assert from 'node:assert/strict';
import type { Claimed, Hold, KeyScope, Ledger, StoredAnswer } from '../ports.ts';

/** A ledger under test: empty, its time standing still until it is told to move. */
export interface Subject {
  /** All over one store; each over connections of its own where the store has such. */
  readonly ledgers: readonly [Ledger, ...Ledger[]];
  advance(ms: number): void;
}

export const ANSWER: StoredAnswer = {
  status: 201,
  headers: { location: '/numbers/PN1', 'content-type': 'application/json' },
  body: '{"sid":"PN1","note":"Grüße \\u0000 \\"quoted\\""}',
};
export const N1 = '+12135550101';
export const N2 = '+12135550102';

export function scope(parts: Partial<KeyScope> = {}): KeyScope {
  return { caller: 'token', method: 'POST', path: '/numbers', key: 'k1', ...parts };
}

export function held(claimed: Claimed): Extract<Claimed, { kind: 'held' }> {
  assert.equal(claimed.kind, 'held');
  return claimed;
}

export async function refusesAll(ledger: Ledger, hold: Hold): Promise<void> {
  assert.equal(await ledger.renew(hold), false);
  assert.equal(await ledger.reserve(hold, N2), 'lost');
  assert.equal(await ledger.bought(hold, 'PN9'), false);
  assert.equal(await ledger.unreserve(hold), false);
  assert.equal(await ledger.answer(hold, { ...ANSWER, status: 409 }), false);
  await ledger.letGo(hold);
}
