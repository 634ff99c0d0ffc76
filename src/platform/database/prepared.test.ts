import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { onPostgres } from '../../../test/support/database.ts';

onPostgres('statements on a server', (open) => {
  /** Statements that the connection of this transaction has prepared. */
  const PREPARED = sql<{
    statement: string;
  }>`select statement from pg_prepared_statements order by statement`;

  test('a statement with parameters is prepared once for a connection, and no other', async () => {
    const { database } = await open();
    await database.transaction(async (tx) => {
      for (const value of [1, 2, 3]) {
        const { rows } = await sql<{ sum: number }>`select ${value}::int + 1 as sum`.execute(tx);
        assert.equal(rows[0]?.sum, value + 1);
      }
      await sql`select 7`.execute(tx);
      const { rows } = await PREPARED.execute(tx);
      assert.equal(rows.filter(({ statement }) => statement.includes('::int + 1 as sum')).length, 1);
      assert.equal(rows.filter(({ statement }) => statement === 'select 7').length, 0);
    });
  });

  test('what claims rows is planned anew each time, for the table as it is', async () => {
    const { database } = await open();
    await database.transaction(async (tx) => {
      await sql`select tenant_id from tenants where name = ${'x'} for update skip locked`.execute(tx);
      const { rows } = await PREPARED.execute(tx);
      assert.ok(!rows.some(({ statement }) => statement.startsWith('select tenant_id from tenants')));
    });
  });

  test('one that passes over locked rows and says that its plan may be kept is prepared', async () => {
    const { database } = await open();
    await database.transaction(async (tx) => {
      await sql`/* plan kept */
        select tenant_id from tenants where name = ${'x'} for update skip locked`.execute(tx);
      const { rows } = await PREPARED.execute(tx);
      assert.ok(rows.some(({ statement }) => statement.includes('skip locked')));
    });
  });

  test('a table that is changed under a running service costs one failed statement at most', async () => {
    const { database, owner } = await open();
    await sql`create table changed (id int, note text)`.execute(owner);
    await sql`grant select on changed to a2p_worker`.execute(owner);
    const read = () => sql`select * from changed where id = ${1}`.execute(database.executor);
    // More often than the pool has connections, so that each of them has it prepared.
    for (let n = 0; n < 12; n += 1) await read();
    await sql`alter table changed add column more text`.execute(owner);
    const ended: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      ended.push(
        await read().then(
          () => 'ok',
          () => 'failed',
        ),
      );
    }
    assert.ok(ended.filter((end) => end === 'failed').length <= 1, ended.join());
    assert.equal(ended.at(-1), 'ok');
  });
});
