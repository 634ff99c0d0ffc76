import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import type { Database, Tx } from '../database/database.ts';
import { begin, createReader, type Scope, setUpStreams, someoneWaits } from './feed.test-support.ts';

eachDatabase('the order of the feed', (open, engine) => {
  async function setUp() {
    const db = await open();
    return { ...db, ...(await setUpStreams(db, testClock())), waits: () => someoneWaits(db) };
  }

  // One connection has one transaction at a time: the embedded engine has nothing to hold back.
  if (engine === 'postgres') {
    test('a writer that takes its place first and commits last is not passed over', async (t) => {
      const { database, write, readSerials, settled } = await setUp();
      const reader = createReader(database);
      const first = await begin(database, t);
      const slow = await write(first.tx, 'slow');
      const quick = await database.transaction((tx) => write(tx, 'quick'));
      assert.deepEqual((await reader.poll()).items, []);
      const serials = await readSerials(0);
      await first.commit();
      await settled();
      await reader.poll();
      assert.deepEqual(
        reader.seen.map(({ eventId }) => eventId),
        [slow, quick],
      );
      // What a serial number as watermark makes of the same: it is past the slow one before that is there.
      const later = await readSerials(serials.after);
      assert.deepEqual([...serials.events, ...later.events], [quick]);
    });

    test('what rolls back holds others back no longer than it lasts, and is never read', async (t) => {
      const { database, write, settled } = await setUp();
      const reader = createReader(database);
      const failing = await begin(database, t);
      await write(failing.tx, 'failing');
      await database.transaction((tx) => write(tx, 'quick'));
      assert.deepEqual((await reader.poll()).items, []);
      await failing.rollback();
      await settled();
      await reader.poll();
      assert.deepEqual(reader.names(), ['quick 1']);
    });

    test('latest misses nothing of a writer that was open when it was asked for', async (t) => {
      const { database, write, settled } = await setUp();
      await database.transaction((tx) => write(tx, 'before'));
      await settled();
      const slow = await begin(database, t);
      await write(slow.tx, 'slow');
      await database.transaction((tx) => write(tx, 'quick'));
      const reader = createReader(database, { after: 'latest' });
      await reader.poll();
      await slow.commit();
      await settled();
      await reader.poll();
      assert.deepEqual(reader.names(), ['slow 1', 'quick 1']);
    });

    for (const place of ['kept', 'own'] as const) {
      const title = {
        kept: 'events of one aggregate stand in order though the later transaction has the smaller id',
        own: 'they would not, were the place that of each transaction alone',
      }[place];
      test(title, async (t) => {
        const { database, write, settled, waits } = await setUp();
        await database.transaction((tx) => write(tx, 'thing', { place }));
        const early = await begin(database, t);
        await write(early.tx, 'other', { place });
        const late = await begin(database, t);
        await write(late.tx, 'thing', { place });
        const waiting = write(early.tx, 'thing', { place });
        await waits();
        const reader = createReader(database);
        await reader.poll();
        await late.commit();
        await waiting;
        await reader.poll();
        await early.commit();
        await settled();
        await reader.poll();
        const order = reader.names().filter((name) => name.startsWith('thing'));
        assert.deepEqual(
          order,
          place === 'kept' ? ['thing 1', 'thing 2', 'thing 3'] : ['thing 1', 'thing 3', 'thing 2'],
        );
      });
    }
  }

  const slots = engine === 'postgres' ? 4 : 1;
  test(`${slots} writers and a reader in any interleaving: every event once, each aggregate in order`, async () => {
    const db = await setUp();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step(slots), { minLength: 10, maxLength: 60 }), async (steps) => {
        run += 1;
        const tenantId = `ten_${run}`;
        const undo: (() => Promise<void>)[] = [];
        const scope: Scope = { after: (end) => void undo.push(end) };
        const { committed, reader } = await interleave({ ...db, scope }, slots, steps, tenantId).finally(() =>
          Promise.all(undo.map((end) => end())),
        );
        assert.deepEqual(
          reader.seen.map(({ eventId }) => eventId).toSorted(),
          [...committed].toSorted(),
          'every event once',
        );
        const last = new Map<string, number>();
        for (const { aggregateId, sequence } of reader.seen) {
          assert.equal(sequence, (last.get(aggregateId) ?? 0) + 1, `the order of ${aggregateId}`);
          last.set(aggregateId, sequence);
        }
      }),
      { numRuns: engine === 'postgres' ? 40 : 10 },
    );
  });
});

