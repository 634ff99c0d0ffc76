import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCondition, isTrue } from '../src/kernel/condition.ts';
import { ok, unknown } from '../src/kernel/outcome.ts';
import { listDeadLetters, requeueDeadLetters } from '../src/platform/queue/dead-letters.ts';
import { detachBinding } from '../src/registration/domain/binding.ts';
import { editBrand, submitBrand } from '../src/registration/domain/brand.ts';
import type { Provider, ProviderStatus } from '../src/registration/ports.ts';
import { eachDatabase } from './support/database.ts';
import { openWorld, type World } from './support/world.ts';

eachDatabase('from submitted to A2PReady', (open) => {
  test('brand, campaign and number submitted at once converge, in order, to A2PReady', async () => {
    const world = await openWorld(open);
    await world.submittedBrand();
    await world.submittedCampaign();
    await world.requestedNumber();
    await world.runUntilIdle();
    const waiting = await world.campaign();
    assert.equal(waiting?.phase, 'SUBMITTED');
    assert.equal(findCondition(waiting.conditions, 'BrandVetted')?.status, 'False');
    await world.runFor(8);
    assert.equal((await world.brand())?.phase, 'VETTED');
    assert.equal((await world.campaign())?.phase, 'ACTIVE');
    assert.equal((await world.binding())?.phase, 'VERIFIED');
    assert.deepEqual(await world.eventsOf('brand_1'), ['BrandSubmitted', 'BrandVetted']);
    assert.deepEqual(await world.eventsOf('camp_1'), [
      'CampaignSubmitted',
      'CampaignApproved',
      'CampaignActivated',
      'A2PReady',
    ]);
    assert.deepEqual(await world.eventsOf('bind_1'), [
      'NumberAttachRequested',
      'NumberAttached',
      'NumberVerified',
    ]);
    assert.deepEqual(
      world.fake.created.map((o) => o.operation),
      ['brand.register', 'campaign.register', 'messagingService.create', 'number.attach'],
    );
  });
});

