import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { migrateDown, migrateUp } from '../../src/platform/database/migrate.ts';
import { migrations } from '../../src/provisioning/ledger/migrations/index.ts';
import {
  LedgerUnavailable,
  openLedger,
  openLedgerDatabase,
  provisioningDirectory,
} from '../../src/provisioning/ledger/open.ts';
import { LEASE_MS } from '../../src/provisioning/ports.ts';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { freshLedgerDatabase } from './ledger-stores.test-support.ts';

const OPTIONS = { owner: 'a test', schema: 'current', onError: () => {} } as const;
const SCOPE = { caller: 'token', method: 'POST', path: '/numbers', key: 'k1' };
const NO_REDIS = { redisUrl: undefined };

describe('the embedded ledger', () => {
  let dataDir: string;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'a2p-ledger-'));
  });
  after(() => rm(dataDir, { recursive: true, force: true }));

  test('is one process’s alone, in a directory of its owner’s alone, and there again after a restart', async () => {
    const settings = { backend: 'postgres', databaseUrl: undefined, dataDir, ...NO_REDIS } as const;
    const ledger = await openLedger(settings, OPTIONS);
    const claimed = await ledger.claim(SCOPE, 'f');
    assert.ok(claimed.kind === 'held');
    await ledger.answer(claimed.hold, { status: 201, headers: {}, body: '{}' });
    await assert.rejects(openLedger(settings, OPTIONS), unavailable('held', /is in use by a test$/));
    assert.equal((await stat(provisioningDirectory(dataDir))).mode & 0o777, 0o700);
    await ledger.close();

    const again = await openLedger(settings, OPTIONS);
    assert.equal((await again.claim(SCOPE, 'f')).kind, 'answered');
    await again.close();
  });

  test('is not opened where no directory can be', async () => {
    const opening = openLedgerDatabase({ databaseUrl: undefined, dataDir: '/dev/null' }, OPTIONS);
    await assert.rejects(opening, unavailable('store', /^cannot use \/dev\/null\/provisioning: /));
  });
});

describe('the ledger on a server', () => {
  let server: PostgresServer | undefined;
  let serverUrl: string;
  before(async () => {
    const shared = process.env.TEST_POSTGRES_URL;
    if (!shared) server = await startPostgres();
    serverUrl = shared ?? server?.url ?? '';
  });
  after(() => server?.stop());

  test('is opened once its operator has migrated it, and works without the owner’s power', async () => {
    const databaseUrl = await freshLedgerDatabase(serverUrl);
    const settings = { databaseUrl, dataDir: '/nowhere' };
    await assert.rejects(
      openLedgerDatabase(settings, OPTIONS),
      unavailable('schema', /^pending migrations: 0001_ledger; run npm run cli -- migrate up --service/),
    );
    const unmigrated = await openLedgerDatabase(settings, { ...OPTIONS, schema: 'asIs' });
    assert.deepEqual(await unmigrated.withOwner((owner) => migrateUp(owner, migrations)), ['0001_ledger']);
    await unmigrated.close();

    const { database, withOwner, close } = await openLedgerDatabase(settings, OPTIONS);
    const role = await sql<{ role: string }>`select current_user as role`.execute(database.executor);
    assert.deepEqual(role.rows, [{ role: 'a2p_worker' }]);
    await assert.rejects(sql`drop table idempotency_keys`.execute(database.executor), /owner/);
    assert.deepEqual(await withOwner((owner) => migrateDown(owner, migrations)), ['0001_ledger']);
    assert.deepEqual(await withOwner((owner) => migrateUp(owner, migrations)), ['0001_ledger']);
    await close();

    const ledger = await openLedger({ backend: 'postgres', ...settings, ...NO_REDIS }, OPTIONS);
    await ledger.check();
    assert.equal((await ledger.claim(SCOPE, 'f')).kind, 'held');
    // By the server's clock.
    const claimed = await ledger.claim(SCOPE, 'f');
    assert.ok(claimed.kind === 'running' && claimed.retryAfterMs > LEASE_MS / 2, JSON.stringify(claimed));
    await ledger.close();
  });

  test('says in a line where it is not, without the password', async () => {
    const databaseUrl = `postgres://user:secret@127.0.0.1:${await freePort()}/numbers`;
    const opening = openLedgerDatabase({ databaseUrl, dataDir: '/nowhere' }, OPTIONS);
    await assert.rejects(
      opening,
      unavailable(
        'store',
        /^cannot use the database at 127\.0\.0\.1:\d+\/numbers: [^\n]*ECONNREFUSED[^\n]*$/,
      ),
    );
    await assert.rejects(opening, (error) => !String(error).includes('secret'));
  });
});

describe('a ledger that was chosen', () => {
  const settings = { databaseUrl: undefined, dataDir: '/nowhere', ...NO_REDIS };

  test("in memory is one process's alone: another one in the same place is refused", async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'a2p-ledger-'));
    t.after(() => rm(dataDir, { recursive: true }));
    const own = { ...settings, backend: 'memory' as const, dataDir };
    const ledger = await openLedger(own, OPTIONS);
    assert.equal((await ledger.claim(SCOPE, 'f')).kind, 'held');
    await assert.rejects(openLedger(own, OPTIONS), unavailable('held', /is in use by a test$/));
    await ledger.close();
    await (await openLedger(own, OPTIONS)).close();
  });

  test('in Redis needs its URL', async () => {
    await assert.rejects(
      openLedger({ backend: 'redis', ...settings }, OPTIONS),
      unavailable('store', /REDIS_URL/),
    );
  });
});

function unavailable(reason: LedgerUnavailable['reason'], message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof LedgerUnavailable);
    assert.equal(error.reason, reason);
    assert.match(error.message, message);
    return true;
  };
}
