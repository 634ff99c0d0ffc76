import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createClient } from 'redis';
import { databaseClock } from '../../src/platform/database/clock.ts';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { createPostgresLedger } from '../../src/provisioning/ledger/postgres-ledger.ts';
import { createRedisLedger } from '../../src/provisioning/ledger/redis-ledger.ts';
import { LedgerUnavailable } from '../../src/provisioning/ledger/unavailable.ts';
import { type Hold, LEASE_MS, type Ledger } from '../../src/provisioning/ports.ts';
import { freePort } from '../support/postgres-server.ts';
import { REDIS_SERVER, type RedisServer, startRedis } from '../support/redis-server.ts';

/** Long for a store that answers, short for a test of one that does not. */
const DEADLINE_MS = 250;
const SCOPE = { caller: 'token', method: 'POST', path: '/numbers', key: 'k1' };
const HOLD: Hold = { scope: SCOPE, holdId: 'h' };

describe('a PostgreSQL that does not answer', () => {
  test('fails each method in time', async () => {
    const silent = await silentServer();
    const database = openPostgres(`postgres://user:secret@127.0.0.1:${silent.port}/name`, {
      onError: () => {},
    });
    await failsInTime(
      createPostgresLedger({
        database,
        clock: databaseClock,
        close: database.close,
        deadlineMs: DEADLINE_MS,
      }),
    );
    silent.close();
    await database.close();
  });
});

describe('a Redis that does not answer', () => {
  test('refuses to open, in a line without the password', async () => {
    const url = `redis://user:secret@127.0.0.1:${await freePort()}`;
    const opening = createRedisLedger({ url, onError: () => {}, deadlineMs: DEADLINE_MS });
    await assert.rejects(opening, (error) => {
      assert.ok(error instanceof LedgerUnavailable);
      assert.match(error.message, /^cannot use Redis at 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
      assert.doesNotMatch(error.message, /secret|\n/);
      return true;
    });
  });

  test('refuses to open when it takes the connection and says nothing', async () => {
    const silent = await silentServer();
    const url = `redis://127.0.0.1:${silent.port}`;
    await assert.rejects(
      createRedisLedger({ url, onError: () => {}, deadlineMs: DEADLINE_MS }),
      LedgerUnavailable,
    );
    silent.close();
  });

  if (REDIS_SERVER === undefined) {
    test('fails each method in time, and is found again', (t) => t.skip('redis-server is not installed'));
    return;
  }

  let server: RedisServer;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.stop());
  const connect = (parts: { prefix?: string } = {}) =>
    createRedisLedger({ url: server.url, onError: () => {}, deadlineMs: DEADLINE_MS, ...parts });

  test('fails each method in time while it hangs, and answers when it goes on', async () => {
    const ledger = await connect();
    server.suspend();
    await failsInTime(ledger);
    server.goOn();
    await answersAgain(ledger);
    await ledger.close();
  });

  test('is found again after it was away, and what was asked meanwhile is not done afterwards', async () => {
    const ledger = await connect();
    await server.kill();
    await failsInTime(ledger);
    await server.restart();
    await answersAgain(ledger);
    // The claim that failed has taken nothing.
    const claimed = await ledger.claim(SCOPE, 'f');
    assert.equal(claimed.kind === 'held' && !claimed.resumed, true);
    await ledger.close();
  });

  test('closes in time while it is away', async () => {
    const ledger = await connect();
    await server.kill();
    const began = performance.now();
    await ledger.close();
    assert.ok(performance.now() - began < 4 * DEADLINE_MS);
    await server.restart();
  });

  test('keeps time by its own clock', async () => {
    const ledger = await connect({ prefix: '{clock}' });
    await ledger.claim(SCOPE, 'f');
    const claimed = await ledger.claim(SCOPE, 'f');
    assert.ok(claimed.kind === 'running' && claimed.retryAfterMs > LEASE_MS / 2, JSON.stringify(claimed));
    await ledger.close();
  });

  test('goes on, each step once, when Redis has forgotten its scripts', async () => {
    const ledger = await connect({ prefix: '{scripts}' });
    const client = await createClient({ url: server.url }).connect();
    const forgotten = async <T>(step: () => Promise<T>) => {
      await client.scriptFlush();
      return step();
    };
    const claimed = await forgotten(() => ledger.claim(SCOPE, 'f'));
    assert.ok(claimed.kind === 'held');
    const { hold } = claimed;
    assert.equal(await forgotten(() => ledger.reserve(hold, '+12135550101')), 'reserved');
    assert.equal(await forgotten(() => ledger.bought(hold, 'PN1')), true);
    assert.equal(await ledger.bought(hold, 'PN1'), true);
    const answer = { status: 201, headers: {}, body: '{}' };
    assert.equal(await forgotten(() => ledger.answer(hold, answer)), true);
    assert.deepEqual(await forgotten(() => ledger.claim(SCOPE, 'f')), { kind: 'answered', answer });
    await client.close();
    await ledger.close();
  });

  test('keeps nothing for ever', async () => {
    const ledger = await connect({ prefix: '{life}' });
    const claimed = await ledger.claim(SCOPE, 'f');
    assert.ok(claimed.kind === 'held');
    await ledger.reserve(claimed.hold, '+12135550101');
    const client = await createClient({ url: server.url }).connect();
    const names = await client.keys('{life}*');
    assert.equal(names.length, 3);
    for (const name of names) {
      const ms = await client.pTTL(name);
      assert.ok(ms > 0 && ms <= 48 * 60 * 60 * 1_000, `${name} stays for ${ms} ms`);
    }
    await client.close();
    await ledger.close();
  });

  test('does not take records of somebody else for its own', async () => {
    const ledger = await connect({ prefix: '{other}' });
    const client = await createClient({ url: server.url }).connect();
    await client.set('{other}:unfinished', 'a string');
    await assert.rejects(ledger.unfinished(1));
    await client.close();
    await ledger.close();
  });
});

/** Every method that asks the store rejects, no later than a few deadlines after it was called. */
async function failsInTime(ledger: Ledger): Promise<void> {
  const began = performance.now();
  const calls = [
    ledger.check(),
    ledger.claim(SCOPE, 'f'),
    ledger.renew(HOLD),
    ledger.reserve(HOLD, '+12135550101'),
    ledger.unreserve(HOLD),
    ledger.bought(HOLD, 'PN1'),
    ledger.answer(HOLD, { status: 200, headers: {}, body: '{}' }),
    ledger.letGo(HOLD),
    ledger.forget('+12135550101'),
    ledger.unfinished(1),
  ];
  const results = await Promise.allSettled(calls);
  assert.deepEqual(
    results.map(({ status }) => status),
    calls.map(() => 'rejected'),
  );
  assert.ok(performance.now() - began < 4 * DEADLINE_MS);
}

/** Each attempt takes a deadline at the most; a reconnect is tried every second at the least. */
async function answersAgain(ledger: Ledger): Promise<void> {
  for (let attempt = 1; attempt < 40; attempt += 1) {
    const error = await ledger.check().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) return;
  }
  await ledger.check();
}

/** Takes connections and never says a word. */
async function silentServer(): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    port: address.port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
