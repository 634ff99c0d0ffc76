import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProviderHttp } from '../../src/platform/provider-http/provider-http.ts';
import { Crash, mortal } from '../support/crash.ts';
import { eachDatabase, type TestDatabase, testClock } from '../support/database.ts';
import { startTwilio, type TwilioWorld } from '../support/twilio.ts';
import { createWorld, LOOP, type World } from '../support/world.ts';
import { COMPLETE_BRAND, COMPLETE_CAMPAIGN, ONE_OF_EACH } from './complete.ts';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
/** Far above the calls of the whole story. */
const MORE_THAN_ENOUGH = 200;

eachDatabase('a worker that drives Twilio and dies', (open, engine) => {
  // Every second call on the fast engine, every eighth on the slow one, from another one in each run; two runs with
  // FAULT_SEED=0 and 1 die at every call there is.
  const stride = engine === 'postgres' ? 2 : 8;
  const first = SEED % stride;
  const which = stride > 1 ? ` (each ${stride}th, seed ${SEED})` : '';

  test(`before or after any call${which}: in the end there is one of everything, and the business is ready`, async (t) => {
    const db = await open();
    let crashes = 0;
    for (const when of ['before', 'after'] as const) {
      for (let call = 1 + first; call < MORE_THAN_ENOUGH; call += stride) {
        const died = await inNewWorld(t, db, `${when}${call}`, async ({ twilio, world, ids, live }) => {
          const doomed = mortal(world.database, Number.POSITIVE_INFINITY);
          const dying = dyingHttp(call, when);
          const loop = world.loopOver(dying.over(doomed.database), twilio.adapter({ around: dying.around }));
          for (let round = 0; round < 12 && !dying.dead(); round++) {
            await loop.runOnce().catch((error: unknown) => assert.equal((error as Error).name, 'Crash'));
            await twilio.advance(15_000);
          }
          await twilio.advance(LOOP.leaseMs);
          await live();
          await isReady(world, ids, `after a crash ${when} call ${call}`);
          return dying.dead();
        });
        if (!died) break;
        crashes++;
      }
    }
    assert.ok(crashes * stride > 60, `only ${crashes} crash points were reached`);
  });

  test(`answers of creates that are lost, one after the other${which}: one of everything all the same`, async (t) => {
    const db = await open();
    let lost = 0;
    for (let create = first; create < MORE_THAN_ENOUGH; create += stride) {
      const hit = await inNewWorld(t, db, `lost${create}`, async ({ twilio, world, ids, live }) => {
        twilio.sim.control.fault({ match: { method: 'POST' }, fault: 'lostAnswer', skip: create });
        await live();
        await isReady(world, ids, `after the answer of create ${create} was lost`);
        return twilio.sim.control.counts().faultHits > 0;
      });
      if (!hit) break;
      lost++;
    }
    assert.ok(lost * stride > 15, `only ${lost} creates were hit`);
  });
});

interface Scene {
  readonly twilio: TwilioWorld;
  readonly world: World;
  readonly ids: { readonly brandId: string; readonly campaignId: string; readonly bindingId: string };
  /** A worker that lives, for as long as the story takes. */
  live(): Promise<void>;
}

/** One business, submitted, in a provider that holds nothing else; afterwards there is one of each. */
async function inNewWorld(
  t: { after(end: () => Promise<void>): void },
  db: TestDatabase,
  name: string,
  play: (scene: Scene) => Promise<boolean>,
): Promise<boolean> {
  const clock = testClock();
  const twilio = await startTwilio(clock);
  try {
    const world = createWorld(db.database, clock);
    await world.tenant();
    const n = String(++stories).padStart(4, '0');
    const ids = { brandId: `brand_${name}`, campaignId: `camp_${name}`, bindingId: `bind_${name}` };
    await world.submittedBrand({ ...COMPLETE_BRAND, taxId: `12-345${n}` }, ids.brandId);
    await world.submittedCampaign(COMPLETE_CAMPAIGN, ids.campaignId, ids.brandId);
    await world.requestedNumber(`+1206444${n}`, ids.bindingId, ids.campaignId);
    const loop = world.loopOver(db.database, twilio.adapter());
    const result = await play({
      twilio,
      world,
      ids,
      async live() {
        for (let round = 0; round < 12; round++) {
          while ((await loop.runOnce()) > 0);
          await twilio.advance(15_000);
        }
      },
    });
    const there = Object.fromEntries(
      Object.keys(ONE_OF_EACH).map((kind) => [kind, twilio.objects(kind).length]),
    );
    assert.deepEqual(there, ONE_OF_EACH, name);
    return result;
  } finally {
    await twilio.close();
    t.after(async () => {});
  }
}
let stories = 0;

async function isReady(world: World, ids: Scene['ids'], where: string): Promise<void> {
  assert.equal((await world.brand(ids.brandId))?.phase, 'VETTED', where);
  assert.equal((await world.campaign(ids.campaignId))?.phase, 'ACTIVE', where);
  assert.equal((await world.binding(ids.bindingId))?.phase, 'VERIFIED', where);
}

/** A process that is gone right before or right after its n-th call; nothing of it happens any more. */
function dyingHttp(n: number, when: 'before' | 'after') {
  let calls = 0;
  let dead = false;
  const die = () => {
    dead = true;
    throw new Crash();
  };
  return {
    dead: () => dead,
    around: (http: ProviderHttp): ProviderHttp => ({
      ...http,
      async send(request) {
        if (dead) return die();
        calls++;
        if (calls === n && when === 'before') return die();
        const result = await http.send(request);
        if (calls >= n) return die();
        return result;
      },
    }),
    over: (database: World['database']): World['database'] => {
      const alive =
        <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          if (dead) throw new Crash();
          return work(...args);
        };
      return {
        ...database,
        transaction: alive(database.transaction) as typeof database.transaction,
        tenantTransaction: alive(database.tenantTransaction) as typeof database.tenantTransaction,
      };
    },
  };
}
