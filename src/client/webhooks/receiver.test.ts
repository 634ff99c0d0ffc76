import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildHeaders, formatSecret } from '../../platform/webhooks/endpoints/signature.ts';
import { refuse, WebhookError } from './errors.ts';
import { createMemoryStore } from './memory-store.ts';
import { createReceiver, type Handler, type Received } from './receiver.ts';

const KEY = Buffer.alloc(32, 1);
const NOW = 1_767_614_400;
const OPTIONS = { secrets: [formatSecret(KEY)], clock: () => NOW * 1_000 };

interface Sent {
  readonly sequence: number;
  readonly eventId?: string;
  readonly previous?: number;
  readonly aggregateId?: string;
  readonly replayId?: string;
  readonly withoutV2?: boolean;
}

function request({ sequence, previous, aggregateId = 'brand_1', replayId, withoutV2, ...sent }: Sent) {
  const eventId = sent.eventId ?? `evt_${aggregateId}_${sequence}`;
  const event = { eventId, type: 'BrandVetted', aggregateId, sequence };
  const rest = { tenantId: 'ten_1', aggregateType: 'brand', timestamp: '2026-01-05T12:00:00.000Z', data: {} };
  const body = Buffer.from(JSON.stringify({ ...event, ...rest }));
  const headers = buildHeaders({ ...event, body }, [KEY], NOW, {
    previousSequence: previous ?? sequence - 1,
    ...(replayId === undefined ? {} : { replayId }),
  });
  const v1 = headers['X-NMC-Signature']?.split(',')[0] ?? '';
  return [withoutV2 ? { ...headers, 'X-NMC-Signature': v1 } : headers, body] as const;
}

/** A receiver, what its handler was called with, and a short way to send it something. */
function setUp(handler: Handler = () => {}, options: object = {}) {
  const receiver = createReceiver({ ...OPTIONS, ...options });
  const handled: Received[] = [];
  const send = (sent: Sent) =>
    receiver.receive(...request(sent), (received, context) => {
      handled.push(received);
      return handler(received, context);
    });
  return { receiver, handled, send };
}

const isError = (code: string, status: number) => (error: unknown) =>
  error instanceof WebhookError && error.code === code && error.status === status;

test('in order, nothing is told: no duplicate, no gap, no disorder; the first of an aggregate is its first contact', async () => {
  const { send, handled } = setUp();
  for (const sequence of [1, 2, 3]) {
    const received = await send({ sequence });
    assert.equal(received.firstContact, sequence === 1);
    assert.deepEqual(
      [received.duplicate, received.gap, received.late, received.disorder],
      [false, undefined, false, undefined],
    );
  }
  // Events that this endpoint did not ask for are no gap: the sequence jumps, the previous one is known.
  const jump = await send({ sequence: 9, previous: 3 });
  assert.deepEqual([jump.gap, jump.gapsTold], [undefined, true]);
  const other = await send({ sequence: 5, previous: 0, aggregateId: 'brand_2' });
  assert.deepEqual([other.firstContact, other.gap], [true, undefined]);
  assert.deepEqual(
    handled.map(({ event }) => event.sequence),
    [1, 2, 3, 9, 5],
  );
});

test('an event that comes again is told as duplicate and handled once, replays too', async () => {
  const { send, handled } = setUp();
  await send({ sequence: 1 });
  for (const again of [
    { sequence: 1 },
    { sequence: 1, replayId: 'job_1' },
    { sequence: 1, withoutV2: true },
  ]) {
    const { duplicate, late, gap, disorder } = await send(again);
    assert.deepEqual([duplicate, late, gap, disorder], [true, false, undefined, undefined]);
  }
  assert.equal(handled.length, 1);
});

test('a gap is told once, with what is missing; what fills it later is late', async () => {
  const { send, handled } = setUp();
  await send({ sequence: 2, previous: 0 });
  assert.deepEqual((await send({ sequence: 7, previous: 5 })).gap, { after: 2, through: 5 });
  assert.equal((await send({ sequence: 8 })).gap, undefined);
  const replayed = await send({ sequence: 5, previous: 2, replayId: 'job_1' });
  assert.deepEqual([replayed.late, replayed.disorder, replayed.gap], [true, undefined, undefined]);
  const unannounced = await send({ sequence: 4, previous: 2 });
  assert.deepEqual([unannounced.late, unannounced.disorder], [true, { accepted: 8 }]);
  const sameNumber = await send({ sequence: 8, eventId: 'evt_other' });
  assert.deepEqual(sameNumber.disorder, { accepted: 8 });
  assert.equal(handled.length, 6);
});

