import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { systemClock } from '#kernel/clock.ts';
import { databaseClock } from '#platform/database/clock.ts';
import { lockDirectory } from '#platform/database/directory-lock.ts';
import { eachDatabase, freshPglite } from '../../test/support/database.ts';
import { readConfig } from '../config.ts';
import { registrationDirectory } from '../registration/store/open.ts';
import { cliOver, SERVER } from './cli.test-support.ts';
import { setUpEvents } from './commands/webhooks.test-support.ts';
import { startControl } from './control-server.ts';
import { createReach } from './reach.ts';

const never = new AbortController().signal;

function dataDirectory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'a2p-reach-'));
  t.after(() => rmSync(path, { recursive: true }));
  mkdirSync(registrationDirectory(path), { mode: 0o700 });
  return path;
}

const reachOf = (env: Readonly<Record<string, string>>) =>
  createReach({
    settings: readConfig(env),
    owner: 'a test',
    clock: databaseClock,
    wallClock: systemClock,
    onError: (error) => assert.fail(String(error)),
  });

test('what is repeated never takes the embedded database of a service that is being restarted', async (t) => {
  const directory = dataDirectory(t);
  const { ask, askRunning } = reachOf({ DATA_DIR: directory });
  const at = registrationDirectory(directory);
  const none = await askRunning(['tenants', 'list'], never);
  assert.deepEqual(none, { exitCode: 1, stdout: '', stderr: `no service runs on ${at}\n`, passing: true });
  const lock = lockDirectory(at, 'somebody');
  assert.ok('release' in lock);
  const held = await ask(['tenants', 'list'], never);
  assert.deepEqual([held.exitCode, held.passing], [1, true]);
  assert.match(held.stderr, /is in use by somebody, which takes no commands \(yet\): try again\n$/);
  lock.release();

  const here = await ask(['tenants', 'list', '--json'], never);
  assert.deepEqual([here.exitCode, here.stdout], [0, '[]\n']);
  // Free again at once: the service may start between two commands.
  const free = lockDirectory(at, 'the service');
  assert.ok('release' in free);
  free.release();
});

test('a long command goes on through the instance, and through the one after it', async (t) => {
  const directory = dataDirectory(t);
  const at = registrationDirectory(directory);
  const db = await freshPglite();
  t.after(() => db.close());
  const cli = cliOver(db);
  const { tenant, emit } = setUpEvents(cli);
  const one = await tenant('one');
  const lock = lockDirectory(at, 'the service');
  assert.ok('release' in lock);
  t.after(() => lock.release());
  const start = () => startControl({ directory: at, runCommand: (argv) => cli.run(...argv) });
  let service = await start();
  const tailed = cli.follow(['events', 'tail'], {
    reach: reachOf({ DATA_DIR: directory }),
    waits: [
      () => emit(one, 'brand_1', 'BrandSubmitted'),
      async () => {
        await service.close();
        await emit(one, 'brand_1', 'BrandVetted');
      },
      () => {},
      async () => {
        service = await start();
        t.after(() => service.close());
      },
    ],
    enough: 2,
  });
  assert.equal(await tailed.ended, 0);
  assert.deepEqual(
    tailed.lines.map((line) => / #\d /.exec(line)?.[0]),
    [' #1 ', ' #2 '],
  );
  assert.deepEqual(tailed.notes.slice(0, 2), [`no service runs on ${at}; waiting`, 'going on']);
});

test('an answer that is of no use any more is not waited for', async (t) => {
  const directory = dataDirectory(t);
  const asked = Promise.withResolvers<AbortSignal>();
  const service = await startControl({
    directory: registrationDirectory(directory),
    runCommand: (_, signal) => {
      asked.resolve(signal);
      return new Promise(() => {});
    },
  });
  t.after(() => service.close());
  const stopping = new AbortController();
  const answer = reachOf({ DATA_DIR: directory }).askRunning(['tenants', 'list'], stopping.signal);
  const there = await asked.promise;
  stopping.abort();
  assert.equal((await answer).exitCode, 1);
  if (!there.aborted) await new Promise((resolve) => there.addEventListener('abort', resolve));
});

eachDatabase('a database on a server', (open, engine) => {
  if (engine === 'pglite') return;

  test('is opened once for all that is asked', async () => {
    const { url = '', owner } = await open();
    const reach = reachOf({ ...SERVER, DATABASE_URL: url });
    for (let n = 0; n < 3; n++) {
      const { exitCode, stderr } = await reach.askRunning(['tenants', 'create', `tenant ${n}`], never);
      assert.deepEqual([exitCode, stderr], [0, '']);
    }
    const { rows } = await sql<{ connections: number }>`
      select count(*) as connections from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and usename is not null
        and application_name = 'a2p' and query like '%insert into tenants%'`.execute(owner);
    assert.equal(rows[0]?.connections, 1);
    await reach.close();
  });

  test('that is away is told as what passes by itself', async () => {
    const reach = reachOf({ ...SERVER, DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    const { exitCode, stderr, passing } = await reach.ask(['tenants', 'list'], never);
    assert.deepEqual([exitCode, passing], [1, true]);
    assert.match(stderr, /^cannot use the database at 127\.0\.0\.1:1\/none: .*ECONNREFUSED.*\n$/);
    await reach.close();
  });
});
