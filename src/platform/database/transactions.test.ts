import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { eachDatabase, onPostgres, type TestDatabase } from '../../../test/support/database.ts';
import { isTransaction, sqlState, type Tx } from './database.ts';
import { openPostgres } from './postgres.ts';
import { preparing } from './prepared.ts';
import { sendOnly } from './transactions.ts';

const TENANT = 'ten_a';
const setUp = async ({ database, owner }: TestDatabase) => {
  await sql`create table things (name text primary key)`.execute(owner);
  await sql`grant select, insert on things to a2p_api, a2p_worker`.execute(owner);
  await sql`insert into tenants values (${TENANT}, 'a', now()), ('ten_b', 'b', now())`.execute(owner);
  const names = async () =>
    (await sql<{ name: string }>`select name from things order by name`.execute(owner)).rows.map(
      (r) => r.name,
    );
  return { database, names };
};
const insert = (name: string) => sql`insert into things values (${name})`;
const counting = sql`insert into things select 'after ' || count(*) from things`;
const send = (tx: Tx, statement: RawBuilder<unknown>) => sendOnly(tx, statement.compile(tx));

eachDatabase('a transaction of a tenant', (open) => {
  test('opens with what was asked for, read as the tenant', async () => {
    const { database } = await setUp(await open());
    await database.tenantTransaction(
      TENANT,
      async (_tx, { values, rows }) => {
        assert.deepEqual([values.two, values.role], [2, 'a2p_api']);
        assert.deepEqual(rows, [{ tenant_id: TENANT, role: 'a2p_api' }]);
      },
      { select: sql`1 + 1 as two`, read: sql`select tenant_id, current_user as role from tenants` },
    );
  });

  test('commits the statements that nobody waits for with the others, in the order of all', async () => {
    const { database, names } = await setUp(await open());
    const value = await database.tenantTransaction(TENANT, async (tx) => {
      await send(tx, counting);
      await insert('a').execute(tx);
      await send(tx, counting);
      await send(tx, counting);
      return 'done';
    });
    assert.equal(value, 'done');
    assert.deepEqual(await names(), ['a', 'after 0', 'after 2', 'after 3']);
  });

  test('rejects with the error of a statement that nobody waited for, and keeps nothing', async () => {
    const { database, names } = await setUp(await open());
    const afterwards: readonly ((tx: Tx) => Promise<unknown>)[] = [
      async () => undefined,
      (tx) => send(tx, insert('b')),
      (tx) => insert('b').execute(tx),
      (tx) =>
        insert('b')
          .execute(tx)
          .catch(() => {}),
      (tx) =>
        insert('b')
          .execute(tx)
          .catch(() => assert.fail('another error')),
    ];
    for (const afterward of afterwards) {
      const failing = database.tenantTransaction(TENANT, async (tx) => {
        await insert('a').execute(tx);
        await send(tx, insert('a'));
        await afterward(tx);
      });
      await assert.rejects(failing, (error) => sqlState(error) === '23505');
    }
    assert.deepEqual(await names(), []);
  });

  test('rejects with what is made of the error of a statement that nobody waited for', async () => {
    const { database, names } = await setUp(await open());
    const failing = database.tenantTransaction(TENANT, async (tx) => {
      await insert('a').execute(tx);
      await sendOnly(tx, insert('a').compile(tx), (error) => new Error(`told: ${sqlState(error)}`));
    });
    await assert.rejects(failing, /^Error: told: 23505$/);
    assert.deepEqual(await names(), []);
  });

  test('answers the rows of a statement that nobody waited for, but not before it is committed', async () => {
    const { database, names } = await setUp(await open());
    for (const within of [
      database.transaction<() => readonly unknown[]>,
      (work: (tx: Tx) => Promise<() => readonly unknown[]>) => database.tenantTransaction(TENANT, work),
    ]) {
      const rows = await within((tx) => send(tx, sql`select count(*) as things from things`));
      assert.deepEqual(rows(), [{ things: 0 }]);
    }
    if (database.engine === 'postgres') {
      await database.transaction(async (tx) => {
        const rows = await send(tx, insert('a'));
        assert.throws(rows, /not answered before the transaction is committed/);
      });
      assert.deepEqual(await names(), ['a']);
    }
  });

  test('is known for one', async () => {
    const { database } = await setUp(await open());
    assert.equal(isTransaction(database.executor), false);
    assert.equal(await database.transaction(async (tx) => isTransaction(tx)), true);
    assert.equal(await database.tenantTransaction(TENANT, async (tx) => isTransaction(tx)), true);
  });

  test('what it begins with is handed to its work, in the same transaction; nothing is begun when that fails', async () => {
    const { database, names } = await setUp(await open());
    const idOf = (tx: Tx) =>
      sql<{ id: string }>`select pg_current_xact_id()::text as id, pg_advisory_xact_lock(1)`.execute(tx);
    const ids = await database.beginWith(idOf, async (tx, { rows: [first] }) => {
      await insert('a').execute(tx);
      return [first?.id, (await idOf(tx)).rows[0]?.id];
    });
    assert.equal(new Set(ids).size, 1, ids.join());
    await assert.rejects(
      database.beginWith(
        (tx) => sql`select 1 / 0`.execute(tx),
        async () => assert.fail('begun'),
      ),
      (error) => sqlState(error) === '22012',
    );
    assert.deepEqual(await names(), ['a']);
  });

  test('what is read ahead is for whoever asks, as the tenant and after the opening; so is its failure', async () => {
    const { database, names } = await setUp(await open());
    const ahead = async (tx: Tx) => {
      const { rows } = await sql`select current_user as role, current_setting('work_mem') as told`.execute(
        tx,
      );
      return rows[0];
    };
    const select = sql`set_config('work_mem', '77MB', true) as told`;
    const found = await database.tenantTransaction(TENANT, (_, opened) => opened.ahead(), { select, ahead });
    assert.deepEqual(found, { role: 'a2p_api', told: '77MB' });
    assert.equal(await database.tenantTransaction(TENANT, (_, opened) => opened.ahead()), undefined);

    const failing = { ahead: (tx: Tx) => sql`select 1 / 0`.execute(tx) };
    await assert.rejects(
      database.tenantTransaction(TENANT, (_, opened) => opened.ahead(), failing),
      (error) => sqlState(error) === '22012',
    );
    const refused = { ahead: () => Promise.reject(new Error('nothing was sent')) };
    await database.tenantTransaction(TENANT, (tx) => insert('a').execute(tx), refused);
    assert.deepEqual(await names(), ['a']);
  });

  test('keeps nothing when its work fails, whatever it sent', async () => {
    const { database, names } = await setUp(await open());
    const failing = database.tenantTransaction(TENANT, async (tx) => {
      await insert('a').execute(tx);
      await send(tx, insert('b'));
      throw new Error('no');
    });
    await assert.rejects(failing, /^Error: no$/);
    assert.deepEqual(await names(), []);
  });

  test('does not pass for committed when a statement failed and nobody told', async () => {
    const { database, names } = await setUp(await open());
    const aborted = database.tenantTransaction(TENANT, async (tx) => {
      await insert('a').execute(tx);
      await sql`select 1 / 0`.execute(tx).catch(() => {});
    });
    await assert.rejects(aborted);
    assert.deepEqual(await names(), []);
  });

  test('whatever fails at its beginning, its work is not begun, and the next one is as any other', async () => {
    const { database } = await setUp(await open());
    const work = async () => assert.fail('begun');
    const ahead = (tx: Tx) => sql`select 1`.execute(tx);
    for (const opening of [
      { select: sql`1 / 0` },
      { read: sql`select 1 / 0` },
      { select: sql`1 / 0`, ahead },
    ]) {
      const failing = database.tenantTransaction(TENANT, work, opening);
      await assert.rejects(failing, (error) => sqlState(error) === '22012');
    }
    const { rows } = await sql<{ role: string }>`select current_user as role`.execute(database.executor);
    assert.equal(rows[0]?.role, 'a2p_worker');
  });

  test('cannot be used when it is over', async () => {
    const { database, names } = await setUp(await open());
    let kept: Tx | undefined;
    const keep = async (tx: Tx) => {
      kept = tx;
    };
    await database.tenantTransaction(TENANT, keep);
    assert.ok(kept);
    await assert.rejects(insert('late').execute(kept));
    const late = insert('late').compile(database.executor);
    await assert.rejects(sendOnly(kept, late));
    await assert.rejects(
      database.tenantTransaction(TENANT, async (tx) => {
        await keep(tx);
        throw new Error('no');
      }),
      /^Error: no$/,
    );
    await assert.rejects(insert('late').execute(kept));
    assert.deepEqual(await names(), []);
  });
});