eachDatabase('what goes wrong on the way', (open) => {
  test('a rejected brand says why, and is vetted after an edit and a new submission', async () => {
    const world = await openWorld(open);
    await world.submittedBrand({ taxId: '99-0000001', legalName: 'Rosa Plumbing' });
    await world.runFor(3);
    const rejected = await world.brand();
    assert.equal(rejected?.phase, 'REJECTED');
    const why = findCondition(rejected.conditions, 'Vetted');
    assert.deepEqual(
      [why?.status, why?.reason, why?.field, why?.actor],
      ['False', 'TaxIdMismatch', 'legalName', 'tenant'],
    );
    await resubmit(world, { legalName: 'Rosa Plumbing Incorporated' });
    await world.runFor(3);
    assert.equal((await world.brand())?.phase, 'VETTED');
    assert.deepEqual(await world.eventsOf('brand_1'), [
      'BrandSubmitted',
      'BrandRejected',
      'BrandSubmitted',
      'BrandVetted',
    ]);
    assert.deepEqual(
      world.fake.created.map((o) => o.operation),
      ['brand.register', 'brand.resubmit'],
    );
  });

  test('a brand that the provider keeps pending stays SUBMITTED, is looked at and never written', async () => {
    const world = await openWorld(open);
    await world.submittedBrand({ taxId: '99-0000002' });
    await world.runFor(2);
    const before = await world.brand();
    await world.runFor(50, 600_000);
    assert.deepEqual(await world.brand(), before);
    assert.ok(world.passes.length > 40, 'it was looked at again and again');
  });

  test('of two campaigns of one brand the second is never sent, and gets its turn when the first is rejected', async () => {
    const world = await openWorld(open);
    await world.submittedBrand();
    await world.runFor(3);
    await world.submittedCampaign({ optInDescription: 'sim:reject Callers agree on the phone.' }, 'camp_1');
    await world.runUntilIdle();
    await world.submittedCampaign({}, 'camp_2');
    await world.runUntilIdle();
    const second = await world.campaign('camp_2');
    assert.ok(isTrue(second?.conditions ?? [], 'DuplicateActive'));
    assert.equal(world.fake.created.filter((o) => o.operation === 'campaign.register').length, 1);
    await world.runFor(8);
    assert.equal((await world.campaign('camp_1'))?.phase, 'REJECTED');
    assert.equal((await world.campaign('camp_2'))?.phase, 'ACTIVE');
  });

  test('a campaign that the carriers suspend loses the gate, and says so', async () => {
    const world = await openWorld(open);
    await world.submittedBrand();
    await world.submittedCampaign({ optInDescription: 'sim:suspend Callers agree on the phone.' });
    await world.requestedNumber();
    await world.runFor(8);
    assert.ok(isTrue((await world.campaign())?.conditions ?? [], 'Ready'));
    await world.runFor(12);
    const suspended = await world.campaign();
    assert.equal(suspended?.phase, 'SUSPENDED');
    assert.equal(findCondition(suspended.conditions, 'Ready')?.status, 'False');
    assert.deepEqual((await world.eventsOf('camp_1')).slice(-2), ['CampaignSuspended', 'A2PNotReady']);
  });

  test('a number the provider does not have ends FAILED; one that carriers never confirm stays ATTACHED', async () => {
    const world = await openWorld(open);
    await world.submittedBrand();
    await world.submittedCampaign();
    await world.requestedNumber('+15005550001', 'bind_1');
    await world.requestedNumber('+15005550002', 'bind_2');
    await world.runFor(8);
    assert.equal((await world.binding('bind_1'))?.phase, 'FAILED');
    assert.deepEqual(await world.eventsOf('bind_1'), ['NumberAttachRequested', 'NumberAttachFailed']);
    assert.equal((await world.binding('bind_2'))?.phase, 'ATTACHED');
    assert.equal(isTrue((await world.campaign())?.conditions ?? [], 'Ready'), false);
  });

  test('a detached number closes the gate and is free for others once the provider let it go', async () => {
    const world = await openWorld(open);
    await world.submittedBrand();
    await world.submittedCampaign();
    await world.requestedNumber();
    await world.runFor(8);
    await detach(world);
    await world.requestedNumber('+15005550006', 'bind_2');
    await world.runFor(4);
    assert.ok(isTrue((await world.binding('bind_1'))?.conditions ?? [], 'ProviderDetached'));
    assert.equal((await world.binding('bind_2'))?.phase, 'VERIFIED');
    assert.deepEqual((await world.eventsOf('camp_1')).slice(-3), ['A2PReady', 'A2PNotReady', 'A2PReady']);
  });

  test('a brand suspended at the provider suspends its campaigns, and both come back with it (C35)', async () => {
    const world = await openWorld(open);
    const { database, clock, fake } = world;
    await world.submittedBrand();
    await world.submittedCampaign();
    await world.requestedNumber();
    await world.runFor(8);
    const suspended: ProviderStatus = { state: 'suspended', reasons: [], externalRefs: {} };
    let provider = withBrandStatus(fake, suspended);
    const run = async () => {
      const loop = world.loopOver(database, provider);
      clock.advance(86_400_000);
      for (let i = 0; i < 4; i++) while ((await loop.runOnce()) > 0);
    };
    await run();
    assert.ok(isTrue((await world.brand())?.conditions ?? [], 'ProviderSuspended'));
    assert.equal((await world.campaign())?.phase, 'SUSPENDED');
    provider = fake;
    await run();
    assert.equal((await world.campaign())?.phase, 'ACTIVE');
    assert.deepEqual((await world.eventsOf('camp_1')).slice(-4), [
      'CampaignSuspended',
      'A2PNotReady',
      'CampaignActivated',
      'A2PReady',
    ]);
  });

  test('twelve failures park the brand with one status write each way, and an operator brings it back', async () => {
    const world = await openWorld(open);
    const { database, clock, fake } = world;
    await world.submittedBrand();
    const broken = world.loopOver(database, { ...fake, ensureBrand: async () => unknown('no answer') });
    const versions = new Set<number | undefined>();
    for (let i = 0; i < 20; i++) {
      await broken.runOnce();
      versions.add((await world.brand())?.version);
      clock.advance(900_000);
    }
    const parked = await world.brand();
    assert.ok(isTrue(parked?.conditions ?? [], 'Stalled'));
    assert.equal(findCondition(parked?.conditions ?? [], 'ProviderReachable')?.reason, 'ProviderUnavailable');
    assert.equal(versions.size, 2, 'twelve identical failures are one write, parking is another');
    assert.equal((await listDeadLetters(database.executor)).length, 1);
    await requeueDeadLetters(database.executor, clock);
    await world.runFor(4);
    assert.equal((await world.brand())?.phase, 'VETTED');
    assert.equal(isTrue((await world.brand())?.conditions ?? [], 'Stalled'), false);
  });

  test('a parked campaign still closes its gate when its number goes, and a good pass ends its stall', async () => {
    const world = await openWorld(open);
    const { database, clock, fake } = world;
    await world.submittedBrand();
    await world.submittedCampaign();
    await world.requestedNumber();
    await world.runFor(8);
    const silent: Provider = { ...fake, pollStatus: async () => unknown('no answer') };
    const broken = world.loopOver(database, silent);
    for (let i = 0; i < 20; i++) {
      clock.advance(86_400_000);
      await broken.runOnce();
    }
    const parked = await world.campaign();
    assert.ok(isTrue(parked?.conditions ?? [], 'Stalled') && isTrue(parked?.conditions ?? [], 'Ready'));
    await detach(world);
    while ((await broken.runOnce()) > 0);
    assert.equal(isTrue((await world.campaign())?.conditions ?? [], 'Ready'), false);
    assert.equal((await world.eventsOf('camp_1')).at(-1), 'A2PNotReady');
    await requeueDeadLetters(database.executor, clock);
    await world.runFor(2);
    assert.equal(isTrue((await world.brand())?.conditions ?? [], 'Stalled'), false);
    assert.equal(isTrue((await world.campaign())?.conditions ?? [], 'Stalled'), false);
  });

  test('an order of which nobody can tell whether it was carried out is not repeated', async () => {
    const world = await openWorld(open);
    const { database, clock, fake } = world;
    await world.submittedBrand();
    let creates = 0;
    const blind = world.loopOver(database, {
      ...fake,
      ensureBrand: ({ brandId, submission }, pass) =>
        pass.effects.ensure(
          { key: `${brandId}/${submission}`, operation: 'brand.register', request: {} },
          {
            find: async () => ok({ kind: 'cannotTell' }),
            create: async () => {
              creates++;
              return unknown('the answer was lost');
            },
          },
        ),
    });
    for (let i = 0; i < 30; i++) {
      await blind.runOnce();
      clock.advance(3_600_000);
    }
    assert.equal(creates, 1);
    const stuck = findCondition((await world.brand())?.conditions ?? [], 'ProviderReachable');
    assert.deepEqual([stuck?.reason, stuck?.actor], ['ProviderOutcomeUnknown', 'operator']);
  });

  test('sim:flaky fails every first call, and everything comes about all the same', async () => {
    const world = await openWorld(open);
    await world.submittedBrand({ displayName: 'sim:flaky Alder' });
    await world.runFor(5);
    assert.equal((await world.brand())?.phase, 'VETTED');
    assert.equal(world.fake.created.length, 1);
  });
});

