import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '#platform/telemetry/log.ts';
import { DEFAULT_ACCOUNT, type TwilioSim } from '../../sim/twilio/sim.ts';
import { NUMBERS, newScope, twilioFor, valueIn } from './twilio-port.ts';

const E164 = '+14155550101';
const TAG = 'a2p-0123456789abcdef0123456789abcdef01234567';
const API = `/2010-04-01/Accounts/${DEFAULT_ACCOUNT.sid}`;
const SERVICES = '/messaging/v1/Services';
const WEBHOOKS = { smsWebhookUrl: 'https://app.example.com/sms', voiceUrl: 'https://app.example.com/voice' };

/** A call of the operator's own, past the port. */
async function post(sim: TwilioSim, path: string, form: Readonly<Record<string, string>>): Promise<string> {
  const { sid, token } = DEFAULT_ACCOUNT;
  const response = await fetch(sim.url + path, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}` },
    body: new URLSearchParams(form),
  });
  const body: unknown = await response.json();
  assert.ok(response.ok && typeof body === 'object' && body && 'sid' in body, JSON.stringify(body));
  return String(body.sid);
}

async function serviceWith(sim: TwilioSim, ...numbers: readonly string[]): Promise<string> {
  const service = await post(sim, SERVICES, { FriendlyName: 'a', UseInboundWebhookOnNumber: 'true' });
  for (const PhoneNumberSid of numbers)
    await post(sim, `${SERVICES}/${service}/PhoneNumbers`, { PhoneNumberSid });
  return service;
}

test('a purchase says which number and under which tag, and nothing else', async (t) => {
  const { sim, port } = await twilioFor(t);
  await port.purchase(E164, TAG, newScope());
  const [request] = sim.control.requests();
  assert.deepEqual([request?.path, request?.params], [`${NUMBERS}.json`, ['FriendlyName', 'PhoneNumber']]);
});

test('a search never lists what needs an address, and asks for no flag that was not set', async (t) => {
  const { sim, port } = await twilioFor(t);
  const query = { areaCode: '415', capabilities: [], limit: 1_000 };
  const found = valueIn(await port.search(query, newScope()));
  assert.equal(found.length, 90);
  assert.ok(found.every(({ e164 }) => !e164.endsWith('7')));
  assert.deepEqual(sim.control.requests()[0]?.params, ['AreaCode', 'ExcludeAllAddressRequired', 'PageSize']);
});

test('after a configuration nothing of another time gets what comes in', async (t) => {
  const { sim, port } = await twilioFor(t);
  const { sid } = valueIn(await port.purchase(E164, TAG, newScope()));
  const old = { SmsUrl: 'https://old.example.com', VoiceUrl: 'https://old.example.com' };
  const app = await post(sim, `${API}/Applications.json`, old);
  await post(sim, `${NUMBERS}/${sid}.json`, {
    ...old,
    SmsMethod: 'GET',
    VoiceMethod: 'GET',
    SmsFallbackUrl: 'https://old.example.com',
    VoiceFallbackUrl: 'https://old.example.com',
    StatusCallback: 'https://old.example.com',
    SmsApplicationSid: app,
    TrunkSid: `TK${'1'.repeat(32)}`,
  });
  assert.deepEqual(valueIn(await port.getNumber(sid, newScope())).webhooks, {
    statusCallbackUrl: 'https://old.example.com',
  });
  assert.deepEqual(valueIn(await port.configure(sid, WEBHOOKS, newScope())).webhooks, WEBHOOKS);
  assert.deepEqual(sim.control.inbound(E164, 'sms'), { method: 'POST', url: WEBHOOKS.smsWebhookUrl });
  assert.deepEqual(sim.control.inbound(E164, 'call'), { method: 'POST', url: WEBHOOKS.voiceUrl });
  const settings = JSON.stringify(sim.control.objects('numbers'));
  assert.doesNotMatch(settings, /old\.example\.com/);

  // The other way about: a number that a service has, whose calls an application takes.
  await serviceWith(sim, sid);
  const withApp = { smsWebhookUrl: 'https://new.example.com/sms', voiceAppSid: app };
  assert.deepEqual(valueIn(await port.configure(sid, withApp, newScope())).webhooks, withApp);
  assert.equal(sim.control.inbound(E164, 'sms')?.url, withApp.smsWebhookUrl);
  assert.equal(sim.control.inbound(E164, 'call')?.url, old.VoiceUrl);
});

test('a number leaves the service that was hinted at, with one request', async (t) => {
  const { sim, port } = await twilioFor(t);
  const { sid } = valueIn(await port.purchase(E164, TAG, newScope()));
  const service = await serviceWith(sim, sid);
  const before = sim.control.counts().requests;
  const done = { searched: true, detachedFrom: service };
  assert.deepEqual(valueIn(await port.detach(sid, service, newScope())), done);
  assert.equal(sim.control.counts().requests - before, 1);
  assert.deepEqual(sim.control.objects('serviceNumbers'), []);
});

test('a number leaves the service it is in without a hint, and with a wrong one; others stay', async (t) => {
  const { sim, port } = await twilioFor(t);
  const { sid } = valueIn(await port.purchase(E164, TAG, newScope()));
  const { sid: other } = valueIn(await port.purchase('+14155550102', 'other', newScope()));
  const home = await serviceWith(sim, sid, other);
  for (let more = 0; more < 20; more++) await serviceWith(sim);
  const wrong = await serviceWith(sim);
  for (const hint of [undefined, wrong, `MG${'0'.repeat(32)}`, '../Accounts']) {
    const result = await port.detach(sid, hint, newScope());
    assert.deepEqual(valueIn(result), { searched: true, detachedFrom: home });
    assert.deepEqual(valueIn(await port.detach(sid, hint, newScope())), { searched: true }, 'already out');
    await post(sim, `${SERVICES}/${home}/PhoneNumbers`, { PhoneNumberSid: sid });
  }
  assert.deepEqual(
    new Set(sim.control.objects('serviceNumbers').map((entry) => entry.sid)),
    new Set([sid, other]),
  );
});

test('a search among services that fails, that takes too long or that has too many says so', async (t) => {
  const { sim, port, open } = await twilioFor(t);
  const { sid } = valueIn(await port.purchase(E164, TAG, newScope()));
  const home = await serviceWith(sim, sid);
  const lookUp = { method: 'GET', path: 'Services/.*/PhoneNumbers' };
  sim.control.fault({ match: lookUp, fault: 'status', status: 429, retryAfter: 2 });
  assert.deepEqual(await port.detach(sid, undefined, newScope()), {
    kind: 'throttled',
    retryAfterMs: 2_000,
  });

  const impatient = AbortSignal.timeout(300);
  sim.control.fault({ match: lookUp, fault: 'hang' });
  assert.deepEqual(valueIn(await port.detach(sid, undefined, newScope(impatient))), { searched: false });

  sim.control.fault({ match: { method: 'DELETE' }, fault: 'hang' });
  const unsure = await open({ timeoutMs: 200 }).detach(sid, home, newScope());
  assert.deepEqual(unsure, { kind: 'unknown', reason: 'no answer: timeout', sent: true });

  await Promise.all(Array.from({ length: 200 }, () => serviceWith(sim)));
  assert.deepEqual(valueIn(await port.detach(sid, undefined, newScope())), { searched: false });
  assert.equal(sim.control.objects('serviceNumbers').length, 1);
});

test('every request is logged under the correlation id of its call, and without any secret', async (t) => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ level: 'info', service: 'a2p', role: 'test' }, destination);
  const [key] = DEFAULT_ACCOUNT.keys;
  const { sim, port } = await twilioFor(t, { log, username: key.sid, password: key.secret });
  const { sid } = valueIn(await port.purchase(E164, TAG, newScope()));
  const ids = Array.from({ length: 8 }, (_, call) => `cor_${call}`);
  const { signal } = new AbortController();
  await Promise.all(ids.map((correlationId) => port.configure(sid, WEBHOOKS, { signal, correlationId })));
  sim.control.fault({ match: {}, fault: 'reset' });
  await port.check({ signal, correlationId: 'cor_reset' });
  const read = lines.map((line): Record<string, unknown> => JSON.parse(line));
  assert.deepEqual(
    read.map(({ correlationId }) => correlationId).sort(),
    ['cor_reset', 'cor_test', ...ids].sort(),
  );
  const { level, msg, product, method, path, status, ms, outcome } = read[0] ?? {};
  assert.deepEqual(
    [level, msg, product, method, path, status, outcome, typeof ms],
    ['info', 'provisioning:provider:request', 'api', 'POST', `${NUMBERS}.json`, 201, 'answer', 'number'],
  );
  assert.deepEqual([read.at(-1)?.level, read.at(-1)?.reason], ['warn', 'reset']);
  assert.doesNotMatch(lines.join(), /Authorization|Basic|example\.com|a2p-0123/);
  assert.ok(!lines.join().includes(key.secret));
});
