import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryResult } from '../transport/transport.ts';
import { holdMs } from './pacing.ts';
import { MAX_ATTEMPTS } from './schedule.ts';
import { judge, type Outcome, outcomeOf } from './verdict.ts';

type Failed = Extract<DeliveryResult, { kind: 'failed' }>;
const PHASES = { totalMs: 12 };
const failed = (over: Partial<Failed> & { status?: number } = {}): DeliveryResult => {
  const { status, ...rest } = over;
  const exchange = { phases: PHASES, ...(status === undefined ? {} : { status }) };
  return {
    kind: 'failed',
    error: status === undefined ? 'timeout' : 'status',
    own: false,
    exchange,
    ...rest,
  };
};
const delivered = (status: number): DeliveryResult => ({
  kind: 'delivered',
  exchange: { phases: PHASES, status },
});

interface Row {
  readonly result: DeliveryResult;
  readonly reason: string;
  readonly outcome: Outcome;
  /** What it says of the endpoint; `slow`: all of its lanes are held. */
  readonly endpoint: 'good' | 'failed' | 'slow' | 'off' | 'none';
  readonly waitMs?: number;
}

/** At an endpoint and an event without a failure before, with random = 0.5. */
const TABLE: readonly Row[] = [
  { result: delivered(200), reason: 'OK', outcome: 'delivered', endpoint: 'good' },
  { result: delivered(202), reason: 'taken, not yet worked on', outcome: 'delivered', endpoint: 'good' },
  { result: delivered(204), reason: 'no content', outcome: 'delivered', endpoint: 'good' },
  {
    result: failed({ status: 301 }),
    reason: 'a redirect is not followed',
    outcome: 'retry',
    endpoint: 'failed',
  },
  {
    result: failed({ status: 302 }),
    reason: 'a redirect is not followed',
    outcome: 'retry',
    endpoint: 'failed',
  },
  { result: failed({ status: 304 }), reason: 'not modified', outcome: 'retry', endpoint: 'failed' },
  {
    result: failed({ status: 400 }),
    reason: 'a receiver may be mended',
    outcome: 'retry',
    endpoint: 'failed',
  },
  {
    result: failed({ status: 401 }),
    reason: 'a receiver may be mended',
    outcome: 'retry',
    endpoint: 'failed',
  },
  {
    result: failed({ status: 404 }),
    reason: 'a receiver may be mended',
    outcome: 'retry',
    endpoint: 'failed',
  },
  {
    result: failed({ status: 408 }),
    reason: 'our request was too slow',
    outcome: 'retry',
    endpoint: 'failed',
  },
  { result: failed({ status: 409 }), reason: 'a conflict', outcome: 'retry', endpoint: 'failed' },
  { result: failed({ status: 410 }), reason: 'gone', outcome: 'retry', endpoint: 'off', waitMs: 0 },
  {
    result: failed({ status: 422 }),
    reason: 'a receiver may be mended',
    outcome: 'retry',
    endpoint: 'failed',
  },
  { result: failed({ status: 429 }), reason: 'too many requests', outcome: 'retry', endpoint: 'slow' },
  {
    result: failed({ status: 429, retryAfterMs: 60_000 }),
    reason: 'and says for how long',
    outcome: 'retry',
    endpoint: 'slow',
    waitMs: 60_000,
  },
  { result: failed({ status: 500 }), reason: 'a fault', outcome: 'retry', endpoint: 'failed' },
  {
    result: failed({ status: 500, retryAfterMs: 60_000 }),
    reason: 'of this event, and says for how long',
    outcome: 'retry',
    endpoint: 'failed',
    waitMs: 60_000,
  },
  { result: failed({ status: 501 }), reason: 'a fault', outcome: 'retry', endpoint: 'failed' },
  { result: failed({ status: 502 }), reason: 'nobody behind the door', outcome: 'retry', endpoint: 'slow' },
  { result: failed({ status: 503 }), reason: 'unavailable', outcome: 'retry', endpoint: 'slow' },
  { result: failed({ status: 504 }), reason: 'nobody behind the door', outcome: 'retry', endpoint: 'slow' },
  { result: failed({ status: 599 }), reason: 'a fault', outcome: 'retry', endpoint: 'failed' },
  { result: failed(), reason: 'hangs or drips', outcome: 'retry', endpoint: 'failed' },
  { result: failed({ error: 'reset' }), reason: 'reset', outcome: 'retry', endpoint: 'failed' },
  {
    result: failed({ error: 'tls' }),
    reason: 'a certificate that is none',
    outcome: 'retry',
    endpoint: 'failed',
  },
  {
    result: failed({ error: 'blocked_address' }),
    reason: 'where we do not go',
    outcome: 'retry',
    endpoint: 'failed',
  },
  {
    result: failed({ error: 'dns', own: true }),
    reason: 'our resolver',
    outcome: 'own_fault',
    endpoint: 'none',
    waitMs: 17_500,
  },
  {
    result: failed({ error: 'network', own: true }),
    reason: 'our sockets',
    outcome: 'own_fault',
    endpoint: 'none',
    waitMs: 17_500,
  },
  {
    result: failed({ status: 500, directive: 'disable' }),
    reason: 'asks for no more',
    outcome: 'retry',
    endpoint: 'off',
    waitMs: 0,
  },
  {
    result: failed({ status: 400, directive: 'abort-message' }),
    reason: 'gives up this event',
    outcome: 'dead',
    endpoint: 'good',
  },
];

for (const { result, reason, outcome, endpoint, waitMs } of TABLE) {
  const told = result.exchange.status ?? (result.kind === 'failed' ? result.error : '');
  test(`${told}, ${reason}: ${outcome}, endpoint ${endpoint}`, () => {
    const verdict = judge(result, 0, 0.5);
    assert.equal(outcomeOf(verdict), outcome);
    assert.equal(verdict.counts, outcome !== 'own_fault');
    const { effect } = verdict;
    assert.equal(effect.kind, endpoint === 'slow' ? 'failed' : endpoint);
    if (effect.kind === 'failed') {
      const first = endpoint === 'slow' ? holdMs(1, 429, 0.5) : 0;
      assert.equal(effect.pace.holdsMs[0], first);
      assert.equal(effect.pace.askedMs > 0, endpoint === 'slow' && waitMs !== undefined);
    }
    // Without a word from the receiver the first wait is a random part of 5 s.
    if (outcome === 'retry' || outcome === 'own_fault') assert.equal(verdict.waitMs, waitMs ?? 2_500);
  });
}

test('the twelfth failure in a row ends an event, and still counts against the endpoint', () => {
  const last = judge(failed({ status: 503, retryAfterMs: 1 }), MAX_ATTEMPTS - 1, 0.5);
  assert.deepEqual([outcomeOf(last), last.effect.kind], ['dead', 'failed']);
  assert.equal(outcomeOf(judge(failed({ status: 503 }), MAX_ATTEMPTS - 2, 0.5)), 'retry');
});

test('no number of faults of our own ends an event, and neither does 410', () => {
  assert.equal(outcomeOf(judge(failed({ error: 'dns', own: true }), MAX_ATTEMPTS, 0.5)), 'own_fault');
  assert.equal(outcomeOf(judge(failed({ status: 410 }), MAX_ATTEMPTS, 0.5)), 'retry');
});
