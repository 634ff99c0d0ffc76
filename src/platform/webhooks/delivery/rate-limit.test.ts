import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../../test/support/database.ts';
import { setUpWebhooks, TENANT } from './dispatch.test-support.ts';
import { scripted } from './scripted.test-support.ts';

const STEP_MS = 100;

eachDatabase('the rate limit of an endpoint', (open, engine) => {
  const setUp = async (rateLimit: number, answer: (n: number) => number = () => 200) => {
    const world = await setUpWebhooks(open);
    const { clock } = world;
    await world.addEndpoint('https://limited.example/', ['A'], TENANT, { rateLimit });
    await world.addEndpoint('https://free.example/', ['A'], TENANT);
    const startedAt = clock.current().getTime();
    const at: number[] = [];
    const { transport, sent } = scripted(({ url }) => {
      if (!url.includes('limited')) return 200;
      at.push(clock.current().getTime() - startedAt);
      return answer(at.length);
    });
    const newDispatcher = () => world.newDispatcher({ transport });
    return { ...world, at, sent, newDispatcher };
  };

  /** The most that went out within any second. */
  const busiestSecond = (at: readonly number[]) =>
    Math.max(...at.map((from) => at.filter((time) => time >= from && time < from + 1_000).length));

  for (const { rateLimit, lanes, events } of [
    { rateLimit: 5, lanes: 60, events: 1 },
    { rateLimit: 5, lanes: 2, events: 30 },
    { rateLimit: 1, lanes: 12, events: 1 },
  ]) {
    test(`${rateLimit} a second with ${lanes} lanes of ${events}: kept over time, by two dispatchers together`, async () => {
      const { clock, emit, at, newDispatcher } = await setUp(rateLimit);
      for (let i = 0; i < lanes; i++)
        await emit(
          `thing_${i}`,
          Array.from({ length: events }, () => 'A'),
        );
      const dispatchers = [newDispatcher(), newDispatcher()];
      const seconds = 10;
      for (let ms = 0; ms < seconds * 1_000; ms += STEP_MS) {
        await Promise.all(dispatchers.map((dispatcher) => dispatcher.runOnce()));
        clock.advance(STEP_MS);
      }
      // A bucket of one second's worth is full at the start, and one second's worth comes in every second.
      const most = rateLimit * (seconds + 1);
      // One lane sends one event at a time, and a step is as long as it takes to send the next.
      const least = Math.min(most, (lanes * seconds * 1_000) / STEP_MS, lanes * events) - 1;
      assert.ok(at.length <= most && at.length >= least, `${at.length} of ${least} to ${most}`);
      assert.ok(busiestSecond(at) <= 2 * rateLimit, `${busiestSecond(at)} in one second`);
      const steady = at.filter((time) => time >= 2_000);
      assert.ok(busiestSecond(steady) <= rateLimit + 1, `${busiestSecond(steady)} in one second`);
    });
  }

  test('retries count like any delivery, and another endpoint is not slowed down', async () => {
    const { clock, emit, at, sent, newDispatcher, query } = await setUp(2, (n) => (n % 3 === 0 ? 500 : 200));
    for (let i = 0; i < 20; i++) await emit(`thing_${i}`, ['A']);
    const dispatcher = newDispatcher();
    for (let round = 0; round < 3; round++) await dispatcher.runOnce();
    assert.deepEqual([at.length, sent.length], [2, 22]);
    for (let second = 0; second < 5; second++) {
      clock.advance(1_000);
      await query(`update lanes set due_at = '${clock.current().toISOString()}' where due_at is not null`);
      await dispatcher.runOnce();
    }
    assert.equal(at.length, 12);
  });

  if (engine === 'postgres') {
    test('claims that race take no more than what is left of it', async () => {
      const { emit, at, newDispatcher } = await setUp(3);
      for (let i = 0; i < 20; i++) await emit(`thing_${i}`, ['A']);
      await Promise.all(Array.from({ length: 6 }, () => newDispatcher().runOnce()));
      await Promise.all(Array.from({ length: 6 }, () => newDispatcher().runOnce()));
      assert.equal(at.length, 3);
    });
  }
});
