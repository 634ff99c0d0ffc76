import assert from 'node:assert/strict';
import { test } from 'node:test';
import twilio from 'twilio';
import { type Received, receiver } from './callback-receiver.ts';
import { isObject } from './json.ts';
import {
  ALL_REVIEWS_MS,
  brandOf,
  campaignForm,
  campaignPath,
  draftBundles,
  EVENTS,
  get,
  made,
  post,
  service,
  submitBundles,
} from './resources/a2p-support.ts';
import { EVENT_TYPES } from './resources/compliance-events.ts';
import type { TwilioSim } from './sim.ts';
import { ACCOUNT, call, items, simFor } from './test-support.ts';

async function subscribe(sim: TwilioSim, destination: string, batch = false): Promise<string> {
  const sink = await made(sim, `${EVENTS}/Sinks`, {
    Description: 'a2p',
    SinkType: 'webhook',
    SinkConfiguration: JSON.stringify({ destination, method: 'POST', batch_events: batch }),
  });
  const form = new URLSearchParams({ Description: 'a2p', SinkSid: sink });
  for (const type of EVENT_TYPES) {
    form.append(
      'Types',
      JSON.stringify({ type: `com.twilio.messaging.compliance.${type}`, schema_version: 1 }),
    );
  }
  const early = await post(sim, `${EVENTS}/Subscriptions`, form);
  assert.equal(early.status, 400, 'a sink is not active at once');
  await sim.control.advance(sim.state.delays.sinkValidationMs);
  assert.equal((await get(sim, `${EVENTS}/Sinks/${sink}`)).body.status, 'active');
  await made(sim, `${EVENTS}/Subscriptions`, form);
  return sink;
}

/** All events of all requests, in the order of their arrival. */
function eventsOf(received: readonly Received[]): readonly Readonly<Record<string, unknown>>[] {
  return received.flatMap((one) => {
    const batch: unknown = JSON.parse(one.body);
    assert.ok(Array.isArray(batch));
    return batch.filter(isObject);
  });
}

const shortType = (event: Readonly<Record<string, unknown>>) =>
  String(event.type).replace('com.twilio.messaging.compliance.', '');

test('events are signed JSON arrays of CloudEvents, from the brand to the number', async (t) => {
  const sim = await simFor(t);
  const { url, received } = await receiver(t);
  await subscribe(sim, `${url}/events?tenant=1`);
  const { brand } = await brandOf(sim);
  const messagingService = await service(sim);
  await post(sim, campaignPath(messagingService), campaignForm(brand));
  const { body } = await sim.control.call('own', undefined, { phoneNumber: '+15005550003' });
  assert.ok(isObject(body));
  await post(sim, `/messaging/v1/Services/${messagingService}/PhoneNumbers`, {
    PhoneNumberSid: String(body.sid),
  });
  await sim.control.advance(ALL_REVIEWS_MS);
  const events = eventsOf(received);
  assert.deepEqual(events.map(shortType), [
    'brand-registration.brand-registered',
    'brand-registration.brand-verified',
    'campaign-registration.campaign-submitted',
    'campaign-registration.campaign-approved',
    'number-registration.pending',
    'number-registration.failed',
  ]);
  assert.equal(new Set(events.map((event) => event.id)).size, events.length);
  const last = events.at(-1)?.data;
  assert.ok(isObject(last));
  assert.equal(last.externalstatus, 'failure');
  assert.equal(last.failureReason, 'https://www.twilio.com/docs/api/errors/30126');
  assert.equal(last.accountsid, ACCOUNT.sid);
  for (const one of received) {
    assert.match(one.url, /tenant=1&bodySHA256=[0-9a-f]{64}$/);
    const signature = one.header('x-twilio-signature');
    assert.ok(twilio.validateRequestWithBody(ACCOUNT.token, signature, one.url, one.body));
    assert.ok(!twilio.validateRequestWithBody(ACCOUNT.token, signature, one.url, `${one.body} `));
  }
});

