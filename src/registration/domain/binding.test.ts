import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findCondition } from '#kernel/condition.ts';
import { bindingDetachedAtProvider, detachBinding, mustDetachAtProvider, requestAttach } from './binding.ts';
import {
  attachBinding,
  campaignIsActive,
  failBinding,
  verifyBinding,
  waitForCampaign,
  waitForDetach,
} from './binding-progress.ts';
import { at, bindingIn, conflictOf, faultyFieldsOf } from './fixtures.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Binding, BindingPhase } from './types.ts';

const refused = { reason: REASON.NumberUnavailable, message: 'The account does not hold the number.' };
const carrier = { reason: REASON.NumberRegistrationFailed, message: 'A carrier refused the number.' };
const released = { reason: REASON.NumberReleased, message: 'The number was released.' };
const BINDINGS: Record<BindingPhase, Binding> = {
  REQUESTED: bindingIn('REQUESTED'),
  ATTACHED: bindingIn('ATTACHED'),
  VERIFIED: bindingIn('VERIFIED'),
  FAILED: failBinding(bindingIn('ATTACHED'), [carrier], at(11)).next,
  DETACHED: detachBinding(bindingIn('VERIFIED'), at(11)).next,
};
const PHASES = ['REQUESTED', 'ATTACHED', 'VERIFIED', 'FAILED', 'DETACHED'] as const;
const input = {
  tenantId: 'ten_1',
  bindingId: 'bind_2',
  campaignId: 'camp_1',
  e164: '+15005550006',
  now: at(20),
};
const facts = { bindingId: 'bind_1', campaignId: 'camp_1', e164: '+15005550006' };
const statusOf = ({ conditions }: Binding, type: string) => findCondition(conditions, type)?.status;

test('a requested binding is told, and is an order that the provider has not seen', () => {
  const { next, events } = requestAttach(input);
  assert.deepEqual([next.phase, next.submission, next.sentSubmission], ['REQUESTED', 1, 0]);
  assert.equal(statusOf(next, CONDITION.Attached), 'False');
  assert.deepEqual(events, [
    {
      type: 'NumberAttachRequested',
      aggregateType: 'binding',
      aggregateId: 'bind_2',
      data: { ...facts, bindingId: 'bind_2' },
    },
  ]);
});

test('what is no US number in E.164 is refused', () => {
  for (const e164 of ['5005550006', '+1500555000', '+150055500061', '+442071838750', '', '+1 500 555 0006'])
    assert.deepEqual(
      faultyFieldsOf(() => requestAttach({ ...input, e164 })),
      ['e164'],
    );
});

test('a number with a live binding cannot be attached again, and is told whether it is the same campaign', () => {
  for (const phase of ['REQUESTED', 'ATTACHED', 'VERIFIED'] as const) {
    const same = conflictOf(() => requestAttach({ ...input, current: BINDINGS[phase] }));
    assert.deepEqual(same.details, { sameCampaign: true, phase });
    const other = conflictOf(() =>
      requestAttach({ ...input, campaignId: 'camp_2', current: BINDINGS[phase] }),
    );
    assert.equal(other.details.sameCampaign, false);
  }
});

test('detach and failure free the number (R92)', () => {
  for (const phase of ['FAILED', 'DETACHED'] as const)
    assert.equal(requestAttach({ ...input, current: BINDINGS[phase] }).next.phase, 'REQUESTED');
});

describe('each command and observation is allowed in exactly these phases', () => {
  const table: {
    readonly name: string;
    readonly run: (binding: Binding) => { readonly next: Binding };
    readonly allowed: readonly BindingPhase[];
    readonly reason: string;
  }[] = [
    {
      name: 'attach',
      run: (binding) => attachBinding(binding, {}, 'MG1', at(12)),
      allowed: ['REQUESTED'],
      reason: 'once, and only what was asked for',
    },
    {
      name: 'verify',
      run: (binding) => verifyBinding(binding, {}, at(12)),
      allowed: ['ATTACHED'],
      reason: 'verify only after attach (R66), strictly in order (C25)',
    },
    {
      name: 'fail',
      run: (binding) => failBinding(binding, [released], at(12)),
      allowed: ['REQUESTED', 'ATTACHED', 'VERIFIED'],
      reason: 'a verified number can be released behind our back (C52)',
    },
    {
      name: 'detach',
      run: (binding) => detachBinding(binding, at(12)),
      allowed: ['REQUESTED', 'ATTACHED', 'VERIFIED', 'FAILED'],
      reason: 'only what is detached has nothing to detach',
    },
    {
      name: 'wait for campaign',
      run: (binding) => waitForCampaign(binding, at(12)),
      allowed: ['REQUESTED', 'ATTACHED', 'VERIFIED'],
      reason: 'what is over waits for nothing',
    },
    {
      name: 'wait for detach',
      run: (binding) => waitForDetach(binding, at(12)),
      allowed: ['REQUESTED'],
      reason: 'once attached the number was free',
    },
    {
      name: 'detached at provider',
      run: (binding) => bindingDetachedAtProvider(binding, at(12)),
      allowed: ['FAILED', 'DETACHED'],
      reason: 'a live number must stay in the pool',
    },
  ];
  for (const { name, run, allowed, reason } of table)
    for (const phase of PHASES)
      test(`${name} in ${phase}: ${allowed.includes(phase) ? 'allowed' : 'conflict'} - ${reason}`, () => {
        if (allowed.includes(phase)) return void run(BINDINGS[phase]);
        const { details } = conflictOf(() => run(BINDINGS[phase]));
        assert.deepEqual(details, { bindingId: 'bind_1', campaignId: 'camp_1', phase });
      });
});

