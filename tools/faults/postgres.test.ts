import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { startFaultPostgres } from './postgres.ts';

test('a PostgreSQL that crashes in the middle of a transaction comes again with what was committed, and no more', async (t) => {
  const server = await startFaultPostgres();
  t.after(() => server.close());
  const before = await connect(server.url);
  // Sometimes the server says why before it is gone: two errors.
  const ended = new Promise((resolve) => before.on('error', resolve));
  await before.query('create table kept (n integer)');
  await before.query('insert into kept values (1)');
  await before.query('begin; insert into kept values (2)');
  await server.stop();
  assert.ok(await ended, 'its connections break');
  await assert.rejects(connect(server.url), { code: 'ECONNREFUSED' });
  await server.start();
  const after = await connect(server.url);
  const { rows } = await after.query('select n from kept');
  await after.end();
  assert.deepEqual(rows, [{ n: 1 }]);
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