function withBrandStatus(provider: Provider, status: ProviderStatus): Provider {
  return {
    ...provider,
    pollStatus: async (object, pass) =>
      object.resource === 'brand' ? ok(status) : provider.pollStatus(object, pass),
  };
}

async function detach(world: World): Promise<void> {
  await world.database.tenantTransaction('ten_test', async (tx) => {
    const binding = await world.store.bindings.lock(tx, 'bind_1');
    assert.ok(binding);
    const { next, events } = detachBinding(binding, world.clock.current());
    await world.store.bindings.save(tx, binding, next, events);
    await world.enqueue(tx, { tenantId: 'ten_test', resource: 'binding', aggregateId: 'bind_1' });
    await world.enqueue(tx, { tenantId: 'ten_test', resource: 'campaign', aggregateId: 'camp_1' });
  });
}

async function resubmit(world: World, change: { legalName: string }): Promise<void> {
  await world.database.tenantTransaction('ten_test', async (tx) => {
    const brand = await world.store.brands.lock(tx, 'brand_1');
    assert.ok(brand);
    const now = world.clock.current();
    const edited = editBrand(brand, { ...brand.spec, ...change }, now);
    const { next, events } = submitBrand(edited.next, now);
    const saved = await world.store.brands.save(tx, brand, next, events);
    const generation = saved.generation + saved.submission;
    await world.enqueue(tx, { tenantId: 'ten_test', resource: 'brand', aggregateId: 'brand_1', generation });
  });
}
