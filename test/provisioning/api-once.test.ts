import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Schemas } from '../../src/provisioning/contract.gen.ts';
import { LEASE_MS, type PortResult } from '../../src/provisioning/ports.ts';
import { openScene, type Scene, TOKENS, WEBHOOKS } from '../support/provisioning.ts';

/* What a key promises (C6-C12): one purchase, one answer, and a way on from every failure. */

const E164 = '+14155550101';
const SID = `PN${'0'.repeat(21)}14155550101`;
const ORDER = { e164: E164, webhooks: WEBHOOKS };
const order = { body: ORDER, key: 'k-1' };

const purchasesOf = ({ fake }: Scene) => fake.calls().filter((call) => call.startsWith('purchase')).length;
const isReplay = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) =>
  headers['idempotent-replayed'] === 'true';

test('a repetition gets exactly the first status, headers and body, and does nothing', async () => {
  const scene = await openScene();
  const { call, fake } = scene;
  const first = await call('POST', '/numbers', { ...order, headers: { 'correlation-id': 'c-1' } });
  const { smsWebhookUrl, voiceUrl } = WEBHOOKS;
  const asWritten = `{ "webhooks": ${JSON.stringify({ voiceUrl, smsWebhookUrl })}, "e164": "${E164}" }`;
  const calls = fake.calls().length;
  for (const sent of [order, { payload: asWritten, key: 'k-1' }]) {
    const again = await call('POST', '/numbers', { ...sent, headers: { 'correlation-id': 'c-2' } });
    assert.deepEqual([again.status, again.text], [201, first.text]);
    assert.equal(again.headers.location, first.headers.location);
    assert.equal(again.headers['correlation-id'], 'c-2');
    assert.ok(isReplay(again));
  }
  assert.ok(!isReplay(first));
  assert.equal(fake.calls().length, calls);
  assert.equal(scene.replays(), 2);

  const released = await call('DELETE', `/numbers/${SID}`, { key: 'k-1' });
  const gone = await call('DELETE', `/numbers/${SID}`, { key: 'k-1' });
  assert.deepEqual([gone.text, isReplay(gone)], [released.text, true]);
});

test('refusals are answers like any other, and are repeated', async () => {
  const { call } = await openScene();
  const lost = { body: { e164: '+14155550105', webhooks: WEBHOOKS }, key: 'k-1' };
  for (const [method, url, sent, status] of [
    ['POST', '/numbers', lost, 409],
    ['PUT', `/numbers/PN${'f'.repeat(32)}/webhooks`, { body: WEBHOOKS, key: 'k-1' }, 404],
  ] as const) {
    const first = await call(method, url, sent);
    const again = await call(method, url, sent);
    assert.deepEqual([first.status, isReplay(first)], [status, false]);
    assert.deepEqual([again.status, again.text, isReplay(again)], [status, first.text, true]);
  }
});

test('a release that was refused while the number was in use is done under the same key when it is free', async () => {
  let held = true;
  const scene = await openScene({
    guard: {
      ask: async () =>
        held
          ? { kind: 'held', reason: 'NumberDetaching', message: 'It is being taken out; try again shortly' }
          : { kind: 'free' },
    },
  });
  const { call } = scene;
  await call('POST', '/numbers', order);
  const refused = await call('DELETE', `/numbers/${SID}`, { key: 'k-2' });
  assert.deepEqual([refused.status, refused.headers['retry-after']], [409, '5']);
  held = false;
  const released = await call('DELETE', `/numbers/${SID}`, { key: 'k-2' });
  assert.deepEqual([released.status, isReplay(released)], [200, false]);
});

test('the same key with another body is a 409; at another path or of another caller it is another key', async () => {
  const scene = await openScene();
  const { call } = scene;
  assert.equal((await call('POST', '/numbers', order)).status, 201);
  const other = await call('POST', '/numbers', { body: { ...ORDER, capabilities: ['sms'] }, key: 'k-1' });
  assert.deepEqual([other.status, other.body.code, isReplay(other)], [409, 'Conflict', false]);
  assert.equal((await call('PUT', `/numbers/${SID}/webhooks`, { body: WEBHOOKS, key: 'k-1' })).status, 200);
  const desk = { authorization: `Bearer ${TOKENS.desk}` };
  const owned = await call('POST', '/numbers', { ...order, headers: desk });
  assert.deepEqual([owned.status, isReplay(owned)], [409, false], 'his key, and the number is gone');
  assert.equal(purchasesOf(scene), 1);
});

