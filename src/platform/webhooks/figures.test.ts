import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../test/support/database.ts';
import { setUpWebhooks } from './dispatch.test-support.ts';
import { conservation, webhookFigures } from './figures.ts';
import type { Transport } from './transport.ts';

const answering = (ok: boolean): Transport => ({
  send: async () =>
    ok ? { kind: 'delivered', status: 200 } : { kind: 'failed', error: 'status', status: 500 },
  close: async () => {},
});

eachDatabase('figures of delivery', (open) => {
  test('age is that of the oldest undelivered event, as the head of a lane or behind a delivered one', async () => {
    const { database, clock, addEndpoint, emit, newDispatcher } = await setUpWebhooks(open);
    const figures = () => webhookFigures(database.executor, clock);
    assert.deepEqual(await figures(), { oldestUndeliveredSeconds: 0, depth: 0, pausedDepth: 0, dead: 0 });
    await addEndpoint('https://a.example/');
    await emit('thing_1', ['Happened']);
    clock.advance(20_000);
    await emit('thing_1', ['Happened']);
    clock.advance(5_000);
    assert.deepEqual(await figures(), { oldestUndeliveredSeconds: 25, depth: 2, pausedDepth: 0, dead: 0 });
    const one = newDispatcher({ transport: answering(true), options: { batch: 1 } });
    await one.runOnce();
    assert.deepEqual(await figures(), { oldestUndeliveredSeconds: 5, depth: 1, pausedDepth: 0, dead: 0 });
    await one.runOnce();
    assert.equal((await figures()).depth, 0);
  });

  test('the backlog of a paused endpoint is told apart and is no lag', async () => {
    const { database, clock, addEndpoint, emit, query } = await setUpWebhooks(open);
    await addEndpoint('https://a.example/');
    await emit('thing_1', ['Happened']);
    await query('update webhook_endpoints set active = false');
    clock.advance(60_000);
    assert.deepEqual(await webhookFigures(database.executor, clock), {
      oldestUndeliveredSeconds: 0,
      depth: 0,
      pausedDepth: 1,
      dead: 0,
    });
  });

  test('dead letters are counted', async () => {
    const { database, clock, addEndpoint, emit, newDispatcher, settleAll } = await setUpWebhooks(open);
    await addEndpoint('https://a.example/');
    await emit('thing_1', ['Happened']);
    await settleAll([newDispatcher({ transport: answering(false) })]);
    assert.equal((await webhookFigures(database.executor, clock)).dead, 1);
  });

  test('conservation sees a delivery that vanished and a lane that miscounts', async () => {
    const { database, addEndpoint, emit, query } = await setUpWebhooks(open);
    await addEndpoint('https://a.example/');
    await emit('thing_1', ['Happened', 'Happened']);
    const holds = async () => (await conservation(database.executor)).map((one) => one.holds);
    assert.deepEqual(await holds(), [true]);
    await query('update lanes set depth = 1');
    assert.deepEqual(await holds(), [false]);
    await query('update lanes set depth = 2');
    await query('delete from deliveries where sequence = 2');
    assert.deepEqual(await holds(), [false]);
  });
});
