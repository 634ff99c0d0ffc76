import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { systemClock } from '#kernel/clock.ts';
import { databaseClock } from '#platform/database/clock.ts';
import { lockDirectory } from '#platform/database/directory-lock.ts';
import { readTokenFile, writeEntry } from '#platform/secrets/token-file.ts';
import { hashToken } from '#platform/secrets/tokens.ts';
import { freshLedgerDatabase } from '../../../test/provisioning/ledger-stores.test-support.ts';
import { testClock } from '../../../test/support/database.ts';
import { type PostgresServer, startPostgres } from '../../../test/support/postgres-server.ts';
import type { Environment } from '../../config/reader.ts';
import { readConfig } from '../../config.ts';
import { developmentTokenFile } from '../../provisioning/development-tokens.ts';
import { tagOf } from '../../provisioning/domain/tag.ts';
import { createMemoryLedger } from '../../provisioning/ledger/memory-ledger.ts';
import { openLedgerDatabase, provisioningDirectory } from '../../provisioning/ledger/open.ts';
import { createPostgresLedger } from '../../provisioning/ledger/postgres-ledger.ts';
import { LEASE_MS, type Ledger } from '../../provisioning/ports.ts';
import { startControl } from '../control-server.ts';
import { createReach } from '../reach.ts';
import { createLedgerRunner } from '../run.ts';

const KEY = 'order-4711';
const E164 = '+12025550123';
const SCOPE = { caller: 'dev', method: 'POST', path: '/numbers', key: KEY };

let ownServer: PostgresServer | undefined;
let server = process.env.TEST_POSTGRES_URL ?? '';
before(async () => {
  if (server !== '') return;
  ownServer = await startPostgres();
  server = ownServer.url;
});
after(() => ownServer?.stop());

function dataDirectory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'a2p-provisioning-cli-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** The CLI of somebody who runs the provisioning service. */
function cliIn(t: TestContext, env: Environment) {
  const settings = readConfig({ SERVICES: 'provisioning', ...env });
  const reach = createReach({
    settings,
    owner: 'a test',
    clock: databaseClock,
    wallClock: systemClock,
    onError: (error) => assert.fail(String(error)),
  });
  t.after(() => reach.close());
  const run = (...argv: string[]) => reach.ask(argv, new AbortController().signal);
  return {
    settings,
    run,
    async json<T>(...argv: string[]): Promise<T> {
      const { exitCode, stdout, stderr } = await run(...argv, '--json');
      assert.equal(exitCode, 0, stderr);
      return JSON.parse(stdout);
    },
    async doctor() {
      const { exitCode, stdout, stderr } = await run('doctor', '--json');
      assert.equal(stderr, '');
      const all: { state: string; check: string; finding: string; advice?: string }[] = JSON.parse(stdout);
      const check = (name: string) => all.find((line) => line.check === name) ?? assert.fail(stdout);
      return { exitCode, check, all };
    },
  };
}

/** Begins a purchase that nobody finishes. */
async function leaveUnfinished(ledger: Ledger): Promise<void> {
  const claimed = await ledger.claim(SCOPE, 'f'.repeat(64));
  assert.ok(claimed.kind === 'held');
  assert.equal(await ledger.reserve(claimed.hold, E164), 'reserved');
  await ledger.letGo(claimed.hold);
}

interface NewToken {
  readonly name: string;
  readonly token: string;
  readonly entry: string;
}

test('in development a new token is good at once: its entry is where the service reads', async (t) => {
  const dataDir = dataDirectory(t);
  const cli = cliIn(t, { DATA_DIR: dataDir });
  const create = (name: string) =>
    cli.run('tokens', 'create', '--service', 'provisioning', '--name', name, '--json');
  const { exitCode, stdout, stderr } = await create('shop');
  assert.equal(exitCode, 0, stderr);
  const made: NewToken = JSON.parse(stdout);
  assert.equal(made.entry, `shop:${hashToken(made.token).toString('hex')}`);
  assert.ok(!stderr.includes(made.token));
  const entries = await readTokenFile(developmentTokenFile(dataDir));
  assert.deepEqual(entries.map(writeEntry), [made.entry]);

  const twice = await create('shop');
  assert.deepEqual([twice.exitCode, twice.stdout], [1, '']);
  assert.match(twice.stderr, /has a token shop already/);
  assert.equal((await create('desk')).exitCode, 0);
  assert.equal((await readTokenFile(developmentTokenFile(dataDir))).length, 2);
});

