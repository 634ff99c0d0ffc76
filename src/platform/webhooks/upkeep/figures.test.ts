import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../../test/support/database.ts';
import { TENANT } from '../delivery/dispatch.test-support.ts';
import { setUpUpkeep } from '../jobs/upkeep.test-support.ts';
import { endpointFigures, webhookFigures } from './figures.ts';

const times = (n: number) => Array.from({ length: n }, () => 'Happened');

eachDatabase('figures of delivery', (open) => {
  test('age is that of the oldest undelivered event, as the head of a lane or behind a delivered one', async () => {
    const { database, clock, addEndpoint, emit, newReceiver, newDispatcher } = await setUpUpkeep(open);
    const figures = () => webhookFigures(database.executor, clock);
    assert.deepEqual(await figures(), { oldestUndeliveredSeconds: 0, depth: 0, pausedDepth: 0, dead: 0 });
    await addEndpoint('https://a.example/');
    await emit('thing_1', times(1));
    clock.advance(20_000);
    await emit('thing_1', times(1));
    clock.advance(5_000);
    assert.deepEqual(await figures(), { oldestUndeliveredSeconds: 25, depth: 2, pausedDepth: 0, dead: 0 });
    const one = newDispatcher({ transport: newReceiver().transport, options: { batch: 1 } });
    await one.runOnce();
    assert.deepEqual(await figures(), { oldestUndeliveredSeconds: 5, depth: 1, pausedDepth: 0, dead: 0 });
    await one.runOnce();
    assert.equal((await figures()).depth, 0);
  });

  test('the backlog of a paused endpoint is told apart and is no lag; dead letters are counted', async () => {
    const { database, clock, addEndpoint, emit, query, settleAllAs } = await setUpUpkeep(open);
    await addEndpoint('https://a.example/');
    await emit('thing_1', times(2));
    await settleAllAs('dead');
    await emit('thing_1', times(1));
    await query('update webhook_endpoints set active = false');
    clock.advance(60_000);
    assert.deepEqual(await webhookFigures(database.executor, clock), {
      oldestUndeliveredSeconds: 0,
      depth: 0,
      pausedDepth: 1,
      dead: 2,
    });
  });

  test('an operator sees every endpoint with its health and what it is owed, page by page', async () => {
    const { database, clock, addEndpoint, emit, query, settleAllAs } = await setUpUpkeep(open);
    const ids: string[] = [];
    for (const [name, columns] of [
      ['healthy', 'active = true'],
      ['failing', 'failures = 11, failing_since = now()'],
      ['paused', 'active = false, failing_since = now()'],
      ['disabled', `active = false, disabled_reason = 'gone'`],
    ]) {
      const { endpoint } = await addEndpoint(
        `https://${name}.example/`,
        name === 'healthy' ? ['Happened'] : ['A'],
      );
      await query(`update webhook_endpoints set ${columns} where endpoint_id = '${endpoint.endpointId}'`);
      ids.push(endpoint.endpointId);
      clock.advance(1);
    }
    await emit('thing_1', times(3));
    await settleAllAs('dead');
    await emit('thing_1', times(2));
    clock.advance(30_000);
    const first = await endpointFigures(database.executor, clock, { limit: 3 });
    const after = first.at(-1)?.endpointId ?? '';
    const rest = await endpointFigures(database.executor, clock, { limit: 3, after });
    assert.deepEqual(
      [...first, ...rest].map(({ endpointId, health }) => [endpointId, health]),
      [
        [ids[0], 'healthy'],
        [ids[1], 'failing'],
        [ids[2], 'paused'],
        [ids[3], 'disabled'],
      ],
    );
    assert.deepEqual(first[0], {
      tenantId: TENANT,
      endpointId: ids[0],
      url: 'https://healthy.example/',
      active: true,
      health: 'healthy',
      failures: 0,
      pending: 2,
      oldestSeconds: 30,
      dead: 3,
    });
    assert.deepEqual(first[1]?.oldestSeconds, undefined);
    assert.deepEqual([first[1]?.failures, first[1]?.pending, first[1]?.dead], [11, 0, 0]);
  });
});
