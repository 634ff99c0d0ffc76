import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { freshPostgres, onPostgres } from '../../../../test/support/database.ts';
import { openPostgres } from '../../database/postgres.ts';
import { appendAll } from '../../outbox/append.ts';
import { setUpWebhooks, TENANT } from './dispatch.test-support.ts';
import { scripted } from './scripted.test-support.ts';

/** More often than it takes until a statement's plan is kept. */
const ROUNDS = 12;
const MANY = 3_000;
const PER_ENDPOINT = 8;
const ANALYSED = ['when they were empty', 'with three due', 'with three delivered'] as const;

onPostgres('plans that were made while there was little', () => {
  const analyse = sql`analyze lanes, deliveries, events, webhook_endpoints`;
  for (const analysed of ANALYSED) {
    test(`claim, read and settle no more rows beside thousands, of tables analysed ${analysed}`, (t) =>
      measure(t, analysed));
  }

  async function measure(t: TestContext, analysed: (typeof ANALYSED)[number]) {
    // A new one: what tests before have read in a used one is counted late, at a moment of its connections' choice.
    const db = await freshPostgres();
    t.after(() => db.close());
    // One connection: it has kept the plans.
    const database = openPostgres(db.url ?? '', { poolSize: 1, onError: () => {} });
    t.after(() => database.close());
    const world = await setUpWebhooks(async () => ({ ...db, database }));
    const { addEndpoint, emit, clock } = world;
    const options = { perEndpoint: PER_ENDPOINT };
    const dispatcher = world.newDispatcher({ options, transport: scripted().transport });
    await addEndpoint('https://a.example/', ['Happened']);
    const { endpoint: other } = await addEndpoint('https://b.example/', ['Other']);
    const setActive = (active: boolean) =>
      world.query(
        `update webhook_endpoints set active = ${active} where endpoint_id = '${other.endpointId}'`,
      );
    await setActive(false);

    const rowsRead = async () => {
      await sql`select pg_stat_force_next_flush()`.execute(database.executor);
      const [row] = await world.query<{ read: number }>(`
        select sum(pg_stat_get_tuples_returned(oid))::integer as read from pg_class
        where relkind in ('r', 'i') and relname ~ '^(lanes|deliveries|events|delivery_attempts|webhook_)'`);
      return row?.read ?? 0;
    };
    const readWhile = async (work: () => Promise<unknown>) => {
      const before = await rowsRead();
      await work();
      return (await rowsRead()) - before;
    };
    const emitThree = async () => {
      for (const name of ['x', 'y', 'z']) await emit(name, ['Happened']);
    };
    const deliverThree = () => readWhile(async () => assert.equal(await dispatcher.runOnce(), 3));

    if (analysed === 'when they were empty') await analyse.execute(db.owner);
    await emitThree();
    if (analysed === 'with three due') await analyse.execute(db.owner);
    let few = await deliverThree();
    if (analysed === 'with three delivered') await analyse.execute(db.owner);
    for (let round = 0; round < ROUNDS; round++) {
      await emitThree();
      few = await deliverThree();
    }

    const others = Array.from({ length: MANY }, (_, n) => ({
      ...{ tenantId: TENANT, aggregateType: 'thing', aggregateId: `other_${n}`, firstSequence: 1 },
      ...{ events: [{ type: 'Other', data: {} }], now: clock.current() },
    }));
    await database.transaction((tx) => appendAll(tx, clock, others));
    await emitThree();
    const many = await deliverThree();
    await setActive(true);
    const due = await readWhile(async () => assert.equal(await dispatcher.runOnce(), PER_ENDPOINT));
    assert.ok(few > 0 && many <= few + 20, `${few} rows, then ${many}`);
    assert.ok(due <= 3 * few, `${few} rows, ${due} where thousands are due`);
  }
});
