import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import type { PortResult, TelephonyPort } from '../../src/provisioning/ports.ts';
import { NUMBERS, newScope, twilioFor, valueIn } from './twilio-port.ts';

const E164 = '+14155550101';
const TAG = 'a2p-0123456789abcdef0123456789abcdef01234567';
const SID = `PN${'1'.repeat(32)}`;
const WEBHOOKS = { smsWebhookUrl: 'https://app.example.com/sms', voiceUrl: 'https://app.example.com/v' };
/** For tests in which an answer never comes. */
const SHORT_MS = 150;

/** Every operation of the port that is one request. */
const OPERATIONS: Readonly<Record<string, (port: TelephonyPort) => Promise<PortResult<unknown>>>> = {
  search: (port) => port.search({ areaCode: '415', capabilities: [], limit: 5 }, newScope()),
  purchase: (port) => port.purchase(E164, TAG, newScope()),
  configure: (port) => port.configure(SID, WEBHOOKS, newScope()),
  getNumber: (port) => port.getNumber(SID, newScope()),
  findByNumber: (port) => port.findByNumber(E164, newScope()),
  findByTag: (port) => port.findByTag(TAG, newScope()),
  voiceAppExists: (port) => port.voiceAppExists(`AP${'1'.repeat(32)}`, newScope()),
  release: (port) => port.release(SID, newScope()),
  check: (port) => port.check(newScope()),
};

const unknown = (reason: string) => ({ kind: 'unknown', reason, sent: true });

for (const [name, operation] of Object.entries(OPERATIONS)) {
  test(`${name} says what each fault came to, with one request each time`, async (t) => {
    const { sim, port } = await twilioFor(t, { breaker: { failures: 100, openMs: 1 }, timeoutMs: 1_500 });
    const cases: [fault: Omit<Parameters<typeof sim.control.fault>[0], 'match'>, expected: unknown][] = [
      [
        { fault: 'status', status: 429, retryAfter: 3 },
        { kind: 'throttled', retryAfterMs: 3_000 },
      ],
      [{ fault: 'status', status: 429 }, { kind: 'throttled' }],
      [{ fault: 'status', status: 500 }, unknown('the provider answered 500')],
      [{ fault: 'status', status: 503, code: 20503 }, unknown('the provider answered 503')],
      [{ fault: 'reset' }, unknown('no answer: reset')],
    ];
    for (const [fault, expected] of cases) {
      sim.control.fault({ match: {}, ...fault });
      const before = sim.control.counts().requests;
      assert.deepEqual(await operation(port), expected, JSON.stringify(fault));
      assert.equal(sim.control.counts().requests - before, 1, 'a port repeats nothing');
    }
    sim.control.fault({ match: {}, fault: 'status', status: 401, code: 20003 });
    const refused = await operation(port);
    assert.deepEqual(
      [refused.kind, refused.kind === 'credentials' && refused.fault.code],
      ['credentials', '20003'],
    );
    assert.deepEqual(sim.control.objects('numbers'), [], 'and nothing was bought');
  });
}

test('a provider that never answers is given up at the deadline, its outcome unknown', async (t) => {
  const { sim, port } = await twilioFor(t, { timeoutMs: SHORT_MS });
  sim.control.fault({ match: { method: 'POST' }, fault: 'hang' });
  const from = performance.now();
  assert.deepEqual(await port.purchase(E164, TAG, newScope()), unknown('no answer: timeout'));
  assert.ok(performance.now() - from < 10 * SHORT_MS);
});

test('a request that is given up under way is unknown, and no failure of the provider', async (t) => {
  const { sim, port } = await twilioFor(t, { breaker: { failures: 1, openMs: 60_000 } });
  sim.control.fault({ match: { method: 'POST' }, fault: 'hang' });
  const giveUp = new AbortController();
  const running = port.purchase(E164, TAG, newScope(giveUp.signal));
  while (sim.control.counts().faultHits === 0) await new Promise(setImmediate);
  giveUp.abort();
  assert.deepEqual(await running, unknown('no answer: aborted'));
  assert.deepEqual(port.breakers(), [{ product: 'api', state: 'closed' }]);
});

for (const fault of ['lostAnswer', 'brokenAnswer'] as const) {
  test(`${fault}: a purchase whose outcome is unknown is found by number and by tag`, async (t) => {
    const { sim, port } = await twilioFor(t);
    sim.control.fault({ match: { method: 'POST' }, fault });
    const result = await port.purchase(E164, TAG, newScope());
    assert.equal(result.kind === 'unknown' && result.sent, true);
    const found = valueIn(await port.findByNumber(E164, newScope()));
    assert.deepEqual([found?.e164, found?.tag], [E164, TAG]);
    assert.deepEqual(valueIn(await port.findByTag(TAG, newScope())), found);
    assert.equal(sim.control.objects('numbers').length, 1);
  });
}

