import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import pino from 'pino';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import type { Database } from '../database/database.ts';
import { StaleVersion } from '../database/stale-version.ts';
import { type Claim, createClaimer } from '../queue/claim.ts';
import { enqueueAll } from '../queue/enqueue.ts';
import { LeaseLost } from '../queue/settle.ts';
import { createFinisher } from './finish.ts';
import type { Reconciler } from './verdict.ts';

const DUE = { kind: 'due', inMs: 60_000 } as const;
const LEASE_MS = 12_000;

eachDatabase('how passes end', (open) => {
  /** Things whose changes are rows of `tenants`; a change named like one that exists is refused by the database. */
  const setUp = async (save?: (changes: readonly unknown[]) => void) => {
    const { database } = await open();
    const clock = testClock();
    let transactions = 0;
    const counting: Database = {
      ...database,
      transaction: (work) => {
        transactions++;
        return database.transaction(work);
      },
    };
    const stalled: string[] = [];
    const woken: string[] = [];
    const thing: Reconciler = {
      reconcile: async () => ({ verdict: { kind: 'settled', recheckMs: 0 } }),
      async save(tx, changes) {
        save?.(changes);
        for (const change of changes) {
          await sql`insert into tenants values (${`ten_${change}`}, ${String(change)}, now())`.execute(tx);
        }
        return woken.map((aggregateId) => ({ tenantId: 'ten_1', resource: 'thing', aggregateId }));
      },
      stalled: async (_tx, claim) => void stalled.push(claim.aggregateId),
    };
    const finish = createFinisher({
      database: counting,
      clock,
      reconcilers: { thing },
      log: pino({ level: 'silent' }),
      hintAfterSave: [],
    });
    const claim = (limit: number) => createClaimer(database.executor, clock, LEASE_MS).claim(limit);
    const claimed = async (count: number) => {
      const works = Array.from({ length: count }, (_, n) => ({
        tenantId: 'ten_1',
        resource: 'thing',
        aggregateId: `thing_${n}`,
      }));
      await database.transaction((tx) => enqueueAll(tx, clock, works));
      return claim(count);
    };
    const written = async () => {
      const { rows } = await sql<{ name: string }>`select name from tenants order by name`.execute(
        database.executor,
      );
      return rows.map(({ name }) => name);
    };
    return { clock, finish, claim, claimed, written, stalled, woken, transactions: () => transactions };
  };
  const named = (claim: Claim) => ({ claim, settlement: DUE, change: claim.aggregateId });

  test('passes that end at the same time share transactions, and all of them are written', async () => {
    const { finish, claimed, claim, written, transactions } = await setUp();
    const claims = await claimed(40);
    await Promise.all(claims.map((one) => finish(named(one))));
    assert.equal((await written()).length, 40);
    // The first of each line by itself, and all that came meanwhile.
    assert.ok(transactions() <= 6, `${transactions()} transactions`);
    assert.deepEqual(await claim(40), []);
  });

  test('one that is stale or that the database refuses keeps none of the others, and is told alone', async () => {
    const { finish, claimed, written } = await setUp((changes) => {
      if (changes.includes('thing_3')) throw new StaleVersion('the thing');
    });
    const claims = await claimed(8);
    const ended = await Promise.allSettled(
      claims.map((one) =>
        finish(one.aggregateId === 'thing_5' ? { ...named(one), change: 'thing_1' } : named(one)),
      ),
    );
    const refused = claims.filter((_, at) => ended[at]?.status === 'rejected').map((c) => c.aggregateId);
    // Of the two with one name, whoever came first has it.
    assert.equal(refused.length, 2);
    assert.ok(refused.includes('thing_3'));
    assert.ok(refused.includes('thing_5') || refused.includes('thing_1'));
    assert.deepEqual(await written(), ['thing_0', 'thing_1', 'thing_2', 'thing_4', 'thing_6', 'thing_7']);
  });

  test('what a pass learnt is not written once its lease is gone; those that share its transaction are', async () => {
    const { finish, claim, claimed, clock, written } = await setUp();
    const late = await claimed(2);
    clock.advance(LEASE_MS);
    const [taken] = await claim(1);
    const ended = await Promise.allSettled(late.map((one) => finish(named(one))));
    const lost = late.findIndex((one) => one.aggregateId === taken?.aggregateId);
    const failure = ended[lost];
    assert.ok(failure?.status === 'rejected' && failure.reason instanceof LeaseLost);
    assert.deepEqual(
      await written(),
      late.filter((_, at) => at !== lost).map((one) => one.aggregateId),
    );
  });

  test('a pass that is woken by another in the same transaction runs again at once', async () => {
    const { finish, claimed, claim, woken } = await setUp();
    const claims = await claimed(3);
    woken.push('thing_1', 'thing_1', 'thing_9');
    await Promise.all(claims.map((one) => finish(named(one))));
    const due = (await claim(10)).map((one) => one.aggregateId);
    assert.deepEqual(due.sort(), ['thing_1', 'thing_9']);
  });

  test('what parks among others tells its owner, in the same transaction', async () => {
    const { finish, claimed, stalled, written } = await setUp();
    const [first, second] = await claimed(2);
    assert.ok(first && second);
    await Promise.all([
      finish({ claim: first, settlement: { kind: 'parked', error: 'boom' } }),
      finish(named(second)),
    ]);
    assert.deepEqual(stalled, [first.aggregateId]);
    assert.deepEqual(await written(), [second.aggregateId]);
  });
});
