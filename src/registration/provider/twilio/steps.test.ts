import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Outcome, ok, unknown } from '#kernel/outcome.ts';
import { memoryEffects, movedClock } from './memory-effects.test-support.ts';
import { budgetFrom, makeOnce, type Run, repeatable, tagOf, takeSteps } from './steps.ts';

const newRun = (submission = 1, clock = movedClock()): Run => ({
  aggregateId: 'brand_1',
  submission,
  effects: memoryEffects(clock),
  budget: budgetFrom(clock),
  now: () => clock.now().getTime(),
});

describe('steps of an order', () => {
  test('each step knows what those before it learnt', async () => {
    const outcome = await takeSteps(
      newRun().budget,
      [async () => ok({ a: '1' }), async ({ a }) => ok({ b: `${a}2` })],
      { z: '0' },
    );
    assert.deepEqual(outcome, ok({ z: '0', a: '1', b: '12' }));
  });

  test('a step that waits keeps what was learnt before it', async () => {
    const waits = async () => ({ kind: 'pending', checkAfterMs: 7 }) as const;
    const outcome = await takeSteps(newRun().budget, [async () => ok({ a: '1' }), waits], {});
    assert.deepEqual(outcome, { kind: 'pending', checkAfterMs: 7, value: { a: '1' } });
  });

  test('a step that fails is the last', async () => {
    const next = async () => assert.fail('was taken');
    const outcome = await takeSteps(newRun().budget, [async () => unknown('no answer'), next], {});
    assert.equal(outcome.kind, 'unknown');
  });

  test('a refused create is asked again once for each later submission, never for the same', async () => {
    const clock = movedClock();
    const first = newRun(1, clock);
    let asked = 0;
    let answer: Outcome<string> = { kind: 'refused', refusal: { reason: 'No', message: 'No.' } };
    const make = (submission: number) =>
      makeOnce<string>(
        { ...first, submission },
        {
          what: 'thing',
          operation: 'thing.create',
          request: {},
          find: repeatable,
          async act() {
            asked += 1;
            return answer;
          },
        },
      );
    await make(1);
    await make(1);
    assert.equal(asked, 1);
    await make(2);
    assert.equal(asked, 2);
    answer = ok('made');
    assert.deepEqual(await make(3), ok('made'));
    assert.deepEqual(await make(4), ok('made'));
    assert.equal(asked, 3);
  });

  test('a mark that the provider would cut off is a bug', () => {
    const run = { aggregateId: `brand_${'0'.repeat(26)}` };
    assert.equal(tagOf(run, 'sole-proprietor-product').length, 56);
    assert.throws(() => tagOf(run, 'x'.repeat(32)), RangeError);
  });
});
