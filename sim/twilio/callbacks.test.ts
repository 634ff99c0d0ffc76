import assert from 'node:assert/strict';
import { test } from 'node:test';
import twilio from 'twilio';
import { type Received, receiver } from './callback-receiver.ts';
import { isObject } from './json.ts';
import { ALL_REVIEWS_MS, brandOf, draftBundles, post, submitBundles } from './resources/a2p-support.ts';
import { ACCOUNT, simFor } from './test-support.ts';

const signed = (one: Received) =>
  twilio.validateRequest(
    ACCOUNT.token,
    one.header('x-twilio-signature'),
    one.url,
    Object.fromEntries(new URLSearchParams(one.body)),
  );

test('status callbacks tell of each step with a signature that the official SDK accepts', async (t) => {
  const sim = await simFor(t);
  const { url, received } = await receiver(t);
  const bundles = await draftBundles(sim, { statusCallback: `${url}/callbacks?tenant=1#rc=2` });
  await submitBundles(sim, bundles);
  await sim.control.advance(ALL_REVIEWS_MS);
  const told = received.map((one) => Object.fromEntries(new URLSearchParams(one.body)));
  const steps = (sid: string) => told.filter((form) => form.BundleSid === sid).map((form) => form.Status);
  assert.deepEqual(steps(bundles.profile), ['pending-review', 'in-review', 'twilio-approved']);
  assert.deepEqual(steps(bundles.product), ['pending-review', 'in-review', 'twilio-approved']);
  for (const one of received) {
    assert.ok(one.url.endsWith('/callbacks?tenant=1'), 'a fragment is not sent');
    assert.ok(signed(one));
    assert.ok(!signed({ ...one, body: `${one.body}&More=1` }));
  }
});

test('a rejection carries its reason', async (t) => {
  const sim = await simFor(t);
  const { url, received } = await receiver(t);
  const business = { business_registration_number: '99-0018601' };
  await submitBundles(sim, await draftBundles(sim, { statusCallback: url, business }));
  await sim.control.advance(ALL_REVIEWS_MS);
  const reasons = received.map((one) => new URLSearchParams(one.body).get('FailureReason'));
  assert.ok(reasons.includes('Error 18601'));
});

test('deliveries can be dropped, doubled and turned around', async (t) => {
  const sim = await simFor(t);
  const { url, received } = await receiver(t);
  const statuses = () => received.map((one) => new URLSearchParams(one.body).get('Status'));
  const run = async (disturbance: Readonly<Record<string, unknown>>) => {
    received.length = 0;
    await sim.control.call('callbacks', undefined, disturbance);
    const { profile } = await draftBundles(sim, { statusCallback: url });
    await post(sim, `/trusthub/v1/CustomerProfiles/${profile}`, { Status: 'pending-review' });
    await sim.control.advance(ALL_REVIEWS_MS);
    return statuses();
  };
  assert.deepEqual(await run({ drop: 1 }), ['in-review', 'twilio-approved']);
  assert.deepEqual(await run({ duplicate: 1 }), [
    'pending-review',
    'pending-review',
    'in-review',
    'twilio-approved',
  ]);
  assert.deepEqual(await run({ reorder: 3 }), ['twilio-approved', 'in-review', 'pending-review']);
  assert.deepEqual(await run({}), ['pending-review', 'in-review', 'twilio-approved']);
  const wrong = await sim.control.call('callbacks', undefined, { dropp: 1 });
  assert.equal(wrong.status, 400);
});

test('a reset forgets disturbances, settings and objects, and keeps the primary profile', async (t) => {
  const sim = await simFor(t);
  await sim.control.call('callbacks', undefined, { drop: true });
  await sim.control.call('settings', undefined, { poolLimit: 1 });
  await brandOf(sim);
  sim.control.reset();
  const { body } = await sim.control.call('settings', undefined, {});
  assert.ok(isObject(body));
  assert.equal(body.poolLimit, 400);
  const { url, received } = await receiver(t);
  await submitBundles(sim, await draftBundles(sim, { statusCallback: url }));
  await sim.control.advance(ALL_REVIEWS_MS);
  assert.equal(received.length, 6);
  assert.equal(sim.control.objects('brands').length, 0);
});
