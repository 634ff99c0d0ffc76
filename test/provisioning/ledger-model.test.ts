import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Subject } from '../../src/provisioning/ledger/conformance-subject.ts';
import {
  type Claimed,
  type Hold,
  KEY_LIFETIME_MS,
  LEASE_MS,
  type Ledger,
  RESERVED_MS,
} from '../../src/provisioning/ports.ts';
import { REDIS_SERVER } from '../support/redis-server.ts';
import { memorySubject, postgresSubjects, redisSubjects } from './ledger-stores.test-support.ts';

/** Steps of one run, and runs: enough that a rule left out of one store alone is found every time. */
const STEPS = 60;
const RUNS = 40;

/** `by` picks among the holds that there have been so far, mostly the last ones. */
type Step =
  | { readonly kind: 'claim'; readonly key: number; readonly body: string }
  | { readonly kind: 'renew' | 'unreserve' | 'bought' | 'answer' | 'letGo'; readonly by: number }
  | { readonly kind: 'reserve'; readonly by: number; readonly number: number }
  | { readonly kind: 'forget'; readonly number: number }
  | { readonly kind: 'unfinished'; readonly limit: number }
  | { readonly kind: 'advance'; readonly ms: number };

const by = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat({ max: 4 }) });
const number = fc.nat({ max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('claim'),
      key: fc.nat({ max: 1 }),
      // Another one now and then.
      body: fc.constantFrom(...'fffffffffg'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('reserve'), by, number }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('renew', 'unreserve', 'bought', 'bought', 'bought', 'answer', 'letGo', 'letGo'),
      by,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget'), number }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('unfinished'), limit: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('advance'),
      ms: fc.constantFrom(
        LEASE_MS - 1,
        LEASE_MS,
        LEASE_MS,
        LEASE_MS,
        RESERVED_MS - LEASE_MS,
        RESERVED_MS,
        KEY_LIFETIME_MS - RESERVED_MS,
        KEY_LIFETIME_MS - 1,
      ),
    }),
  },
);

const numberOf = (n: number) => `+1213555010${n}`;

/** Plays the steps; answers what each came to. Hold ids are random and left out. */
async function play({ ledgers, advance }: Subject, steps: readonly Step[]): Promise<unknown[]> {
  const holds: Hold[] = [];
  const results: unknown[] = [];
  for (const [at, one] of steps.entries()) {
    const ledger = ledgers[at % ledgers.length] ?? ledgers[0];
    if (one.kind === 'advance') advance(one.ms);
    else if (one.kind === 'claim') {
      const scope = { caller: 'token', method: 'POST', path: '/numbers', key: `k${one.key}` };
      const claimed: Claimed = await ledger.claim(scope, one.body);
      if (claimed.kind === 'held') holds.unshift(claimed.hold);
      results.push({ at, ...claimed, hold: undefined });
    } else if (one.kind === 'forget') await ledger.forget(numberOf(one.number));
    else if (one.kind === 'unfinished') results.push({ at, found: await ledger.unfinished(one.limit) });
    else {
      const hold = holds[one.by];
      if (!hold) continue;
      results.push({ at, one, came: await withHold(ledger, hold, one, at).catch(() => 'rejected') });
    }
    // One millisecond between all steps: what is oldest is never in doubt.
    advance(1);
  }
  return results;
}

async function withHold(
  ledger: Ledger,
  hold: Hold,
  one: Extract<Step, { by: number }>,
  at: number,
): Promise<unknown> {
  switch (one.kind) {
    case 'reserve':
      return ledger.reserve(hold, numberOf(one.number));
    case 'bought':
      return ledger.bought(hold, `PN${at}`);
    case 'answer':
      return ledger.answer(hold, { status: 201, headers: { at: String(at) }, body: `{"at":${at}}` });
    default:
      return ledger[one.kind](hold);
  }
}

function likeMemory(open: () => Promise<Subject>): void {
  test('whatever is done, it comes to what it comes to in memory', async () => {
    const steps = fc.array(step, { minLength: STEPS / 2, maxLength: STEPS });
    const same = fc.asyncProperty(steps, async (played) => {
      assert.deepEqual(await play(await open(), played), await play(await memorySubject(), played));
    });
    await fc.assert(same, { numRuns: RUNS });
  });
}

describe('the ledger in PostgreSQL', () => likeMemory(postgresSubjects()));

describe('the ledger in Redis', () => {
  if (REDIS_SERVER === undefined) {
    test('comes to the same as in memory', (t) => t.skip('redis-server is not installed'));
    return;
  }
  likeMemory(redisSubjects());
});