test('where tokens are configured the entry is printed to be added, and no file is made', async (t) => {
  const dataDir = dataDirectory(t);
  const env = { DATA_DIR: dataDir, PROVISIONING_TOKENS: `shop:${'a'.repeat(64)}` };
  const create = (name: string, more: Environment = {}) =>
    cliIn(t, { ...env, ...more }).run('tokens', 'create', '--service', 'provisioning', '--name', name);
  const made = await create('desk');
  assert.equal(made.exitCode, 0, made.stderr);
  assert.match(made.stdout, /^entry +desk:[0-9a-f]{64}$/m);
  assert.match(made.stderr, /add the entry to PROVISIONING_TOKENS/);
  assert.match((await create('shop')).stderr, /has a token shop already/);
  // The first one of a production: its configuration does not stand without it.
  const first = await create('desk', { NODE_ENV: 'production', PROVISIONING_TOKENS: '' });
  assert.equal(first.exitCode, 0, first.stderr);
  assert.deepEqual(await readTokenFile(developmentTokenFile(dataDir)), []);
});

test('the ledger’s schema goes up and down by itself, and doctor says what is missing', async (t) => {
  const url = await freshLedgerDatabase(server);
  const cli = cliIn(t, { DATA_DIR: dataDirectory(t), PROVISIONING_DATABASE_URL: url });
  const migrate = <T>(...argv: string[]) => cli.json<T>('migrate', ...argv, '--service', 'provisioning');
  const status = () => migrate<{ name: string; appliedAt: string }[]>('status');
  assert.ok((await status()).every(({ appliedAt }) => appliedAt === 'pending'));
  const before = await cli.doctor();
  assert.deepEqual([before.exitCode, before.check('ledger').state], [1, 'fail']);
  assert.equal(before.check('ledger').advice, 'npm run cli -- migrate up --service provisioning');
  const refused = await cli.run('numbers', 'unfinished');
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /pending migrations: .*migrate up --service provisioning/);

  const { applied } = await migrate<{ applied: string[] }>('up');
  assert.deepEqual(
    applied,
    (await status()).map(({ name }) => name),
  );
  const healthy = await cli.doctor();
  assert.deepEqual([healthy.check('ledger').finding, healthy.check('purchases').state], ['postgres', 'ok']);
  const { reverted } = await migrate<{ reverted: string[] }>('down');
  assert.deepEqual(reverted, applied.slice(-1));
});

test('purchases that nobody finished are listed by number and tag, never by key', async (t) => {
  const url = await freshLedgerDatabase(server);
  const cli = cliIn(t, { DATA_DIR: dataDirectory(t), PROVISIONING_DATABASE_URL: url });
  await cli.json('migrate', 'up', '--service', 'provisioning');
  assert.deepEqual(await cli.json('numbers', 'unfinished'), []);
  const options = { owner: 'a test', schema: 'current', onError: () => {} } as const;
  const { database, close } = await openLedgerDatabase({ databaseUrl: url, dataDir: '' }, options);
  // One that was begun just now may be under way: it is shown when a lease is over.
  const clock = testClock(new Date(Date.now() - 60_000).toISOString());
  await leaveUnfinished(createPostgresLedger({ database, clock, close }));
  await close();
  const { stdout } = await cli.run('numbers', 'unfinished', '--json');
  const listed: Record<string, string>[] = JSON.parse(stdout);
  assert.deepEqual(listed, [{ caller: 'dev', tag: tagOf(SCOPE), number: E164, bought: 'unknown' }]);
  const doctor = await cli.doctor();
  assert.deepEqual([doctor.exitCode, doctor.check('purchases').state], [0, 'warn']);
  assert.equal(doctor.check('purchases').advice, 'npm run cli -- numbers unfinished');
  assert.ok(!stdout.includes(KEY));
});

test('an embedded ledger that a service holds is asked through that service, and its schema left alone', async (t) => {
  const dataDir = dataDirectory(t);
  const cli = cliIn(t, { DATA_DIR: dataDir });
  const directory = provisioningDirectory(dataDir);
  mkdirSync(join(directory, 'pglite'), { recursive: true, mode: 0o700 });
  const lock = lockDirectory(directory, 'the provisioning service');
  assert.ok('release' in lock);
  t.after(() => lock.release());
  const alone = await cli.run('numbers', 'unfinished');
  assert.equal(alone.exitCode, 1);
  assert.match(alone.stderr, /is in use by the provisioning service, which takes no commands/);

  assert.ok('config' in cli.settings);
  let nowMs = 0;
  const ledger = createMemoryLedger({ now: () => nowMs });
  await leaveUnfinished(ledger);
  nowMs += 2 * LEASE_MS;
  const control = await startControl({
    directory,
    runCommand: createLedgerRunner(cli.settings.config, ledger),
  });
  t.after(() => control.close());
  for (let i = 0; i < 2; i++) {
    const listed = await cli.json<Record<string, string>[]>('numbers', 'unfinished');
    assert.deepEqual(
      listed.map(({ caller, number }) => [caller, number]),
      [['dev', E164]],
    );
  }
  for (const what of ['up', 'down', 'status']) {
    const { exitCode, stderr } = await cli.run('migrate', what, '--service', 'provisioning');
    assert.equal(exitCode, 1);
    assert.match(stderr, /The service is running on this schema/);
  }
  const { check } = await cli.doctor();
  assert.equal(check('ledger').state, 'ok');
  assert.match(check('ledger').finding, /in use by the provisioning service/);
});