test('a request that is ill-formed uses up no key', async () => {
  const { call } = await openScene();
  assert.equal((await call('POST', '/numbers', { body: {}, key: 'k-1' })).status, 400);
  assert.equal((await call('POST', '/numbers', order)).status, 201);
});

test('of many requests with one key at the same time one buys, and all the others get its answer', async () => {
  const scene = await openScene();
  const keys = ['a', 'b', 'c', 'd'];
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      scene.call<Schemas['ConfiguredNumber']>('POST', '/numbers', {
        body: { areaCode: '415', webhooks: WEBHOOKS },
        key: keys[index % keys.length] ?? '',
      }),
    ),
  );
  assert.ok(answers.every(({ status }) => status === 201));
  assert.equal(answers.filter((answer) => !isReplay(answer)).length, keys.length);
  for (const [index] of keys.entries()) {
    const texts = answers.filter((_, at) => at % keys.length === index).map(({ text }) => text);
    assert.equal(new Set(texts).size, 1);
  }
  assert.equal(new Set(answers.map(({ body }) => body.sid)).size, keys.length);
});

test('two processes on one ledger are as one', async () => {
  const one = await openScene();
  const two = await openScene({ ledger: () => one.ledger, port: () => one.fake });
  const answers = await Promise.all([one, two, one, two].map(({ call }) => call('POST', '/numbers', order)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201, 201],
  );
  assert.equal(answers.filter(isReplay).length, 3);
  assert.equal(purchasesOf(one), 1);
});

test('whoever waits longer than 5 seconds for another one is sent away with Retry-After', async () => {
  const gate = Promise.withResolvers<void>();
  let waited = 0;
  const scene = await openScene({
    port: ({ configure }) => ({
      configure: async (...args) => {
        await gate.promise;
        return configure(...args);
      },
    }),
    onWait: () => {
      waited += 1;
    },
  });
  const first = scene.call('POST', '/numbers', order);
  await until(() => purchasesOf(scene) === 1);
  const second = await scene.call('POST', '/numbers', order);
  assert.deepEqual([second.status, second.body.code], [409, 'Conflict']);
  assert.equal(second.headers['retry-after'], '5', 'what is left of the lease');
  assert.equal(waited, 50, 'every 100 ms');
  gate.resolve();
  assert.equal((await first).status, 201);
  assert.ok(isReplay(await scene.call('POST', '/numbers', order)));
});

test('after 429, 5xx and 207 the same key goes on, and pays once', async () => {
  const lost: PortResult<never> = { kind: 'unknown', reason: 'time-out', sent: true };
  const failures = [
    ['findByTag', { kind: 'throttled' }, 429],
    ['search', { kind: 'unknown', reason: 'no connection', sent: false }, 503],
    ['search', { kind: 'open', retryAfterMs: 1_000 }, 503],
    ['findByNumber', lost, 502],
    ['purchase', lost, 502],
    ['configure', lost, 207],
  ] as const;
  for (const [step, failure, status] of failures) {
    let broken = true;
    const scene = await openScene({
      port: (fake) => ({
        [step]: async (...args: never[]) => (broken ? failure : Reflect.apply(fake[step], fake, args)),
      }),
    });
    const failed = await scene.call('POST', '/numbers', order);
    assert.equal(failed.status, status, step);
    broken = false;
    const done = await scene.call('POST', '/numbers', order);
    assert.deepEqual([done.status, isReplay(done)], [201, false], `${step} ${failure.kind}`);
    assert.ok(isReplay(await scene.call('POST', '/numbers', order)));
    assert.equal(purchasesOf(scene), 1, `${step} ${failure.kind}`);
  }
});

test('a purchase whose answer was lost is found again, not repeated', async () => {
  let lose = true;
  const scene = await openScene({
    port: ({ purchase, findByNumber, findByTag }) => ({
      purchase: async (...args) => {
        await purchase(...args);
        return { kind: 'unknown', reason: 'reset', sent: true };
      },
      findByNumber: async (...args) =>
        lose && purchasesOf(scene) > 0
          ? { kind: 'unknown', reason: 'reset', sent: true }
          : findByNumber(...args),
      findByTag: async (...args) =>
        lose && purchasesOf(scene) > 0
          ? { kind: 'unknown', reason: 'reset', sent: true }
          : findByTag(...args),
    }),
  });
  const failed = await scene.call('POST', '/numbers', order);
  assert.deepEqual([failed.status, failed.body.code], [502, 'ProviderError']);
  const bought = purchasesOf(scene);
  lose = false;
  assert.equal((await scene.call('POST', '/numbers', order)).status, 201);
  assert.equal(purchasesOf(scene), bought);
});

