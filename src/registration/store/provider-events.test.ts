import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import { firstSeen, purgeProviderEvents } from './provider-events.ts';

const DAY_MS = 86_400_000;

eachDatabase('events of the provider', (open, engine) => {
  const setUp = async () => {
    const { database } = await open();
    const clock = testClock();
    const see = async (...ids: string[]) => [
      ...(await database.transaction((tx) => firstSeen(tx, clock, ids))),
    ];
    return { database, clock, see };
  };

  test('an id is new once, also when it stands twice in one batch', async () => {
    const { see } = await setUp();
    assert.deepEqual(await see(), []);
    assert.deepEqual((await see('EV2', 'EV1', 'EV2')).sort(), ['EV1', 'EV2']);
    assert.deepEqual(await see('EV1', 'EV3'), ['EV3']);
  });

  test('an id is new again when what was done about it was rolled back', async () => {
    const { database, clock, see } = await setUp();
    const failing = database.transaction(async (tx) => {
      await firstSeen(tx, clock, ['EV1']);
      throw new Error('lost');
    });
    await assert.rejects(failing, /lost/);
    assert.deepEqual(await see('EV1'), ['EV1']);
  });

  // The embedded engine has one connection: there is no second transaction at the same time.
  if (engine === 'postgres') {
    test('two batches at the same time share their ids out, whatever order they have them in', async () => {
      const { see } = await setUp();
      const ids = Array.from({ length: 50 }, (_, i) => `EV${i}`);
      const found = await Promise.all([see(...ids), see(...ids.toReversed()), see(...ids)]);
      assert.deepEqual(found.flat().sort(), [...ids].sort());
    });
  }

  test('an id is forgotten after a week and not before, so many at a time', async () => {
    const { database, clock, see } = await setUp();
    await see('EV1', 'EV2', 'EV3');
    clock.advance(7 * DAY_MS);
    await see('EV4');
    assert.equal(await purgeProviderEvents(database.executor, clock, 10), 0);
    clock.advance(1);
    assert.equal(await purgeProviderEvents(database.executor, clock, 2), 2);
    assert.equal(await purgeProviderEvents(database.executor, clock, 2), 1);
    assert.deepEqual((await see('EV1', 'EV4')).sort(), ['EV1']);
  });
});
