import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stopwatch } from './stopwatch.ts';

test('a span is as long as the clock says that saw more of it', (t) => {
  const clocks = { steady: 500, wall: 1_700_000_000_000 };
  t.mock.method(performance, 'now', () => clocks.steady);
  t.mock.method(Date, 'now', () => clocks.wall);
  for (const [steady, wall, seen] of [
    [10, 10, 10],
    // The process stood still while somebody set the clock back.
    [20_000, -3_600_000, 20_000],
    // The whole machine stood still.
    [5, 20_000, 20_000],
  ] as const) {
    const passed = stopwatch();
    clocks.steady += steady;
    clocks.wall += wall;
    assert.equal(passed(), seen);
  }
});
