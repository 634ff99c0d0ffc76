import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { eachDatabase } from '../../../../test/support/database.ts';
import { nmcSignature, parseSecret } from '../endpoints/signature.ts';
import {
  type Answer,
  type Received,
  type Receiver,
  startReceiver,
} from '../transport/receivers.test-support.ts';
import type { Transport } from '../transport/transport.ts';
import { setUpWebhooks } from './dispatch.test-support.ts';
import { MAX_ATTEMPTS } from './schedule.ts';

const receivers: Receiver[] = [];
after(() => Promise.all(receivers.map((receiver) => receiver.close())));

async function receiver(answer?: (request: Received) => Answer): Promise<Receiver> {
  const started = await startReceiver(answer);
  receivers.push(started);
  return started;
}

const aggregateOf = ({ headers }: Received) => String(headers['x-nmc-aggregate-id']);
const sequenceOf = ({ headers }: Received) => Number(headers['x-nmc-sequence']);
const previousOf = ({ headers }: Received) => headers['x-nmc-previous-sequence'];
const idOf = ({ headers }: Received) => String(headers['x-nmc-eventid']);

eachDatabase('delivery', (open, engine) => {
  test('an event arrives once, as the stored bytes, under signatures of both families that verify', async () => {
    const { addEndpoint, emit, newDispatcher, conserved } = await setUpWebhooks(open);
    const there = await receiver();
    const { secret } = await addEndpoint(there.url);
    const [event] = await emit('thing_1', ['Happened']);
    assert.equal(await newDispatcher().runOnce(), 1);
    assert.equal(await newDispatcher().runOnce(), 0);
    assert.equal(there.requests.length, 1);
    const [request] = there.requests;
    assert.ok(request && event);
    assert.deepEqual(request.body, event.body);
    new Webhook(secret).verify(request.body.toString(), request.headers as Record<string, string>);
    const key = parseSecret(secret) ?? assert.fail();
    const timestamp = Number(request.headers['x-nmc-timestamp']);
    const [v1] = String(request.headers['x-nmc-signature']).split(',');
    assert.equal(v1, nmcSignature([key], timestamp, request.body));
    assert.equal(request.headers['x-nmc-event'], 'Happened');
    assert.equal(idOf(request), event.eventId);
    assert.equal(sequenceOf(request), 1);
    assert.equal(previousOf(request), '0', 'nothing was owed before');
    const [figures] = await conserved();
    assert.deepEqual([figures?.accepted, figures?.delivered, figures?.pending], [1, 1, 0]);
  });

  test('410 switches the endpoint off at once and keeps what it is owed', async () => {
    const { addEndpoint, emit, newDispatcher, clock, query, conserved } = await setUpWebhooks(open);
    const there = await receiver(() => 410);
    await addEndpoint(there.url);
    await emit('thing_1', ['Happened', 'Happened']);
    await emit('thing_2', ['Happened']);
    await newDispatcher().runOnce();
    const asked = there.requests.length;
    clock.advance(86_400_000);
    assert.equal(await newDispatcher().runOnce(), 0);
    assert.equal(there.requests.length, asked);
    const [endpoint] = await query<{ active: boolean; disabled_reason: string }>(
      'select active, disabled_reason from webhook_endpoints',
    );
    assert.deepEqual(endpoint, { active: false, disabled_reason: 'The endpoint answered 410 Gone.' });
    const [figures] = await conserved();
    assert.deepEqual([figures?.accepted, figures?.pending, figures?.dead], [3, 3, 0]);
  });

  test('a retry is the same body and id under a new timestamp and signature', async () => {
    const { addEndpoint, emit, newDispatcher, clock } = await setUpWebhooks(open);
    const answers = [500, 200];
    const there = await receiver(() => answers.shift() ?? 200);
    await addEndpoint(there.url);
    await emit('thing_1', ['Happened']);
    assert.equal(await newDispatcher().runOnce(), 1);
    assert.equal(await newDispatcher().runOnce(), 0, 'not before it is due');
    clock.advance(5_000);
    assert.equal(await newDispatcher().runOnce(), 1);
    const [first, second] = there.requests;
    assert.ok(first && second);
    assert.deepEqual(second.body, first.body);
    assert.equal(idOf(second), idOf(first));
    assert.equal(Number(second.headers['x-nmc-timestamp']), Number(first.headers['x-nmc-timestamp']) + 5);
    assert.notEqual(second.headers['x-nmc-signature'], first.headers['x-nmc-signature']);
  });

  test('a failing event holds up its own lane only', async () => {
    const { addEndpoint, emit, newDispatcher, query } = await setUpWebhooks(open);
    const there = await receiver((request) => (aggregateOf(request) === 'bad' ? 500 : 200));
    await addEndpoint(there.url);
    await emit('bad', ['Happened', 'Happened']);
    await emit('good', ['Happened', 'Happened', 'Happened']);
    await newDispatcher().runOnce();
    const received = Map.groupBy(there.requests, aggregateOf);
    assert.deepEqual(received.get('bad')?.map(sequenceOf), [1]);
    assert.deepEqual(received.get('good')?.map(sequenceOf), [1, 2, 3]);
    const [row] = await query<{ last_status: number; last_error: string }>(
      `select * from deliveries where aggregate_id = 'bad' and sequence = 1`,
    );
    assert.deepEqual([row?.last_status, row?.last_error], [500, 'status']);
  });

  test('after twelve attempts an event is dead, the lane goes on, and the next one names the gap', async () => {
    const { addEndpoint, emit, settleAll, outcomes, conserved } = await setUpWebhooks(open);
    const there = await receiver((request) => (sequenceOf(request) === 2 ? 503 : 200));
    await addEndpoint(there.url);
    await emit('thing_1', ['Happened', 'Happened', 'Happened']);
    assert.equal(await settleAll(), 2 + MAX_ATTEMPTS);
    const arrived = there.requests.filter((request) => sequenceOf(request) !== 2);
    assert.deepEqual(
      arrived.map((request) => [sequenceOf(request), previousOf(request)]),
      [
        [1, '0'],
        [3, '2'],
      ],
    );
    assert.equal(there.requests.length, 2 + MAX_ATTEMPTS);
    assert.deepEqual(
      outcomes.filter((outcome) => outcome !== 'retry'),
      ['delivered', 'dead', 'delivered'],
    );
    const [figures] = await conserved();
    assert.deepEqual([figures?.accepted, figures?.delivered, figures?.dead], [3, 2, 1]);
  });

  test('Retry-After keeps a lane off for as long as the receiver asked', async () => {
    const { addEndpoint, emit, newDispatcher, clock } = await setUpWebhooks(open);
    const there = await receiver(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
    await addEndpoint(there.url);
    await emit('thing_1', ['Happened']);
    await newDispatcher({ random: () => 0 }).runOnce();
    clock.advance(3_599_999);
    assert.equal(await newDispatcher().runOnce(), 0);
    clock.advance(1);
    assert.equal(await newDispatcher().runOnce(), 1);
  });

  test('killed between the receiver’s yes and the settling: sent again, same id, and no attempt is counted', async () => {
    const { addEndpoint, emit, newDispatcher, transport, clock, query, conserved } =
      await setUpWebhooks(open);
    const there = await receiver();
    await addEndpoint(there.url);
    await emit('thing_1', ['Happened', 'Happened']);
    const dying: Transport = {
      ...transport,
      async send(request) {
        await transport.send(request);
        throw new Error('killed');
      },
    };
    await newDispatcher({ transport: dying }).runOnce();
    assert.equal(await newDispatcher().runOnce(), 0, 'its lease still holds');
    await conserved();
    clock.advance(10_000);
    await newDispatcher().runOnce();
    assert.deepEqual(there.requests.map(sequenceOf), [1, 1, 2]);
    assert.equal(new Set(there.requests.map(idOf)).size, 2);
    const rows = await query<{ attempts: number }>('select attempts from deliveries order by sequence');
    assert.deepEqual(
      rows.map(({ attempts }) => attempts),
      [1, 1],
    );
    await conserved();
  });

  test('a result that comes after the lease was lost is counted and dropped', async () => {
    const { addEndpoint, emit, newDispatcher, transport, clock, counts, query, conserved } =
      await setUpWebhooks(open);
    const there = await receiver();
    await addEndpoint(there.url);
    await emit('thing_1', ['Happened', 'Happened']);
    const overslept: Transport = {
      ...transport,
      async send(request) {
        const result = await transport.send(request);
        clock.advance(10_000);
        await newDispatcher().runOnce();
        return result;
      },
    };
    assert.equal(await newDispatcher({ transport: overslept }).runOnce(), 1);
    assert.equal(counts.late, 1);
    assert.deepEqual(there.requests.map(sequenceOf), [1, 1, 2]);
    const rows = await query<{ attempts: number }>('select attempts from deliveries order by sequence');
    assert.deepEqual(
      rows.map(({ attempts }) => attempts),
      [1, 1],
    );
    await conserved();
  });

  test('a dispatcher that may have outlived its lease sends nothing', async () => {
    const { addEndpoint, emit, newDispatcher, counts } = await setUpWebhooks(open);
    const there = await receiver();
    await addEndpoint(there.url);
    await emit('thing_1', ['Happened']);
    // Time goes by whenever anybody asks for it: by the time anything could be sent, half of the lease is gone.
    let ms = 0;
    assert.equal(await newDispatcher({ elapsed: () => (ms += 5_000) }).runOnce(), 0);
    assert.equal(counts.late, 1);
    assert.equal(there.requests.length, 0);
  });

  test('a long lane goes quickly: many events under one claim, but not for ever', async () => {
    const { addEndpoint, emit, newDispatcher, conserved } = await setUpWebhooks(open);
    const there = await receiver();
    await addEndpoint(there.url);
    await emit(
      'thing_1',
      Array.from({ length: 50 }, () => 'Happened'),
    );
    const dispatcher = newDispatcher({ options: { batch: 20 } });
    assert.equal(await dispatcher.runOnce(), 20);
    assert.equal(await dispatcher.runOnce(), 20);
    assert.equal(await dispatcher.runOnce(), 10);
    assert.deepEqual(
      there.requests.map(sequenceOf),
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    await conserved();
  });

  test('a pause or a revoked secret in the middle of a long lane holds from what is read next', async () => {
    const { addEndpoint, emit, newDispatcher, transport, query, conserved } = await setUpWebhooks(open);
    const there = await receiver();
    await addEndpoint(there.url);
    await emit(
      'thing_1',
      Array.from({ length: 4 }, () => 'Happened'),
    );
    const steps = [
      `insert into webhook_secrets select tenant_id, endpoint_id, 2, sealed, created_at from webhook_secrets`,
      'update webhook_endpoints set active = false',
    ];
    const changing: Transport = {
      ...transport,
      async send(request) {
        const step = steps.shift();
        if (step) await query(step);
        return transport.send(request);
      },
    };
    const anyKey = (sealed: Buffer) => sealed;
    await newDispatcher({ transport: changing, open: anyKey, options: { freshMs: -1 } }).runOnce();
    const signatures = there.requests.map(({ headers }) => String(headers['webhook-signature']).split(' '));
    assert.deepEqual(
      signatures.map((list) => list.length),
      [1, 2],
    );
    await query('update webhook_endpoints set active = true');
    await newDispatcher({ open: anyKey, options: { freshMs: 600_000 } }).runOnce();
    assert.deepEqual(there.requests.map(sequenceOf), [1, 2, 3, 4]);
    await conserved();
  });

  test('one line an attempt, with ids and outcome, without the query of the URL, secret or body', async () => {
    const { addEndpoint, emit, newDispatcher, lines } = await setUpWebhooks(open);
    const there = await receiver(() => 500);
    const { secret } = await addEndpoint(`${there.url}?token=hunter2`);
    const [event] = await emit('thing_1', ['Happened']);
    await newDispatcher().runOnce();
    assert.equal(lines.length, 1);
    const { time, level, endpointId, ...rest } = JSON.parse(lines[0] ?? '{}');
    const { durationMs, connectMs, firstByteMs, ...line } = rest;
    assert.ok(time > 0 && level > 0 && endpointId.startsWith('whk_'));
    for (const ms of [durationMs, connectMs, firstByteMs]) assert.ok(Number.isInteger(ms) && ms >= 0);
    assert.deepEqual(line, {
      msg: 'delivery:attempt:done',
      tenantId: 'ten_1',
      aggregateId: 'thing_1',
      eventId: event?.eventId,
      type: 'Happened',
      sequence: 1,
      attempt: 1,
      outcome: 'retry',
      status: 500,
      error: 'status',
      stage: 'response',
    });
    for (const leak of ['hunter2', '/hook', secret, '"data"']) assert.ok(!lines[0]?.includes(leak), leak);
  });

  test('order within every aggregate holds under random failures, deaths and several dispatchers', async () => {
    const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
    const random = seeded(seed);
    const world = await setUpWebhooks(open);
    const { addEndpoint, emit, newDispatcher, settleAll, transport, counts, conserved } = world;
    const heard = new Map<string, number>();
    const there = await receiver(() => (random() < 0.3 ? 500 : 200));
    const endpoints = [await addEndpoint(`${there.url}/a`), await addEndpoint(`${there.url}/b`)];
    for (let i = 0; i < 120; i++) await emit(`thing_${Math.floor(random() * 12)}`, ['Happened']);
    const flaky: Transport = {
      ...transport,
      async send(request) {
        const result = await transport.send(request);
        if (random() < 0.1) throw new Error('killed');
        return result;
      },
    };
    const dispatchers = Array.from({ length: 4 }, () =>
      newDispatcher({ transport: flaky, random, options: { slots: 8, perEndpoint: 4, batch: 3 } }),
    );
    await settleAll(dispatchers);
    for (const request of there.requests) {
      const lane = `${request.url} ${aggregateOf(request)}`;
      const last = heard.get(lane) ?? 0;
      // The same one again is a retry or a duplicate; anything else must be the next.
      assert.ok([last, last + 1].includes(sequenceOf(request)), `seed ${seed}: ${lane} after ${last}`);
      heard.set(lane, sequenceOf(request));
    }
    const figures = await conserved();
    assert.equal(figures.length, endpoints.length);
    for (const { accepted, delivered, dead } of figures) {
      assert.deepEqual([accepted, delivered + dead], [120, 120], `seed ${seed}`);
    }
    assert.equal(counts.late, 0, `seed ${seed}`);
  });

  // Two transactions at once need two connections, which the embedded engine has not.
  if (engine === 'postgres') {
    test('an event that commits after a later one was delivered is delivered all the same', async () => {
      const { database, addEndpoint, emit, newDispatcher, clock, conserved } = await setUpWebhooks(open);
      const there = await receiver();
      await addEndpoint(there.url);
      await database.transaction(async (slow) => {
        await emit('early', ['Happened'], { tx: slow });
        clock.advance(1);
        await emit('late', ['Happened']);
        await newDispatcher().runOnce();
        assert.deepEqual(there.requests.map(aggregateOf), ['late']);
        clock.advance(3_600_000);
        assert.equal(await newDispatcher().runOnce(), 0);
      });
      await newDispatcher().runOnce();
      assert.deepEqual(there.requests.map(aggregateOf), ['late', 'early']);
      await conserved();
    });

    test('an event appended to a lane at work is delivered behind it', async () => {
      const { database, addEndpoint, emit, newDispatcher, transport, conserved } = await setUpWebhooks(open);
      const there = await receiver();
      await addEndpoint(there.url);
      await emit('thing_1', ['Happened']);
      let appending: Promise<unknown> | undefined;
      const racing: Transport = {
        ...transport,
        async send(request) {
          const result = await transport.send(request);
          // Holds the lane's row while the settling wants it, and commits a second event then.
          appending ??= database.transaction(async (tx) => {
            await emit('thing_1', ['Happened'], { tx });
            await new Promise((resolve) => setImmediate(resolve));
          });
          return result;
        },
      };
      const dispatcher = newDispatcher({ transport: racing });
      await dispatcher.runOnce();
      await appending;
      await dispatcher.runOnce();
      assert.deepEqual(there.requests.map(sequenceOf), [1, 2]);
      await conserved();
    });
  }
});

/** Reproducible randomness (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