test('requested, attached, verified, detached: one event each', () => {
  const attached = attachBinding(BINDINGS.REQUESTED, { providerNumberId: 'PN1' }, 'MG1', at(9));
  const verified = verifyBinding(attached.next, {}, at(10));
  const detached = detachBinding(verified.next, at(11));
  assert.deepEqual(
    [...attached.events, ...verified.events, ...detached.events].map(({ type, data }) => [type, data]),
    [
      ['NumberAttached', { ...facts, messagingServiceId: 'MG1' }],
      ['NumberVerified', facts],
      ['NumberDetached', facts],
    ],
  );
  assert.deepEqual(attached.next.externalRefs, { providerNumberId: 'PN1', messagingServiceId: 'MG1' });
  assert.deepEqual([attached.next.observedGeneration, attached.next.sentSubmission], [1, 1]);
});

test('attaching ends every wait', () => {
  const waiting = waitForDetach(waitForCampaign(BINDINGS.REQUESTED, at(9)).next, at(10)).next;
  assert.deepEqual(
    [statusOf(waiting, CONDITION.CampaignActive), statusOf(waiting, CONDITION.NumberAvailable)],
    ['False', 'False'],
  );
  assert.equal(waitForDetach(waiting, at(11)).next, waiting, 'waiting on writes nothing');
  const { next } = attachBinding(waiting, {}, 'MG1', at(12));
  for (const type of [CONDITION.CampaignActive, CONDITION.NumberAvailable, CONDITION.Attached])
    assert.equal(statusOf(next, type), 'True', type);
  assert.equal(statusOf(next, CONDITION.Verified), 'False');
  assert.equal(campaignIsActive(next, at(13)).next, next);
});

describe('a failure says what fell, and whether the pool has to be cleaned', () => {
  const table = [
    {
      from: 'REQUESTED',
      refusal: refused,
      falls: [CONDITION.NumberAvailable, CONDITION.Attached],
      cleanUp: false,
      reason: 'the provider does not have the number to give (C27); it never was in the pool',
    },
    {
      from: 'REQUESTED',
      refusal: { reason: REASON.NumberPoolFull, message: 'The pool is full.' },
      falls: [CONDITION.Attached],
      cleanUp: false,
      reason: 'the number is there, the pool is not',
    },
    {
      from: 'ATTACHED',
      refusal: carrier,
      falls: [CONDITION.Verified],
      cleanUp: true,
      reason: 'refused by a carrier it is still in the pool, in the way of the next campaign',
    },
    {
      from: 'VERIFIED',
      refusal: released,
      falls: [CONDITION.NumberAvailable, CONDITION.Attached, CONDITION.Verified],
      cleanUp: true,
      reason: 'released behind our back (C52); the provider may have kept the pool entry',
    },
  ] as const;
  for (const { from, refusal, falls, cleanUp, reason } of table)
    test(`${refusal.reason} in ${from}: ${reason}`, () => {
      const { next, events } = failBinding(BINDINGS[from], [refusal], at(12));
      const fallen = [CONDITION.NumberAvailable, CONDITION.Attached, CONDITION.Verified].filter(
        (type) => findCondition(next.conditions, type)?.reason === refusal.reason,
      );
      assert.deepEqual(fallen, falls);
      assert.equal(mustDetachAtProvider(next), cleanUp);
      assert.deepEqual(
        events.map(({ type, data }) => [type, data]),
        [['NumberAttachFailed', { ...facts, reasons: [refusal] }]],
      );
    });
});

test('a detached number counts as in the pool until the reconciler has looked, even if never sent (C24)', () => {
  for (const phase of ['REQUESTED', 'ATTACHED', 'VERIFIED', 'FAILED'] as const) {
    const { next } = detachBinding(BINDINGS[phase], at(12));
    assert.ok(mustDetachAtProvider(next), phase);
    const actor = findCondition(next.conditions, CONDITION.ProviderDetached)?.actor;
    assert.equal(actor, 'platform', 'nobody else has to do anything');
    const clean = bindingDetachedAtProvider(next, at(13)).next;
    assert.ok(!mustDetachAtProvider(clean));
    assert.equal(bindingDetachedAtProvider(clean, at(14)).next, clean);
  }
});

test('a failed binding that is out of the pool stays so when it is detached', () => {
  const clean = bindingDetachedAtProvider(BINDINGS.FAILED, at(12)).next;
  assert.ok(!mustDetachAtProvider(detachBinding(clean, at(13)).next));
});

test('a live binding never has to be taken out', () => {
  for (const phase of ['REQUESTED', 'ATTACHED', 'VERIFIED'] as const)
    assert.ok(!mustDetachAtProvider(BINDINGS[phase]));
});
