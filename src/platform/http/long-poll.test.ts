import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualTimers } from './long-poll.test-support.ts';
import { type Asked, createLongPolls } from './long-poll.ts';

interface Found extends Asked {
  readonly found?: string;
}
const NOTHING: Found = { askAgain: {} };

function setUp() {
  const timers = manualTimers();
  let hint = () => {};
  const polls = createLongPolls({
    onHint: (callback) => {
      hint = callback;
    },
    after: timers.after,
  });
  let found: string | undefined;
  const looks: string[] = [];
  /** Waits; answers how it stands. */
  const wait = (tenantId = 'ten_1', seconds = 30) => {
    const hangUp = new AbortController();
    const state: { answer?: Found; failed?: unknown; readonly hangUp: () => void } = {
      hangUp: () => hangUp.abort(),
    };
    const look = async (): Promise<Found> => {
      looks.push(tenantId);
      if (found === 'a fault') throw new Error(found);
      return found === undefined ? NOTHING : { found };
    };
    polls
      .untilFound({ tenantId, seconds, signal: hangUp.signal }, NOTHING, look)
      .then(({ answer }) => {
        state.answer = answer;
      })
      .catch((error: unknown) => {
        state.failed = error;
      });
    return state;
  };
  const happen = (what: string) => {
    found = what;
  };
  return { polls, timers, looks, wait, happen, hint: () => hint() };
}

test('who waits is answered at the hint', async () => {
  const { wait, timers, hint, happen, looks } = setUp();
  const waiter = wait();
  await timers.advance(400);
  assert.deepEqual([waiter.answer, looks.length], [undefined, 0]);
  happen('an event');
  hint();
  await timers.advance(0);
  assert.deepEqual(waiter.answer, { found: 'an event' });
  assert.equal(timers.open(), 0, 'it leaves no timer behind');
});

test('a hint that got lost costs a second', async () => {
  const { wait, timers, happen, looks } = setUp();
  const waiter = wait();
  happen('an event');
  await timers.advance(999);
  assert.equal(waiter.answer, undefined);
  await timers.advance(1);
  assert.deepEqual([waiter.answer, looks.length], [{ found: 'an event' }, 1]);
});

test('what a hint told of may be seen a moment later: the looks after it stand close, then a second apart', async () => {
  const { wait, timers, hint, looks } = setUp();
  wait();
  await timers.advance(500);
  hint();
  await timers.advance(0);
  const seen = [];
  for (let ms = 0; ms < 4_000; ms += 50) {
    const before = looks.length;
    await timers.advance(50);
    if (looks.length > before) seen.push(ms + 50);
  }
  assert.deepEqual(seen, [50, 150, 350, 750, 1_550, 2_550, 3_550]);
});

test('a hint that comes during a look is not lost', async () => {
  const { polls, timers, hint } = setUp();
  let looks = 0;
  const waiting = polls.untilFound<Found>(
    { tenantId: 'ten_1', seconds: 30, signal: new AbortController().signal },
    NOTHING,
    async () => {
      looks += 1;
      if (looks > 1) return { found: 'an event' };
      hint();
      return NOTHING;
    },
  );
  await timers.advance(1_000);
  await timers.advance(10);
  assert.equal(looks, 2);
  assert.deepEqual((await waiting).answer, { found: 'an event' });
});

test('when the time is over the last answer goes out', async () => {
  const { wait, timers, looks } = setUp();
  const waiter = wait('ten_1', 5);
  await timers.advance(4_999);
  assert.equal(waiter.answer, undefined);
  await timers.advance(1);
  assert.equal(waiter.answer, NOTHING);
  assert.deepEqual([looks.length, timers.open()], [4, 0]);
});

test('an answer that found something is not held back', async () => {
  const { polls } = setUp();
  const first: Found = { found: 'at once' };
  const wait = { tenantId: 'ten_1', seconds: 30, signal: new AbortController().signal };
  const { answer, waitedMs } = await polls.untilFound(wait, first, async () => NOTHING);
  assert.deepEqual([answer, waitedMs], [first, 0]);
});

test('16 wait for a tenant and 256 in all; whoever comes on top is answered at once, until one leaves', async () => {
  const { wait, timers } = setUp();
  const mine = Array.from({ length: 16 }, () => wait('ten_0'));
  const onTop = wait('ten_0');
  const others = Array.from({ length: 240 }, (_, i) => wait(`ten_${1 + (i % 15)}`));
  const tooMany = wait('ten_99');
  await timers.advance(0);
  assert.equal(onTop.answer, NOTHING);
  assert.equal(tooMany.answer, NOTHING);
  assert.deepEqual(
    [...mine, ...others].filter(({ answer }) => answer),
    [],
  );
  mine[0]?.hangUp();
  await timers.advance(0);
  assert.equal(mine[0]?.answer, NOTHING);
  const next = wait('ten_0');
  await timers.advance(0);
  assert.equal(next.answer, undefined);
});

test('a process that drains answers all who wait at once, and lets nobody wait any more', async () => {
  const { wait, timers, polls, looks } = setUp();
  const waiters = [wait('ten_1'), wait('ten_2')];
  await timers.advance(100);
  polls.end();
  waiters.push(wait('ten_3'));
  await timers.advance(0);
  assert.deepEqual(
    waiters.map(({ answer }) => answer),
    [NOTHING, NOTHING, NOTHING],
  );
  assert.deepEqual([looks.length, timers.open()], [0, 0]);
});

test('a look that fails ends the wait with its error', async () => {
  const { wait, timers, happen } = setUp();
  const waiter = wait();
  happen('a fault');
  await timers.advance(1_000);
  assert.match(String(waiter.failed), /a fault/);
  assert.equal(timers.open(), 0);
});

test('however many wait and however often hints come, a process looks 250 times a second', async () => {
  const { wait, timers, hint, looks } = setUp();
  for (let i = 0; i < 256; i++) wait(`ten_${i % 16}`);
  await timers.advance(2_000);
  looks.length = 0;
  for (let ms = 0; ms < 10_000; ms += 10) {
    hint();
    await timers.advance(10);
  }
  assert.ok(looks.length <= 10 * 250 + 256, `${looks.length} looks in 10 s`);
  const [fewest, most] = [...Map.groupBy(looks, (tenant) => tenant).values()]
    .map(({ length }) => length)
    .reduce(([low, high], n) => [Math.min(low, n), Math.max(high, n)], [Infinity, 0]);
  assert.ok(most - fewest <= 16, `every tenant has its share: ${fewest} to ${most}`);
});
