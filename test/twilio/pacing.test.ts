import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseClock } from '../../src/platform/database/clock.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { createProviderAccounts } from '../../src/platform/provider-http/accounts.ts';
import { eventually } from '../support/client.ts';
import { onPostgres, type TestClock } from '../support/database.ts';
import { startTwilio } from '../support/twilio.ts';
import { createWorld } from '../support/world.ts';
import { COMPLETE_BRAND } from './complete.ts';

/** The pace is kept in real time, by the database's clock. */
const REAL_TIME: TestClock = { now: databaseClock.now, current: () => new Date(), advance: () => {} };
const WORKERS = 3;
/** A brand is looked for, ordered, shown, and looked at: four calls of the line, a second each. */
const CALLS_PER_BRAND = 4;
/** A look whose order finds the line too long has to be taken again. */
const WASTED_PER_BRAND = 2;
const DEADLINE_MS = 25_000;

/** Turns on either engine: accounts.test.ts. */
onPostgres('three workers and one second between calls', (open) => {
  const brands = 3;

  test('not one call is turned away, and the turns are not wasted', async () => {
    const db = await open();
    const world = createWorld(db.database, REAL_TIME);
    await world.tenant();
    const twilio = await startTwilio(REAL_TIME, { enforcePace: true });
    const ids = Array.from({ length: brands }, (_, n) => `brand_${n}`);
    for (const [n, id] of ids.entries()) {
      await world.submittedBrand({ ...COMPLETE_BRAND, taxId: `12-345${6810 + n}` }, id);
    }
    const { url } = db;
    assert.ok(url);
    const pools = Array.from({ length: WORKERS }, () => poolOf(url));
    const stop = new AbortController();
    const workers = pools.map((database) => {
      const accounts = createProviderAccounts(database.executor, REAL_TIME);
      return world.loopOver(database, twilio.adapter({ accounts, options: { settleMs: 0 } }));
    });
    const running = workers.map((worker) => worker.run(stop.signal));
    const { control } = twilio.sim;
    try {
      await eventually('every brand is vetted', DEADLINE_MS, async () => {
        const phases = await Promise.all(ids.map(async (id) => (await world.brand(id))?.phase));
        return phases.every((phase) => phase === 'VETTED');
      });
    } finally {
      stop.abort();
      await Promise.all(running);
      await twilio.close();
      await Promise.all(pools.map((pool) => pool.close()));
    }
    const counts = control.counts();
    assert.equal(counts.paceViolations, 0);
    assert.equal(control.requests().filter(({ status }) => status === 429).length, 0);
    assert.equal(twilio.objects('brands').length, brands);
    assert.ok(counts.a2pCalls >= 3 * brands, `only ${counts.a2pCalls} calls were paced`);
    assert.ok(
      counts.a2pCalls <= (CALLS_PER_BRAND + WASTED_PER_BRAND) * brands,
      `${counts.a2pCalls} paced calls`,
    );
  });
});

function poolOf(url: string): Database {
  return openPostgres(url, { onError: () => {} });
}
