import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { loadIndexKey } from '#platform/secrets/blind-index.ts';
import { generateKey } from '#platform/secrets/keyring.ts';
import { hashToken } from '#platform/secrets/tokens.ts';
import { eachDatabase } from '../../../test/support/database.ts';
import { findPrincipal } from '../../registration/store/tenants.ts';
import { type Cli, cliOver, KEYS, keyring, registrationOver } from '../cli.test-support.ts';

/** Aggregates that were given up on. */
async function park({ database, clock }: Cli, ...work: readonly (readonly [resource: string, id: string])[]) {
  for (const [resource, id] of work) {
    await sql`
      insert into reconcile_queue (tenant_id, resource, aggregate_id, due_at, failures, parked_at, last_error)
      values ('ten_1', ${resource}, ${id}, ${clock.now}, 12, ${clock.now}, 'line one' || chr(27) || '[2J')
    `.execute(database.executor);
    clock.advance(1_000);
  }
}

interface Token {
  readonly tokenId: string;
  readonly tenantId: string;
  readonly token: string;
  readonly scopes: readonly string[];
  readonly revokedAt?: string;
}

eachDatabase('commands', (open) => {
  test('a tenant is made once, listed, and named so that it can be typed again', async () => {
    const cli = cliOver(await open());
    assert.deepEqual(await cli.json('tenants', 'list'), []);
    const made = await cli.json<{ tenantId: string }>('tenants', 'create', 'Rosa Plumbing');
    assert.deepEqual(await cli.json('tenants', 'list'), [
      { tenantId: made.tenantId, name: 'Rosa Plumbing', createdAt: cli.clock.current().toISOString() },
    ]);
    const again = await cli.run('tenants', 'create', 'Rosa Plumbing');
    assert.deepEqual(again, {
      exitCode: 1,
      stdout: '',
      stderr: 'A tenant named Rosa Plumbing exists already\n',
    });
    for (const name of ['', ' ', 'ten_1', '-x', 'a\nb', 'x'.repeat(101)]) {
      assert.equal((await cli.run('tenants', 'create', '--', name)).exitCode, 2, JSON.stringify(name));
    }
  });

  test('a token is shown once, opens the API with its scopes, and is nobody after it was revoked', async () => {
    const cli = cliOver(await open());
    const { executor } = cli.database;
    const { tenantId } = await cli.json<{ tenantId: string }>('tenants', 'create', 'one');
    await cli.json('tenants', 'create', 'two');
    const byName = await cli.json<Token>('tokens', 'create', '--tenant', 'one');
    const byId = await cli.json<Token>(
      'tokens',
      'create',
      '--tenant',
      tenantId,
      '--scope',
      'read,pii',
      '--name',
      'x',
    );
    await cli.json<Token>('tokens', 'create', '--tenant', 'two');
    assert.deepEqual(await findPrincipal(executor, hashToken(byName.token)), {
      tenantId,
      tokenId: byName.tokenId,
      scopes: ['read', 'write'],
    });
    assert.deepEqual((await findPrincipal(executor, hashToken(byId.token)))?.scopes, ['read', 'pii']);

    const listed = await cli.run('tokens', 'list', '--json');
    assert.equal(JSON.parse(listed.stdout).length, 3);
    assert.ok(!listed.stdout.includes(byName.token) && !listed.stdout.includes('nmc_'));
    assert.deepEqual(
      (await cli.json<Token[]>('tokens', 'list', '--tenant', 'one')).map(({ tokenId }) => tokenId),
      [byName.tokenId, byId.tokenId].sort(),
    );

    assert.deepEqual(await cli.json('tokens', 'revoke', byName.tokenId), { revoked: byName.tokenId });
    assert.equal(await findPrincipal(executor, hashToken(byName.token)), undefined);
    const ended = await cli.json<Token[]>('tokens', 'list', '--tenant', 'one');
    assert.deepEqual(
      ended.filter(({ revokedAt }) => revokedAt).map(({ tokenId }) => tokenId),
      [byName.tokenId],
    );
    const twice = await cli.run('tokens', 'revoke', byName.tokenId);
    assert.deepEqual([twice.exitCode, twice.stderr], [1, `Live token ${byName.tokenId} not found\n`]);
  });

  test('dead letters are listed oldest first, and only those that were named become due', async () => {
    const cli = cliOver(await open());
    assert.deepEqual(await cli.json('dead-letters', 'list'), []);
    await park(
      cli,
      ['brand', 'brand_1'],
      ['campaign', 'camp_1'],
      ['campaign', 'camp_2'],
      ['binding', 'bind_1'],
    );
    const ids = async (...argv: string[]) =>
      (await cli.json<{ aggregateId: string }[]>('dead-letters', 'list', ...argv)).map((d) => d.aggregateId);
    assert.deepEqual(await ids('--limit', '2'), ['brand_1', 'camp_1']);
    assert.deepEqual(await ids('--resource', 'campaign'), ['camp_1', 'camp_2']);

    assert.deepEqual(await cli.json('dead-letters', 'requeue', '--id', 'camp_2'), { requeued: 1 });
    assert.deepEqual(await ids(), ['brand_1', 'camp_1', 'bind_1']);
    assert.deepEqual(await cli.json('dead-letters', 'requeue', '--resource', 'campaign'), { requeued: 1 });
    assert.deepEqual(await cli.json('dead-letters', 'requeue', '--all'), { requeued: 2 });
    assert.deepEqual(await ids(), []);
    const { rows } = await sql<{ due: number }>`
      select count(*) as due from reconcile_queue
      where parked_at is null and failures = 0 and due_at <= ${cli.clock.now}`.execute(cli.database.executor);
    assert.equal(rows[0]?.due, 4);
  });

  test('a stored error cannot steer the terminal of whoever lists it', async () => {
    const cli = cliOver(await open());
    await park(cli, ['brand', 'brand_1']);
    const { stdout } = await cli.run('dead-letters', 'list');
    assert.match(stdout, /line one \[2J\n$/);
    assert.ok(!stdout.includes('\u001b'));
  });

  test('a rotation leaves nothing with the old key, says when it may go, and fails while something is left', async () => {
    const db = await open();
    await loadIndexKey(db.database.executor, KEYS);
    const fresh = `new:${generateKey()}`;
    const both = keyring(`${fresh},test:${Buffer.alloc(32, 7).toString('base64')}`);
    const cli = cliOver(db, { open: async () => registrationOver(db, both) });
    const first = await cli.run('keys', 'rotate', '--json');
    assert.equal(first.exitCode, 0, first.stderr);
    assert.match(first.stderr, /everything is sealed with key "new"/);
    const tables: { table: string; resealed: number }[] = JSON.parse(first.stdout);
    assert.deepEqual(
      tables.map(({ table, resealed }) => [table, resealed]),
      [
        ['sealed_keys', 1],
        ['brands', 0],
        ['webhook_secrets', 0],
        ['idempotency_keys', 0],
      ],
    );
    const stranger = keyring(`other:${generateKey()}`);
    const failing = cliOver(db, { open: async () => registrationOver(db, stranger) });
    const second = await failing.run('keys', 'rotate');
    assert.equal(second.exitCode, 1);
    assert.match(second.stderr, /1 values open with no key/);
  });

  test('migrations are taken back one by one, shown as pending, and applied again', async () => {
    const db = await open();
    const cli = cliOver(db);
    const status = async () =>
      (await cli.json<{ name: string; appliedAt: string }[]>('migrate', 'status')).map(
        ({ name, appliedAt }) => [name, appliedAt === 'pending'],
      );
    const before = await status();
    assert.ok(before.length > 0 && before.every(([, pending]) => !pending));
    const { reverted } = await cli.json<{ reverted: string[] }>('migrate', 'down');
    assert.deepEqual(reverted, [before.at(-1)?.[0]]);
    assert.deepEqual(
      (await status()).filter(([, pending]) => pending),
      [[reverted[0], true]],
    );
    assert.deepEqual(await cli.json('migrate', 'up'), { applied: reverted });
    assert.deepEqual(await status(), before);
    assert.match((await cli.run('migrate', 'up')).stderr, /already up to date/);

    const inside = cliOver(db, { insideInstance: true });
    const refused = await inside.run('migrate', 'down');
    assert.deepEqual([refused.exitCode, refused.stdout], [1, '']);
    assert.match(refused.stderr, /^The service is running on this schema: stop it first\n$/);
    assert.deepEqual(await status(), before);
  });
});
