import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import type { Tx } from '../database/database.ts';
import { appendEvents } from './append.ts';
import { createReader, setUpStreams, TENANT } from './feed.test-support.ts';
import { type FeedQuery, getEvent, readFeed } from './feed.ts';
import { decodePlace, encodePlace } from './feed-cursor.ts';

eachDatabase('the feed', (open, engine) => {
  async function setUp() {
    const db = await open();
    const clock = testClock();
    const streams = await setUpStreams(db, clock);
    const { database } = db;
    /** One transaction an event. */
    const write = async (
      aggregateIds: readonly string[],
      options: Parameters<typeof streams.write>[2] = {},
    ) => {
      const ids = [];
      for (const id of aggregateIds)
        ids.push(await database.transaction((tx) => streams.write(tx, id, options)));
      await streams.settled();
      return ids;
    };
    const read = (query: Partial<Parameters<typeof readFeed>[1]>, tenantId = TENANT) =>
      database.tenantTransaction(tenantId, (tx) => readFeed(tx, { tenantId, limit: 100, ...query }));
    return { ...db, clock, write, read, settled: streams.settled };
  }

  test('a page is the oldest events first, as the bytes that are sent', async () => {
    const { write, read, owner } = await setUp();
    const ids = await write(['b', 'a', 'b']);
    const { items, atEnd } = await read({});
    assert.deepEqual(
      items.map(({ eventId, type, aggregateId, sequence }) => [eventId, type, aggregateId, sequence]),
      [
        [ids[0], 'Happened', 'b', 1],
        [ids[1], 'Happened', 'a', 1],
        [ids[2], 'Happened', 'b', 2],
      ],
    );
    assert.equal(atEnd, true);
    const { rows } = await sql<{
      body: Uint8Array;
    }>`select body from events where event_id = ${ids[0]}`.execute(owner);
    assert.deepEqual(items[0]?.body, Buffer.from(rows[0]?.body ?? []));
  });

  test('every cursor goes on behind its page, an empty page where it was, and none says what it is made of', async () => {
    const { write, database } = await setUp();
    const reader = createReader(database, { limit: 2 });
    const empty = await reader.poll();
    assert.deepEqual([empty.items, empty.atEnd], [[], true]);
    await write(['a', 'b', 'c']);
    assert.equal((await reader.poll()).atEnd, false);
    const end = await reader.poll();
    assert.equal(end.atEnd, true);
    assert.match(end.cursor, /^[\w-]+$/);
    assert.equal((await reader.poll()).cursor, end.cursor);
    await write(['a']);
    await reader.poll();
    assert.deepEqual(reader.names(), ['a 1', 'b 1', 'c 1', 'a 2']);
  });

  test('a page reads no more than it shows, whatever was planned when there were few events', async () => {
    const { database, clock, write, read, settled } = await setUp();
    await write(['a']);
    // As often as it takes until a plan is kept.
    for (let n = 0; n < 10; n++) await read({});
    const events = Array.from({ length: 2_000 }, () => ({ type: 'Happened', data: {} }));
    await database.transaction((tx) =>
      appendEvents(tx, clock, {
        ...{ tenantId: TENANT, aggregateType: 'thing', aggregateId: 'b', firstSequence: 1 },
        ...{ events, now: clock.current() },
      }),
    );
    await settled();
    const looked = await database.tenantTransaction(TENANT, async (tx) => {
      // The session's figures: they may hold what it did before.
      const rowsRead = async () => {
        const { rows } = await sql<{ read: number }>`
          select sum(pg_stat_get_xact_tuples_returned(oid))::integer as read
          from pg_class where relkind in ('r', 'i') and relname like 'events%'`.execute(tx);
        return rows[0]?.read ?? 0;
      };
      const before = await rowsRead();
      const { items } = await readFeed(tx, { tenantId: TENANT, limit: 10 });
      assert.equal(items.length, 10);
      return (await rowsRead()) - before;
    });
    assert.ok(looked >= 10 && looked <= 20, `${looked} rows`);
  });

  test('latest begins behind the last event, and behind nothing when there is none', async () => {
    const { write, database } = await setUp();
    const early = createReader(database, { after: 'latest' });
    assert.deepEqual((await early.poll()).items, []);
    await write(['a', 'b']);
    const late = createReader(database, { after: 'latest' });
    assert.deepEqual((await late.poll()).items, []);
    await write(['c']);
    await early.poll();
    await late.poll();
    assert.deepEqual(early.names(), ['a 1', 'b 1', 'c 1']);
    assert.deepEqual(late.names(), ['c 1']);
  });

  test('a reader of one aggregate gets all of it in its order, and nothing else', async () => {
    const { write, database } = await setUp();
    await write(['a', 'b', 'a', 'b', 'a', 'c', 'a']);
    const reader = createReader(database, { aggregateId: 'a', limit: 3 });
    await reader.poll();
    const end = await reader.poll();
    assert.deepEqual(reader.names(), ['a 1', 'a 2', 'a 3', 'a 4']);
    assert.equal(end.atEnd, true);
    await write(['b', 'a']);
    await reader.poll();
    assert.deepEqual(reader.names().slice(4), ['a 5']);
  });

  test('a filter by type leaves the order alone and goes past what it leaves out', async () => {
    const { write, database, read } = await setUp();
    await write(['a', 'b'], { type: 'Wanted' });
    await write(['a', 'b', 'c'], { type: 'Other' });
    await write(['c'], { type: 'Wanted' });
    await write(['c'], { type: 'Other' });
    const reader = createReader(database, { types: ['Wanted', 'Unheard'], limit: 2 });
    for (let polls = 0; polls < 3; polls++) await reader.poll();
    assert.deepEqual(reader.names(), ['a 1', 'b 1', 'c 2']);
    const { cursor } = await read({ types: ['Unheard'] });
    assert.deepEqual((await read({ after: cursor })).items, [], 'an empty page has moved on');
  });

  test('a call looks at 5,000 rows: a filter that fits nothing takes its time in bounded steps', async () => {
    const { owner, settled, database, read } = await setUp();
    await sql`
      insert into events (tenant_id, event_id, aggregate_type, aggregate_id, sequence, type, body, created_at)
      select ${TENANT}, 'evt_' || n, 'thing', 'thing_' || n % 100, 1 + n / 100,
        case n when 10999 then 'Wanted' else 'Other' end, '{}', now()
      from generate_series(0, 11000) n`.execute(owner);
    await settled();
    const reader = createReader(database, { types: ['Wanted'] });
    const found = [];
    for (let polls = 0; polls < 4; polls++) {
      const { items, atEnd } = await reader.poll();
      found.push([items.length, atEnd]);
    }
    assert.deepEqual(found, [
      [0, false],
      [0, false],
      [1, true],
      [0, true],
    ]);
    assert.equal((await read({ limit: 5_000 })).atEnd, false);
  });

  test('a tenant reads its own feed and no other', async () => {
    const { write, read, database } = await setUp();
    const [mine] = await write(['a']);
    const [theirs] = await write(['b'], { tenantId: 'ten_2' });
    assert.deepEqual(
      (await read({}, 'ten_2')).items.map(({ eventId }) => eventId),
      [theirs],
    );
    const asThem = await database.tenantTransaction('ten_2', (tx) =>
      readFeed(tx, { tenantId: TENANT, limit: 9 }),
    );
    assert.deepEqual(asThem.items, [], 'not even when it says it is another');
    for (const tenantId of [TENANT, 'ten_2']) {
      const found = await database.tenantTransaction('ten_2', (tx) => getEvent(tx, tenantId, mine ?? ''));
      assert.equal(found, undefined);
    }
  });

  test('a cursor that is none of ours is refused by name', async () => {
    const { read } = await setUp();
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const table: readonly [string, string][] = [
      ['', 'empty'],
      ['zzz', 'no JSON'],
      [encode({ after: 'brand_1' }), 'a cursor of a list'],
      [encode([1, 'a']), 'a part missing'],
      [encode([1, 'a', 1, 1]), 'a part too many'],
      [encode([-1, 'a', 1]), 'before the beginning'],
      [encode([1.5, 'a', 1]), 'between two places'],
      [encode([1, 'a', 2 ** 53]), 'past what can be counted'],
      [encode([1, 'a\u0000', 1]), 'a NUL'],
      [encode([1, 'a'.repeat(65), 1]), 'longer than any id'],
      [`${encodePlace({ position: 1, aggregateId: 'a', sequence: 1 })}=`, 'padded'],
    ];
    for (const [after, reason] of table) {
      await assert.rejects(read({ after }), refusal, reason);
    }
  });

  test('a cursor from ahead of the feed is refused: its reader would miss what is written before it', async () => {
    const { read, write } = await setUp();
    await write(['a']);
    const { cursor } = await read({});
    const place = decodePlace(cursor);
    await assert.rejects(read({ after: encodePlace({ ...place, position: place.position + 1e9 }) }), refusal);
    assert.deepEqual((await read({ after: cursor })).items, []);
  });

  test('rows of any day stand in one order, and a cursor whose day is gone goes on with the oldest left', async () => {
    const { write, read, clock, owner, database } = await setUp();
    const days = () =>
      sql`select * from keep_day_partitions('events', ${clock.current()}::timestamptz, 1, 1)`.execute(owner);
    await days();
    const reader = createReader(database, { limit: 1 });
    await write(['a', 'b']);
    await reader.poll();
    clock.advance(86_400_000);
    await write(['a']);
    clock.advance(86_400_000);
    await days();
    await write(['a', 'b']);
    const whole = (await read({})).items.map(({ aggregateId, sequence }) => `${aggregateId} ${sequence}`);
    assert.deepEqual(whole, ['a 2', 'a 3', 'b 2'], 'the first day was dropped');
    for (let polls = 0; polls < 3; polls++) await reader.poll();
    assert.deepEqual(reader.names(), ['a 1', ...whole]);
  });

  test('one event is found by its id alone; what is no id, or of no event, is not there', async () => {
    const { write, database, clock, owner } = await setUp();
    const [eventId = ''] = await write(['a', 'b']);
    const get = (id: string) => database.tenantTransaction(TENANT, (tx) => getEvent(tx, TENANT, id));
    const body = await get(eventId);
    assert.equal(JSON.parse(String(body)).eventId, eventId);
    const { rows } = await sql<{
      body: Uint8Array;
    }>`select body from events where event_id = ${eventId}`.execute(owner);
    assert.deepEqual(body, Buffer.from(rows[0]?.body ?? []));
    for (const unknown of [
      newId('evt', clock.current()),
      '',
      'evt_1',
      eventId.toUpperCase(),
      `evt_${'f'.repeat(32)}`,
    ]) {
      assert.equal(await get(unknown), undefined, unknown);
    }
  });

  // The planner of the embedded engine is the same; a hundred thousand rows are quicker here.
  if (engine === 'postgres') {
    test('a page walks the index of the feed in every day, and an id asks for one day alone', async () => {
      const { owner, database } = await setUp();
      await sql`select * from keep_day_partitions('events', now() - interval '9 days', 10, 30)`.execute(
        owner,
      );
      await sql`
        insert into events (tenant_id, event_id, aggregate_type, aggregate_id, sequence, type, body, created_at,
                            feed_position)
        select 'ten_' || n % 3, 'evt_' || n, 'thing', 'thing_' || n % 1000, 1 + n / 1000, 'T' || n % 5, '{}',
          now() - make_interval(days => 9 - n / 10000), 1 + n / 2
        from generate_series(0, 99999) n`.execute(owner);
      await sql`update feed_clock set shift = 100000`.execute(owner);
      await sql`analyze events`.execute(owner);
      const plan = async (work: (tx: Tx) => Promise<unknown>) => {
        const lines: string[] = [];
        await database.tenantTransaction('ten_1', (tx) => work(explained(tx, lines)));
        return lines.join('\n');
      };
      const tenantId = 'ten_1';
      const after = encodePlace({ position: 25_000, aggregateId: '', sequence: 0 });
      const pages: readonly [Partial<FeedQuery>, RegExp][] = [
        [{}, /Merge Append/],
        [{ after }, /Merge Append/],
        [{ after, types: ['T1'] }, /Merge Append/],
        [{ after: 'latest' }, /Index Only Scan Backward/],
        [{ aggregateId: 'thing_1' }, /Index Scan (using|on) \S+_aggregate_id_sequence_idx/],
      ];
      for (const [query, way] of pages) {
        const lines = await plan((tx) => readFeed(tx, { tenantId, limit: 100, ...query }));
        assert.match(lines, way);
        // The days without a row may be read as they like.
        assert.ok((lines.match(/Index (Only )?Scan/g) ?? []).length >= 10, lines);
      }
      const lines = await plan((tx) => getEvent(tx, tenantId, newId('evt', new Date())));
      assert.equal(lines.match(/Scan/g)?.length, 1, lines);
    });
  }
});

/** Does what it is asked and writes down the plan of each statement. */
function explained(tx: Tx, lines: string[]): Tx {
  const inner = tx.getExecutor();
  const executor = new Proxy(inner, {
    get(target, key) {
      if (key !== 'executeQuery') {
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      const run: typeof inner.executeQuery = async (query, ...rest) => {
        const { rows } = await inner.executeQuery({ ...query, sql: `explain (costs off) ${query.sql}` });
        for (const row of rows) lines.push(Object.values(row ?? {}).join());
        return inner.executeQuery(query, ...rest);
      };
      return run;
    },
  });
  return { isTransaction: true, getExecutor: () => executor };
}

const refusal = (error: unknown) =>
  error instanceof Problem &&
  error.status === 422 &&
  JSON.stringify(error.details).includes('"field":"query.after"');
