import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../../test/support/database.ts';
import { setUpWebhooks } from './dispatch.test-support.ts';
import { BREAKER_FAILURES } from './pacing.ts';
import { type Script, type Sent, scripted } from './scripted.test-support.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

interface Health {
  readonly failures: number;
  readonly failing_since: Date | null;
  readonly held_until: Date | null;
  readonly version: number;
}

eachDatabase('the pace of an endpoint', (open) => {
  /** An endpoint for events of type A, with so many lanes of one event each, and one for events of type B. */
  const setUp = async (lanes: number, answer: (sent: Sent) => Script | Promise<Script>) => {
    const world = await setUpWebhooks(open);
    const { clock, query } = world;
    const { endpoint } = await world.addEndpoint('https://a.example/', ['A']);
    await world.addEndpoint('https://b.example/', ['B']);
    for (let i = 0; i < lanes; i++) await world.emit(`a_${i}`, ['A']);
    const { transport, sent } = scripted(answer);
    // With random = 1 every wait and every hold is the longest of its step.
    const newDispatcher = () => world.newDispatcher({ transport, random: () => 1 });
    const dispatcher = newDispatcher();
    const health = async (): Promise<Health> => {
      const [row] = await query<Health>(
        `select * from webhook_endpoints where endpoint_id = '${endpoint.endpointId}'`,
      );
      return row ?? assert.fail('there is no endpoint');
    };
    /** For how long the endpoint is held from now on; 0 when it is not. */
    const heldMs = async () => Math.max(0, Number((await health()).held_until) - clock.current().getTime());
    /** Makes every lane due, however often it has failed. */
    const allDue = () =>
      query(`update lanes set due_at = '${clock.current().toISOString()}' where due_at is not null`);
    const sentTo = (host: string) => sent.filter(({ url }) => url.includes(host)).length;
    return { ...world, dispatcher, newDispatcher, sent, sentTo, health, heldMs, allDue };
  };

  test('ten failures in a row open the breaker, one lane at a time tries, one success closes it', async () => {
    let answer: Script = 500;
    const { dispatcher, clock, health, heldMs, allDue, sent } = await setUp(30, () => answer);
    assert.equal(await dispatcher.runOnce(), 8, 'as many as one endpoint may have');
    assert.deepEqual([(await health()).failures, (await health()).failing_since], [8, null]);
    assert.equal(await heldMs(), 0);
    assert.equal(await dispatcher.runOnce(), 8);
    const opened = await health();
    assert.equal(opened.failures, BREAKER_FAILURES, 'what was on its way when it opened tells nothing new');
    assert.equal(Number(opened.failing_since), clock.current().getTime());
    assert.equal(await heldMs(), 10 * SECOND);

    for (const next of [20, 40, 80, 160, 300, 300]) {
      clock.advance((await heldMs()) - 1);
      await allDue();
      assert.equal(await dispatcher.runOnce(), 0);
      clock.advance(1);
      assert.equal(await dispatcher.runOnce(), 1, 'thirty lanes are due, one tries');
      assert.equal(await heldMs(), next * SECOND);
    }
    assert.deepEqual((await health()).failing_since, opened.failing_since);

    answer = 200;
    clock.advance(5 * MINUTE);
    await allDue();
    assert.equal(await dispatcher.runOnce(), 1);
    const { failures, failing_since, held_until, version } = await health();
    assert.deepEqual(
      { failures, failing_since, held_until, version },
      { failures: 0, failing_since: null, held_until: null, version: 1 },
    );
    const before = sent.length;
    while ((await dispatcher.runOnce()) > 0);
    assert.equal(sent.length - before, 29, 'all that was waiting');
  });

  test('while half-open one lane is leased, over all processes, until its attempt is settled', async () => {
    let during = 0;
    const world = await setUp(5, async () => {
      during += await world.newDispatcher().runOnce();
      return 500;
    });
    await world.query(`update webhook_endpoints set failures = ${BREAKER_FAILURES}`);
    assert.deepEqual([await world.dispatcher.runOnce(), during], [1, 0]);
  });

  test('a success in between keeps the breaker closed', async () => {
    const nine: Script[] = Array.from({ length: 9 }, () => 500);
    const answers = [...nine, 200, ...nine];
    const { emit, dispatcher, health, heldMs, allDue } = await setUp(1, () => answers.shift() ?? 200);
    await emit('a_0', ['A']);
    const seen: number[] = [];
    while (answers.length > 0) {
      await dispatcher.runOnce();
      seen.push((await health()).failures);
      await allDue();
    }
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(await heldMs(), 0);
  });

  test('429 with Retry-After holds every lane of the endpoint, and none of any other', async () => {
    const answers: Script[] = [{ status: 429, retryAfterMs: 30 * SECOND }];
    const { emit, dispatcher, clock, allDue, heldMs, sentTo } = await setUp(1, () => answers.shift() ?? 200);
    await dispatcher.runOnce();
    for (let i = 0; i < 5; i++) await emit(`new_${i}`, ['A']);
    for (let i = 0; i < 5; i++) await emit(`b_${i}`, ['B']);
    await allDue();
    assert.equal(await heldMs(), 33 * SECOND, 'stretched by a tenth');
    clock.advance(33 * SECOND - 1);
    assert.equal(await dispatcher.runOnce(), 5);
    assert.deepEqual([sentTo('a.example'), sentTo('b.example')], [1, 5]);
    clock.advance(1);
    await allDue();
    assert.equal(await dispatcher.runOnce(), 6);
    assert.equal(sentTo('a.example'), 7);
  });

  test('whatever a receiver asks for, it is tried again after an hour', async () => {
    const { dispatcher, clock, heldMs } = await setUp(1, () => ({
      status: 503,
      retryAfterMs: 30 * 24 * HOUR,
    }));
    await dispatcher.runOnce();
    assert.equal(await heldMs(), HOUR);
    clock.advance(HOUR - 1);
    assert.equal(await dispatcher.runOnce(), 0);
    clock.advance(1);
    assert.equal(await dispatcher.runOnce(), 1);
  });

  test('without a word how long, the hold grows with the failures in a row', async () => {
    const { dispatcher, clock, heldMs, allDue } = await setUp(1, () => 503);
    const holds: number[] = [];
    for (let i = 0; i < 8; i++) {
      await dispatcher.runOnce();
      holds.push((await heldMs()) / SECOND);
      clock.advance(MINUTE);
      await allDue();
    }
    assert.deepEqual(holds, [1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test('of many that are refused at once only the first counts, and the longest time asked for holds', async () => {
    const asked = [1, 20, 5, 2, 3, 4, 6, 7];
    const { dispatcher, health, heldMs } = await setUp(8, () => ({
      status: 429,
      retryAfterMs: (asked.shift() ?? 0) * SECOND,
    }));
    assert.equal(await dispatcher.runOnce(), 8);
    assert.deepEqual([(await health()).failures, await heldMs()], [1, 22 * SECOND]);
  });

  test('a success that was on its way does not end what the receiver asked for, and its lane goes no further', async () => {
    const refused = Promise.withResolvers<void>();
    const { emit, dispatcher, health, heldMs, sent } = await setUp(1, async ({ aggregateId }) => {
      if (aggregateId === 'a_0') return { status: 429, retryAfterMs: 20 * SECOND };
      await refused.promise;
      return 200;
    });
    await emit('slow', ['A', 'A', 'A']);
    const running = dispatcher.runOnce();
    while ((await health()).failures === 0) await new Promise((resolve) => setImmediate(resolve));
    refused.resolve();
    assert.equal(await running, 2);
    assert.deepEqual([(await health()).failures, await heldMs(), sent.length], [0, 22 * SECOND, 2]);
  });

  test('every failure is counted, however many end at once', async () => {
    const { dispatcher, health } = await setUp(7, () => 'timeout');
    assert.equal(await dispatcher.runOnce(), 7);
    assert.equal((await health()).failures, 7);
  });

  test('an endpoint that is off by then is not held, nor are its failures counted', async () => {
    const { dispatcher, health, query } = await setUp(1, async () => {
      await query('update webhook_endpoints set active = false');
      return { status: 429, retryAfterMs: MINUTE };
    });
    await dispatcher.runOnce();
    const { failures, held_until } = await health();
    assert.deepEqual({ failures, held_until }, { failures: 0, held_until: null });
  });
});
