import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase, type TestDatabase, testClock } from '../../../test/support/database.ts';
import { type Outcome, ok, refused, unknown } from '../../kernel/outcome.ts';
import { createClaimer } from '../queue/claim.ts';
import { enqueue } from '../queue/enqueue.ts';
import { LeaseLost } from '../queue/settle.ts';
import type { Found } from './ledger.ts';
import { createEffectScope } from './scope.ts';

const CALL_DEADLINE_MS = 8_000;
const INTENT = { key: 'thing_1/make/1', operation: 'thing.make', request: { b: 2, a: 1 } };
type Refs = { readonly id: string };
const absent: Outcome<Found<Refs>> = ok({ kind: 'absent' });

eachDatabase('the effects ledger', (open) => {
  /** A scope of a new pass over thing_1; what was claimed before counts as dead. */
  const setUp = async (db?: TestDatabase) => {
    const { database } = db ?? (await open());
    const clock = testClock();
    await database.transaction((tx) =>
      enqueue(tx, clock, { tenantId: 'ten_1', resource: 'thing', aggregateId: 'thing_1' }),
    );
    let lasts = true;
    const newScope = async () => {
      clock.advance(20_000);
      const [claim] = await createClaimer(database.executor, clock, 12_000).claim(1);
      assert.ok(claim);
      const held = { signal: new AbortController().signal, lasts: () => lasts };
      const keys = { hash: (text: string) => Buffer.from(text), callDeadlineMs: CALL_DEADLINE_MS };
      return createEffectScope({ executor: database.executor, clock, claim, held, keys });
    };
    const calls: string[] = [];
    const actions = (create: Outcome<Refs>, find: Outcome<Found<Refs>> = absent) => ({
      create: async () => {
        calls.push('create');
        return create;
      },
      find: async () => {
        calls.push('find');
        return find;
      },
    });
    const stored = async () => {
      const { rows } = await sql<{
        state: string;
        attempts: number;
        adopted: boolean;
        request_hash: Uint8Array;
      }>`
        select state, attempts, adopted, request_hash from effects`.execute(database.executor);
      return rows[0];
    };
    return { database, clock, newScope, calls, actions, stored, shortenLease: () => (lasts = false) };
  };

  test('what was done once is answered from the ledger, by any later pass, without a call', async () => {
    const { newScope, calls, actions, stored } = await setUp();
    const made = ok({ id: 'T1' });
    assert.deepEqual(await (await newScope()).ensure(INTENT, actions(made)), made);
    assert.deepEqual(await (await newScope()).ensure(INTENT, actions(unknown('never asked'))), made);
    assert.deepEqual(calls, ['find', 'create']);
    const row = await stored();
    assert.equal(row?.state, 'done');
    assert.equal(Buffer.from(row?.request_hash ?? []).toString(), '{"a":1,"b":2}', 'a hash of sorted keys');
  });

  test('a refusal is final for its key', async () => {
    const { newScope, calls, actions } = await setUp();
    const no = refused({ reason: 'No', message: 'No.' });
    await (await newScope()).ensure(INTENT, actions(no));
    assert.deepEqual(await (await newScope()).ensure(INTENT, actions(ok({ id: 'T1' }))), no);
    assert.deepEqual(calls, ['find', 'create']);
  });

  test('a lost answer is looked up, and what is found is adopted instead of made again', async () => {
    const { newScope, calls, actions, stored } = await setUp();
    await (await newScope()).ensure(INTENT, actions(unknown('the answer was lost')));
    const found: Outcome<Found<Refs>> = ok({ kind: 'found', value: { id: 'T1' } });
    const outcome = await (await newScope()).ensure(INTENT, actions(ok({ id: 'T2' }), found));
    assert.deepEqual(outcome, ok({ id: 'T1' }));
    assert.deepEqual(calls, ['find', 'create', 'find']);
    assert.equal((await stored())?.adopted, true);
  });

  test('absence is believed only when nothing can be under way any more', async () => {
    const { newScope, calls, actions, clock } = await setUp();
    const scope = await newScope();
    await scope.ensure(INTENT, actions(unknown('the answer was lost')));
    clock.advance(9_999);
    const early = await scope.ensure(INTENT, actions(ok({ id: 'T1' })));
    assert.deepEqual([early.kind, calls.at(-1)], ['throttled', 'find']);
    clock.advance(1);
    assert.deepEqual(await scope.ensure(INTENT, actions(ok({ id: 'T1' }))), ok({ id: 'T1' }));
    assert.deepEqual(calls, ['find', 'create', 'find', 'find', 'create']);
  });

  test('a provider that shows new objects late is given its own time', async () => {
    const { newScope, actions, clock } = await setUp();
    const scope = await newScope();
    const late = { ...INTENT, absentAfterMs: 60_000 };
    await scope.ensure(late, actions(unknown('the answer was lost')));
    clock.advance(59_000);
    assert.deepEqual(await scope.ensure(late, actions(ok({ id: 'T1' }))), {
      kind: 'throttled',
      retryAfterMs: 1_000,
      reason: 'new objects show up late',
    });
  });

  test('where nothing can be found by name it is not made again, and an operator is asked for', async () => {
    const { newScope, calls, actions } = await setUp();
    await (await newScope()).ensure(INTENT, actions(unknown('the answer was lost')));
    for (let i = 0; i < 3; i++) {
      const outcome = await (await newScope()).ensure(
        INTENT,
        actions(ok({ id: 'T2' }), ok({ kind: 'cannotTell' })),
      );
      assert.ok(outcome.kind === 'unknown' && outcome.needsOperator);
    }
    assert.deepEqual(calls, ['find', 'create', 'find', 'find', 'find']);
  });

  test('a call that was throttled was never processed: it is simply made', async () => {
    const { newScope, calls, actions } = await setUp();
    await (await newScope()).ensure(INTENT, actions({ kind: 'throttled', retryAfterMs: 5, reason: '429' }));
    await (await newScope()).ensure(INTENT, actions(ok({ id: 'T1' })));
    assert.deepEqual(calls, ['find', 'create', 'find', 'create']);
  });

  test('a pass that lost its lease creates nothing', async () => {
    const { newScope, calls, actions } = await setUp();
    const stale = await newScope();
    await newScope();
    await assert.rejects(stale.ensure(INTENT, actions(ok({ id: 'T1' }))), LeaseLost);
    assert.deepEqual(calls, []);
  });

  test('no call is begun that the lease would not outlast', async () => {
    const { newScope, calls, actions, shortenLease, stored } = await setUp();
    const scope = await newScope();
    shortenLease();
    assert.equal((await scope.ensure(INTENT, actions(ok({ id: 'T1' })))).kind, 'throttled');
    assert.deepEqual(calls, []);
    assert.equal(await stored(), undefined);
  });

  test('a throw leaves the intent, so that the next pass looks before it makes', async () => {
    const { newScope, calls, actions } = await setUp();
    const boom = { ...actions(ok({ id: 'T1' })), create: async () => Promise.reject(new Error('a bug')) };
    await assert.rejects((await newScope()).ensure(INTENT, boom), /a bug/);
    await (await newScope()).ensure(INTENT, actions(ok({ id: 'T1' })));
    assert.deepEqual(calls, ['find', 'find', 'create']);
  });

  test('what exists already is adopted even by a fresh intent, as after the database was set back', async () => {
    const { newScope, calls, actions } = await setUp();
    const found: Outcome<Found<Refs>> = ok({ kind: 'found', value: { id: 'T1' } });
    assert.deepEqual(
      await (await newScope()).ensure(INTENT, actions(ok({ id: 'T2' }), found)),
      ok({ id: 'T1' }),
    );
    assert.deepEqual(calls, ['find']);
  });

  test('where nothing can be found by name a first order is simply made', async () => {
    const { newScope, calls, actions } = await setUp();
    await (await newScope()).ensure(INTENT, actions(ok({ id: 'T1' }), ok({ kind: 'cannotTell' })));
    assert.deepEqual(calls, ['find', 'create']);
  });
});