test('a provider that is not there was certainly sent nothing', async (t) => {
  const { sim, port } = await twilioFor(t);
  await sim.close();
  const result = await port.purchase(E164, TAG, newScope());
  assert.deepEqual(result, { kind: 'unknown', reason: 'not sent: refused', sent: false });
});

test('wrong and suspended credentials are told from every other no, in words of ours', async (t) => {
  const { sim, port, open } = await twilioFor(t);
  const stranger = await open({ password: 'f'.repeat(32) }).check(newScope());
  assert.deepEqual(stranger, {
    kind: 'credentials',
    fault: { code: '20003', message: 'the provider does not take our credentials' },
  });
  sim.control.setAccountStatus(DEFAULT_ACCOUNT.sid, 'suspended');
  assert.deepEqual(await port.purchase(E164, TAG, newScope()), {
    kind: 'credentials',
    fault: { code: '20005', message: 'the account at the provider is not active' },
  });
});

test('an API key that may not read accounts is enough', async (t) => {
  const { open } = await twilioFor(t);
  const [key] = DEFAULT_ACCOUNT.keys;
  const port = open({ username: key.sid, password: key.secret });
  assert.equal((await port.check(newScope())).kind, 'ok');
  assert.equal((await port.purchase(E164, TAG, newScope())).kind, 'ok');
});

test('the breaker opens after three failures in a row, sends nothing, and closes when one call succeeds', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const { sim, port } = await twilioFor(t);
  const check = () => port.check(newScope());
  const state = () => port.breakers()[0]?.state;
  const sent = () => sim.control.counts().requests;
  sim.control.fault({ match: {}, fault: 'status', status: 503, times: 4 });
  await check();
  await check();
  assert.equal(state(), 'closed');
  await check();
  assert.equal(state(), 'open');
  const before = sent();
  assert.deepEqual(await check(), { kind: 'open', retryAfterMs: 10_000 });
  t.mock.timers.tick(4_000);
  assert.deepEqual(await port.purchase(E164, TAG, newScope()), { kind: 'open', retryAfterMs: 6_000 });
  assert.equal(sent(), before);

  t.mock.timers.tick(6_000);
  const [probe, other] = await Promise.all([check(), check()]);
  assert.deepEqual(probe, unknown('the provider answered 503'));
  assert.equal(other.kind, 'open', 'one call tests, the others are kept away');
  assert.equal(sent(), before + 1);
  assert.equal(state(), 'open');

  t.mock.timers.tick(10_000);
  assert.equal((await check()).kind, 'ok');
  assert.equal(state(), 'closed');
});

test('what the provider refuses opens no breaker, and a success in between counts anew', async (t) => {
  const { sim, port } = await twilioFor(t);
  for (const status of [400, 404, 429, 401, 403])
    sim.control.fault({ match: {}, fault: 'status', status, code: 20001 });
  for (let call = 0; call < 5; call++) await port.check(newScope());
  for (let round = 0; round < 3; round++) {
    sim.control.fault({ match: {}, fault: 'status', status: 500, times: 2 });
    await port.check(newScope());
    await port.check(newScope());
    assert.equal((await port.check(newScope())).kind, 'ok');
  }
  assert.deepEqual(port.breakers(), [{ product: 'api', state: 'closed' }]);
});

test('messaging may fail while numbers go on: each has a breaker of its own', async (t) => {
  const { sim, port } = await twilioFor(t, { breaker: { failures: 1, openMs: 60_000 } });
  sim.control.fault({ match: { path: '/messaging/' }, fault: 'status', status: 500 });
  const hint = `MG${'1'.repeat(32)}`;
  assert.equal((await port.detach(SID, hint, newScope())).kind, 'unknown');
  assert.equal((await port.detach(SID, hint, newScope())).kind, 'open');
  assert.equal((await port.getNumber(SID, newScope())).kind, 'notFound');
});

test('codes of a purchase come to what a caller can do about them', async (t) => {
  const { sim, port } = await twilioFor(t);
  const codes: [code: number, kind: string, field?: string][] = [
    [21422, 'unavailable'],
    [21452, 'unavailable'],
    [21421, 'refused', 'e164'],
    [21451, 'refused', 'areaCode'],
    [21404, 'refused'],
    [21613, 'refused', 'e164'],
    [21615, 'refused', 'e164'],
    [21631, 'refused', 'e164'],
    [21649, 'refused', 'e164'],
    [20008, 'credentials'],
    [20409, 'refused'],
    [29999, 'refused'],
  ];
  for (const [code, kind, field] of codes) {
    sim.control.fault({ match: { path: NUMBERS }, fault: 'status', status: 400, code });
    const result = await port.purchase(E164, TAG, newScope());
    assert.equal(result.kind, kind, String(code));
    const fault = 'fault' in result ? result.fault : undefined;
    assert.deepEqual([fault?.code, fault?.field], [String(code), field], String(code));
  }
  assert.equal((await port.purchase('+14155550107', TAG, newScope())).kind, 'refused', 'needs an address');
});
