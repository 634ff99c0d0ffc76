import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { eachDatabase, type TestDatabase, testClock } from '../../../test/support/database.ts';
import { databaseClock } from '../database/clock.ts';
import { StaleVersion } from '../database/stale-version.ts';
import { listDeadLetters } from '../queue/dead-letters.ts';
import { enqueue } from '../queue/enqueue.ts';
import { queueFigures } from '../queue/figures.ts';
import { createReconcileLoop, type LoopOptions } from './loop.ts';
import type { Pass, PassResult, Reconciler } from './verdict.ts';

const OPTIONS: LoopOptions = { slots: 4, leaseMs: 12_000, pollMs: 20, drainMs: 2_000 };
const SETTLED: PassResult = { verdict: { kind: 'settled', recheckMs: 3_600_000 } };

function loopOver(
  { database }: Pick<TestDatabase, 'database'>,
  clock = testClock() as ReturnType<typeof testClock> | typeof databaseClock,
  reconcile: (id: string, pass: Pass) => Promise<PassResult> = async () => SETTLED,
  options: Partial<LoopOptions> = {},
  save: Reconciler['save'] = async () => [],
) {
  const stalled: string[] = [];
  const results: string[] = [];
  const thing: Reconciler = {
    reconcile: (claim, pass) => reconcile(claim.aggregateId, pass),
    save,
    stalled: async (_tx, claim) => void stalled.push(claim.aggregateId),
  };
  const loop = createReconcileLoop(
    {
      database,
      clock,
      reconcilers: { thing },
      ledger: { hash: (text) => Buffer.from(text), callDeadlineMs: 8_000 },
      metrics: { pass: (_resource, result) => void results.push(result), fenced: () => {} },
      log: pino({ level: 'silent' }),
      random: () => 0.5,
      hintAfterSave: [],
    },
    { ...OPTIONS, ...options },
  );
  const put = (aggregateId: string) =>
    database.transaction((tx) => enqueue(tx, clock, { tenantId: 'ten_1', resource: 'thing', aggregateId }));
  return { loop, put, stalled, results };
}

eachDatabase('the reconcile loop', (open) => {
  test('a pass that throws is a failure with backoff, and twelve in a row park the row and tell its owner', async () => {
    const db = await open();
    const clock = testClock();
    const { loop, put, stalled, results } = loopOver(db, clock, async () => {
      throw new RangeError('a bug, with 12-3456789 in its text');
    });
    await put('thing_1');
    for (let i = 0; i < 15; i++) {
      await loop.runOnce();
      clock.advance(900_000);
    }
    assert.equal(results.length, 12);
    assert.deepEqual(stalled, ['thing_1']);
    const [letter] = await listDeadLetters(db.database.executor);
    assert.equal(letter?.lastError, 'RangeError', 'the class only: the text may hold PII');
  });

  test('a row whose pass takes its process down again and again is parked without being run once more', async () => {
    const db = await open();
    const clock = testClock();
    let runs = 0;
    const { loop, put, stalled } = loopOver(db, clock, () => {
      runs++;
      // Never settles, as if the process had died.
      return new Promise(() => {});
    });
    await put('thing_1');
    for (let i = 0; i < 14; i++) {
      void loop.runOnce();
      // The claim is one statement; the pass then hangs.
      while (runs <= i && stalled.length === 0) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(12_000);
    }
    assert.equal(runs, 12);
    assert.deepEqual(stalled, ['thing_1']);
  });

  test('a spec written during the pass makes it run again at once, and nothing is counted', async () => {
    const db = await open();
    let runs = 0;
    const reconcile = async () => (runs++ > 0 ? SETTLED : { ...SETTLED, change: 'seen' });
    const { loop, put, results } = loopOver(db, testClock(), reconcile, {}, async () => {
      throw new StaleVersion('the thing');
    });
    await put('thing_1');
    await loop.runOnce();
    await loop.runOnce();
    assert.deepEqual(results, ['stale', 'settled']);
  });

  test('a kind of work that nobody knows is a failure that can be seen, not a crash of the loop', async () => {
    const db = await open();
    const clock = testClock();
    const { loop, results } = loopOver(db, clock);
    await db.database.transaction((tx) =>
      enqueue(tx, clock, { tenantId: 'ten_1', resource: 'unheard', aggregateId: 'x_1' }),
    );
    await loop.runOnce();
    assert.deepEqual(results, ['failed']);
  });

  test('a stopping worker finishes what it holds within its time', async () => {
    const db = await open();
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<PassResult>();
    const { loop, put, results } = loopOver(db, databaseClock, () => {
      started.resolve();
      return finish.promise;
    });
    await put('thing_1');
    const stop = new AbortController();
    const running = loop.run(stop.signal);
    await started.promise;
    stop.abort();
    finish.resolve(SETTLED);
    await running;
    assert.deepEqual(results, ['settled']);
    assert.deepEqual(await queueFigures(db.database.executor, databaseClock), NOTHING_DUE);
  });

  test('what it cannot finish it gives back: due at once, no failure counted, the pass told to stop', async () => {
    const db = await open();
    const started = Promise.withResolvers<void>();
    let told: unknown;
    const hang = (_id: string, { signal }: Pass) => {
      started.resolve();
      return new Promise<PassResult>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          told = signal.reason;
          reject(signal.reason);
        });
      });
    };
    const { loop, put } = loopOver(db, databaseClock, hang, { drainMs: 50 });
    await put('thing_1');
    const stop = new AbortController();
    const running = loop.run(stop.signal);
    await started.promise;
    stop.abort();
    await running;
    assert.match(String(told), /the worker stops/);
    const { due, leased } = await queueFigures(db.database.executor, databaseClock);
    assert.deepEqual([due, leased], [1, 0]);
    const next = loopOver(db, databaseClock);
    await next.loop.runOnce();
    assert.deepEqual(next.results, ['settled']);
  });

  test('never more passes at once than slots, however much is due', async () => {
    const db = await open();
    let atOnce = 0;
    let most = 0;
    let done = 0;
    const all = Promise.withResolvers<void>();
    const { loop, put } = loopOver(db, databaseClock, async () => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce--;
      if (++done === 20) all.resolve();
      return SETTLED;
    });
    for (let i = 0; i < 20; i++) await put(`thing_${i}`);
    const stop = new AbortController();
    const running = loop.run(stop.signal);
    await all.promise;
    stop.abort();
    await running;
    assert.equal(most, OPTIONS.slots);
  });
});

const NOTHING_DUE = { lagSeconds: 0, due: 0, leased: 0, parked: 0 };
