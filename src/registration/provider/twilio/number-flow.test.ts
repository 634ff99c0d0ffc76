import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExternalRefs } from '../../domain/types.ts';
import type { NumberOrder, NumberRegistration } from '../../ports.ts';
import { drive, faultsUpTo } from './drive.test-support.ts';
import { memoryEffects, movedClock } from './memory-effects.test-support.ts';
import { type Fault, memoryTwilio } from './memory-twilio.test-support.ts';
import { createNumberFlow } from './number-flow.ts';
import { type AdapterOptions, POLICIES } from './options.ts';

const E164 = '+15005550006';
const OPTIONS: AdapterOptions = {
  primaryProfileSid: 'BU0',
  notifyEmail: 'compliance@platform.example',
  vetting: 'low-volume',
  recreateCampaigns: false,
  mock: false,
  policies: POLICIES,
};

function setUp({
  fault,
  lateMs = 0,
  eventsOn = false,
}: {
  fault?: Fault;
  lateMs?: number;
  eventsOn?: boolean;
} = {}) {
  const clock = movedClock();
  const { world, calls } = memoryTwilio(clock);
  world.lateMs = lateMs;
  if (fault) world.fault = fault;
  const effects = memoryEffects(clock);
  const pass = { signal: new AbortController().signal, effects };
  const heard = new Map<string, NumberRegistration>();
  const releasing = new Set<string>();
  const others: { ahead?: 'attached' | 'requested' } = {};
  const flow = createNumberFlow({
    calls,
    clock,
    options: { ...OPTIONS, eventsOn },
    registrations: { of: async (sid) => heard.get(sid) },
    isBeingReleased: async (e164) => releasing.has(e164),
    ahead: async () => others.ahead,
  });
  const order = (externalRefs: ExternalRefs, change: Partial<NumberOrder> = {}): NumberOrder => ({
    tenantId: 'ten_1',
    bindingId: 'bind_1',
    campaignId: 'camp_1',
    e164: E164,
    messagingServiceId: 'MG1',
    externalRefs,
    ...change,
  });
  const attach = (change: Partial<NumberOrder> = {}) =>
    drive(clock, {}, (refs) => flow.attach(order(refs, change), pass));
  const detach = (known: ExternalRefs) => drive(clock, known, (refs) => flow.detach(order(refs), pass));
  const poll = async (refs: ExternalRefs) => {
    const outcome = await flow.poll({ resource: 'binding', refs, e164: E164 }, pass);
    assert.ok(outcome.kind === 'ok');
    return outcome.value;
  };
  return { clock, world, flow, pass, heard, releasing, others, order, attach, detach, poll };
}

test('whatever crashes or gets lost at whichever call of an attach, the number ends up in one pool', async () => {
  const { attach, world } = setUp({ lateMs: 1_500 });
  await attach();
  assert.ok(world.calls.length >= 5, 'it is looked at until it is shown');
  for (const fault of faultsUpTo(world.calls.length)) {
    const run = setUp({ fault, lateMs: 1_500 });
    const { outcome, refs } = await run.attach();
    assert.ok(run.world.calls.length > fault.at, 'the fault happened');
    assert.equal(outcome.kind, 'ok', JSON.stringify(fault));
    assert.deepEqual(
      [...run.world.pools].map(([sid, { serviceSid }]) => [sid, serviceSid]),
      [['PN1', 'MG1']],
    );
    assert.deepEqual([refs.phoneNumberSid, refs.messagingServiceId], ['PN1', 'MG1']);
    assert.notEqual((await run.poll(refs)).state, 'gone', 'what was just attached is not taken for lost');
  }
});

test('whatever crashes or gets lost at whichever call of a detach, the number ends up in no pool', async () => {
  for (const { at, kind } of faultsUpTo(2)) {
    const { attach, detach, world } = setUp();
    await attach();
    world.fault = { at: world.calls.length + at, kind };
    assert.equal((await detach({})).outcome.kind, 'ok');
    assert.ok(world.calls.length > world.fault.at, 'the fault happened');
    assert.equal(world.pools.size, 0, JSON.stringify({ at, kind }));
  }
});

const REFUSED = [
  ['a number that the account does not hold', { e164: '+15005550001' }, 'NumberUnavailable'],
  ['a number without SMS', { e164: '+15005550007' }, 'NumberLacksSms'],
  ['a number in a foreign pool', { e164: '+15005550008' }, 'NumberHeldElsewhere'],
  ['a number more than the pool holds', {}, 'NumberPoolFull'],
] as const;