test('a fault of ours leaves the key to the next one', async () => {
  let broken = true;
  const scene = await openScene({
    port: ({ search }) => ({
      search: (...args) => (broken ? Promise.reject(new Error('bug')) : search(...args)),
    }),
  });
  assert.equal((await scene.call('POST', '/numbers', order)).status, 500);
  broken = false;
  assert.equal((await scene.call('POST', '/numbers', order)).status, 201);
});

test('whose lease ran out while he worked answers what his successor answered', async () => {
  let slept = false;
  const scene: Scene = await openScene({
    port: ({ configure }) => ({
      configure: async (...args) => {
        if (!slept) {
          slept = true;
          scene.advance(LEASE_MS);
          const successor = await scene.call('POST', '/numbers', order);
          assert.deepEqual([successor.status, isReplay(successor)], [201, false]);
        }
        return configure(...args);
      },
    }),
  });
  const late = await scene.call('POST', '/numbers', order);
  assert.deepEqual([late.status, isReplay(late)], [201, true]);
  assert.equal(purchasesOf(scene), 1);
});

test('an answer that could not be kept is a 503; the same key goes on when the lease is over', async () => {
  let away = true;
  const scene = await openScene({
    ledger: ({ answer }) => ({
      answer: (...args) => (away ? Promise.reject(new Error('away')) : answer(...args)),
    }),
  });
  const unkept = await scene.call('POST', '/numbers', order);
  assert.deepEqual([unkept.status, unkept.headers['retry-after']], [503, '1']);
  away = false;
  scene.advance(LEASE_MS);
  const done = await scene.call('POST', '/numbers', order);
  assert.deepEqual([done.status, isReplay(done), purchasesOf(scene)], [201, false, 1]);
});

test('a ledger that fails in the midst of a purchase is a 503, and the same key goes on', async () => {
  for (const step of ['reserve', 'bought', 'letGo'] as const) {
    let away = true;
    const scene = await openScene({
      ledger: (memory) => ({
        [step]: (...args: never[]) =>
          away ? Promise.reject(new Error('away')) : Reflect.apply(memory[step], memory, args),
      }),
      port: ({ configure }) => ({
        configure: async (...args) => (away && step === 'letGo' ? { kind: 'throttled' } : configure(...args)),
      }),
    });
    const failed = await scene.call('POST', '/numbers', order);
    assert.equal(failed.status, step === 'letGo' ? 207 : 503, step);
    away = false;
    scene.advance(LEASE_MS);
    const done = await scene.call('POST', '/numbers', order);
    assert.deepEqual([done.status, purchasesOf(scene)], [201, 1], step);
  }
});

test('a request is answered when its time is over, and its key goes on', async () => {
  let hangs = true;
  const scene = await openScene({
    deadlineMs: 30,
    port: ({ search }) => ({
      search: async (query, scope) => {
        if (!hangs) return search(query, scope);
        await once(scope.signal, 'abort');
        return { kind: 'unknown', reason: 'time-out', sent: true };
      },
    }),
  });
  const late = await scene.call('POST', '/numbers', order);
  assert.deepEqual([late.status, late.body.code], [502, 'ProviderError']);
  const search = await scene.call('GET', '/availability?areaCode=415');
  assert.deepEqual([search.status, search.body.code], [502, 'ProviderError']);
  hangs = false;
  const patient = await openScene({ ledger: () => scene.ledger, port: () => scene.fake });
  assert.equal((await patient.call('POST', '/numbers', order)).status, 201);
});

test('a client that hangs up changes nothing: its purchase is finished and its answer kept', async (t) => {
  const gate = Promise.withResolvers<void>();
  const scene = await openScene({
    port: ({ configure }) => ({
      configure: async (...args) => {
        await gate.promise;
        return configure(...args);
      },
    }),
  });
  const address = await scene.app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => scene.app.close());
  const client = new AbortController();
  const hungUp = fetch(`${address}/numbers`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${TOKENS.shop}`,
      'content-type': 'application/json',
      'idempotency-key': 'k-1',
    },
    body: JSON.stringify(ORDER),
    signal: client.signal,
  });
  await until(() => purchasesOf(scene) === 1);
  client.abort();
  await assert.rejects(hungUp);
  gate.resolve();
  const answer = await scene.call('POST', '/numbers', order);
  assert.deepEqual([answer.status, isReplay(answer), purchasesOf(scene)], [201, true, 1]);
});

/** Lets what is under way go on until the condition holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn += 1) {
    assert.ok(turn < 10_000, 'it never comes to that');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