test('on first contact with a history, both are told: whether it is a gap depends on the store', async () => {
  const { send } = setUp();
  const { firstContact, gap } = await send({ sequence: 4, previous: 3 });
  assert.deepEqual([firstContact, gap], [true, { after: 0, through: 3 }]);
});

test('without v2 a gap cannot be told, and the result says so; order and duplicates are', async () => {
  const { send } = setUp();
  await send({ sequence: 1 });
  const { gap, gapsTold, previousSequence } = await send({ sequence: 6, previous: 5, withoutV2: true });
  assert.deepEqual([gap, gapsTold, previousSequence], [undefined, false, undefined]);
  assert.deepEqual((await send({ sequence: 3, withoutV2: true })).disorder, { accepted: 6 });
});

test('whatever is dropped, repeated or held back, every gap is told, every event handled once, disorder never missed', async () => {
  const arrivals = fc.array(
    fc.record({ sequence: fc.integer({ min: 1, max: 12 }), times: fc.integer({ min: 1, max: 3 }) }),
    {
      maxLength: 20,
    },
  );
  await fc.assert(
    fc.asyncProperty(arrivals, async (plan) => {
      const { send, handled } = setUp();
      const accepted = new Set<number>();
      for (const { sequence, times } of plan) {
        for (let time = 0; time < times; time++) {
          const highest = Math.max(0, ...accepted);
          const received = await send({ sequence });
          assert.equal(received.duplicate, accepted.has(sequence));
          assert.equal(received.gap !== undefined, sequence - 1 > highest);
          assert.equal(received.disorder !== undefined, sequence < highest && !accepted.has(sequence));
          accepted.add(sequence);
        }
      }
      assert.deepEqual(handled.map(({ event }) => event.sequence).sort(), [...accepted].sort());
    }),
  );
});

test('an event whose handler fails is not accepted: it comes again, is handled again, and its gap is told again', async () => {
  const faults = [new Error('no database'), refuse(429, { retryAfterSeconds: 7 })];
  const { send, handled } = setUp(() => {
    const fault = faults.shift();
    if (fault) throw fault;
  });
  await assert.rejects(send({ sequence: 3, previous: 2 }), isError('handler_failed', 500));
  await assert.rejects(send({ sequence: 3, previous: 2 }), isError('refused', 429));
  const received = await send({ sequence: 3, previous: 2 });
  assert.deepEqual([received.duplicate, received.gap], [false, { after: 0, through: 2 }]);
  assert.equal(handled.length, 3);
});

test('what the handler threw is the cause, and no part of the message that the sender gets', async () => {
  const cause = new Error('password=hunter2');
  const { send } = setUp(() => Promise.reject(cause));
  await assert.rejects(send({ sequence: 1 }), (error) => {
    assert.ok(error instanceof WebhookError);
    assert.equal(error.cause, cause);
    return !error.message.includes('hunter2');
  });
});

test('sent twice at once, an event is handled once: the second waits for the first and is a duplicate', async () => {
  const gate = Promise.withResolvers<void>();
  const { send, handled } = setUp(() => gate.promise);
  const both = [send({ sequence: 1 }), send({ sequence: 1 })];
  const other = send({ sequence: 1, aggregateId: 'brand_2' });
  await new Promise(setImmediate);
  assert.equal(handled.length, 2, 'one for each aggregate');
  gate.resolve();
  assert.deepEqual(
    (await Promise.all(both)).map(({ duplicate }) => duplicate),
    [false, true],
  );
  assert.equal((await other).duplicate, false);
  assert.equal(handled.length, 2);
});

test('when the first of two at once fails, the second is handled', async () => {
  let calls = 0;
  const { send } = setUp(() => {
    if (++calls === 1) throw new Error('once');
  });
  const [first, second] = await Promise.allSettled([send({ sequence: 1 }), send({ sequence: 1 })]);
  assert.deepEqual([first?.status, second?.status, calls], ['rejected', 'fulfilled', 2]);
});

