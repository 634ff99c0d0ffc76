import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import { findCondition } from '../../src/kernel/condition.ts';
import { detachBinding } from '../../src/registration/domain/binding.ts';
import { CONDITION } from '../../src/registration/domain/reasons.ts';
import type { BrandSpec, ExternalRefs } from '../../src/registration/domain/types.ts';
import type { NumberRegistration } from '../../src/registration/ports.ts';
import {
  numberRegistrations,
  recordNumberRegistration,
} from '../../src/registration/store/number-registrations.ts';
import { numberAhead } from '../../src/registration/store/numbers-ahead.ts';
import { isBeingReleased } from '../../src/registration/store/releases.ts';
import { eachDatabase, type TestDatabase, testClock } from '../support/database.ts';
import { startTwilio } from '../support/twilio.ts';
import { createWorld, TENANT } from '../support/world.ts';
import { COMPLETE_BRAND, COMPLETE_CAMPAIGN } from './complete.ts';

/** Longer than a review of the simulator, and than what a flow waits for. */
const ROUND_MS = 15_000;
const ROUNDS = 12;
/** A settled number is looked at again at least this often. */
const LOOK_MS = 24 * 3_600_000;

eachDatabase('numbers at Twilio', (open) => {
  test('a number that moves to another campaign waits for its first pool, and is never in two', async (t) => {
    const scene = await openScene(t, await open());
    const { world, twilio, pools } = scene;
    await scene.registered('1');
    await scene.registered('2');
    await world.requestedNumber('+12064440101', 'bind_1', 'camp_1');
    await scene.live();
    assert.equal((await world.binding('bind_1'))?.phase, 'VERIFIED');
    const first = await scene.serviceOf('camp_1');
    const second = await scene.serviceOf('camp_2');
    assert.deepEqual(pools(), [first]);

    // The provider is not to be had for a while, right when the number is to leave the first pool.
    const letGo = { method: 'DELETE', path: `Services/${first}/PhoneNumbers` };
    twilio.sim.control.fault({ match: letGo, fault: 'status', status: 503, times: 3 });
    await scene.detach('bind_1');
    await world.requestedNumber('+12064440101', 'bind_2', 'camp_2');
    await scene.round();
    const waiting = await world.binding('bind_2');
    assert.equal(waiting?.phase, 'REQUESTED');
    assert.equal(reasonIn(waiting, CONDITION.NumberAvailable), 'AwaitingDetach');
    assert.deepEqual(pools(), [first]);

    for (let round = 0; round < ROUNDS; round++) {
      await scene.round();
      assert.ok(pools().length <= 1, 'in two pools');
    }
    assert.deepEqual(pools(), [second]);
    assert.equal((await world.binding('bind_2'))?.phase, 'VERIFIED');
    const [registration] = twilio.objects('numberRegistrations').map((one) => ({ ...one }));
    assert.equal(registration && 'status' in registration && registration.status, 'REGISTERED');
    assert.equal(registration && 'serviceSid' in registration && registration.serviceSid, second);
    const calls = twilio.sim.control.requests().filter(({ path }) => path.includes('/PhoneNumbers'));
    const done = calls.filter(({ method, status }) => method !== 'GET' && (status ?? 500) < 300);
    assert.deepEqual(
      done.map(({ method, path }) => [method, path.includes(first) ? 'first' : 'second']),
      [
        ['POST', 'first'],
        ['DELETE', 'first'],
        ['POST', 'second'],
      ],
    );
    assert.deepEqual(await world.eventsOf('bind_1'), [
      'NumberAttachRequested',
      'NumberAttached',
      'NumberVerified',
      'NumberDetached',
    ]);
  });

  test('a number that moves is no sender of its new campaign before the events of that one say so', async (t) => {
    const scene = await openScene(t, await open(), { eventsOn: true });
    const { world, told } = scene;
    await scene.registered('1');
    await scene.registered('2');
    await world.requestedNumber('+12064440108', 'bind_1', 'camp_1');
    await scene.round();
    const { phoneNumberSid = '' } = (await world.binding('bind_1'))?.externalRefs ?? {};
    await told(phoneNumberSid, 'registered', await scene.serviceOf('camp_1'));
    await scene.live();
    assert.equal((await world.binding('bind_1'))?.phase, 'VERIFIED');

    // Minutes after it was registered there; and the old service has a last word after the move.
    await scene.detach('bind_1');
    await world.requestedNumber('+12064440108', 'bind_2', 'camp_2');
    await scene.live();
    await told(phoneNumberSid, 'registered', await scene.serviceOf('camp_1'));
    await scene.live();
    assert.equal((await world.binding('bind_2'))?.phase, 'ATTACHED');
    await told(phoneNumberSid, 'registered', await scene.serviceOf('camp_2'));
    await scene.live();
    assert.equal((await world.binding('bind_2'))?.phase, 'VERIFIED');
  });

  test('a number that has left its pool, and is shown there for a while yet, is waited for', async (t) => {
    const scene = await openScene(t, await open());
    const { world, twilio, pools } = scene;
    await scene.registered('1');
    await scene.registered('2');
    await world.requestedNumber('+12064440107', 'bind_1', 'camp_1');
    await scene.live();
    const second = await scene.serviceOf('camp_2');
    const attach = { method: 'POST', path: `Services/${second}/PhoneNumbers` };
    const shown = { fault: 'status', status: 409, code: 21_712, message: 'in another service' } as const;
    twilio.sim.control.fault({ match: attach, ...shown, times: 3 });
    await scene.detach('bind_1');
    await world.requestedNumber('+12064440107', 'bind_2', 'camp_2');
    await scene.round();
    const waiting = await world.binding('bind_2');
    assert.equal(waiting?.phase, 'REQUESTED');
    await scene.live();
    assert.equal((await world.binding('bind_2'))?.phase, 'VERIFIED');
    assert.deepEqual(pools(), [second]);
  });

  test('a number that is in somebody else’s service is refused as held elsewhere', async (t) => {
    const scene = await openScene(t, await open());
    const { world, pools } = scene;
    await scene.registered('1');
    const { service } = await scene.othersPool('+12064440102');
    await world.requestedNumber('+12064440102', 'bind_1', 'camp_1');
    await scene.live();
    const refused = await world.binding('bind_1');
    assert.equal(refused?.phase, 'FAILED');
    assert.equal(reasonIn(refused, CONDITION.NumberAvailable), 'NumberHeldElsewhere');
    assert.deepEqual(pools(), [service], 'it is left where it was');
    assert.deepEqual(await world.eventsOf('bind_1'), ['NumberAttachRequested', 'NumberAttachFailed']);
  });

  test('a detached number is in no pool, whatever became of the answers on the way', async (t) => {
    const scene = await openScene(t, await open());
    const { world, twilio, pools } = scene;
    await scene.registered('1');
    await world.requestedNumber('+12064440103', 'bind_1', 'camp_1');
    // Detached before its attach was answered: what is known of it is its number alone.
    twilio.sim.control.fault({ match: { method: 'POST', path: '/PhoneNumbers' }, fault: 'lostAnswer' });
    await scene.round();
    assert.equal(pools().length, 1);
    assert.equal((await world.binding('bind_1'))?.phase, 'REQUESTED');
    await scene.detach('bind_1');
    twilio.sim.control.fault({ match: { method: 'DELETE', path: '/PhoneNumbers' }, fault: 'lostAnswer' });
    await scene.live();
    assert.deepEqual(pools(), []);
    const binding = await world.binding('bind_1');
    assert.equal(binding?.phase, 'DETACHED');
    assert.equal(findCondition(binding.conditions, CONDITION.ProviderDetached)?.status, 'True');
  });

  test('a number that is released at the provider fails, and its campaign’s gate closes', async (t) => {
    const scene = await openScene(t, await open());
    const { world, twilio, pools } = scene;
    await scene.registered('1');
    await world.requestedNumber('+12064440104', 'bind_1', 'camp_1');
    await scene.live();
    const before = await world.campaign('camp_1');
    assert.equal(before && findCondition(before.conditions, CONDITION.Ready)?.status, 'True');

    await scene.release((await world.binding('bind_1'))?.externalRefs);
    assert.deepEqual(pools(), []);
    await twilio.advance(LOOK_MS);
    await scene.live();
    const binding = await world.binding('bind_1');
    assert.equal(binding?.phase, 'FAILED');
    assert.equal(reasonIn(binding, CONDITION.NumberAvailable), 'NumberReleased');
    const after = await world.campaign('camp_1');
    assert.equal(after && findCondition(after.conditions, CONDITION.Ready)?.status, 'False');
    assert.equal((await world.eventsOf('camp_1')).at(-1), 'A2PNotReady');
  });

  test('a sole proprietor’s second number is refused before it is attached, and is welcome once the first is gone', async (t) => {
    const scene = await openScene(t, await open());
    const { world, twilio, pools } = scene;
    const owner = { brandType: 'SOLE_PROP', taxId: '', mobilePhone: '+12065550144' } as const;
    await scene.registered('1', owner);
    const asked = () =>
      twilio.sim.control
        .requests()
        .filter(({ method, path }) => method === 'POST' && /PhoneNumbers$/.test(path));
    await world.requestedNumber('+12064440109', 'bind_1', 'camp_1');
    await scene.live();
    await world.requestedNumber('+12064440110', 'bind_2', 'camp_1');
    await scene.live();
    assert.equal((await world.binding('bind_1'))?.phase, 'VERIFIED');
    const refused = await world.binding('bind_2');
    assert.equal(refused?.phase, 'FAILED');
    const { reason, code, actor } = findCondition(refused.conditions, CONDITION.Attached) ?? {};
    assert.deepEqual([reason, code, actor], ['NumberPoolFull', '30125', 'tenant']);
    assert.deepEqual([asked().length, pools().length], [1, 1]);

    await scene.detach('bind_1');
    await world.requestedNumber('+12064440110', 'bind_3', 'camp_1');
    await scene.live();
    assert.equal((await world.binding('bind_3'))?.phase, 'VERIFIED');
    assert.deepEqual([asked().length, pools().length], [2, 1]);
  });

  test('of two numbers of a sole proprietor that are asked for at once one is attached, the other refused', async (t) => {
    const scene = await openScene(t, await open());
    const { world, pools } = scene;
    await scene.registered('1', { brandType: 'SOLE_PROP', taxId: '', mobilePhone: '+12065550144' });
    await world.requestedNumber('+12064440112', 'bind_2', 'camp_1');
    await world.requestedNumber('+12064440111', 'bind_1', 'camp_1');
    await scene.live();
    const first = await world.binding('bind_1');
    const second = await world.binding('bind_2');
    assert.deepEqual([first?.phase, second?.phase], ['VERIFIED', 'FAILED']);
    assert.equal(reasonIn(second, CONDITION.Attached), 'NumberPoolFull');
    assert.equal(pools().length, 1);
  });

  test('a pool that is full refuses the next number and keeps those that it has', async (t) => {
    const scene = await openScene(t, await open());
    const { world, twilio, pools } = scene;
    await scene.registered('1');
    await twilio.sim.control.call('settings', undefined, { poolLimit: 1 });
    await world.requestedNumber('+12064440105', 'bind_1', 'camp_1');
    await scene.live();
    await world.requestedNumber('+12064440106', 'bind_2', 'camp_1');
    await scene.live();
    assert.equal((await world.binding('bind_1'))?.phase, 'VERIFIED');
    const refused = await world.binding('bind_2');
    assert.equal(refused?.phase, 'FAILED');
    assert.equal(reasonIn(refused, CONDITION.Attached), 'NumberPoolFull');
    assert.equal(pools().length, 1);
    const campaign = await world.campaign('camp_1');
    assert.equal(campaign && findCondition(campaign.conditions, CONDITION.Ready)?.status, 'True');
  });
});

