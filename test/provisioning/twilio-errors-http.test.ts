import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FaultRule } from '../../sim/twilio/faults.ts';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import type { TwilioPortOptions } from '../../src/provisioning/provider/twilio/twilio-port.ts';
import { openScene, WEBHOOKS } from '../support/provisioning.ts';
import { NUMBERS, twilioFor } from './twilio-port.ts';

/* Every error of B:534-544 as a fault of the provider makes it; each answer is held to the contract. */

const E164 = '+14155550101';
const SID = `PN${'1'.repeat(32)}`;
const ORDER = { e164: E164, webhooks: WEBHOOKS };
const CONFIGURE = { method: 'POST', path: 'IncomingPhoneNumbers/PN' };
/** As often as a call is attempted. */
const ALWAYS = 3;

async function serviceFor(t: TestContext, options: Partial<TwilioPortOptions> = {}) {
  const { sim, port } = await twilioFor(t, { breaker: { failures: 100, openMs: 1 }, ...options });
  return { sim, port, ...(await openScene({ port: () => port })) };
}

const REQUESTS = [
  ['GET', '/availability?areaCode=415', {}],
  ['GET', `/numbers/${SID}`, {}],
  ['PUT', `/numbers/${SID}/webhooks`, { body: WEBHOOKS }],
  ['POST', '/numbers', { body: ORDER, key: 'order-1' }],
  ['DELETE', `/numbers/${SID}`, { key: 'end-1' }],
] as const;

const FAULTS: readonly [fault: Omit<FaultRule, 'match'>, status: number, code: string][] = [
  [{ fault: 'status', status: 429, retryAfter: 2 }, 429, 'RateLimited'],
  [{ fault: 'status', status: 429 }, 429, 'RateLimited'],
  [{ fault: 'status', status: 500 }, 502, 'ProviderError'],
  [{ fault: 'status', status: 503, code: 20503 }, 502, 'ProviderError'],
  [{ fault: 'hang' }, 502, 'ProviderError'],
  [{ fault: 'reset' }, 502, 'ProviderError'],
  [{ fault: 'status', status: 401, code: 20003 }, 502, 'ProviderError'],
];

for (const [fault, status, code] of FAULTS) {
  const name = [fault.fault, fault.status, fault.retryAfter && 'with Retry-After'].filter(Boolean).join(' ');
  test(`a provider that goes on with ${name} is ${status} ${code}, whatever was asked`, async (t) => {
    const { sim, call } = await serviceFor(t, { timeoutMs: 100 });
    for (const [method, url, sent] of REQUESTS) {
      sim.control.fault({ match: {}, times: ALWAYS, ...fault });
      const { body, headers, ...answer } = await call(method, url, sent);
      assert.deepEqual([answer.status, body.code], [status, code], `${method} ${url}: ${answer.text}`);
      assert.equal(body.correlationId, headers['correlation-id']);
      if (status === 429) assert.match(String(headers['retry-after']), /^[1-9]\d*$/);
      assert.ok(!answer.text.includes(DEFAULT_ACCOUNT.sid.slice(2)), 'the account is nobody’s business');
      sim.control.clearFaults();
    }
    assert.deepEqual(sim.control.objects('numbers'), []);
  });
}

test('a provider that is not there, and one that is left alone, are 503 with Retry-After', async (t) => {
  const { sim, call, port } = await serviceFor(t, { breaker: { failures: 3, openMs: 60_000 } });
  await sim.close();
  const down = await call('GET', '/availability?areaCode=415');
  assert.deepEqual([down.status, down.body.code], [503, 'ProviderUnavailable']);
  assert.match(String(down.headers['retry-after']), /^\d+$/);
  assert.deepEqual(port.breakers(), [{ product: 'api', state: 'open' }]);
  for (const [method, url, sent] of REQUESTS) {
    const { status, body, headers } = await call(method, url, sent);
    assert.deepEqual([status, body.code], [503, 'ProviderUnavailable'], url);
    assert.ok(Number(headers['retry-after']) > 50, 'as long as it is left alone');
  }
});

test('a suspended account is 502 and says that it is no matter of this request', async (t) => {
  const { sim, call } = await serviceFor(t);
  sim.control.setAccountStatus(DEFAULT_ACCOUNT.sid, 'suspended');
  const { status, body } = await call('GET', `/numbers/${SID}`);
  assert.deepEqual(
    [status, body.code, body.details],
    [502, 'ProviderError', { reason: 'credentials', providerCode: '20005' }],
  );
});