test('a batching sink gets the events of one moment in one request', async (t) => {
  const sim = await simFor(t);
  const { url, received } = await receiver(t);
  await subscribe(sim, url, true);
  const { brand } = await brandOf(sim);
  received.length = 0;
  const [first, second] = [await service(sim), await service(sim)];
  for (const sid of [first, second]) await post(sim, campaignPath(sid), campaignForm(brand));
  await sim.control.call('brands', brand, { status: 'SUSPENDED' });
  await sim.control.call('campaigns', first, { status: 'VERIFIED' });
  await sim.control.call('campaigns', second, { status: 'FAILED', errors: [30896] });
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal(eventsOf(received).length, 2);
  assert.equal(received.length, 1);
});

test('what a receiver refuses is sent again, events until it takes them', async (t) => {
  const sim = await simFor(t);
  const { url, received } = await receiver(t, [500, 503, 500]);
  await subscribe(sim, url);
  await brandOf(sim);
  await sim.control.advance(60_000);
  const events = eventsOf(received);
  const [registered] = events.filter((event) => shortType(event).endsWith('brand-registered'));
  const copies = events.filter((event) => event.id === registered?.id);
  assert.ok(copies.length > 1);
  const tokens = received
    .filter((one) => one.body.includes(String(registered?.id)))
    .map((one) => one.header('i-twilio-idempotency-token'));
  assert.equal(new Set(tokens).size, 1);
  const attempts = items(await call(sim, 'GET', '/_sim/callbacks'), 'attempts');
  const outcomes = attempts.map((one) => one.outcome);
  assert.deepEqual([outcomes.filter((one) => one === 'refused').length, outcomes.at(-1)], [3, 'delivered']);
});

test('events that nobody takes are given up after 4 hours, a status callback after its second try', async (t) => {
  const sim = await simFor(t);
  const closed = (await receiver(t)).url.replace('127.0.0.1', '127.0.0.2');
  await subscribe(sim, closed);
  await submitBundles(sim, await draftBundles(sim, { statusCallback: closed }));
  await sim.control.call('brands', (await brandOf(sim)).brand, { status: 'FAILED', errors: [30795] });
  await sim.control.advance(24 * 60 * 60 * 1000);
  const attempts = items(await call(sim, 'GET', '/_sim/callbacks'), 'attempts');
  const tries = (kind: string) =>
    attempts.filter((one) => one.kind === kind).map((one) => Number(one.attempt));
  assert.equal(Math.max(...tries('status')), 2);
  assert.ok(Math.max(...tries('events')) > 10);
  assert.equal(sim.state.clock.pending(), 0);
});

test('a sink can be tested and validated; credentials in its URL become a header', async (t) => {
  const sim = await simFor(t);
  const { url, received } = await receiver(t);
  const destination = url.replace('http://', 'http://user:secret@');
  const sink = await made(sim, `${EVENTS}/Sinks`, {
    Description: 'a2p',
    SinkType: 'webhook',
    SinkConfiguration: JSON.stringify({ destination, method: 'POST' }),
  });
  assert.equal((await post(sim, `${EVENTS}/Sinks/${sink}/Test`)).body.result, 'submitted');
  await sim.control.advance(0);
  const [event] = eventsOf(received);
  assert.ok(isObject(event?.data));
  assert.equal(
    received[0]?.header('authorization'),
    `Basic ${Buffer.from('user:secret').toString('base64')}`,
  );
  const wrong = await post(sim, `${EVENTS}/Sinks/${sink}/Validate`, { TestId: 'other' });
  assert.equal(wrong.status, 400);
  const right = await post(sim, `${EVENTS}/Sinks/${sink}/Validate`, { TestId: String(event.data.test_id) });
  assert.deepEqual([right.status, right.body.result], [201, 'valid']);
  assert.equal((await get(sim, `${EVENTS}/Sinks/${sink}`)).body.status, 'active');
  assert.equal((await call(sim, 'DELETE', `${EVENTS}/Sinks/${sink}`)).status, 204);
});