for (const [what, change, reason] of REFUSED) {
  test(`${what} is refused as ${reason}, for the tenant or the operator to see to`, async () => {
    const { attach, world } = setUp();
    world.numbers.set('+15005550007', { sid: 'PN7', sms: false });
    world.numbers.set('+15005550008', { sid: 'PN8', sms: true });
    world.pools.set('PN8', { serviceSid: 'MG_other', visibleAt: 0 });
    if (reason === 'NumberPoolFull') world.poolSize = 0;
    const { outcome } = await attach(change);
    assert.ok(outcome.kind === 'refused');
    assert.equal(outcome.refusal.reason, reason);
    assert.ok(outcome.refusal.remediation);
  });
}

test('a number that another pool of ours lets go of is waited for, then attached', async () => {
  const { flow, pass, order, world, releasing, attach } = setUp();
  world.pools.set('PN1', { serviceSid: 'MG_older', visibleAt: 0 });
  releasing.add(E164);
  const waits = await flow.attach(order({}), pass);
  assert.ok(waits.kind === 'pending');
  assert.equal(waits.waiting?.reason, 'AwaitingDetach');
  world.pools.delete('PN1');
  assert.equal((await attach()).outcome.kind, 'ok');
  assert.equal(world.pools.get('PN1')?.serviceSid, 'MG1');
});

test('waiting for another pool ends in a refusal when nobody of ours is letting go any more', async () => {
  const { flow, pass, order, world, releasing, attach } = setUp();
  world.pools.set('PN1', { serviceSid: 'MG_older', visibleAt: 0 });
  releasing.add(E164);
  assert.equal((await flow.attach(order({}), pass)).kind, 'pending');
  releasing.clear();
  assert.equal((await attach()).outcome.kind, 'refused');
});

const SOLE = { campaignRefs: { campaignUseCase: 'SOLE_PROPRIETOR' } };

test('a second number of a sole proprietor is refused before it is attached, and a second one of others is not', async () => {
  const { attach, world } = setUp();
  world.numbers.set('+15005550009', { sid: 'PN9', sms: true });
  world.pools.set('PN9', { serviceSid: 'MG1', visibleAt: 0 });
  const { outcome } = await attach(SOLE);
  assert.ok(outcome.kind === 'refused');
  const { reason, code, actor, field } = outcome.refusal;
  assert.deepEqual([reason, code, actor, field], ['NumberPoolFull', '30125', 'tenant', 'e164']);
  assert.equal(world.pools.has('PN1'), false);
  assert.equal((await attach({ campaignRefs: { campaignUseCase: 'LOW_VOLUME' } })).outcome.kind, 'ok');
});

test('the one number of a sole proprietor is attached, also when a crash had done it already', async () => {
  for (const { at, kind } of faultsUpTo(4)) {
    const { attach, world } = setUp({ fault: { at, kind } });
    assert.equal((await attach(SOLE)).outcome.kind, 'ok', JSON.stringify({ at, kind }));
    assert.equal(world.pools.get('PN1')?.serviceSid, 'MG1');
  }
});

test('the one number of a sole proprietor waits for the number before it to be let go', async () => {
  const { flow, pass, order, world, releasing, attach } = setUp();
  world.numbers.set('+15005550009', { sid: 'PN9', sms: true });
  world.pools.set('PN9', { serviceSid: 'MG1', visibleAt: 0 });
  releasing.add('+15005550009');
  const waits = await flow.attach(order({}, SOLE), pass);
  assert.ok(waits.kind === 'pending');
  assert.equal(waits.waiting?.reason, 'AwaitingDetach');
  assert.equal(world.pools.has('PN1'), false);
  world.pools.delete('PN9');
  assert.equal((await attach(SOLE)).outcome.kind, 'ok');
});

test('of two numbers of a sole proprietor the later waits for the earlier, whatever the pool shows yet', async () => {
  const { flow, pass, order, world, others, attach } = setUp();
  others.ahead = 'requested';
  const waits = await flow.attach(order({}, SOLE), pass);
  assert.ok(waits.kind === 'pending');
  assert.equal(waits.waiting?.reason, 'AwaitingProvider');
  others.ahead = 'attached';
  const refused = await flow.attach(order({}, SOLE), pass);
  assert.ok(refused.kind === 'refused');
  assert.equal(refused.refusal.reason, 'NumberPoolFull');
  assert.equal(world.pools.size, 0);
  delete others.ahead;
  assert.equal((await attach(SOLE)).outcome.kind, 'ok');
});

