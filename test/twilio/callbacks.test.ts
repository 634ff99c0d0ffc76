import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamEvent } from '../../sim/twilio/resources/compliance-events.ts';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import { onPostgres } from '../support/database.ts';
import { openListening, READY } from './listening.ts';

const POLL_MS = 15_000;
const ROUNDS = 20;
/** Longer than silence about a number is waited out. */
const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

onPostgres('what Twilio tells', (open) => {
  test('brings a whole registration about while our own clock, and with it all polling, stands still', async (t) => {
    const scene = await openListening(t, await open());
    const ids = await scene.order('+12064440201');
    await scene.hears();
    assert.deepEqual(await scene.phases(ids), READY);
    const { delivered, refused, says } = await scene.sent();
    assert.ok(delivered > 10, `${delivered} deliveries`);
    assert.equal(refused, 0);
    assert.ok(says('number-registration.successful'));
    assert.ok(says('Status=twilio-approved'));
  });

  test('twice, and the later before the sooner, comes to the same', async (t) => {
    const scene = await openListening(t, await open());
    const ids = await scene.order('+12064440202');
    await scene.hears({ duplicate: true, reorder: 2 });
    assert.deepEqual(await scene.phases(ids), READY);
    assert.ok((await scene.counted('duplicate')) > 5);
    assert.equal((await scene.eventsOf(ids.brandId)).filter((type) => type === 'BrandVetted').length, 1);
  });

  test('and not a word of it arrives: polling finds it all', async (t) => {
    const scene = await openListening(t, await open());
    await scene.disturb({ drop: true });
    const ids = await scene.order('+12064440203');
    await scene.hears();
    assert.notDeepEqual(await scene.phases(ids), READY, 'nothing was dropped');
    // Of a number no read tells: a day of silence says that no event will come.
    await scene.polls(ROUNDS, POLL_MS);
    assert.deepEqual(await scene.phases(ids), ['VETTED', 'ACTIVE', 'ATTACHED']);
    await scene.polls(2, DAY_MS);
    assert.deepEqual(await scene.phases(ids), READY);
    assert.equal((await scene.sent()).delivered, 0);
  });

  test('a number whose registration failed fails with the carriers’ reason', async (t) => {
    const scene = await openListening(t, await open());
    const ids = await scene.order('+15005550003');
    await scene.hears();
    assert.deepEqual(await scene.phases(ids), ['VETTED', 'ACTIVE', 'FAILED']);
    const verified = (await scene.number(ids)).status.conditions.find(({ type }) => type === 'Verified');
    assert.equal(verified?.reason, 'NumberRegistrationFailed');
    assert.equal((await scene.eventsOf(ids.campaignId)).includes('A2PReady'), false);
  });

  test('a number that moves is registered with its new campaign when the events of that one say so', async (t) => {
    const scene = await openListening(t, await open());
    const { e164 } = await scene.order('+12064440206');
    const there = await scene.order('+12064440207', '12-3456780');
    await scene.hears();
    await scene.delaysNumbers(HOUR_MS);
    await scene.moves(e164, there.campaignId);
    await scene.hears();
    const moved = { ...there, e164 };
    assert.deepEqual(await scene.phases(moved), ['VETTED', 'ACTIVE', 'ATTACHED']);
    await scene.twilio.sim.control.advance(HOUR_MS);
    await scene.hears();
    assert.deepEqual(await scene.phases(moved), READY);
  });

  test('a deregistration that failed leaves a number alone that is registered again', async (t) => {
    const scene = await openListening(t, await open());
    const ids = await scene.order('+12064440205');
    await scene.hears();
    const [number] = scene.twilio.objects('numberRegistrations');
    const before = (await scene.sent()).delivered;
    const { state } = scene.twilio.sim;
    const about = { kind: 'number', account: DEFAULT_ACCOUNT.sid } as const;
    streamEvent(state, about, 'number-deregistration.failed', {
      phonenumbersid: number?.sid,
      externalstatus: 'failure',
      failureReason: 'https://www.twilio.com/docs/api/errors/30126',
      updateddate: state.now(),
    });
    await scene.hears();
    assert.ok((await scene.sent()).delivered > before);
    assert.deepEqual(await scene.phases(ids), READY);
    // The same of a registration does bring it down.
    await scene.twilio.sim.control.call('numbers', number?.sid, { status: 'FAILURE', errors: [30126] });
    await scene.hears();
    assert.deepEqual(await scene.phases(ids), ['VETTED', 'ACTIVE', 'FAILED']);
  });
});