test('an embedded ledger that nobody holds is opened for one command, and free again at once', async (t) => {
  const dataDir = dataDirectory(t);
  const cli = cliIn(t, { DATA_DIR: dataDir });
  assert.deepEqual((await cli.doctor()).check('ledger').finding, 'none yet');
  await cli.json('migrate', 'up', '--service', 'provisioning');
  const { check } = await cli.doctor();
  assert.match(check('ledger').finding, /^embedded PostgreSQL in /);
  const lock = lockDirectory(provisioningDirectory(dataDir), 'the service');
  assert.ok('release' in lock);
  lock.release();
});

test('a ledger in memory is nobody’s but the service’s', async (t) => {
  const cli = cliIn(t, { DATA_DIR: dataDirectory(t), IDEMPOTENCY_BACKEND: 'memory' });
  assert.equal((await cli.run('numbers', 'unfinished')).exitCode, 1);
  assert.equal((await cli.run('migrate', 'status', '--service', 'provisioning')).exitCode, 2);
  assert.match((await cli.doctor()).check('ledger').finding, /^in memory/);
});

test('doctor says who may call, and finds a token file that is damaged', async (t) => {
  const dataDir = dataDirectory(t);
  const cli = cliIn(t, { DATA_DIR: dataDir, IDEMPOTENCY_BACKEND: 'memory' });
  assert.equal((await cli.doctor()).check('tokens').state, 'warn');
  await cli.json('tokens', 'create', '--service', 'provisioning', '--name', 'shop');
  assert.match((await cli.doctor()).check('tokens').finding, /provisioning-tokens: shop$/);
  writeFileSync(developmentTokenFile(dataDir), 'nmc_secret');
  const damaged = await cli.doctor();
  assert.deepEqual([damaged.exitCode, damaged.check('tokens').state], [1, 'fail']);
  assert.doesNotMatch(damaged.check('tokens').finding, /nmc_/);
  const configured = { PROVISIONING_TOKENS: `a:${'a'.repeat(64)},b:${'b'.repeat(64)}` };
  const other = cliIn(t, { DATA_DIR: dataDir, IDEMPOTENCY_BACKEND: 'memory', ...configured });
  assert.equal((await other.doctor()).check('tokens').finding, 'PROVISIONING_TOKENS: a, b');
});

test('doctor asks the release guard, and warns where there is none', async (t) => {
  const token = 'release-guard-of-a-test';
  const registration = createServer((request, response) => {
    const known = request.headers.authorization === `Bearer ${token}`;
    const e164 = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
    response.writeHead(known ? 200 : 401).end(JSON.stringify({ e164, held: false }));
  });
  await new Promise<void>((resolve) => registration.listen(0, '127.0.0.1', resolve));
  t.after(() => registration.close());
  const url = `http://127.0.0.1:${(registration.address() as AddressInfo).port}`;
  const guardOf = async (env: Environment) =>
    (await cliIn(t, { DATA_DIR: dataDirectory(t), IDEMPOTENCY_BACKEND: 'memory', ...env }).doctor()).check(
      'release guard',
    );
  const set = { RELEASE_GUARD_URL: url, RELEASE_GUARD_TOKEN: token };
  assert.deepEqual([(await guardOf(set)).state, (await guardOf({})).state], ['ok', 'warn']);
  const wrong = await guardOf({ ...set, RELEASE_GUARD_TOKEN: `${token}-of-another` });
  assert.equal(wrong.state, 'fail');
  assert.match(wrong.finding, /refuses our RELEASE_GUARD_TOKEN/);
  assert.doesNotMatch(wrong.finding, new RegExp(token));
  const same = { SERVICES: 'registration,provisioning', DATABASE_URL: '' };
  assert.equal((await guardOf(same)).state, 'ok', 'both in one process');
});