test('a number of anybody else waits for none', async () => {
  const { attach, others } = setUp();
  others.ahead = 'attached';
  assert.equal((await attach()).outcome.kind, 'ok');
});

test('detaching is done once more without harm, and needs neither the number nor its refs', async () => {
  const { attach, detach, world } = setUp();
  const { refs } = await attach();
  assert.equal((await detach(refs)).outcome.kind, 'ok');
  assert.equal((await detach(refs)).outcome.kind, 'ok');
  const other = setUp();
  await other.attach();
  assert.equal((await other.detach({})).outcome.kind, 'ok');
  assert.equal(other.world.pools.size, 0, 'found by the number itself');
  world.numbers.clear();
  assert.equal((await setUp().detach({})).outcome.kind, 'ok');
});

test('a number that is out of the pool, released, or released and bought again is gone', async () => {
  const { attach, world, poll } = setUp();
  const { refs } = await attach();
  world.numbers.set(E164, { sid: 'PN_again', sms: true });
  assert.equal((await poll(refs)).state, 'gone');
  world.numbers.delete(E164);
  assert.equal((await poll(refs)).state, 'gone');
  world.numbers.set(E164, { sid: 'PN1', sms: true });
  assert.equal((await poll(refs)).state, 'pending');
  world.pools.delete('PN1');
  assert.equal((await poll(refs)).state, 'gone');
  assert.equal((await poll({})).state, 'gone');
});

test('without events a number in the pool is a sender once its campaign is verified', async () => {
  const { attach, world, poll } = setUp();
  const { refs } = await attach();
  assert.equal((await poll(refs)).waiting?.reason, 'CampaignNotActive');
  world.campaigns.set('MG1', campaign('IN_PROGRESS'));
  assert.equal((await poll(refs)).state, 'pending');
  world.campaigns.set('MG1', campaign('VERIFIED'));
  assert.equal((await poll(refs)).state, 'approved');
});

test('a failed registration is a rejection with the code of the page that explains it', async () => {
  const { clock, attach, heard, poll } = setUp({ eventsOn: true });
  const { refs } = await attach();
  const reasonUrl = 'https://www.twilio.com/docs/api/errors/30126';
  heard.set('PN1', { status: 'failed', at: clock.now(), reasonUrl });
  const { state, reasons } = await poll(refs);
  assert.equal(state, 'rejected');
  assert.deepEqual([reasons[0]?.reason, reasons[0]?.code], ['NumberRegistrationFailed', '30126']);
});

const DAY_MS = 86_400_000;
const EVENTS = [
  ['registered after the attach', 'registered', 1_000, 2_000, 'approved'],
  ['pending', 'pending', 1_000, 2_000, 'pending'],
  ['unregistered, as before a registration', 'unregistered', 1_000, 2_000, 'pending'],
  ['registered long before the attach: another pool', 'registered', -DAY_MS, 2_000, 'pending'],
  ['pending for two weeks: its end was lost', 'pending', 1_000, 15 * DAY_MS, 'approved'],
  ['none, soon after the attach', undefined, 0, DAY_MS / 2, 'pending'],
  ['none for a day: none will come', undefined, 0, DAY_MS, 'approved'],
] as const;

for (const [what, status, afterMs, laterMs, state] of EVENTS) {
  test(`with events on and the campaign verified, the newest event being ${what}, the number is ${state}`, async () => {
    const { clock, attach, heard, poll, world } = setUp({ eventsOn: true });
    world.campaigns.set('MG1', campaign('VERIFIED'));
    const { refs } = await attach();
    if (status) heard.set('PN1', { status, at: new Date(clock.now().getTime() + afterMs) });
    clock.advance(laterMs);
    assert.equal((await poll(refs)).state, state);
  });
}

test('silence of the provider says nothing about a number', async () => {
  const { attach, flow, pass, world } = setUp();
  const { refs } = await attach();
  world.fault = { at: world.calls.length, kind: 'dropped' };
  const outcome = await flow.poll({ resource: 'binding', refs, e164: E164 }, pass);
  assert.equal(outcome.kind, 'unknown');
});

function campaign(status: string) {
  const input = {
    brandSid: 'BN1',
    useCase: 'LOW_VOLUME',
    description: '',
    messageFlow: '',
    messageSamples: [],
    hasEmbeddedLinks: false,
    hasEmbeddedPhone: false,
    ageGated: false,
    directLending: false,
  };
  return { status, input, edits: 0, errors: [], visibleAt: 0 };
}
