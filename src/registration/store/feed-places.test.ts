import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { begin, someoneWaits } from '#platform/outbox/feed.test-support.ts';
import { readFeed } from '#platform/outbox/feed.ts';
import { eachDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { createWorld, TENANT } from '../../../test/support/world.ts';

eachDatabase('places in the feed', (open, engine) => {
  async function setUp() {
    const db = await open();
    const world = createWorld(db.database);
    await world.tenant();
    return { db, world };
  }

  test('every aggregate keeps the number and the place of its last event, and neither ever falls', async () => {
    const { db, world } = await setUp();
    await world.submittedBrand();
    await world.submittedCampaign();
    await world.requestedNumber();
    await world.runFor(8);
    for (const id of ['brand_1', 'camp_1', 'bind_1']) {
      const places = await placesOf(db, id);
      assert.ok(places.length >= 2, `${id} has a story`);
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
      );
      assert.deepEqual(await keptBy(db, id), {
        event_sequence: places.length,
        event_position: places.at(-1),
      });
    }
  });

  test('a write without an event moves nothing', async () => {
    const { db, world } = await setUp();
    const brand = await world.submittedBrand();
    const before = await keptBy(db, 'brand_1');
    await db.database.transaction((tx) => world.store.brands.save(tx, brand, brand, []));
    assert.deepEqual(await keptBy(db, 'brand_1'), before);
  });

  // The embedded engine has one transaction at a time.
  if (engine === 'postgres') {
    test('of two writers of one aggregate the second stands second, though its transaction is the older', async (t) => {
      const { db, world } = await setUp();
      const { brands } = world.store;
      await world.submittedBrand();
      const event = {
        type: 'BrandSubmitted',
        aggregateType: 'brand',
        aggregateId: 'brand_1',
        data: { brandId: 'brand_1', generation: 1 },
      } as const;
      const change = async (tx: Parameters<typeof brands.lock>[0]) => {
        const brand = await brands.lock(tx, 'brand_1');
        assert.ok(brand);
        await brands.save(tx, brand, brand, [event]);
      };
      const older = await begin(db.database, t);
      await sql`select pg_current_xact_id()`.execute(older.tx);
      const younger = await begin(db.database, t);
      await change(younger.tx);
      const second = change(older.tx);
      await someoneWaits(db);
      await younger.commit();
      await second;
      await older.commit();
      const [first, last] = (await placesOf(db, 'brand_1')).slice(-2);
      assert.equal(first, last, 'it took the place of the first, which is the greater');
      const { items } = await db.database.tenantTransaction(TENANT, (tx) =>
        readFeed(tx, { tenantId: TENANT, aggregateId: 'brand_1', limit: 100 }),
      );
      const sequences = items.map(({ sequence }) => sequence);
      assert.deepEqual(
        sequences,
        sequences.toSorted((a, b) => a - b),
      );
    });
  }
});

/** Places of an aggregate's events in order of their sequence. */
async function placesOf({ owner }: TestDatabase, aggregateId: string): Promise<number[]> {
  const { rows } = await sql<{ feed_position: number }>`
    select feed_position from events where aggregate_id = ${aggregateId} order by sequence`.execute(owner);
  return rows.map((row) => row.feed_position);
}

async function keptBy({ owner }: TestDatabase, id: string) {
  const { rows } = await sql<{ event_sequence: number; event_position: number }>`
    select event_sequence, event_position from brands where brand_id = ${id}
    union all select event_sequence, event_position from campaigns where campaign_id = ${id}
    union all select event_sequence, event_position from bindings where binding_id = ${id}`.execute(owner);
  return rows[0];
}
