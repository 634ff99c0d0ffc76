import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import { findCondition } from '../../src/kernel/condition.ts';
import { eachDatabase } from '../support/database.ts';
import { BUSINESSES, type StormScene, stormScene } from './storm-scene.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const EVERY_CALL = 1_000_000;
const OUTAGE_MS = 5 * MINUTE;
/** How long an account that is turned away is left alone. */
const BLOCK_MS = 5 * MINUTE;

interface AccountRefusal {
  readonly code: number;
  readonly turnAway: (scene: StormScene) => void;
  readonly mend: (scene: StormScene) => void;
}

const REFUSALS: readonly AccountRefusal[] = [
  {
    code: 20003,
    turnAway: ({ control }) =>
      control.fault({ match: {}, fault: 'status', status: 401, code: 20003, times: EVERY_CALL }),
    mend: ({ control }) => control.clearFaults(),
  },
  {
    code: 20005,
    turnAway: ({ control }) => control.setAccountStatus(DEFAULT_ACCOUNT.sid, 'suspended'),
    mend: ({ control }) => control.setAccountStatus(DEFAULT_ACCOUNT.sid, 'active'),
  },
];

eachDatabase('three workers and a provider that is ill', (open, engine) => {
  // Calls that pass before it begins: among the profiles, the brands, the campaigns and numbers.
  const points = engine === 'postgres' ? [5, 60, 150] : [60];

  const refusals = points.flatMap((skip, n) => {
    const refusal = REFUSALS[n % REFUSALS.length];
    return refusal ? [[skip, refusal] as const] : [];
  });

  async function play(story: (scene: StormScene) => Promise<void>): Promise<void> {
    const scene = await stormScene(await open());
    try {
      await story(scene);
    } finally {
      await scene.close();
    }
  }

  test('an outage of five minutes, wherever it begins: nothing is doubled, nothing is given up', async () => {
    for (const skip of points) {
      await play(async (scene) => {
        const { control } = scene;
        const where = `after ${skip} calls`;
        control.fault({ match: {}, fault: 'status', status: 500, times: EVERY_CALL, skip });
        await scene.live(HOUR, SECOND, async () => control.counts().faultHits > 0);
        await scene.live(OUTAGE_MS / 2, 5 * SECOND);
        assert.ok(control.counts().faultHits > 5, where);
        if (skip < BUSINESSES * 5) {
          assert.deepEqual(
            await scene.reachable(),
            Array(BUSINESSES).fill('False ProviderUnavailable'),
            where,
          );
        }
        control.clearFaults();
        control.fault({ match: {}, fault: 'reset', times: EVERY_CALL });
        await scene.live(OUTAGE_MS / 2, 5 * SECOND);
        assert.ok(control.counts().faultHits > 0, where);
        control.clearFaults();
        await scene.live(HOUR, 5 * SECOND, scene.isReady);
        await scene.allIsWell();
      });
    }
  });

  // Several workers have a server under them; one story shows that the embedded engine bears them all the same.
  if (engine === 'pglite') return;

  test('storms of 429: Retry-After is heeded, no attempt is counted, all are registered once', () =>
    play(async (scene) => {
      const { control } = scene;
      let hits = 0;
      for (let storms = 0; storms < 20 && !(await scene.isReady()); storms++) {
        const before = control.counts().requests;
        control.fault({ match: {}, fault: 'status', status: 429, retryAfter: 10, times: EVERY_CALL });
        await scene.live(20 * SECOND, 5 * SECOND);
        // Nine aggregates, each of them at most at 0, 10 s and, when it came late, once more.
        assert.ok(control.counts().requests - before <= 9 * 3, 'called again before Retry-After was over');
        assert.equal(await scene.mostFailures(), 0);
        hits += control.counts().faultHits;
        control.clearFaults();
        await scene.live(5 * SECOND, SECOND);
      }
      await scene.live(HOUR, 5 * SECOND, scene.isReady);
      assert.ok(hits > 20, `only ${hits} calls met a storm`);
      await scene.allIsWell();
    }));

  test('a 429 that asks for minutes is told, and forgotten when it is over', () =>
    play(async (scene) => {
      scene.control.fault({ match: {}, fault: 'status', status: 429, retryAfter: 120, times: BUSINESSES });
      await scene.live(SECOND, SECOND);
      assert.deepEqual(await scene.reachable(), Array(BUSINESSES).fill('False ProviderThrottled'));
      await scene.live(HOUR, 5 * SECOND, scene.isReady);
      await scene.allIsWell();
    }));

  test('an account that is turned away: no calls, no attempts, its words are told; then all goes on', async () => {
    for (const [skip, { turnAway, mend, code }] of refusals) {
      await play(async (scene) => {
        const { control } = scene;
        await scene.live(HOUR, SECOND, async () => control.counts().requests > skip);
        turnAway(scene);
        const turnedAway = () => control.requests().filter((request) => request.code === code).length;
        await scene.live(HOUR, SECOND, async () => turnedAway() > 0);
        // Whoever was on his way; a look, and each business has a call under way at most.
        assert.ok(turnedAway() <= 3 * BUSINESSES);
        const asked = control.counts().requests;
        await scene.live(BLOCK_MS - 30 * SECOND, 10 * SECOND);
        assert.equal(control.counts().requests, asked, 'the blocked account was called');
        assert.equal(await scene.mostFailures(), 0);
        assert.ok((await scene.reachable()).includes('False ProviderCredentialsRefused'));

        await scene.live(4 * BLOCK_MS, 10 * SECOND);
        const probes = control.counts().requests - asked;
        assert.ok(probes >= 3 && probes <= 5, `${probes} calls in four blocks`);
        assert.equal(await scene.mostFailures(), 0);

        mend(scene);
        await scene.live(HOUR, 5 * SECOND, scene.isReady);
        await scene.allIsWell();
      });
    }
  });

  test('statuses that nobody knows are waited for and told, and count as no failure', async () => {
    let brandsSay: string | undefined = 'ON_HOLD_NEWLY';
    const scene = await stormScene(await open(), (http) => ({
      ...http,
      async send(request) {
        const result = await http.send(request);
        if (result.kind !== 'answer' || !brandsSay || !request.url.includes('/BrandRegistrations/'))
          return result;
        const body = result.response.body.replace(/"status":"[A-Z_]+"/, `"status":"${brandsSay}"`);
        return { ...result, response: { ...result.response, body } };
      },
    }));
    try {
      const { world, control, ids } = scene;
      // The verdicts come by hand.
      scene.twilio.sim.state.delays.campaignReviewMs = 1_000 * HOUR;
      await scene.live(2 * HOUR, MINUTE);
      for (const { brandId } of ids) {
        const brand = await world.brand(brandId);
        assert.equal(brand?.phase, 'SUBMITTED');
        const vetted = findCondition(brand.conditions, 'Vetted');
        assert.deepEqual([vetted?.status, vetted?.reason], ['False', 'ProviderStatusUnknown']);
        assert.match(vetted?.message ?? '', /ON_HOLD_NEWLY/);
      }
      assert.equal(await scene.mostFailures(), 0);

      brandsSay = undefined;
      await scene.live(HOUR, 5 * SECOND, async () => control.objects('campaigns').length === BUSINESSES);
      const services = control.objects('services').map(({ sid }) => sid);
      for (const sid of services) await control.call('campaigns', sid, { status: 'CARRIER_HOLD_NEWLY' });
      await scene.live(2 * HOUR, MINUTE);
      for (const { campaignId } of ids) {
        const campaign = await world.campaign(campaignId);
        assert.equal(campaign?.phase, 'SUBMITTED');
        const approved = findCondition(campaign.conditions, 'Approved');
        assert.deepEqual([approved?.status, approved?.reason], ['False', 'ProviderStatusUnknown']);
      }
      assert.equal(await scene.mostFailures(), 0);

      for (const sid of services) await control.call('campaigns', sid, { status: 'VERIFIED' });
      await scene.live(HOUR, 5 * SECOND, scene.isReady);
      await scene.allIsWell();
    } finally {
      await scene.close();
    }
  });
});
