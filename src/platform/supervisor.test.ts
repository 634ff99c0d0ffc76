import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { systemClock } from '#kernel/clock.ts';
import { RECOVERED_MS, supervise, type Worker } from './supervisor.ts';

/** Lets everything that can run without the clock run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function world(t: TestContext, random = () => 0.999999) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const lines: string[] = [];
  const log = {
    info: (_: object, message: string) => void lines.push(message),
    error: (fields: object, message: string) =>
      void lines.push('worker' in fields ? `${message} ${fields.worker}` : message),
  };
  return {
    lines,
    dependencies: { log, clock: systemClock, random },
    async pass(ms: number) {
      t.mock.timers.tick(ms);
      await settled();
    },
  };
}

/** Runs until told to stop. */
const steady = (name: string): Worker => ({
  name,
  async run(signal) {
    if (!signal.aborted) await once(signal, 'abort');
  },
});

/** Crashes as often as told, then is steady; counts its starts. */
function crashing(name: string, times: number, crash: () => Promise<void>) {
  const worker = {
    name,
    starts: 0,
    async run(signal: AbortSignal) {
      worker.starts += 1;
      if (worker.starts <= times) await crash();
      else await steady(name).run(signal);
    },
  };
  return worker;
}

const throwing = async () => {
  throw new Error('boom');
};

test('a crashed worker is restarted after a backoff, and the others never notice', async (t) => {
  const { dependencies, pass } = world(t);
  const bad = crashing('bad', 1, throwing);
  const good = crashing('good', 0, throwing);
  const supervisor = supervise([bad, good], dependencies);
  await settled();
  assert.deepEqual(supervisor.health(), [
    { name: 'bad', failing: true, restarts: 0 },
    { name: 'good', failing: false, restarts: 0 },
  ]);
  await pass(998);
  assert.equal(bad.starts, 1);
  await pass(2);
  assert.deepEqual([bad.starts, good.starts], [2, 1]);
  assert.deepEqual(await supervisor.stop(1_000), []);
});

test('the backoff doubles from 1 s to 30 s', async (t) => {
  const { dependencies, pass } = world(t);
  const bad = crashing('bad', Number.POSITIVE_INFINITY, throwing);
  const supervisor = supervise([bad], dependencies);
  await settled();
  const ceilings = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
  for (const [i, ms] of ceilings.entries()) {
    await pass(ms - 2);
    assert.equal(bad.starts, i + 1, `before ${ms} ms`);
    await pass(2);
    assert.equal(bad.starts, i + 2, `after ${ms} ms`);
  }
  await supervisor.stop(1_000);
});

test('the backoff is jittered over its whole length', async (t) => {
  const { dependencies, pass } = world(t, () => 0.25);
  const bad = crashing('bad', 1, throwing);
  const supervisor = supervise([bad], dependencies);
  await settled();
  await pass(249);
  assert.equal(bad.starts, 1);
  await pass(1);
  assert.equal(bad.starts, 2);
  await supervisor.stop(1_000);
});

test('a worker is failing from its crash until it has run well for a minute, and backs off from 1 s again then', async (t) => {
  const { dependencies, pass } = world(t);
  let crash: (error: Error) => void = () => assert.fail('never started');
  let starts = 0;
  const supervisor = supervise(
    [
      {
        name: 'w',
        run: (signal) => {
          starts += 1;
          return new Promise((resolve, reject) => {
            crash = reject;
            signal.addEventListener('abort', () => resolve());
          });
        },
      },
    ],
    dependencies,
  );
  const failing = () => supervisor.health()[0]?.failing;
  assert.equal(failing(), false);
  for (const backoff of [1_000, 2_000]) {
    crash(new Error('boom'));
    await settled();
    await pass(backoff);
    assert.equal(failing(), true, 'restarted, not yet trusted');
  }
  await pass(RECOVERED_MS - 1);
  assert.equal(failing(), true);
  await pass(1);
  assert.equal(failing(), false);
  crash(new Error('boom'));
  await settled();
  assert.equal(starts, 3);
  await pass(1_000);
  assert.equal(starts, 4);
  await supervisor.stop(1_000);
});

test('ending without being told to, and throwing what is no error, are crashes as well', async (t) => {
  const { dependencies, pass, lines } = world(t);
  const quitter = crashing('quitter', 1, async () => {});
  const odd = crashing('odd', 1, () => Promise.reject('text'));
  const sync: Worker = {
    name: 'sync',
    run: () => {
      throw new Error('before any promise');
    },
  };
  const supervisor = supervise([quitter, odd, sync], dependencies);
  await settled();
  assert.deepEqual(
    supervisor.health().map(({ failing }) => failing),
    [true, true, true],
  );
  assert.ok(lines.includes('worker:run:crashed sync'));
  await pass(1_000);
  assert.deepEqual([quitter.starts, odd.starts], [2, 2]);
  await supervisor.stop(1_000);
});

test('stop waits for workers that end what they have begun', async (t) => {
  const { dependencies, pass } = world(t);
  let finished = false;
  const supervisor = supervise(
    [
      {
        name: 'slow',
        async run(signal) {
          await once(signal, 'abort');
          await new Promise((resolve) => setTimeout(resolve, 400));
          finished = true;
        },
      },
    ],
    dependencies,
  );
  const stop = supervisor.stop(500);
  await settled();
  await pass(400);
  assert.deepEqual(await stop, []);
  assert.equal(finished, true);
});

test('stop names the workers that do not end, at its deadline', async (t) => {
  const { dependencies, pass, lines } = world(t);
  const deaf: Worker = { name: 'deaf', run: () => new Promise(() => {}) };
  const supervisor = supervise([steady('good'), deaf], dependencies);
  let answer: readonly string[] | undefined;
  void supervisor.stop(500).then((left) => {
    answer = left;
  });
  await settled();
  await pass(499);
  assert.equal(answer, undefined);
  await pass(1);
  assert.deepEqual(answer, ['deaf']);
  assert.ok(lines.some((line) => line.startsWith('workers:stop:late')));
});

test('stop does not wait out a backoff, and nothing is started after it', async (t) => {
  const { dependencies, pass } = world(t);
  const bad = crashing('bad', 5, throwing);
  const supervisor = supervise([bad], dependencies);
  await settled();
  assert.deepEqual(await supervisor.stop(60_000), []);
  await pass(120_000);
  assert.equal(bad.starts, 1);
});

test('an abort that a worker passes on is a normal end; a crash while stopping is told of, once', async (t) => {
  const { dependencies, lines } = world(t);
  const passesOn: Worker = {
    name: 'passes on',
    run: async (signal) => {
      await once(signal, 'abort');
      signal.throwIfAborted();
    },
  };
  const crashes: Worker = {
    name: 'crashes',
    run: async (signal) => {
      await once(signal, 'abort');
      throw new Error('boom');
    },
  };
  const supervisor = supervise([passesOn, crashes], dependencies);
  assert.deepEqual(await supervisor.stop(1_000), []);
  assert.deepEqual(lines, ['workers:start:done', 'worker:stop:crashed crashes', 'workers:stop:done']);
});
