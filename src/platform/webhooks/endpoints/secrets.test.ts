import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { eachDatabase } from '../../../../test/support/database.ts';
import { open as openSecret, seal, setUpWebhooks, TENANT } from '../delivery/dispatch.test-support.ts';
import { listSecrets, MAX_LIVE_SECRETS, revokeSecret, rotateSecret, secretSealContext } from './secrets.ts';
import { formatSecret } from './signature.ts';

const isConflict = (error: unknown) => error instanceof Problem && error.status === 409;
const HOUR = 3_600;

eachDatabase('secrets of an endpoint', (open, engine) => {
  async function setUpOne() {
    const world = await setUpWebhooks(open);
    const { database, clock, query } = world;
    const { endpoint, secret } = await world.addEndpoint('https://a.example/');
    const { endpointId } = endpoint;
    const rotate = (graceSeconds: number, tenantId = TENANT) =>
      database.tenantTransaction(tenantId, (tx) =>
        rotateSecret(tx, seal, { tenantId, endpointId, graceSeconds, now: clock.current() }),
      );
    const revoke = (version: number, tenantId = TENANT) =>
      database.tenantTransaction(tenantId, (tx) =>
        revokeSecret(tx, { endpointId, version, now: clock.current() }),
      );
    const live = async (tenantId = TENANT) => {
      const secrets = await database.tenantTransaction(tenantId, (tx) =>
        listSecrets(tx, [endpointId, 'whk_none'], clock.current()),
      );
      return secrets.get(endpointId) ?? [];
    };
    /** Version and seconds that it lives on, newest first. */
    const lives = async () =>
      (await live()).map(({ version, expiresAt }) => [
        version,
        expiresAt && (expiresAt.getTime() - clock.current().getTime()) / 1_000,
      ]);
    const version = async () => {
      const [row] = await query<{ version: number }>('select version from webhook_endpoints');
      return row?.version;
    };
    return { ...world, endpointId, secret, rotate, revoke, live, lives, version };
  }

  test('a rotation gives the next version, shown once; the one before lives on for the grace and no longer', async () => {
    const { rotate, lives, clock, secret, query, endpointId, version } = await setUpOne();
    const rotated = await rotate(HOUR);
    assert.equal(rotated?.version, 2);
    assert.notEqual(rotated?.secret, secret);
    assert.deepEqual(await lives(), [
      [2, undefined],
      [1, HOUR],
    ]);
    assert.equal(await version(), 2, 'the ETag moves: the endpoint shows its secrets');
    const rows = await query<{ version: number; sealed: Uint8Array }>('select * from webhook_secrets');
    const stored = rows.map((row) => {
      assert.ok(!Buffer.from(row.sealed).includes(secret) && !Buffer.from(row.sealed).includes('whsec_'));
      const context = secretSealContext(TENANT, endpointId, row.version);
      return formatSecret(openSecret(Buffer.from(row.sealed), context));
    });
    assert.deepEqual(new Set(stored), new Set([secret, rotated?.secret]));
    clock.advance(HOUR * 1_000 - 1);
    assert.equal((await lives()).length, 2);
    clock.advance(1);
    assert.deepEqual(await lives(), [[2, undefined]]);
  });

  test('a grace never lengthens a life, and one of 0 ends all the older ones at once', async () => {
    const { rotate, lives } = await setUpOne();
    await rotate(HOUR);
    await rotate(10 * HOUR);
    assert.deepEqual(await lives(), [
      [3, undefined],
      [2, 10 * HOUR],
      [1, HOUR],
    ]);
    await rotate(2 * HOUR);
    assert.deepEqual(await lives(), [
      [4, undefined],
      [3, 2 * HOUR],
      [2, 2 * HOUR],
      [1, HOUR],
    ]);
    const leaked = await rotate(0);
    assert.deepEqual(await lives(), [[5, undefined]]);
    assert.deepEqual(leaked?.secrets.length, 1);
  });

  test('no more than five live at a time; an expired or revoked one makes room, and no number comes twice', async () => {
    const { rotate, revoke, lives, clock } = await setUpOne();
    for (let version = 2; version <= MAX_LIVE_SECRETS; version++) await rotate(version * HOUR);
    await assert.rejects(rotate(HOUR), isConflict);
    assert.equal((await lives()).length, MAX_LIVE_SECRETS, 'a refusal changes nothing');
    assert.equal((await revoke(3))?.length, MAX_LIVE_SECRETS - 1);
    assert.equal((await rotate(7 * HOUR))?.version, 6);
    await assert.rejects(rotate(HOUR), isConflict);
    clock.advance(2 * HOUR * 1_000);
    assert.equal((await rotate(HOUR))?.version, 7);
    assert.equal((await rotate(0))?.version, 8);
    assert.deepEqual(await lives(), [[8, undefined]]);
  });

  test('a revoked secret is dead at once; the newest cannot be revoked, nor what is not there', async () => {
    const { rotate, revoke, lives, version } = await setUpOne();
    await assert.rejects(revoke(1), isConflict);
    await rotate(HOUR);
    const left = await revoke(1);
    assert.deepEqual(
      left?.map((secret) => secret.version),
      [2],
    );
    assert.deepEqual(await lives(), [[2, undefined]]);
    const before = await version();
    for (const none of [1, 3, 0]) assert.equal(await revoke(none), undefined, String(none));
    await assert.rejects(revoke(2), isConflict);
    assert.deepEqual([await lives(), await version()], [[[2, undefined]], before]);
  });

  test('what has expired is thrown away with the next rotation', async () => {
    const { rotate, clock, query } = await setUpOne();
    await rotate(HOUR);
    await rotate(HOUR);
    clock.advance(HOUR * 1_000);
    await rotate(HOUR);
    const rows = await query<{ version: number }>('select version from webhook_secrets order by version');
    assert.deepEqual(
      rows.map((row) => row.version),
      [3, 4],
    );
  });

  test('another tenant neither sees, rotates nor revokes them', async () => {
    const { rotate, revoke, live, lives } = await setUpOne();
    await rotate(HOUR);
    assert.equal(await rotate(0, 'ten_2'), undefined);
    assert.equal(await revoke(1, 'ten_2'), undefined);
    assert.deepEqual(await live('ten_2'), []);
    assert.equal((await lives()).length, 2);
  });

  test('rotations at the same moment follow each other: each has a version and a secret of its own', async () => {
    const { rotate, lives } = await setUpOne();
    const times = engine === 'postgres' ? MAX_LIVE_SECRETS - 1 : 2;
    const rotated = await Promise.all(Array.from({ length: times }, () => rotate(HOUR)));
    assert.equal(new Set(rotated.map((one) => one?.secret)).size, times);
    assert.deepEqual(
      rotated.map((one) => one?.version).sort(),
      Array.from({ length: times }, (_, n) => n + 2),
    );
    assert.equal((await lives()).length, times + 1);
  });
});