onPostgres('round trips of a transaction of a tenant', (open) => {
  /** A database reached through a relay that counts how often the client spoke after the server, and can lose its answers. */
  async function counted({ answerDeadlineMs = 30_000 } = {}) {
    const { url = '', owner } = await open();
    const target = new URL(url);
    const { hostname, port } = target;
    let turns = 0;
    let serverSpoke = true;
    let silent = false;
    const sockets: Socket[] = [];
    const relay = createServer((client) => {
      const server = connect(Number(port), hostname);
      sockets.push(client, server);
      for (const socket of [client, server]) socket.on('error', () => {});
      client.on('data', (chunk) => {
        if (serverSpoke) turns += 1;
        serverSpoke = false;
        server.write(chunk);
      });
      server.on('data', (chunk) => {
        serverSpoke = true;
        if (!silent) client.write(chunk);
      });
      server.on('close', () => client.destroy());
      client.on('close', () => server.destroy());
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const address = relay.address();
    if (address === null || typeof address === 'string') throw new Error('the relay has no port');
    target.hostname = '127.0.0.1';
    target.port = String(address.port);
    const database = openPostgres(target.href, { poolSize: 1, answerDeadlineMs, onError: () => {} });
    return {
      database,
      owner,
      turns: () => turns,
      silence: (on: boolean) => {
        silent = on;
      },
      cut: () => {
        for (const socket of sockets.splice(0)) socket.destroy();
      },
      close: async () => {
        await database.close();
        relay.close();
      },
    };
  }

  test('the beginning is one, each statement is one, and those that nobody waits for are one with the commit', async () => {
    const { database, owner, turns, close } = await counted();
    await sql`create table things (name text primary key)`.execute(owner);
    await sql`grant select, insert, update on things to a2p_api, a2p_worker`.execute(owner);
    const run = () =>
      database.tenantTransaction(
        TENANT,
        async (tx, { ahead }) => {
          await ahead();
          await sql`select count(*) from things where name = ${'a'}`.execute(tx);
          await send(tx, sql`insert into things values (gen_random_uuid()::text)`);
          await send(tx, counting);
        },
        {
          select: sql`1 as one`,
          read: sql`select name from things where name = ${'b'}`,
          ahead: (tx) => sql`select name from things where name = ${'c'}`.execute(tx),
        },
      );
    const lock = (tx: Tx) => sql`select name from things where name = ${'d'} for update`.execute(tx);
    const locking = () =>
      database.beginWith(lock, async (tx) => {
        await send(tx, sql`insert into things values (gen_random_uuid()::text)`);
      });
    for (const [work, trips] of [
      [run, 3],
      [locking, 2],
    ] as const) {
      await work();
      const before = turns();
      await work();
      assert.equal(turns() - before, trips);
    }
    await close();
  });

  test('a connection that breaks anywhere within it rejects it, and the next one has a new connection', async () => {
    const { database, owner, cut, close } = await counted();
    await sql`create table things (name text primary key)`.execute(owner);
    await sql`grant select, insert on things to a2p_api`.execute(owner);
    const broken = database.tenantTransaction(TENANT, async (tx) => {
      await insert('a').execute(tx);
      cut();
      await insert('b').execute(tx);
    });
    await assert.rejects(broken);
    const atTheEnd = database.tenantTransaction(TENANT, async (tx) => {
      await insert('a').execute(tx);
      cut();
    });
    await assert.rejects(atTheEnd);
    await database.tenantTransaction(TENANT, (tx) => insert('c').execute(tx));
    const { rows } = await sql`select name from things`.execute(owner);
    assert.deepEqual(rows, [{ name: 'c' }]);
    await close();
  });

  test('a connection is not given back inside a transaction, nor after one that failed', async () => {
    const { url = '' } = await open();
    const pool = new pg.Pool({ connectionString: url, max: 1, pipeline: true });
    const faces = preparing(pool);
    const seen = new Set<unknown>();
    for (const statements of [['begin'], ['begin', 'select 1 / 0'], ['select 1'], ['select 1']]) {
      const face = await faces.connect();
      const { rows } = await face.query<{ pid: number }>('select pg_backend_pid() as pid', []);
      seen.add(rows[0]?.pid);
      for (const statement of statements) await face.query(statement, []).catch(() => {});
      face.release();
    }
    assert.equal(seen.size, 3, 'the third and the fourth share one');
    await pool.end();
  });

  test('a server that says nothing any more costs what waits for it its deadline, and the connection', async () => {
    const { database, silence, close } = await counted({ answerDeadlineMs: 250 });
    const inTransaction = () =>
      database.tenantTransaction(TENANT, async (tx) => sql`select 1 as one`.execute(tx));
    await inTransaction();
    silence(true);
    await assert.rejects(sql`select 1`.execute(database.executor));
    await assert.rejects(inTransaction());
    silence(false);
    assert.deepEqual((await inTransaction()).rows, [{ one: 1 }]);
    assert.deepEqual((await sql`select 2 as two`.execute(database.executor)).rows, [{ two: 2 }]);
    await close();
  });
});