type Conditioned = { readonly conditions: Parameters<typeof findCondition>[0] } | undefined;

function reasonIn(of: Conditioned, type: string): string | undefined {
  return of && findCondition(of.conditions, type)?.reason;
}

/** A worker on an account at the provider, and what somebody does there by hand. */
async function openScene(t: TestContext, db: TestDatabase, options: { readonly eventsOn?: boolean } = {}) {
  const clock = testClock();
  const twilio = await startTwilio(clock);
  t.after(() => twilio.close());
  const world = createWorld(db.database, clock);
  await world.tenant();
  const loop = world.loopOver(
    db.database,
    twilio.adapter({
      options,
      registrations: numberRegistrations(db.database.executor),
      isBeingReleased: (e164) => isBeingReleased(db.database.executor, clock, e164),
      ahead: (order) => numberAhead(db.database.executor, order),
    }),
  );
  const { sid, token } = DEFAULT_ACCOUNT;
  const authorization = `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;

  async function ask(method: string, path: string, form: Record<string, string> = {}): Promise<unknown> {
    const body = method === 'POST' ? { body: new URLSearchParams(form) } : {};
    const response = await fetch(`${twilio.sim.url}${path}`, {
      method,
      headers: { authorization },
      ...body,
      signal: AbortSignal.timeout(5_000),
    });
    const text = await response.text();
    assert.ok(response.ok, text);
    return text === '' ? undefined : JSON.parse(text);
  }
  const sidIn = (body: unknown): string => {
    assert.ok(typeof body === 'object' && body !== null && 'sid' in body && typeof body.sid === 'string');
    return body.sid;
  };
  const scene = {
    world,
    twilio,
    /** Services of which a number is a sender; one for each that is in a pool. */
    pools: () => twilio.objects('serviceNumbers').map((one) => ('serviceSid' in one ? one.serviceSid : '')),
    /** An event of the provider's, dated now. */
    async told(phoneNumberSid: string, status: NumberRegistration['status'], messagingServiceSid: string) {
      const registration = { status, messagingServiceSid, at: clock.current() };
      await db.database.transaction((tx) =>
        recordNumberRegistration(tx, clock, phoneNumberSid, registration),
      );
    },
    async round() {
      while ((await loop.runOnce()) > 0);
      await twilio.advance(ROUND_MS);
    },
    async live() {
      for (let round = 0; round < ROUNDS; round++) await scene.round();
    },
    /** A business of its own, up to an active campaign. */
    async registered(n: string, spec: Partial<BrandSpec> = {}) {
      await world.submittedBrand({ ...COMPLETE_BRAND, taxId: `12-345678${n}`, ...spec }, `brand_${n}`);
      await world.submittedCampaign(COMPLETE_CAMPAIGN, `camp_${n}`, `brand_${n}`);
      await scene.live();
      assert.equal((await world.campaign(`camp_${n}`))?.phase, 'ACTIVE');
    },
    async serviceOf(campaignId: string): Promise<string> {
      return (await world.campaign(campaignId))?.externalRefs.messagingServiceId ?? '';
    },
    async detach(bindingId: string) {
      await db.database.tenantTransaction(TENANT, async (tx) => {
        const before = await world.store.bindings.get(tx, bindingId);
        assert.ok(before);
        const { next, events } = detachBinding(before, clock.current());
        await world.store.bindings.save(tx, before, next, events);
        await world.enqueue(tx, { tenantId: TENANT, resource: 'binding', aggregateId: bindingId });
      });
    },
    /** A number of the account's in a service that is none of ours. */
    async othersPool(e164: string) {
      await twilio.sim.control.handle({
        method: 'POST',
        path: '/_sim/own',
        query: new URLSearchParams(),
        body: JSON.stringify({ phoneNumber: e164 }),
      });
      const number = twilio
        .objects('numbers')
        .find((one) => 'phoneNumber' in one && one.phoneNumber === e164);
      const service = sidIn(await ask('POST', '/messaging/v1/Services', { FriendlyName: 'somebody else' }));
      await ask('POST', `/messaging/v1/Services/${service}/PhoneNumbers`, {
        PhoneNumberSid: number?.sid ?? '',
      });
      return { service };
    },
    async release({ phoneNumberSid }: ExternalRefs = {}) {
      await ask('DELETE', `/2010-04-01/Accounts/${sid}/IncomingPhoneNumbers/${phoneNumberSid}.json`);
    },
  };
  return scene;
}
