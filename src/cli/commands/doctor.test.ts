import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { migrateDown } from '#platform/database/migrate.ts';
import { loadIndexKey } from '#platform/secrets/blind-index.ts';
import { generateKey } from '#platform/secrets/keyring.ts';
import { eachDatabase, freshPglite, testClock } from '../../../test/support/database.ts';
import { migrations } from '../../registration/store/migrations/index.ts';
import { RegistrationUnavailable } from '../../registration/store/open.ts';
import { cliOver, examine, KEYS, keyring, registrationOver } from '../cli.test-support.ts';

eachDatabase('doctor', (open) => {
  test('a healthy database is ok on every line', async () => {
    const db = await open();
    await loadIndexKey(db.database.executor, KEYS);
    const { exitCode, all, check } = await examine(cliOver(db));
    assert.deepEqual(
      all.map(({ check: name, state }) => [name, state]),
      [
        'configuration',
        'provider',
        'data',
        'database',
        'clock',
        'migrations',
        'keys',
        'queue',
        'webhooks',
        'receivers',
        'conservation',
      ].map((name) => [name, 'ok']),
    );
    assert.equal(exitCode, 0);
    assert.match(check('database').finding, /^(pglite|postgres), PostgreSQL \d+/);
    assert.equal(check('keys').finding, 'values sealed: 1 by "test"');
  });

  test('pending migrations fail with the command that applies them', async () => {
    const db = await open();
    const [reverted] = await migrateDown(db.owner, migrations);
    const { exitCode, check } = await examine(cliOver(db));
    assert.equal(exitCode, 1);
    assert.deepEqual(check('migrations'), {
      state: 'fail',
      check: 'migrations',
      finding: `pending: ${reverted}`,
      advice: 'npm run cli -- migrate up',
    });
  });

  test('keys that are missing or wrong fail, an old key still in use warns', async () => {
    const db = await open();
    await loadIndexKey(db.database.executor, KEYS);
    const under = async (text: string) =>
      examine(cliOver(db, { open: async () => registrationOver(db, keyring(text)) }));
    const missing = await under(`new:${generateKey()}`);
    assert.deepEqual([missing.exitCode, missing.check('keys').state], [1, 'fail']);
    assert.equal(missing.check('keys').advice, 'put back into ENCRYPTION_KEYS: test');
    const wrong = await under(`test:${generateKey()}`);
    assert.deepEqual([wrong.exitCode, wrong.check('keys').state], [1, 'fail']);
    assert.match(wrong.check('keys').finding, /^sealed_keys: /);
    const old = await under(`new:${generateKey()},test:${Buffer.alloc(32, 7).toString('base64')}`);
    assert.deepEqual([old.exitCode, old.check('keys').state], [0, 'warn']);
    assert.equal(old.check('keys').advice, 'npm run cli -- keys rotate');
  });

  test('work that nobody does and work that was given up on warn', async () => {
    const db = await open();
    const cli = cliOver(db);
    await sql`
      insert into reconcile_queue (tenant_id, resource, aggregate_id, due_at)
      values ('ten_1', 'brand', 'brand_1', ${cli.clock.now})`.execute(db.database.executor);
    cli.clock.advance(90_000);
    const late = await examine(cli);
    assert.deepEqual(late.check('queue'), {
      state: 'warn',
      check: 'queue',
      finding: '1 due (oldest 90 s), 0 under way, 0 dead letters',
      advice: 'run a process with role reconcile',
    });
    await sql`update reconcile_queue set parked_at = ${cli.clock.now}`.execute(db.database.executor);
    const parked = await examine(cli);
    assert.equal(parked.check('queue').advice, 'npm run cli -- dead-letters list');
    assert.equal(parked.exitCode, 0);
  });

  test('a clock that is off warns, and fails once receivers would refuse signatures', async () => {
    const db = await open();
    const skewed = (ms: number) => {
      const ahead = testClock();
      ahead.advance(ms);
      return examine(cliOver(db, { clock: ahead }));
    };
    assert.equal((await skewed(4_999)).check('clock').state, 'ok');
    const warned = await skewed(5_000);
    assert.deepEqual([warned.exitCode, warned.check('clock').state], [0, 'warn']);
    assert.equal(warned.check('clock').finding, 'the database is 5000 ms ahead of this process');
    const failed = await skewed(-300_000);
    assert.deepEqual([failed.exitCode, failed.check('clock').state], [1, 'fail']);
  });
});

test('a doctor inside the running instance says so', async () => {
  const db = await freshPglite();
  try {
    const registration = { ...registrationOver(db), directory: '/data/registration' };
    const cli = cliOver(db, { open: async () => registration, insideInstance: true });
    assert.match(
      (await examine(cli)).check('data').finding,
      /the running instance, pid \d+, which answers this/,
    );
  } finally {
    await db.close();
  }
});

test('bad configuration, a database that does not open, and none at all are findings, not crashes', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'a2p-doctor-'));
  t.after(() => rmSync(dataDir, { recursive: true }));
  const db = await freshPglite();
  t.after(() => db.close());

  const faulty = await examine(cliOver(db, {}, { PORT: 'x', DATABASE_URL: 'postgres://db.test/a2p' }));
  assert.equal(faulty.exitCode, 1);
  assert.deepEqual(
    faulty.all.map(({ state, check, finding }) => `${state} ${check} ${finding.split(':', 1)[0]}`).sort(),
    ['fail configuration ENCRYPTION_KEYS', 'fail configuration PORT'],
  );

  const away = () => Promise.reject(new RegistrationUnavailable('database', 'cannot use the database at x'));
  const closed = await examine(cliOver(db, { open: away }));
  assert.deepEqual([closed.exitCode, closed.check('database').finding], [1, 'cannot use the database at x']);

  const none = await examine(
    cliOver(db, { open: () => assert.fail('looking made one') }, { DATA_DIR: dataDir }),
  );
  assert.deepEqual([none.exitCode, none.check('database').state], [0, 'warn']);
  assert.deepEqual(none.check('ledger'), {
    state: 'warn',
    check: 'ledger',
    finding: 'none yet',
    advice: 'npm start makes it',
  });
  const production = await examine(
    cliOver(db, {}, { SERVICES: 'registration', DATA_DIR: dataDir, NODE_ENV: 'production' }),
  );
  assert.equal(production.check('provider').state, 'warn');
});
