import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../../test/support/database.ts';
import type { Executor } from '../../database/database.ts';
import { createLaneClaimer } from './claim.ts';
import { setUpWebhooks } from './dispatch.test-support.ts';
import { createLoader } from './loader.ts';
import { wholeShare } from './slots.ts';

eachDatabase('reading lanes anew', (open) => {
  const setUp = async () => {
    const world = await setUpWebhooks(open);
    const { database, clock } = world;
    await world.addEndpoint('https://a.example/');
    for (let i = 0; i < 5; i++) await world.emit(`thing_${i}`, ['Happened', 'Happened', 'Happened']);
    const { lanes } = await createLaneClaimer(database, clock, { perEndpoint: 64 }).claim(wholeShare(64));
    let statements = 0;
    let away = false;
    let now = 0;
    const executor: Executor = {
      getExecutor: () => {
        statements += 1;
        now += 10;
        if (away) throw new Error('away');
        return database.executor.getExecutor();
      },
    };
    const loader = createLoader(executor, clock, () => now);
    const counts = async (limits: readonly number[]) =>
      (
        await Promise.all(
          lanes.map(async (lane, i) => {
            const { deliveries, readAt } = await loader.load(lane, limits[i] ?? 0);
            assert.ok(deliveries.every(({ lane: of }) => of.aggregateId === lane.aggregateId));
            return [deliveries.length, readAt];
          }),
        )
      ).map(([read]) => read);
    return {
      ...world,
      lanes,
      loader,
      counts,
      statements: () => statements,
      setAway: (is: boolean) => (away = is),
    };
  };

  test('the first goes at once, the others together, each up to its own limit', async () => {
    const { counts, statements } = await setUp();
    assert.deepEqual(await counts([1, 2, 3, 9, 2]), [1, 2, 3, 3, 2]);
    assert.equal(statements(), 2);
  });

  test('a lane that is no longer ours brings nothing, and keeps none of the others back', async () => {
    const { counts, query } = await setUp();
    await query(`update lanes set claim_id = 'clm_other' where aggregate_id = 'thing_2'`);
    assert.deepEqual((await counts([3, 3, 3, 3, 3])).sort(), [0, 3, 3, 3, 3]);
  });

  test('what was read is as old as its statement, not as the asking', async () => {
    const { lanes, loader } = await setUp();
    const [first, second] = lanes;
    assert.ok(first && second);
    const [a, b] = await Promise.all([loader.load(first, 1), loader.load(second, 1)]);
    assert.deepEqual([a.readAt, b.readAt], [0, 10]);
  });

  test('when the database is away each is told, and the next are read', async () => {
    const { lanes, loader, setAway, counts } = await setUp();
    setAway(true);
    const results = await Promise.allSettled(lanes.map((lane) => loader.load(lane, 1)));
    assert.deepEqual(
      results.map(({ status }) => status),
      Array(5).fill('rejected'),
    );
    setAway(false);
    assert.deepEqual(await counts([1, 1, 1, 1, 1]), [1, 1, 1, 1, 1]);
  });
});
