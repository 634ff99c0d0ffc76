import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExternalRefs } from '../../domain/types.ts';
import { BRAND, rejected, SPEC, TEXTS } from './campaign-world.test-support.ts';
import { faultsUpTo } from './drive.test-support.ts';

test('a rejected campaign is edited in place, once, without a fee, whatever crashes or gets lost', async () => {
  const plain = await rejected(['30896']);
  const before = plain.world.calls.length;
  await plain.resubmit(plain.refs);
  for (const { at, kind } of faultsUpTo(plain.world.calls.length - before)) {
    const { world, refs, resubmit, stored, poll } = await rejected(['30896']);
    world.fault = { at: world.calls.length + at, kind };
    const spec = { ...SPEC, description: 'Texts to people who called and were not answered, to help them.' };
    const ended = await resubmit(refs, { spec });
    assert.ok(world.calls.length > world.fault.at, 'the fault happened');
    assert.equal(ended.outcome.kind, 'ok', JSON.stringify({ at, kind }));
    assert.equal(stored().edits, 1, JSON.stringify({ at, kind }));
    assert.equal(stored().input.description, spec.description);
    assert.deepEqual(world.paid, ['create MG1']);
    assert.equal(ended.refs.providerCampaignId, 'MG1');
    assert.equal((await poll(ended.refs)).state, 'pending');
  }
});

test('right after an edit the old verdict is not taken for a new one; some seconds later it is', async () => {
  const { refs, resubmit, reject, poll, clock } = await rejected(['30896']);
  const ended = await resubmit(refs);
  reject('30896');
  assert.equal((await poll(ended.refs)).state, 'pending');
  clock.advance(20_000);
  assert.equal((await poll(ended.refs)).state, 'rejected');
});

for (const code of ['30883', '30884', '30885', '30897']) {
  test(`a campaign rejected with ${code} is never sent again, though another code is mendable and a fee is allowed`, async () => {
    const { refs, resubmit, stored, world } = await rejected(['30886', code], { recreate: true });
    const { outcome } = await resubmit(refs);
    assert.equal(outcome.kind === 'refused' && outcome.refusal.code, code);
    assert.equal(stored().edits, 0);
    assert.deepEqual(world.paid, ['create MG1']);
  });
}

/** What no edit can do. */
const NO_EDIT = [
  ['an account that may not edit', ['30896'], false, {}],
  [
    'a changed answer to HELP',
    ['30890'],
    true,
    { texts: { ...TEXTS, helpMessage: 'Alder Creek: call us.' } },
  ],
  ['a review that timed out', ['30901'], true, {}],
] as const;

for (const [what, codes, mayEdit, over] of NO_EDIT) {
  test(`${what} costs a new campaign: refused with what to do, unless that fee is allowed`, async () => {
    const { refs, resubmit, world } = await rejected([...codes]);
    world.mayEdit = mayEdit;
    const { outcome } = await resubmit(refs, over);
    assert.ok(outcome.kind === 'refused' && outcome.refusal.remediation);
    assert.deepEqual(world.paid, ['create MG1']);
  });

  test(`${what}, the fee being allowed, makes one new campaign in the same service, whatever crashes or gets lost`, async () => {
    const plain = await rejected([...codes], { recreate: true });
    plain.world.mayEdit = mayEdit;
    const before = plain.world.calls.length;
    await plain.resubmit(plain.refs, over);
    for (const { at, kind } of faultsUpTo(plain.world.calls.length - before)) {
      const { refs, resubmit, world, poll, stored } = await rejected([...codes], { recreate: true });
      world.mayEdit = mayEdit;
      world.fault = { at: world.calls.length + at, kind };
      const ended = await resubmit(refs, over);
      assert.ok(world.calls.length > world.fault.at, 'the fault happened');
      assert.equal(ended.outcome.kind, 'ok', JSON.stringify({ at, kind }));
      assert.deepEqual(world.paid, ['create MG1', 'delete MG1', 'create MG1'], JSON.stringify({ at, kind }));
      assert.ok(!ended.refs.tcrCampaignId, 'the old id is not the id of the new campaign');
      assert.equal(stored().status, 'PENDING');
      assert.equal((await poll(ended.refs)).state, 'pending');
    }
  });
}

