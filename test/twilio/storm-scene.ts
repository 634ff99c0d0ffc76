import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { findCondition } from '../../src/kernel/condition.ts';
import { createProviderAccounts, type ProviderAccounts } from '../../src/platform/provider-http/accounts.ts';
import { createProviderHttp, type ProviderHttp } from '../../src/platform/provider-http/provider-http.ts';
import { twilioHosts } from '../../src/platform/twilio/hosts.ts';
import { type TestDatabase, testClock } from '../support/database.ts';
import { startTwilio } from '../support/twilio.ts';
import { createWorld } from '../support/world.ts';
import { COMPLETE_BRAND, COMPLETE_CAMPAIGN, ONE_OF_EACH } from './complete.ts';

export const BUSINESSES = 3;
const WORKERS = 3;
/** Breakers live in real time, and hours of the test's take seconds. */
const BREAKER = { failures: 5, openMs: 20 };
/** A look and an order of each business; what comes on top is told to come later. */
const LONGEST_WAIT_MS = 12_000;
/** Rounds in which something was due though time stood still: more is a loop without end. */
const MOST_ROUNDS = 500;
/** What no business here may ever be: the provider was ill, its verdicts were good. */
const WRONG_PHASES = ['REJECTED', 'FAILED', 'SUSPENDED', 'DETACHED'];

export type StormScene = Awaited<ReturnType<typeof stormScene>>;

/** Three workers with adapters of their own over one database, three submitted businesses, one simulated provider. */
export async function stormScene(db: TestDatabase, around = (http: ProviderHttp): ProviderHttp => http) {
  const clock = testClock();
  const twilio = await startTwilio(clock);
  const world = createWorld(db.database, clock);
  await world.tenant();
  const ids = Array.from({ length: BUSINESSES }, (_, n) => ({
    brandId: `brand_${n}`,
    campaignId: `camp_${n}`,
    bindingId: `bind_${n}`,
  }));
  for (const [n, { brandId, campaignId, bindingId }] of ids.entries()) {
    await world.submittedBrand({ ...COMPLETE_BRAND, taxId: `12-345670${n}` }, brandId);
    await world.submittedCampaign(COMPLETE_CAMPAIGN, campaignId, brandId);
    await world.requestedNumber(`+1206444010${n}`, bindingId, campaignId);
  }
  const https: ProviderHttp[] = [];
  const workers = Array.from({ length: WORKERS }, () => {
    const http = createProviderHttp({
      hosts: twilioHosts(twilio.sim.url),
      breaker: BREAKER,
      onCall: () => {},
    });
    https.push(http);
    const accounts = timeless(createProviderAccounts(db.database.executor, clock));
    return world.loopOver(db.database, twilio.adapter({ accounts, around: () => around(http) }));
  });
  const { control } = twilio.sim;

  const scene = {
    twilio,
    world,
    ids,
    control,
    /** Time passes in steps; all that is due at each of them is done. Ends early when `until` says so. */
    async live(forMs: number, stepMs: number, until: () => Promise<boolean> = async () => false) {
      for (let passed = 0; passed < forMs; passed += stepMs) {
        for (let round = 0; ; round++) {
          assert.ok(round < MOST_ROUNDS, 'work without end');
          const claimed = await Promise.all(workers.map((worker) => worker.runOnce()));
          if (claimed.every((rows) => rows === 0)) break;
        }
        await nothingIsWrong();
        if (await until()) return;
        await twilio.advance(stepMs);
      }
    },
    async isReady(): Promise<boolean> {
      const phases = await Promise.all(
        ids.map(async ({ brandId, campaignId, bindingId }) => [
          (await world.brand(brandId))?.phase,
          (await world.campaign(campaignId))?.phase,
          (await world.binding(bindingId))?.phase,
        ]),
      );
      return phases.every((each) => each.join() === 'VETTED,ACTIVE,VERIFIED');
    },
    /** Failed passes of the queue rows that has the most of them. */
    async mostFailures(): Promise<number> {
      const { rows } = await sql<{ most: number }>`
        select max(failures)::int as most from reconcile_queue`.execute(db.database.executor);
      return rows[0]?.most ?? 0;
    },
    /** What the brands say of the provider; those that say nothing are left out. */
    async reachable(): Promise<readonly string[]> {
      const said = await Promise.all(
        ids.map(async ({ brandId }) => {
          const brand = await world.brand(brandId);
          const condition = brand && findCondition(brand.conditions, 'ProviderReachable');
          return condition && `${condition.status} ${condition.reason}`;
        }),
      );
      return said.filter((one) => one !== undefined);
    },
    /** Every business was registered once, told the world so once, and remembers no trouble. */
    async allIsWell(): Promise<void> {
      assert.ok(await scene.isReady(), 'not every business is ready');
      // Who was ready before the trouble was over remembers it until he is looked at again.
      await scene.live(3_600_000, 300_000);
      const there = Object.keys(ONE_OF_EACH).map((kind) => [kind, twilio.objects(kind).length]);
      const wanted = Object.entries(ONE_OF_EACH).map(([kind, each]) => [kind, each * BUSINESSES]);
      assert.deepEqual(there, wanted);
      for (const { brandId, campaignId } of ids) {
        assert.deepEqual(await world.eventsOf(brandId), ['BrandSubmitted', 'BrandVetted']);
        assert.deepEqual(await world.eventsOf(campaignId), [
          'CampaignSubmitted',
          'CampaignApproved',
          'CampaignActivated',
          'A2PReady',
        ]);
      }
      assert.equal(await scene.mostFailures(), 0);
      for (const said of await scene.reachable()) assert.equal(said, 'True Reachable');
      assert.equal(control.counts().contractViolations, 0);
    },
    async close() {
      await Promise.all(https.map((http) => http.close()));
      await twilio.close();
    },
  };
  return scene;

  async function nothingIsWrong(): Promise<void> {
    const { rows } = await sql<{ id: string; phase: string }>`
      select brand_id as id, phase from brands
      union all select campaign_id, phase from campaigns
      union all select binding_id, phase from bindings
      union all select aggregate_id, 'parked' from reconcile_queue where parked_at is not null
    `.execute(db.database.executor);
    const wrong = rows.filter(({ phase }) => phase === 'parked' || WRONG_PHASES.includes(phase));
    assert.deepEqual(wrong, []);
  }
}

/** The line of calls that all workers share. Time stands still while somebody waits for his turn. */
function timeless(accounts: ProviderAccounts): ProviderAccounts {
  return {
    ...accounts,
    async take(account, everyMs) {
      const turn = await accounts.take(account, everyMs, LONGEST_WAIT_MS);
      return turn.kind === 'turn' ? { ...turn, waitMs: 0 } : turn;
    },
  };
}
