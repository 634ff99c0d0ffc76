import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BRAND, setUp } from './campaign-world.test-support.ts';
import { drive, faultsUpTo } from './drive.test-support.ts';
import { memoryEffects } from './memory-effects.test-support.ts';

test('whatever crashes or gets lost at whichever call, one service and one campaign come of it', async () => {
  const { ensure, world } = setUp({ lateMs: 4_000 });
  const { refs } = await ensure();
  assert.deepEqual(
    [refs.messagingServiceId, refs.providerCampaignId],
    ['MG1', 'MG1'],
    'named by its service',
  );
  for (const fault of faultsUpTo(world.calls.length)) {
    const run = setUp({ fault, lateMs: 4_000 });
    const ended = await run.ensure();
    assert.ok(run.world.calls.length > fault.at, 'the fault happened');
    assert.equal(ended.outcome.kind, 'ok', JSON.stringify(fault));
    assert.equal(run.world.services.length, 1, JSON.stringify(fault));
    assert.deepEqual(run.world.paid, ['create MG1'], JSON.stringify(fault));
    assert.equal((await run.poll(ended.refs)).state, 'pending', 'what is shown late is not gone');
  }
});

test('a campaign is not made until its service has settled, and the service is kept in the refs meanwhile', async () => {
  const { flow, pass, order, world, clock } = setUp();
  const first = await flow.ensure(order({}), BRAND, pass);
  assert.ok(first.kind === 'pending');
  assert.deepEqual(first.value, { messagingServiceId: 'MG1' }, 'no campaign id: it does not exist yet');
  clock.advance((first.checkAfterMs ?? 0) - 1);
  assert.equal((await flow.ensure(order({}), BRAND, pass)).kind, 'pending');
  assert.deepEqual(world.paid, []);
  clock.advance(1);
  assert.equal((await flow.ensure(order({}), BRAND, pass)).kind, 'ok');
});

test('the use case is one that the provider offers to the brand; none that fits is a refusal, none at all a wait', async () => {
  const soleProprietor = setUp();
  soleProprietor.world.useCases = ['SOLE_PROPRIETOR'];
  await soleProprietor.ensure();
  assert.equal(soleProprietor.stored().input.useCase, 'SOLE_PROPRIETOR');
  const other = setUp();
  other.world.useCases = ['POLITICAL'];
  const { outcome } = await other.ensure();
  assert.equal(outcome.kind === 'refused' && outcome.refusal.reason, 'UseCaseNotEligible');
  const early = setUp();
  early.world.useCases = [];
  await early.flow.ensure(early.order({}), BRAND, early.pass);
  early.clock.advance(5_000);
  const waits = await early.flow.ensure(early.order({}), BRAND, early.pass);
  assert.equal(waits.kind === 'pending' && waits.waiting?.reason, 'BrandNotVetted');
});

test('the messaging service of a campaign is the one that was made with it', async () => {
  const { ensure, flow, pass, order, world, clock } = setUp();
  const { refs } = await ensure();
  assert.deepEqual(await flow.service(order(refs), pass), {
    kind: 'ok',
    value: { messagingServiceId: 'MG1' },
  });
  const forgetful = { ...pass, effects: memoryEffects(clock) };
  await flow.service(order({}), forgetful);
  clock.advance(5_000);
  const found = await flow.service(order({}), forgetful);
  assert.deepEqual(found, { kind: 'ok', value: { messagingServiceId: 'MG1' } });
  assert.equal(world.services.length, 1);
});

test('a status that is new here is waited out, and says so', async () => {
  const { ensure, stored, poll } = setUp();
  const { refs } = await ensure();
  Object.assign(stored(), { status: 'ON_HOLD' });
  const { state, waiting } = await poll(refs);
  assert.equal(state, 'pending');
  assert.match(waiting?.message ?? '', /ON_HOLD/);
});

test('a brand that the provider does not show as approved yet is waited for', async () => {
  const { flow, pass, order, world, clock, ensure } = setUp();
  await flow.ensure(order({}), BRAND, pass);
  clock.advance(5_000);
  world.errors.set('createCampaign', [400, '21717']);
  const waits = await flow.ensure(order({}), BRAND, pass);
  assert.equal(waits.kind === 'pending' && waits.waiting?.reason, 'BrandNotVetted');
  assert.equal((await ensure()).outcome.kind, 'ok');
  assert.deepEqual(world.paid, ['create MG1']);
});

test('a creation that was refused is tried anew by the next submission, in the same service', async () => {
  const { ensure, world } = setUp();
  world.errors.set('createCampaign', [400, '21728']);
  const { outcome, refs } = await ensure();
  assert.equal(outcome.kind === 'refused' && outcome.refusal.code, '21728');
  assert.equal((await ensure(refs)).outcome.kind, 'refused', 'final for its submission');
  assert.equal((await ensure(refs, { submission: 2 })).outcome.kind, 'ok');
  assert.deepEqual([world.services.length, world.paid], [1, ['create MG1']]);
});

test('a campaign that exists already is taken over as soon as it is shown, not paid for again', async () => {
  const { flow, pass, order, ensure, world, clock, stored } = setUp();
  await ensure();
  stored().visibleAt = clock.now().getTime() + 20_000;
  // As after the database was set back: the ledger knows nothing of it.
  const forgetful = { ...pass, effects: memoryEffects(clock) };
  const { refs } = await drive(clock, {}, (known) => flow.ensure(order(known), BRAND, forgetful));
  assert.equal(refs.providerCampaignId, 'MG1');
  assert.ok(world.calls.filter((name) => name === 'createCampaign').length > 1, 'it met 21732');
  assert.deepEqual(world.paid, ['create MG1']);
});

test('without the id of the brand nothing is made', async () => {
  const { flow, pass, order, world } = setUp();
  assert.equal((await flow.ensure(order({}), {}, pass)).kind, 'unknown');
  assert.deepEqual(world.calls, []);
});