type Step =
  | { readonly kind: 'take id' | 'commit' | 'roll back'; readonly slot: number }
  | { readonly kind: 'write'; readonly slot: number; readonly aggregate: number }
  | { readonly kind: 'poll'; readonly limit: number };

function step(slots: number): fc.Arbitrary<Step> {
  const slot = fc.nat({ max: slots - 1 });
  return fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('write'), slot, aggregate: fc.nat({ max: 2 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('poll'), limit: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('commit'), slot }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('take id', 'roll back'), slot }) },
  );
}

type World = Awaited<ReturnType<typeof setUpStreams>> & {
  readonly database: Database;
  readonly waits: () => Promise<void>;
  readonly scope: Scope;
};
type Open = Awaited<ReturnType<typeof begin>> & {
  readonly held: Set<string>;
  readonly written: string[];
  /** A write that waits for an aggregate which another one holds. */
  waiting?: { readonly aggregateId: string; readonly write: Promise<string> };
};

/** Carries the steps out as they can be; in the end everything commits and the reader reads on to the end. */
async function interleave(
  { database, write, settled, waits, scope }: World,
  slots: number,
  steps: readonly Step[],
  tenantId: string,
) {
  const open = new Map<number, Open>();
  const committed: string[] = [];
  const reader = createReader(database, { tenantId });
  const slotOf = async (slot: number): Promise<Open> => {
    const known = open.get(slot);
    if (known) return known;
    const opened: Open = { ...(await begin(database, scope)), held: new Set(), written: [] };
    open.set(slot, opened);
    return opened;
  };
  const others = (mine: Open) => [...open.values()].filter((other) => other !== mine);

  const startWrite = async (mine: Open, aggregateId: string) => {
    const holder = others(mine).find(({ held }) => held.has(aggregateId));
    const waited = others(mine).some(({ waiting }) => waiting?.aggregateId === aggregateId);
    // Two that wait for each other, or two for the same, are no matter of the feed.
    if (mine.waiting || waited || holder?.waiting) return;
    const writing = write(mine.tx, aggregateId, { tenantId });
    if (holder) {
      writing.catch(() => {}); // whoever ends the holder awaits it
      mine.waiting = { aggregateId, write: writing };
      await waits();
      return;
    }
    mine.held.add(aggregateId);
    mine.written.push(await writing);
  };
  const end = async (slot: number, how: 'commit' | 'roll back') => {
    const mine = open.get(slot);
    if (!mine || mine.waiting) return;
    open.delete(slot);
    if (how === 'commit') {
      await mine.commit();
      committed.push(...mine.written);
    } else {
      await mine.rollback();
    }
    for (const other of open.values()) {
      if (!other.waiting || !mine.held.has(other.waiting.aggregateId)) continue;
      other.written.push(await other.waiting.write);
      other.held.add(other.waiting.aggregateId);
      delete other.waiting;
    }
  };

  for (const next of steps) {
    if (next.kind === 'poll') {
      if (slots > 1 || open.size === 0) await reader.poll(next.limit);
    } else if (next.kind === 'write') {
      await startWrite(await slotOf(next.slot), `${tenantId}_${next.aggregate}`);
    } else if (next.kind === 'take id') {
      const { tx, waiting } = await slotOf(next.slot);
      if (!waiting) await takeId(tx);
    } else {
      await end(next.slot, next.kind);
    }
  }
  // Whoever waits is freed by the one he waits for.
  while (open.size > 0) for (const slot of [...open.keys()]) await end(slot, 'commit');
  await settled();
  while (!(await reader.poll(2)).atEnd);
  return { committed, reader };
}

async function takeId(tx: Tx): Promise<void> {
  await sql`select pg_current_xact_id()`.execute(tx);
}
