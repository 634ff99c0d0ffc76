import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../../test/support/database.ts';
import { TENANT } from '../delivery/dispatch.test-support.ts';
import { setUpUpkeep } from '../jobs/upkeep.test-support.ts';
import { conservation, conservationOf } from './conservation.ts';
import { createConservationCheck } from './conservation-check.ts';

const times = (n: number) => Array.from({ length: n }, () => 'Happened');

eachDatabase('conservation', (open) => {
  const setUp = async () => {
    const world = await setUpUpkeep(open);
    const { endpoint } = await world.addEndpoint('https://a.example/');
    const now = new Date('2026-01-05T12:00:00Z');
    const newCheck = () =>
      createConservationCheck({ database: world.database, clock: { now: () => now }, log: world.log });
    return { ...world, endpointId: endpoint.endpointId, newCheck, now };
  };

  test('every event that was accepted is somewhere, the purged ones included', async () => {
    const { emit, settleAllAs, database, endpointId, query } = await setUp();
    await emit('thing_1', times(3));
    await settleAllAs('delivered');
    await emit('thing_2', times(2));
    await settleAllAs('dead');
    await emit('thing_1', times(4));
    const expected = {
      tenantId: TENANT,
      endpointId,
      accepted: 9,
      delivered: 3,
      pending: 4,
      dead: 2,
      skipped: 0,
      holds: true,
    };
    assert.deepEqual(await conservationOf(database.executor, endpointId), expected);
    await query(`
      with gone as (delete from deliveries where state <> 'pending' returning *)
      insert into purged_deliveries
      select tenant_id, endpoint_id, state, count(*) from gone group by 1, 2, 3`);
    assert.deepEqual(await conservationOf(database.executor, endpointId), expected);
    assert.equal(await conservationOf(database.executor, 'whk_0'), undefined);
  });

  test('a delivery that vanished, one too many, and a lane that miscounts are seen', async () => {
    const { emit, database, query } = await setUp();
    await emit('thing_1', times(2));
    const holds = async () => (await conservation(database.executor)).map((one) => one.holds);
    assert.deepEqual(await holds(), [true]);
    for (const [damage, repair] of [
      ['update lanes set depth = 1', 'update lanes set depth = 2'],
      ['update lanes set accepted = 3', 'update lanes set accepted = 2'],
      [
        `insert into purged_deliveries select tenant_id, endpoint_id, 'dead', 1 from webhook_endpoints`,
        'delete from purged_deliveries',
      ],
      ['delete from deliveries where sequence = 2', ''],
    ] as const) {
      await query(damage);
      assert.deepEqual(await holds(), [false], damage);
      if (repair) {
        await query(repair);
        assert.deepEqual(await holds(), [true], repair);
      }
    }
  });

  test('more endpoints than a page holds are all looked at, each once', async () => {
    const { query, database } = await setUp();
    await query(`
      insert into webhook_endpoints (tenant_id, endpoint_id, url, event_types, version, created_at, updated_at)
      select '${TENANT}', 'whk_z' || n, 'https://a.example/', '{}', 1, now(), now() from generate_series(1, 250) n`);
    const ids = (await conservation(database.executor)).map(({ endpointId }) => endpointId);
    assert.equal(new Set(ids).size, 251);
    assert.equal(ids.length, 251);
  });

  test('the check keeps its last figures, counts what does not hold and logs it as an error', async () => {
    const { emit, addEndpoint, query, newCheck, lines, endpointId, now } = await setUp();
    await addEndpoint('https://b.example/');
    const { endpoint: busy } = await addEndpoint('https://c.example/', ['Busy']);
    await emit('thing_1', times(2));
    await emit('thing_2', ['Busy', 'Busy', 'Busy']);
    const check = newCheck();
    assert.equal(check.last(), undefined);
    await check.runOnce();
    assert.deepEqual(
      [check.last()?.violations, check.last()?.checkedAt, check.last()?.totals],
      [0, now, { accepted: 7, delivered: 0, pending: 7, dead: 0, skipped: 0 }],
    );
    assert.deepEqual(
      check
        .last()
        ?.worst(1)
        .map((one) => one.endpointId),
      [busy.endpointId],
      'most pending',
    );
    assert.ok(!lines.some((line) => line.includes('violated')));
    await query(`delete from deliveries where endpoint_id = '${endpointId}' and sequence = 2`);
    await check.runOnce();
    assert.equal(check.last()?.violations, 1);
    assert.deepEqual(
      check
        .last()
        ?.worst(2)
        .map((one) => one.endpointId),
      [endpointId, busy.endpointId],
      'the violated one first',
    );
    const [line] = lines.filter((text) => text.includes('conservation:endpoint:violated'));
    assert.deepEqual([JSON.parse(line ?? '{}').level, JSON.parse(line ?? '{}').endpointId], [50, endpointId]);
  });

  test('told to stop, it keeps what it had: half a check is none', async () => {
    const { newCheck } = await setUp();
    const check = newCheck();
    const stop = new AbortController();
    stop.abort();
    assert.equal(await check.runOnce(stop.signal), undefined);
    assert.equal(check.last(), undefined);
  });
});
