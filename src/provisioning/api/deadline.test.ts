import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOf, STUCK } from './deadline.ts';

const never = new Promise<string>(() => {});
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('work that ends has its own end, before its signal and shortly after it', async () => {
  const ended = new AbortController();
  assert.equal(await endOf(Promise.resolve('done'), ended.signal), 'done');
  ended.abort();
  assert.equal(await endOf(Promise.resolve('late'), ended.signal), 'late');
  await assert.rejects(endOf(Promise.reject(new Error('failed')), ended.signal), /failed/);
});

test('work that does not stop for its signal is given up 2 seconds after it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  for (const before of [true, false]) {
    const controller = new AbortController();
    if (before) controller.abort();
    let end: unknown = 'waiting';
    void endOf(never, controller.signal).then((value) => {
      end = value;
    });
    if (!before) {
      t.mock.timers.tick(60_000);
      await turn();
      assert.equal(end, 'waiting', 'as long as its signal has not ended');
      controller.abort();
    }
    t.mock.timers.tick(1_999);
    await turn();
    assert.equal(end, 'waiting');
    t.mock.timers.tick(1);
    await turn();
    assert.equal(end, STUCK);
  }
});