test('a sid that the provider does not know is 404, and released already', async (t) => {
  const { call } = await serviceFor(t);
  assert.equal((await call('GET', `/numbers/${SID}`)).body.code, 'NotFound');
  assert.equal((await call('PUT', `/numbers/${SID}/webhooks`, { body: WEBHOOKS })).body.code, 'NotFound');
  assert.equal((await call('DELETE', `/numbers/${SID}`, { key: 'end-1' })).status, 200);
});

test('a number that somebody else buys first is 409, and an order by area code takes the next one', async (t) => {
  const { sim, call } = await serviceFor(t);
  sim.control.fault({ match: { method: 'POST' }, fault: 'status', status: 400, code: 21422 });
  const late = await call('POST', '/numbers', { body: ORDER, key: 'order-1' });
  assert.deepEqual([late.status, late.body.code], [409, 'Conflict']);
  sim.control.fault({ match: { method: 'POST' }, fault: 'status', status: 400, code: 21422, times: 4 });
  const byArea = { areaCode: '415', webhooks: WEBHOOKS };
  assert.equal((await call('POST', '/numbers', { body: byArea, key: 'order-2' })).status, 201);
  assert.equal(sim.control.objects('numbers').length, 1);
});

test('what the provider refuses names the field of ours', async (t) => {
  const { sim, call } = await serviceFor(t);
  const cases: [code: number, field: string][] = [
    [21421, 'e164'],
    [21631, 'e164'],
    [21649, 'e164'],
  ];
  for (const [code, field] of cases) {
    sim.control.fault({ match: { method: 'POST' }, fault: 'status', status: 400, code });
    const { status, body } = await call('POST', '/numbers', { body: ORDER, key: `order-${code}` });
    const fields = body.details?.fields?.map((fault) => fault.field);
    assert.deepEqual([status, body.code, fields], [400, 'ValidationError', [field]], String(code));
  }
});

test('a purchase whose answer was lost is found again: 201, and one number is paid for', async (t) => {
  for (const fault of ['lostAnswer', 'brokenAnswer'] as const) {
    const { sim, call } = await serviceFor(t);
    sim.control.fault({ match: { method: 'POST', path: `${NUMBERS}.json` }, fault });
    const { status } = await call('POST', '/numbers', { body: ORDER, key: 'order-1' });
    assert.deepEqual([status, sim.control.objects('numbers').length], [201, 1], fault);
    const posts = sim.control
      .requests()
      .filter(({ method, path }) => method === 'POST' && path.endsWith('s.json'));
    assert.equal(posts.length, 1, 'it was not even asked for twice');
  }
});

test('a purchase that stays unknown is 502, and the same key finds what it bought', async (t) => {
  const { sim, call } = await serviceFor(t);
  sim.control.fault({ match: { method: 'POST' }, fault: 'lostAnswer' });
  // Every look-up that would settle it.
  sim.control.fault({ match: { method: 'GET' }, fault: 'status', status: 500, skip: 3, times: 9 });
  const unsure = await call('POST', '/numbers', { body: ORDER, key: 'order-1' });
  assert.deepEqual([unsure.status, unsure.body.code], [502, 'ProviderError']);
  sim.control.clearFaults();
  const again = await call<{ sid: string }>('POST', '/numbers', { body: ORDER, key: 'order-1' });
  const [bought, ...others] = sim.control.objects('numbers');
  assert.deepEqual([again.status, again.body.sid, others], [201, bought?.sid, []]);
});

test('a bought number that cannot be configured is 207 with the reason, and the same key completes it', async (t) => {
  const { sim, call } = await serviceFor(t);
  sim.control.fault({ match: CONFIGURE, fault: 'status', status: 500, times: ALWAYS });
  const half = await call<{ sid: string; state: string; warnings: string[] }>('POST', '/numbers', {
    body: ORDER,
    key: 'order-1',
  });
  assert.deepEqual([half.status, half.body.state], [207, 'PurchasedButUnconfigured']);
  assert.match(half.body.warnings.join(), /configure/);
  assert.equal(sim.control.inbound(E164, 'sms')?.url, null);
  const whole = await call<{ sid: string }>('POST', '/numbers', { body: ORDER, key: 'order-1' });
  assert.deepEqual([whole.status, whole.body.sid], [201, half.body.sid]);
  assert.equal(sim.control.inbound(E164, 'sms')?.url, WEBHOOKS.smsWebhookUrl);
  assert.equal(sim.control.inbound(E164, 'call')?.url, WEBHOOKS.voiceUrl);
  assert.equal(sim.control.objects('numbers').length, 1);
});