test('after a deletion nothing is created for five seconds', async () => {
  const { refs, flow, pass, order, world, clock } = await rejected(['30901'], { recreate: true });
  const again = (known: ExternalRefs) => flow.resubmit(order(known, { submission: 2 }), BRAND, pass);
  const first = await again(refs);
  assert.ok(first.kind === 'pending' && first.value);
  clock.advance(4_999);
  assert.equal((await again({ ...refs, ...first.value })).kind, 'pending');
  assert.deepEqual(world.paid, ['create MG1', 'delete MG1']);
});

test('what somebody mended in the console is taken as it is', async () => {
  for (const status of ['IN_PROGRESS', 'VERIFIED', 'ON_HOLD']) {
    const { refs, resubmit, stored, poll, world } = await rejected(['30896'], { recreate: true });
    Object.assign(stored(), { status, errors: [] });
    const ended = await resubmit(refs);
    assert.equal(ended.outcome.kind, 'ok');
    assert.deepEqual([stored().edits, world.paid], [0, ['create MG1']]);
    assert.equal((await poll(ended.refs)).state, status === 'VERIFIED' ? 'approved' : 'pending');
  }
});

test('a suspended campaign is suspended with a reason, and not sent again', async () => {
  const { refs, resubmit, stored, poll } = await rejected([]);
  Object.assign(stored(), { status: 'SUSPENDED' });
  const { state, reasons } = await poll(refs);
  assert.deepEqual([state, reasons[0]?.reason], ['suspended', 'CarrierSuspended']);
  const { outcome } = await resubmit(refs);
  assert.equal(outcome.kind === 'refused' && outcome.refusal.reason, 'CarrierSuspended');
});

test('a campaign that vanished is gone, and is made anew when it is submitted again', async () => {
  const { refs, resubmit, poll, world } = await rejected([]);
  world.campaigns.clear();
  const { state, reasons } = await poll(refs);
  assert.deepEqual([state, reasons[0]?.reason], ['gone', 'ProviderObjectGone']);
  assert.equal((await resubmit(refs)).outcome.kind, 'ok');
  assert.deepEqual(world.paid, ['create MG1', 'create MG1']);
  assert.equal((await poll({})).state, 'gone');
});

test('a service that vanished with its campaign is made anew too', async () => {
  const { refs, resubmit, world } = await rejected([]);
  world.campaigns.clear();
  world.services.length = 0;
  const ended = await resubmit(refs);
  assert.equal(ended.outcome.kind, 'ok');
  assert.equal(world.services.length, 1);
  assert.equal(world.services[0]?.friendlyName, 'camp_1/messaging-service-2');
});

test('a campaign that is not shown now and then is never deleted or paid for again because of it', async () => {
  const { refs, order, flow, pass, resubmit, stored, clock, world } = await rejected(['30896']);
  world.hideCampaign = 1;
  const first = await flow.resubmit(order(refs, { submission: 2 }), BRAND, pass);
  assert.ok(first.kind === 'pending' && first.value);
  clock.advance(60_000);
  world.hideCampaign = 1;
  assert.equal((await resubmit({ ...refs, ...first.value })).outcome.kind, 'ok');
  assert.deepEqual([stored().edits, world.paid], [1, ['create MG1']]);
});

test('a deleted campaign that is still shown is not taken for the new one', async () => {
  const { refs, order, flow, pass, resubmit, world, stored } = await rejected(['30901'], { recreate: true });
  const old = { ...stored() };
  const first = await flow.resubmit(order(refs, { submission: 2 }), BRAND, pass);
  assert.ok(first.kind === 'pending' && first.value);
  // Back for as long as it takes to meet it.
  world.campaigns.set('MG1', old);
  const ended = resubmit({ ...refs, ...first.value });
  await assert.rejects(ended, /goes on for ever/, 'it waits rather than take the old verdict');
  assert.equal(world.campaigns.get('MG1'), old);
});
