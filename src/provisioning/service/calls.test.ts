import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recorded } from '#platform/telemetry/recorded.test-support.ts';
import { HoldLost } from '../domain/errors.ts';
import type { PortResult } from '../ports.ts';
import { type CallsOptions, createCalls } from './calls.ts';
import { BARRED, GONE, LOST, NOT_SENT, OPEN, REFUSED, scopeOf, THROTTLED } from './service.test-support.ts';

const OK: PortResult<string> = { kind: 'ok', value: 'done' };

function bench(results: readonly PortResult<string>[], options: Partial<CallsOptions> = {}) {
  const slept: number[] = [];
  const told: string[] = [];
  const rest = [...results];
  const calls = createCalls({
    attempts: 3,
    random: () => 0.5,
    sleep: async (ms) => void slept.push(ms),
    onAttempt: (step, attempt, outcome) => void told.push(`${step} ${attempt} ${outcome}`),
    onStep: (step, outcome) => void told.push(`${step} ${outcome}`),
    ...options,
  });
  return { calls, slept, told, call: async () => rest.shift() ?? OK };
}

for (const result of [LOST, NOT_SENT, THROTTLED]) {
  test(`${result.kind} is repeated, three attempts in all, 200 ms apart and twice that`, async () => {
    const { calls, slept, told, call } = bench([result, result, result]);
    assert.deepEqual(await calls.repeat(scopeOf(), 'search', call), result);
    assert.deepEqual(slept, [200, 400]);
    const { kind } = result;
    assert.deepEqual(told, [`search 1 ${kind}`, `search 2 ${kind}`, `search 3 ${kind}`, `search ${kind}`]);
  });
}

for (const result of [OK, GONE, REFUSED, BARRED, OPEN, { kind: 'notFound' } as const]) {
  test(`${result.kind} is final`, async () => {
    const { calls, slept, told, call } = bench([result]);
    assert.deepEqual(await calls.repeat(scopeOf(), 'release', call), result);
    assert.deepEqual([slept, told], [[], [`release 1 ${result.kind}`, `release ${result.kind}`]]);
  });
}

test('waits are jittered by a fifth either way', async () => {
  for (const [random, first] of [
    [0, 160],
    [1, 240],
  ] as const) {
    const { calls, slept, call } = bench([LOST], { random: () => random });
    await calls.repeat(scopeOf(), 'search', call);
    assert.deepEqual(slept.map(Math.round), [first]);
  }
});

test('the time that a provider asks for is kept, unless it is more than a request has', async () => {
  const short = bench([{ kind: 'throttled', retryAfterMs: 5_000 }]);
  assert.deepEqual(await short.calls.repeat(scopeOf(), 'search', short.call), OK);
  assert.deepEqual(short.slept, [5_000]);
  const long = bench([{ kind: 'throttled', retryAfterMs: 5_001 }]);
  assert.equal((await long.calls.repeat(scopeOf(), 'search', long.call)).kind, 'throttled');
  assert.deepEqual(long.slept, []);
});

test('a scope that has ended asks for nothing more: the last result stands', async () => {
  const time = new AbortController();
  const { calls, call } = bench([THROTTLED, OK], { sleep: async () => time.abort() });
  assert.deepEqual(await calls.repeat(scopeOf(time.signal), 'search', call), THROTTLED);
  assert.deepEqual(await calls.repeat(scopeOf(time.signal), 'search', call), {
    kind: 'unknown',
    reason: 'no time was left',
    sent: false,
  });
});

test('a scope that ended for a lost key throws that', async () => {
  const lost = new AbortController();
  const { calls, told, call } = bench([THROTTLED, OK], { sleep: async () => lost.abort(new HoldLost()) });
  await assert.rejects(calls.repeat(scopeOf(lost.signal), 'search', call), HoldLost);
  assert.deepEqual(told, ['search 1 throttled']);
});

test('what an unknown attempt came to ends the repeating when it is known', async () => {
  const { calls, slept, call } = bench([LOST]);
  const found = { kind: 'ok', value: 'found' } as const;
  assert.deepEqual(await calls.repeat(scopeOf(), 'purchase', call, { settle: async () => found }), found);
  assert.deepEqual(slept, []);
});

test('an attempt that came to nothing is repeated; one that was never sent needs no look', async () => {
  const looks: unknown[] = [];
  const settle = async (unsettled: unknown) => void looks.push(unsettled);
  const { calls, call } = bench([LOST, NOT_SENT]);
  const result = await calls.repeat(scopeOf(), 'purchase', call, {
    settle: async (unsettled) => {
      await settle(unsettled);
      return undefined;
    },
  });
  assert.deepEqual([result, looks], [OK, [LOST]]);
});

test('further kinds are repeated when that is asked for', async () => {
  const { calls, call } = bench([{ kind: 'notFound' }, { kind: 'notFound' }]);
  assert.deepEqual(await calls.repeat(scopeOf(), 'configure', call, { also: 'notFound' }), OK);
});

test('without a sleep of its own it waits on timers, no longer than the scope', async () => {
  const calls = createCalls({ attempts: 2, random: () => 0.5 });
  const rest: PortResult<string>[] = [LOST, OK];
  assert.deepEqual(await calls.repeat(scopeOf(), 'search', async () => rest.shift() ?? OK), OK);

  const time = new AbortController();
  const waiting = calls.repeat(scopeOf(time.signal), 'search', async () => {
    setImmediate(() => time.abort());
    return { kind: 'throttled', retryAfterMs: 5_000 };
  });
  assert.equal((await waiting).kind, 'throttled');
});

test('a call is one span, whatever its attempts, with what came of it', async () => {
  const { calls, call } = bench([LOST, OK, REFUSED]);
  const [found, refused] = await recorded(async () => {
    await calls.repeat(scopeOf(), 'findByTag', call);
    await calls.repeat(scopeOf(), 'purchase', call);
  });
  assert.deepEqual([found?.name, found?.attributes.outcome], ['provider.findByTag', 'ok']);
  assert.deepEqual([refused?.name, refused?.attributes.outcome], ['provider.purchase', 'refused']);
  assert.equal(found?.attributes.correlationId, scopeOf().correlationId);
});
