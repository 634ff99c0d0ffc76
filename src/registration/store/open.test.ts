import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { databaseClock } from '#platform/database/clock.ts';
import { migrateDown } from '#platform/database/migrate.ts';
import type { OpenOptions } from '#platform/database/open.ts';
import { parseKeyring } from '#platform/secrets/keyring.ts';
import { eachDatabase } from '../../../test/support/database.ts';
import { freePort } from '../../../test/support/postgres-server.ts';
import { migrations } from './migrations/index.ts';
import { openRegistration, RegistrationUnavailable, registrationDirectory } from './open.ts';
import { createTenant, findTenant } from './tenants.ts';

const OPTIONS: OpenOptions = { owner: 'a test', schema: 'current', onError: () => {} };
const parsed = parseKeyring(`k:${Buffer.alloc(32, 1).toString('base64')}`);
const keyring = 'keyring' in parsed ? parsed.keyring : undefined;

function dataDirectory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'a2p-open-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

const embedded = (dataDir: string) => ({ dataDir, databaseUrl: undefined, keyring: undefined });

/** What a person reads: one line of a known kind. */
async function unavailable(opening: Promise<unknown>): Promise<RegistrationUnavailable> {
  const error: unknown = await opening.catch((reason: unknown) => reason);
  assert.ok(error instanceof RegistrationUnavailable, String(error));
  assert.ok(!error.message.includes('\n'), error.message);
  return error;
}

/** Opens the database in a process of its own, with a tenant in it, and holds it until that process dies. */
const HOLDER = `
  import { databaseClock } from ${JSON.stringify(new URL('../../platform/database/clock.ts', import.meta.url).href)};
  import { openRegistration } from ${JSON.stringify(new URL('./open.ts', import.meta.url).href)};
  import { createTenant } from ${JSON.stringify(new URL('./tenants.ts', import.meta.url).href)};
  const { database } = await openRegistration(
    { dataDir: process.argv[1], databaseUrl: undefined, keyring: undefined },
    { owner: 'the holder, pid ' + process.pid, schema: 'current', onError() {} },
  );
  await createTenant(database.executor, databaseClock, 'kept');
  console.log('open');
  setInterval(() => {}, 1_000);
`;

test('a second process is told who holds the directory, and the moment that one is killed the way is free', async (t) => {
  const dataDir = dataDirectory(t);
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', HOLDER, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => holder.kill('SIGKILL'));
  const exited = once(holder, 'exit');
  await Promise.race([once(holder.stdout, 'data'), exited]);

  const error = await unavailable(openRegistration(embedded(dataDir), OPTIONS));
  assert.equal(error.reason, 'held');
  assert.equal(error.message, `${registrationDirectory(dataDir)} is in use by the holder, pid ${holder.pid}`);

  holder.kill('SIGKILL');
  await exited;
  const opened = await openRegistration(embedded(dataDir), OPTIONS);
  assert.equal((await findTenant(opened.database.executor, 'kept')).name, 'kept');
  await opened.close();
});

test('an embedded database is made on first sight, is for its owner only, and is given free by closing', async (t) => {
  const dataDir = join(dataDirectory(t), 'not', 'yet');
  const directory = registrationDirectory(dataDir);
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o755);
  const first = await openRegistration(embedded(dataDir), OPTIONS);
  assert.equal(first.directory, directory);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  const sealed = first.keyring.seal('text', 'c');
  await createTenant(first.database.executor, databaseClock, 'one');
  await first.close();

  const second = await openRegistration(embedded(dataDir), OPTIONS);
  assert.equal(second.keyring.open(sealed, 'c').toString(), 'text');
  assert.equal((await findTenant(second.database.executor, 'one')).name, 'one');
  await second.close();
});

test('keys that cannot be read stop the opening and leave no lock behind', async (t) => {
  const dataDir = dataDirectory(t);
  writeFileSync(join(dataDir, 'encryption-keys'), 'nonsense');
  for (const attempt of [1, 2]) {
    const error = await unavailable(openRegistration(embedded(dataDir), OPTIONS));
    assert.equal(error.reason, 'keys', `attempt ${attempt}: ${error.message}`);
    assert.match(error.message, /encryption-keys is damaged/);
    assert.ok(!error.message.includes('nonsense'));
  }
});

test('a data directory that cannot be one, and files that are no database, are told in a line', async (t) => {
  const dataDir = dataDirectory(t);
  writeFileSync(join(dataDir, 'file'), '');
  const blocked = await unavailable(openRegistration(embedded(join(dataDir, 'file')), OPTIONS));
  assert.deepEqual([blocked.reason, /ENOTDIR/.test(blocked.message)], ['database', true]);

  const directory = registrationDirectory(dataDir);
  mkdirSync(directory);
  writeFileSync(join(directory, 'pglite'), 'no database');
  const broken = await unavailable(openRegistration(embedded(dataDir), OPTIONS));
  assert.equal(broken.reason, 'database');
});

test('a server that is away is told with its address and without the password', async () => {
  const port = await freePort();
  const url = `postgres://owner:hunter2@127.0.0.1:${port}/a2p`;
  const error = await unavailable(
    openRegistration({ dataDir: '/unused', databaseUrl: url, keyring }, OPTIONS),
  );
  assert.equal(error.reason, 'database');
  assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}/a2p: .*ECONNREFUSED`));
  assert.ok(!error.message.includes('hunter2'));
});

eachDatabase('opening a server', (open, engine) => {
  if (engine === 'pglite') return;

  test('pending migrations are refused with the command that applies them, unless they are what is asked about', async () => {
    const { owner, url } = await open();
    assert.ok(url !== undefined);
    const settings = { dataDir: '/unused', databaseUrl: url, keyring };
    const current = await openRegistration(settings, OPTIONS);
    assert.equal(current.directory, undefined);
    await createTenant(current.database.executor, databaseClock, 'one');
    await current.close();

    const [reverted] = await migrateDown(owner, migrations);
    const error = await unavailable(openRegistration(settings, OPTIONS));
    assert.equal(error.reason, 'schema');
    assert.equal(error.message, `pending migrations: ${reverted}; run npm run cli -- migrate up`);
    const asIs = await openRegistration(settings, { ...OPTIONS, schema: 'asIs' });
    await asIs.close();
  });
});
