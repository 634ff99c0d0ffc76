import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isA2pPath } from '../../sim/twilio/request-log.ts';
import { databaseClock } from '../../src/platform/database/clock.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { createProviderAccounts, type ProviderAccounts } from '../../src/platform/provider-http/accounts.ts';
import type { ProviderHttp } from '../../src/platform/provider-http/provider-http.ts';
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
/** Of the provider (docs/twilio.md 1.4). */
const PACE_MS = 1_000;
/** A timer may end in the millisecond before. */
const TIMER_MS = 1;
/** The adapter keeps a tenth more than the pace, and the simulator allows a tenth less. */
const HELD_UP_MS = 200;

/** Turns on either engine: accounts.test.ts. */
onPostgres('three workers and one second between calls', (open) => {
  const brands = 3;

  test('no call leaves before its turn, turns are a second apart, and they are not wasted', async () => {
    const db = await open();
    const world = createWorld(db.database, REAL_TIME);
    await world.tenant();
    const twilio = await startTwilio(REAL_TIME);
    const line = watchLine();
    const ids = Array.from({ length: brands }, (_, n) => `brand_${n}`);
    for (const [n, id] of ids.entries()) {
      await world.submittedBrand({ ...COMPLETE_BRAND, taxId: `12-345${6810 + n}` }, id);
    }
    const { url } = db;
    assert.ok(url);
    const pools = Array.from({ length: WORKERS }, () => poolOf(url));
    const stop = new AbortController();
    const workers = pools.map((database) => {
      const accounts = line.accounts(createProviderAccounts(database.executor, REAL_TIME));
      return world.loopOver(
        database,
        twilio.adapter({ accounts, around: line.around, options: { settleMs: 0 } }),
      );
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
    const { turns, calls } = line.sorted();
    assert.equal(calls.length, counts.a2pCalls);
    for (const [at, { sentMs }] of calls.entries()) {
      const { latestMs = Number.POSITIVE_INFINITY, earliestMs = 0 } = turns[at] ?? {};
      assert.ok(sentMs >= latestMs - TIMER_MS, `call ${at} left ${latestMs - sentMs} ms before its turn`);
      const next = turns[at + 1];
      const apart = next ? next.latestMs - earliestMs : PACE_MS;
      assert.ok(apart >= PACE_MS, `turns ${at} and ${at + 1} are ${apart} ms apart`);
    }
    // At the provider a call is too close to one that this machine has held up on its way, and to no other.
    const heldUp = calls.filter(
      ({ answeredMs }, at) => answeredMs - (turns[at]?.earliestMs ?? 0) > HELD_UP_MS,
    );
    assert.ok(
      counts.paceViolations <= heldUp.length,
      `${counts.paceViolations} calls came too soon, ${heldUp.length} were held up`,
    );
    assert.equal(twilio.objects('brands').length, brands);
    assert.ok(counts.a2pCalls >= 3 * brands, `only ${counts.a2pCalls} calls were paced`);
    assert.ok(
      counts.a2pCalls <= (CALLS_PER_BRAND + WASTED_PER_BRAND) * brands,
      `${counts.a2pCalls} paced calls`,
    );
  });
});

interface Turn {
  /** The turn is between the two: the database read its clock between the question and the answer. */
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** Notes the turns that are given to any worker, and when the paced calls leave and are answered. */
function watchLine() {
  const turns: Turn[] = [];
  const calls: { readonly sentMs: number; readonly answeredMs: number }[] = [];
  return {
    accounts: (inner: ProviderAccounts): ProviderAccounts => ({
      ...inner,
      async take(...asked) {
        const askedMs = performance.now();
        const turn = await inner.take(...asked);
        if (turn.kind === 'turn')
          turns.push({ earliestMs: askedMs + turn.waitMs, latestMs: performance.now() + turn.waitMs });
        return turn;
      },
    }),
    around: (inner: ProviderHttp): ProviderHttp => ({
      ...inner,
      async send(request) {
        const sentMs = performance.now();
        const result = await inner.send(request);
        if (isA2pPath(String(request.url))) calls.push({ sentMs, answeredMs: performance.now() });
        return result;
      },
    }),
    /** In order; the turns of calls that were given up before they left are the last ones. */
    sorted: () => ({
      turns: turns.toSorted((one, other) => one.latestMs - other.latestMs),
      calls: calls.toSorted((one, other) => one.sentMs - other.sentMs),
    }),
  };
}

function poolOf(url: string): Database {
  return openPostgres(url, { onError: () => {} });
}