test('a handler that takes too long is told to stop, the sender to come again; what it ends well is a duplicate then', async () => {
  const gate = Promise.withResolvers<void>();
  let stopped = false;
  const { send, handled } = setUp(
    (_received, { signal }) => {
      signal.addEventListener('abort', () => (stopped = true));
      return gate.promise;
    },
    { handlerTimeoutMs: 20 },
  );
  await assert.rejects(send({ sequence: 1 }), isError('handler_too_slow', 503));
  assert.ok(stopped);
  // While the first is still at work, the one that comes again waits in vain and is not handled beside it.
  await assert.rejects(send({ sequence: 1 }), isError('handler_too_slow', 503));
  gate.resolve();
  assert.equal((await send({ sequence: 1 })).duplicate, true);
  assert.equal(handled.length, 1);
});

test('what waited in vain is not handled when its turn comes after all: its request was answered already', async () => {
  const gate = Promise.withResolvers<void>();
  const { send, handled } = setUp(() => gate.promise, { handlerTimeoutMs: 20, onLateFailure: () => {} });
  const first = assert.rejects(send({ sequence: 1 }), isError('handler_too_slow', 503));
  const second = assert.rejects(send({ sequence: 1 }), isError('handler_too_slow', 503));
  await Promise.all([first, second]);
  gate.reject(new Error('not handled'));
  await new Promise(setImmediate);
  assert.equal(handled.length, 1);
});

test('a failure after the answer is told where it is asked for', async () => {
  const gate = Promise.withResolvers<void>();
  const told = Promise.withResolvers<unknown>();
  const options = { handlerTimeoutMs: 20, onLateFailure: told.resolve };
  const { send } = setUp(() => gate.promise, options);
  await assert.rejects(send({ sequence: 1 }), isError('handler_too_slow', 503));
  gate.reject(new Error('too late'));
  assert.ok(isError('handler_failed', 500)(await told.promise));
});

test('nothing unverified reaches store or handler', async () => {
  let asked = 0;
  const store = { accept: () => Promise.reject(new Error(`asked ${++asked} times`)) };
  const { receiver } = setUp(undefined, { store });
  const [headers, body] = request({ sequence: 1 });
  const changed = { ...headers, 'X-NMC-Sequence': '2' };
  await assert.rejects(receiver.receive(changed, body), isError('signature_invalid', 401));
  assert.equal(asked, 0);
  await assert.rejects(receiver.receive(headers, body), isError('store_failed', 503));
  assert.equal(asked, 1);
});

test('secrets can be asked for on each request; while they cannot be had, the sender comes again', async () => {
  const answers: (() => readonly string[])[] = [
    () => OPTIONS.secrets,
    () => [],
    () => ['nonsense'],
    () => {
      throw new Error('vault is sealed');
    },
  ];
  const receiver = createReceiver({ ...OPTIONS, secrets: async () => answers.shift()?.() ?? [] });
  assert.equal((await receiver.receive(...request({ sequence: 1 }))).duplicate, false);
  await assert.rejects(receiver.receive(...request({ sequence: 2 })), isError('signature_invalid', 401));
  for (const sequence of [3, 4]) {
    await assert.rejects(receiver.receive(...request({ sequence })), isError('secrets_failed', 503));
  }
  assert.throws(() => createReceiver({ ...OPTIONS, secrets: ['nonsense'] }), TypeError);
});

test('the store in memory keeps within its bounds and forgets what was not met for longest', async () => {
  const store = createMemoryStore({ maxEvents: 3, maxAggregates: 2 });
  const { send } = setUp(undefined, { store });
  for (const sequence of [1, 2, 3]) await send({ sequence });
  assert.equal((await send({ sequence: 1 })).duplicate, true, 'met again, so kept');
  await send({ sequence: 4 });
  assert.equal((await send({ sequence: 1 })).duplicate, true);
  const forgotten = await send({ sequence: 2 });
  assert.deepEqual([forgotten.duplicate, forgotten.disorder], [false, { accepted: 4 }]);
  for (const aggregateId of ['brand_2', 'brand_3']) await send({ sequence: 1, aggregateId });
  const again = await send({ sequence: 2 });
  assert.deepEqual([again.firstContact, again.duplicate, again.gap], [true, true, undefined]);
  assert.throws(() => createMemoryStore({ maxEvents: 0 }), RangeError);
});
