import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { mortal } from './support/crash.ts';
import { eachDatabase } from './support/database.ts';
import { LOOP, openWorld, type World } from './support/world.ts';

/** Far above the steps of the whole story; the test ends at the first run that survives. */
const MORE_THAN_ENOUGH = 2_000;

eachDatabase('a worker that dies', (open, engine) => {
  test('at any step of the whole story leaves a state from which it ends well, and nothing is created twice', async () => {
    const world = await openWorld(open);
    let crashes = 0;
    // Every step on the fast engine, every third on the slow one; the offset differs from run to run of CI.
    const stride = engine === 'postgres' ? 1 : 3;
    for (let dieAt = 1; dieAt < MORE_THAN_ENOUGH; dieAt += stride) {
      const died = await tellStory(world, dieAt);
      // The story is over: looks at this business are no steps of the next one.
      await sql`delete from reconcile_queue`.execute(world.database.executor);
      if (!died) break;
      crashes++;
    }
    assert.ok(crashes * stride > 100, `only ${crashes} crash points were reached`);
    const tags = world.fake.created.map((object) => object.tag);
    assert.deepEqual(duplicatesIn(tags), [], 'something was created twice at the provider');
  });
});

/** One business from submit to ready, by a worker that dies at a step and one that finds what it left. */
async function tellStory(world: World, dieAt: number): Promise<boolean> {
  const n = String(dieAt).padStart(4, '0');
  const [brandId, campaignId, bindingId] = [`brand_${n}`, `camp_${n}`, `bind_${n}`];
  await world.submittedBrand({ taxId: `12-345${n}` }, brandId);
  await world.submittedCampaign({}, campaignId, brandId);
  await world.requestedNumber(`+1212555${n}`, bindingId, campaignId);

  const doomed = mortal(world.database, dieAt, 'commit');
  const loop = world.loopOver(doomed.database);
  for (let round = 0; round < 10 && !doomed.dead(); round++) {
    await loop.runOnce().catch((error: unknown) => assert.equal((error as Error).name, 'Crash'));
    world.clock.advance(700);
  }
  const died = doomed.dead();
  // Somebody else takes over when the lease has ended.
  world.clock.advance(LOOP.leaseMs);
  await world.runFor(8, 6_000);

  const where = `after a crash at step ${dieAt}`;
  assert.equal((await world.brand(brandId))?.phase, 'VETTED', where);
  assert.equal((await world.campaign(campaignId))?.phase, 'ACTIVE', where);
  assert.equal((await world.binding(bindingId))?.phase, 'VERIFIED', where);
  assert.deepEqual(await world.eventsOf(brandId), ['BrandSubmitted', 'BrandVetted'], where);
  assert.deepEqual(
    await world.eventsOf(campaignId),
    ['CampaignSubmitted', 'CampaignApproved', 'CampaignActivated', 'A2PReady'],
    where,
  );
  assert.deepEqual(
    await world.eventsOf(bindingId),
    ['NumberAttachRequested', 'NumberAttached', 'NumberVerified'],
    where,
  );
  return died;
}

function duplicatesIn(tags: readonly string[]): string[] {
  return tags.filter((tag, index) => tags.indexOf(tag) !== index);
}
