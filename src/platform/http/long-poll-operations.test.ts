import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { pino } from 'pino';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import type { Tx } from '../database/database.ts';
import { setUpStreams, TENANT } from '../outbox/feed.test-support.ts';
import { readFeed } from '../outbox/feed.ts';
import { bindContract } from './bind.ts';
import { contractOf, testVault } from './http.test-support.ts';
import { manualTimers } from './long-poll.test-support.ts';
import { createLongPolls, waitedMs } from './long-poll.ts';
import { errorEnvelope } from './problems.ts';
import { createRateLimit } from './rate-limit.ts';
import { createServer } from './server.ts';
import { tenantOperations } from './tenant-operations.ts';

const CONTRACT = contractOf(`
openapi: 3.1.0
info: { title: Feed, version: 1.0.0 }
servers: [{ url: /v1 }]
security: [{ bearer: [read] }]
paths:
  /events:
    get:
      operationId: listEvents
      parameters:
        - { name: after, in: query, schema: { type: string } }
        - { name: wait, in: query, schema: { type: integer, minimum: 0, maximum: 30 } }
      responses: { '200': { description: events } }
`);

interface Query {
  readonly after?: string;
}

/** What a context's handler does: a page, and with an empty one the place to look on from. */
async function listEvents({ query }: { query: Query }, tx: Tx) {
  const { items, cursor, atEnd } = await readFeed(tx, { tenantId: TENANT, limit: 10, ...query });
  return {
    status: 200,
    body: { items: items.map(({ aggregateId }) => aggregateId), nextCursor: cursor },
    ...(items.length === 0 && atEnd ? { askAgain: { after: cursor } } : {}),
  };
}

eachDatabase('an operation that waits', (open, engine) => {
  async function setUp(t: TestContext) {
    const db = await open();
    const { database, owner } = db;
    const clock = testClock();
    const { write, settled } = await setUpStreams(db, clock);
    const timers = manualTimers();
    let hint = () => {};
    const longPolls = createLongPolls({
      onHint: (callback) => {
        hint = callback;
      },
      after: timers.after,
    });
    let transactions = 0;
    const app = createServer({ logger: pino({ level: 'silent' }) });
    t.after(() => app.close());
    const waits: number[] = [];
    app.addHook('onResponse', async (request) => void waits.push(waitedMs(request)));
    const operations = tenantOperations(
      {
        database: {
          tenantTransaction: (tenantId, work, also) => {
            transactions += 1;
            return database.tenantTransaction(tenantId, work, also);
          },
        },
        clock,
        authenticate: async () => ({ tenantId: TENANT, tokenId: 'tok_1', scopes: ['read'] }),
        rateLimit: createRateLimit({ capacity: 100, refillPerSecond: 1 }, () => 0),
        vault: testVault(),
        envelope: errorEnvelope,
        afterCommit: () => {},
        onReplay: () => {},
        longPolls,
      },
      { listEvents },
    );
    bindContract(app, CONTRACT, operations);

    const get = (query: string) =>
      app.inject({ url: `/v1/events?${query}`, headers: { authorization: 'Bearer x' } });
    /** Starts a request; returns when it waits. */
    const startWaiting = async (query: string) => {
      const before = timers.open();
      const response = get(query);
      await until(() => timers.open() > before);
      return { response };
    };
    const happen = async (aggregateId: string) => {
      await database.transaction((tx) => write(tx, aggregateId));
      await settled();
    };
    return {
      ...{ app, owner, timers, longPolls, waits, get, startWaiting, happen },
      hint: () => hint(),
      transactions: () => transactions,
    };
  }

  test('it answers what is committed while it waits, and holds neither transaction nor connection', async (t) => {
    const { startWaiting, happen, hint, timers, owner, waits } = await setUp(t);
    const { response } = await startWaiting('wait=30');
    const { rows: held } = await sql`
      select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state like '%transaction%'`.execute(
      owner,
    );
    assert.deepEqual(held, []);
    // On the embedded engine this could not even begin beside an open transaction.
    await happen('thing');
    hint();
    await timers.advance(10);
    const answer = await response;
    assert.deepEqual(answer.json().items, ['thing']);
    assert.equal(answer.headers.ratelimit, '"tenant";r=99;t=1', 'it counts as one request');
    assert.ok((waits[0] ?? 0) > 0, 'a wait can be told from a slow answer');
  });

  test('latest is asked for once: what comes while it waits is what it answers', async (t) => {
    const { get, startWaiting, happen, timers, waits } = await setUp(t);
    await happen('before');
    const { response } = await startWaiting('after=latest&wait=30');
    await happen('meanwhile');
    await timers.advance(1_000);
    const { items, nextCursor } = (await response).json();
    assert.deepEqual(items, ['meanwhile']);
    assert.deepEqual((await get(`after=${nextCursor}`)).json().items, []);
    assert.equal(waits[1], 0);
  });

  test('it answers at once what is there, and when it was not asked to wait', async (t) => {
    const { get, happen, timers, transactions } = await setUp(t);
    assert.deepEqual((await get('wait=0')).json().items, []);
    assert.deepEqual((await get('')).json().items, []);
    await happen('thing');
    assert.deepEqual((await get('wait=30')).json().items, ['thing']);
    assert.deepEqual([transactions(), timers.open()], [3, 0]);
  });

  test('when nothing happens it answers an empty page that can be gone on from', async (t) => {
    const { get, startWaiting, happen, timers, transactions } = await setUp(t);
    await happen('before');
    const { response } = await startWaiting('after=latest&wait=2');
    const looks = transactions();
    await timers.advance(1_000);
    await until(() => transactions() > looks && timers.open() > 1);
    await timers.advance(1_000);
    const { items, nextCursor } = (await response).json();
    assert.deepEqual(items, []);
    await happen('after');
    assert.deepEqual((await get(`after=${nextCursor}`)).json().items, ['after']);
  });

  test('a process that drains answers everyone who waits', async (t) => {
    const { startWaiting, longPolls, get } = await setUp(t);
    const { response } = await startWaiting('wait=30');
    longPolls.end();
    assert.deepEqual((await response).json().items, []);
    assert.deepEqual((await get('wait=30')).json().items, []);
  });

  test('who hangs up leaves his place to the next', async (t) => {
    const { app, timers, startWaiting, happen, hint } = await setUp(t);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const calls = Array.from({ length: 16 }, () => {
      const headers = { authorization: 'Bearer x' };
      const call = httpRequest({
        host: '127.0.0.1',
        port,
        path: '/v1/events?wait=30',
        headers,
        agent: false,
      });
      call.on('error', () => {}); // it is this side that hangs up
      call.end();
      return call;
    });
    await until(() => timers.open() === 32);
    for (const call of calls) call.destroy();
    await until(() => timers.open() === 0);
    const { response } = await startWaiting('wait=30');
    await happen('thing');
    hint();
    await timers.advance(100);
    assert.deepEqual((await response).json().items, ['thing']);
  });

  if (engine === 'postgres') {
    test('a database that fails while it waits is told as any other failure', async (t) => {
      const { startWaiting, owner, timers } = await setUp(t);
      const { response } = await startWaiting('wait=30');
      await sql`alter function feed_horizon() rename to gone`.execute(owner);
      t.after(() => sql`alter function gone() rename to feed_horizon`.execute(owner));
      await timers.advance(1_000);
      assert.equal((await response).statusCode, 500);
      assert.equal(timers.open(), 0);
    });
  }
});

/** Lets everything else go on until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, 'it did not come');
    await setImmediate();
  }
}
