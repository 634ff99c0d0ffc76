import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { eachDatabase } from '../../../../test/support/database.ts';
import type { Database } from '../../database/database.ts';
import { WEBHOOKS_CHANNEL } from '../../outbox/append.ts';
import {
  type Answer,
  type Received,
  type Receiver,
  startReceiver,
} from '../transport/receivers.test-support.ts';
import { setUpWebhooks } from './dispatch.test-support.ts';

/** So long that whatever happens in a test was not caused by the poll. */
const NEVER_POLL = { pollMs: 600_000 };
const receivers: Receiver[] = [];
after(() => Promise.all(receivers.map((receiver) => receiver.close())));

/** A receiver, and how to wait until it has been asked so many times. */
async function receiver(answer: (request: Received) => Answer | Promise<Answer> = () => 200) {
  let wanted: { count: number; resolve: () => void } | undefined;
  const started = await startReceiver((request) => {
    if (wanted && started.requests.length >= wanted.count) wanted.resolve();
    return answer(request);
  });
  receivers.push(started);
  const asked = (count: number) =>
    new Promise<void>((resolve) => {
      wanted = { count, resolve };
      if (started.requests.length >= count) resolve();
    });
  return { ...started, asked };
}

eachDatabase('the dispatcher at work', (open) => {
  const setUp = async () => {
    const world = await setUpWebhooks(open);
    const tell = () => world.database.hints.send(WEBHOOKS_CHANNEL);
    /** Runs a dispatcher; `stop` ends it and waits until it has let go of everything. */
    const start = (...args: Parameters<typeof world.newDispatcher>) => {
      const controller = new AbortController();
      const running = world.newDispatcher(...args).run(controller.signal);
      return {
        abort: () => controller.abort(),
        stop: async () => {
          controller.abort();
          await running;
        },
      };
    };
    const states = async () =>
      (
        await world.query<{ state: string; attempts: number }>('select * from deliveries order by sequence')
      ).map(({ state, attempts }) => `${state} ${attempts}`);
    return { ...world, tell, start, states };
  };

  test('a hint is answered at once, and what is lost of hints the poll makes good', async () => {
    const { addEndpoint, emit, tell, start } = await setUp();
    const there = await receiver();
    await addEndpoint(there.url);
    const hinted = start({ options: NEVER_POLL });
    await emit('thing_1', ['Happened']);
    tell();
    await there.asked(1);
    await hinted.stop();
    const polling = start({ options: { pollMs: 10 } });
    await emit('thing_1', ['Happened']);
    await there.asked(2);
    await polling.stop();
  });

  test('a backlog far above its slots is worked off without waiting for a poll', async () => {
    const { addEndpoint, emit, start, conserved } = await setUp();
    const there = await receiver();
    await addEndpoint(there.url);
    for (let i = 0; i < 25; i++) await emit(`thing_${i}`, ['Happened', 'Happened', 'Happened']);
    const dispatcher = start({ options: { ...NEVER_POLL, slots: 4, perEndpoint: 3, batch: 2 } });
    await there.asked(75);
    await dispatcher.stop();
    const [figures] = await conserved();
    assert.deepEqual([figures?.delivered, figures?.pending], [75, 0]);
    assert.equal(there.requests.length, 75);
  });

  test('what waited for a place of its endpoint, or behind a full batch, goes on without a poll', async () => {
    const { addEndpoint, emit, start, query, conserved } = await setUp();
    const there = await receiver();
    const recovering = await receiver();
    await addEndpoint(there.url, ['A']);
    const failed = await addEndpoint(recovering.url, ['B']);
    // Half-open: one lane tries, the others wait for what comes of it.
    await query(
      `update webhook_endpoints set failures = 10 where endpoint_id = '${failed.endpoint.endpointId}'`,
    );
    for (let i = 0; i < 10; i++) await emit(`thing_${i}`, ['A', 'A', 'A', 'A', 'A']);
    for (let i = 10; i < 20; i++) await emit(`thing_${i}`, ['B']);
    const dispatcher = start({ options: { ...NEVER_POLL, perEndpoint: 2, batch: 2 } });
    await Promise.all([there.asked(50), recovering.asked(10)]);
    await dispatcher.stop();
    const figures = await conserved();
    assert.deepEqual(
      figures.map(({ pending }) => pending),
      [0, 0],
    );
  });

  test('an event that was the last of its lane makes no claim of its own', async () => {
    const { addEndpoint, emit, tell, start, database, states } = await setUp();
    const there = await receiver();
    await addEndpoint(there.url);
    let claims = 0;
    const counting: Database = {
      ...database,
      beginWith: (...work) => {
        claims += 1;
        return database.beginWith(...work);
      },
    };
    // The first answer is awaited by a claim: nothing was known of the endpoint.
    await emit('thing_0', ['Happened']);
    const dispatcher = start({ options: NEVER_POLL, database: counting });
    for (let n = 1; n <= 10; n++) {
      await there.asked(n);
      while ((await states()).some((state) => state !== 'delivered 1')) await turn();
      await emit(`thing_${n}`, ['Happened']);
      tell();
    }
    await there.asked(11);
    await dispatcher.stop();
    assert.ok(claims <= 12, `${claims} claims: at the start, after the first answer, and of ten hints`);
  });

  test('a receiver that hangs takes its own places only: its neighbour is served meanwhile', async () => {
    const { addEndpoint, emit, start, states } = await setUp();
    let letGo = () => {};
    const hanging = await receiver(() => new Promise((resolve) => (letGo = () => resolve(200))));
    const healthy = await receiver();
    await addEndpoint(hanging.url, ['A']);
    await addEndpoint(healthy.url, ['B']);
    for (let i = 0; i < 20; i++) await emit(`thing_${i}`, ['A']);
    for (let i = 0; i < 20; i++) await emit(`thing_${i}`, ['B']);
    // Time for the last answer to be settled; the hanging requests are cut after it.
    const dispatcher = start({ options: { ...NEVER_POLL, slots: 4, perEndpoint: 2, drainMs: 500 } });
    await healthy.asked(20);
    assert.equal(hanging.requests.length, 2);
    await dispatcher.stop();
    letGo();
    assert.equal((await states()).filter((state) => state === 'delivered 1').length, 20);
  });

  test('told to stop, it finishes the event in hand and begins no other', async () => {
    const { addEndpoint, emit, start, states, newDispatcher, conserved } = await setUp();
    let letGo = () => {};
    const there = await receiver(() => new Promise((resolve) => (letGo = () => resolve(200))));
    await addEndpoint(there.url);
    await emit('thing_1', ['Happened', 'Happened']);
    const dispatcher = start();
    await there.asked(1);
    dispatcher.abort();
    letGo();
    await dispatcher.stop();
    assert.deepEqual(await states(), ['delivered 1', 'pending 0']);
    const next = newDispatcher().runOnce();
    await there.asked(2);
    letGo();
    assert.equal(await next, 1, 'the lane was left free');
    await conserved();
  });

  test('what does not finish in time is given back: free at once, and no attempt is counted', async () => {
    const { addEndpoint, emit, start, states, newDispatcher, outcomes } = await setUp();
    let hang = true;
    const there = await receiver(() => (hang ? new Promise(() => {}) : 200));
    await addEndpoint(there.url);
    await emit('thing_1', ['Happened']);
    const dispatcher = start({ options: { drainMs: 20 } });
    await there.asked(1);
    await dispatcher.stop();
    assert.deepEqual(await states(), ['pending 0']);
    assert.deepEqual(outcomes, []);
    hang = false;
    assert.equal(await newDispatcher().runOnce(), 1);
    assert.deepEqual(await states(), ['delivered 1']);
  });

  test('a database that is away for a while ends nothing', async () => {
    const { addEndpoint, emit, start, database, lines } = await setUp();
    const there = await receiver();
    await addEndpoint(there.url);
    await emit('thing_1', ['Happened']);
    let failures = 2;
    const unsteady: Database = {
      ...database,
      beginWith: (...work) => {
        if (failures-- > 0) return Promise.reject(new Error('connection refused'));
        return database.beginWith(...work);
      },
    };
    const dispatcher = start({ options: { pollMs: 5 }, database: unsteady });
    await there.asked(1);
    await dispatcher.stop();
    assert.equal(lines.filter((line) => line.includes('delivery:claim:failed')).length, 2);
  });

  test('a lane that could not be read gives its slot back, and goes on after its lease', async () => {
    const { addEndpoint, emit, start, database, clock, lines, states, conserved } = await setUp();
    const there = await receiver();
    await addEndpoint(there.url);
    for (const aggregate of ['thing_1', 'thing_2']) await emit(aggregate, ['Happened']);
    let failures = 1;
    const unsteady: Database = {
      ...database,
      executor: {
        getExecutor: () => {
          if (failures-- > 0) throw new Error('connection refused');
          return database.executor.getExecutor();
        },
      },
    };
    const dispatcher = start({ options: { pollMs: 5, slots: 1 }, database: unsteady });
    await there.asked(1);
    assert.equal(lines.filter((line) => line.includes('delivery:load:failed')).length, 1);
    clock.advance(60_000);
    await there.asked(2);
    await dispatcher.stop();
    assert.deepEqual(await states(), ['delivered 1', 'delivered 1']);
    await conserved();
  });

  test('while the lanes of one claim are still being read the next ones are claimed', async () => {
    const { addEndpoint, emit, tell, start, database, states } = await setUp();
    const there = await receiver();
    await addEndpoint(there.url);
    const readings: (() => void)[] = [];
    let told = () => {};
    const reading = (count: number) =>
      new Promise<void>((resolve) => {
        told = () => void (readings.length >= count && resolve());
        told();
      });
    let held = true;
    const slow: Database = {
      ...database,
      executor: {
        getExecutor: () => {
          const executor = database.executor.getExecutor();
          if (!held) return executor;
          const executeQuery: typeof executor.executeQuery = async (...query) => {
            await new Promise<void>((resolve) => {
              readings.push(resolve);
              told();
            });
            return executor.executeQuery(...query);
          };
          return new Proxy(executor, {
            get(target, name) {
              if (name === 'executeQuery') return executeQuery;
              const member: unknown = Reflect.get(target, name, target);
              return typeof member === 'function' ? member.bind(target) : member;
            },
          });
        },
      },
    };
    await emit('thing_1', ['Happened']);
    const dispatcher = start({ options: NEVER_POLL, database: slow });
    await reading(1);
    await emit('thing_2', ['Happened']);
    tell();
    await reading(2);
    assert.equal(there.requests.length, 0);
    held = false;
    for (const go of readings) go();
    await there.asked(2);
    await dispatcher.stop();
    assert.deepEqual(await states(), ['delivered 1', 'delivered 1']);
  });
});
