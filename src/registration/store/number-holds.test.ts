import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Executor } from '#platform/database/database.ts';
import { eachDatabase } from '../../../test/support/database.ts';
import { numberUse } from './number-holds.ts';
import { insertWithRefs } from './refs.test-support.ts';

/** What `insertWithRefs` gives its first binding. */
const E164 = '+15005550001';

eachDatabase('who relies on a number', (open) => {
  const withBinding = async (refs: Parameters<typeof insertWithRefs>[3] = {}) => {
    const { database, owner } = await open();
    await insertWithRefs(database.executor, 'ten_1', 1, refs);
    return { executor: database.executor, owner };
  };
  const set = (on: Executor, phase: string, detached?: 'True' | 'False') => {
    const conditions = detached ? [{ type: 'ProviderDetached', status: detached }] : [];
    return sql`
      update bindings set phase = ${phase}, conditions = ${JSON.stringify(conditions)}::jsonb
      where binding_id = 'bind_1'`.execute(on);
  };

  test('what nobody has bound is used by nobody', async () => {
    const { executor } = await withBinding();
    assert.deepEqual(await numberUse(executor, '+15005559999'), { use: 'none' });
  });

  for (const phase of ['REQUESTED', 'ATTACHED', 'VERIFIED']) {
    test(`a binding that is ${phase} has it`, async () => {
      const { executor } = await withBinding();
      await set(executor, phase);
      assert.deepEqual(await numberUse(executor, E164), { use: 'bound' });
    });
  }

  test('one that is over has it until it is known to be out of the pool', async () => {
    const { executor } = await withBinding();
    const cases = [
      ['DETACHED', undefined, 'detaching'],
      ['DETACHED', 'False', 'detaching'],
      ['DETACHED', 'True', 'none'],
      // One that failed before it was attached was in no pool, and says nothing of one.
      ['FAILED', undefined, 'none'],
      ['FAILED', 'False', 'detaching'],
      ['FAILED', 'True', 'none'],
    ] as const;
    for (const [phase, detached, use] of cases) {
      await set(executor, phase, detached);
      assert.deepEqual(await numberUse(executor, E164), { use }, `${phase} ${detached}`);
    }
  });

  test('one that is over hides no other tenant’s that lives', async () => {
    const { executor } = await withBinding();
    await set(executor, 'DETACHED', 'True');
    await insertWithRefs(executor, 'ten_2', 2, {});
    await sql`update bindings set e164 = ${E164} where binding_id = 'bind_2'`.execute(executor);
    assert.deepEqual(await numberUse(executor, E164), { use: 'bound' });
    await set(executor, 'DETACHED', 'False');
    assert.deepEqual(await numberUse(executor, E164), { use: 'bound' });
  });

  test('where it is comes from the newest binding that knows, else from its campaign', async () => {
    const { executor } = await withBinding({
      campaign: { messagingServiceId: 'MG1' },
    });
    const service = async () => (await numberUse(executor, E164)).messagingServiceId;
    assert.equal(await service(), 'MG1');
    await insertWithRefs(executor, 'ten_2', 2, {});
    await sql`update bindings set phase = 'DETACHED' where binding_id = 'bind_1'`.execute(executor);
    await sql`update bindings set e164 = ${E164} where binding_id = 'bind_2'`.execute(executor);
    assert.equal(await service(), 'MG1', 'the newest has no service yet');
    await sql`
      update bindings set external_refs = '{"messagingServiceId":"MG2"}' where binding_id = 'bind_2'`.execute(
      executor,
    );
    assert.equal(await service(), 'MG2', 'it has moved');
  });
});
