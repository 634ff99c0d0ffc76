import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase } from '../../../test/support/database.ts';
import { openPostgres } from './postgres.ts';

eachDatabase('one database for all roles', (open, engine) => {
  test('a statement from outside never runs inside somebody’s open transaction, nor under his role', async () => {
    const { database } = await open();
    await sql`insert into tenants values ('ten_a', 'a', now()), ('ten_b', 'b', now())`.execute(
      database.executor,
    );
    const inside = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const transaction = database.tenantTransaction('ten_a', async (tx) => {
      inside.resolve();
      await go.promise;
      const { rows } = await sql`select tenant_id, current_user as role from tenants`.execute(tx);
      return rows;
    });
    await inside.promise;
    const outside = sql<{
      role: string;
    }>`select current_user as role, count(*) from tenants group by 1`.execute(database.executor);
    go.resolve();
    assert.deepEqual(await transaction, [{ tenant_id: 'ten_a', role: 'a2p_api' }]);
    assert.deepEqual((await outside).rows, [{ role: 'a2p_worker', count: 2 }]);
  });

  test('transactions at the same time keep apart, and one that fails takes only its own writes back', async () => {
    const { database } = await open();
    const write = (n: number) =>
      database.transaction(async (tx) => {
        await sql`insert into tenants values (${`ten_${n}`}, ${`name ${n}`}, now())`.execute(tx);
        if (n % 2 === 1) throw new Error('taken back');
      });
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => write(n)));
    assert.equal(results.filter((r) => r.status === 'fulfilled').length, 10);
    const { rows } = await sql<{ n: number }>`select count(*) as n from tenants`.execute(database.executor);
    assert.equal(rows[0]?.n, 10);
  });

  test('role and tenant are gone with the transaction, also with one that failed', async () => {
    const { database } = await open();
    await assert.rejects(
      database.tenantTransaction('ten_a', async (tx) => {
        await sql`select 1 / 0`.execute(tx);
      }),
    );
    const { rows } = await sql<{ role: string; tenant: string | null }>`
      select current_user as role, nullif(current_setting('app.tenant_id', true), '') as tenant
    `.execute(database.executor);
    assert.deepEqual(rows, [{ role: 'a2p_worker', tenant: null }]);
  });

  test('a hint reaches whoever listens', async () => {
    const { database } = await open();
    const heard = Promise.withResolvers<void>();
    const stop = database.hints.onHint('a_test', heard.resolve);
    database.hints.send('a_test');
    await heard.promise;
    stop();
  });

  if (engine === 'postgres') {
    test('a hint crosses to other processes', async () => {
      const { database, url = '' } = await open();
      const elsewhere = openPostgres(url, { onError: (error) => assert.fail(String(error)) });
      const heard = Promise.withResolvers<void>();
      elsewhere.hints.onHint('a_test', heard.resolve);
      // LISTEN takes a round trip of its own; whoever misses a hint has the poll.
      const again = setInterval(() => database.hints.send('a_test'), 20);
      await heard.promise;
      clearInterval(again);
      await elsewhere.close();
    });

    test('each hint of a process is heard there once, at once, and not again when it comes back', async () => {
      const { database, url = '' } = await open();
      const elsewhere = openPostgres(url, { onError: (error) => assert.fail(String(error)) });
      const [crossed, back] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let heard = 0;
      database.hints.onHint('a_test', () => {
        heard += 1;
      });
      database.hints.onHint('back', back.resolve);
      elsewhere.hints.onHint('a_test', crossed.resolve);
      let sent = 0;
      const again = setInterval(() => {
        for (let burst = 0; burst < 3; burst++) {
          database.hints.send('a_test');
          sent += 1;
          assert.equal(heard, sent);
        }
      }, 20);
      await crossed.promise;
      clearInterval(again);
      // What was sent before it comes back before it.
      const answer = setInterval(() => elsewhere.hints.send('back'), 20);
      await back.promise;
      clearInterval(answer);
      assert.equal(heard, sent);
      await elsewhere.close();
    });
  }
});
