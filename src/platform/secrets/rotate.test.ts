import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase, type TestDatabase } from '../../../test/support/database.ts';
import type { Executor } from '../database/database.ts';
import { indexKeyContext } from './blind-index.ts';
import { generateKey, type Keyring, keyIdOf, parseKeyring } from './keyring.ts';
import { reseal, type SealedColumn } from './rotate.ts';

const [OLD, NEW] = [generateKey(), generateKey()];
const oldRing = keyring(`old:${OLD}`);
const bothRing = keyring(`new:${NEW},old:${OLD}`);
const newRing = keyring(`new:${NEW}`);

function keyring(text: string): Keyring {
  const parsed = parseKeyring(text);
  assert.ok('keyring' in parsed);
  return parsed.keyring;
}

const KEYS: SealedColumn = {
  table: 'sealed_keys',
  idColumns: ['name'],
  column: 'sealed',
  context: (row) => indexKeyContext(String(row.name)),
};

/** A table whose context needs a second column, as those of tenants do. */
const NOTES: SealedColumn = {
  table: 'notes',
  idColumns: ['note_id'],
  column: 'sealed_text',
  contextColumns: ['tenant_id'],
  context: ({ note_id, tenant_id }) => `notes/${tenant_id}/${note_id}`,
};

async function withNotes(db: TestDatabase, count: number): Promise<Executor> {
  await sql`create table notes (tenant_id text not null, note_id text primary key, sealed_text bytea,
    touched integer not null default 0)`.execute(db.owner);
  await sql`grant select, update on notes to a2p_worker`.execute(db.owner);
  for (let i = 0; i < count; i++) {
    const id = `n${String(i).padStart(3, '0')}`;
    const sealed = oldRing.seal(`text ${i}`, `notes/ten_${i % 3}/${id}`);
    await sql`insert into notes values (${`ten_${i % 3}`}, ${id}, ${sealed})`.execute(db.owner);
  }
  return db.database.executor;
}

interface Note {
  readonly tenant_id: string;
  readonly note_id: string;
  readonly sealed_text: Uint8Array;
}

async function notes(executor: Executor): Promise<readonly Note[]> {
  const { rows } = await sql<Note>`
    select tenant_id, note_id, sealed_text from notes where sealed_text is not null order by note_id`.execute(
    executor,
  );
  return rows;
}

/** Runs `between` once, before the first write: what others do while the walk goes on. */
function interrupted(executor: Executor, between: () => Promise<void>): Executor {
  let first = true;
  const inner = executor.getExecutor();
  const provider = inner.withPlugins([]);
  const execute = provider.executeQuery.bind(provider);
  provider.executeQuery = async (query) => {
    if (first && query.sql.trimStart().startsWith('update')) {
      first = false;
      await between();
    }
    return execute(query);
  };
  return { getExecutor: () => provider };
}

eachDatabase('re-sealing', (open) => {
  test('brings every row of every column to the active key, and the second run finds nothing to do', async () => {
    const db = await open();
    const executor = await withNotes(db, 7);
    await sql`insert into notes values ('ten_1', 'none', null)`.execute(db.owner);
    const sealed = oldRing.seal('key', indexKeyContext('a'));
    await sql`insert into sealed_keys values ('a', ${sealed})`.execute(db.owner);

    const first = await reseal(executor, bothRing, [KEYS, NOTES], { batch: 3 });
    assert.deepEqual(
      first.map(({ table, examined, resealed, raced, unreadable }) => [
        table,
        examined,
        resealed,
        raced,
        unreadable,
      ]),
      [
        ['sealed_keys', 1, 1, 0, 0],
        ['notes', 7, 7, 0, 0],
      ],
    );
    for (const [i, row] of (await notes(executor)).entries()) {
      assert.equal(
        newRing.open(row.sealed_text, `notes/${row.tenant_id}/${row.note_id}`).toString(),
        `text ${i}`,
      );
    }
    const second = await reseal(executor, bothRing, [KEYS, NOTES], { batch: 3 });
    assert.deepEqual(
      second.map(({ resealed }) => resealed),
      [0, 0],
    );
  });

  test('takes up where it was stopped', async () => {
    const executor = await withNotes(await open(), 5);
    const stop = new AbortController();
    const stopping = interrupted(executor, async () => stop.abort());
    const [first] = await reseal(stopping, bothRing, [NOTES], { batch: 2, signal: stop.signal });
    assert.deepEqual([first?.examined, first?.resealed], [2, 2]);
    const [second] = await reseal(executor, bothRing, [NOTES], { batch: 2 });
    assert.deepEqual([second?.examined, second?.resealed], [5, 3]);
  });

  test('never overwrites what the service wrote in the meantime', async () => {
    const executor = await withNotes(await open(), 3);
    const meanwhile = oldRing.seal('newer text', 'notes/ten_1/n001');
    const raced = interrupted(executor, async () => {
      await sql`update notes set sealed_text = ${meanwhile} where note_id = 'n001'`.execute(executor);
    });
    const [report] = await reseal(raced, bothRing, [NOTES]);
    assert.deepEqual([report?.resealed, report?.raced], [2, 1]);
    const left = (await notes(executor)).find((row) => row.note_id === 'n001');
    assert.ok(left);
    assert.deepEqual(Buffer.from(left.sealed_text), meanwhile);
    const [again] = await reseal(executor, bothRing, [NOTES]);
    assert.deepEqual([again?.resealed, again?.raced], [1, 0]);
  });

  test('reports rows that no key opens, leaves them untouched, and mends the rest', async () => {
    const executor = await withNotes(await open(), 4);
    // A row moved to another tenant, and one sealed by a key that is gone.
    await sql`update notes set tenant_id = 'ten_9' where note_id = 'n001'`.execute(executor);
    const lost = keyring(`lost:${generateKey()}`).seal('x', 'notes/ten_2/n002');
    await sql`update notes set sealed_text = ${lost} where note_id = 'n002'`.execute(executor);
    const [report] = await reseal(executor, bothRing, [NOTES], { batch: 1 });
    assert.deepEqual([report?.resealed, report?.unreadable, report?.unreadableIds], [2, 2, ['n001', 'n002']]);
    const keys = (await notes(executor)).map((row) => keyIdOf(row.sealed_text));
    assert.deepEqual(keys, ['new', 'old', 'lost', 'new']);
  });
});
