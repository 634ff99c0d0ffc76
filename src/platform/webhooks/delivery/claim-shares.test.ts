import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../../test/support/database.ts';
import { createLaneClaimer } from './claim.ts';
import { setUpWebhooks, TENANT } from './dispatch.test-support.ts';
import { releaseLanes } from './settle.ts';
import { GROUP, type Group, type Share, wholeShare } from './slots.ts';

eachDatabase('what a claim takes', (open) => {
  const setUp = async () => {
    const world = await setUpWebhooks(open);
    const { database, clock, query } = world;
    const newClaimer = (perEndpoint = 8) => createLaneClaimer(database, clock, { perEndpoint });
    const claimer = newClaimer();
    const claim = async (lanes: number, share: Partial<Share> = {}) =>
      (await claimer.claim({ ...wholeShare(lanes), ...share })).lanes;
    /** One endpoint with lanes that are due since a second ago, or whose retry is. */
    const endpoint = async (name: string, first: number, retries = 0) => {
      clock.advance(1);
      const { endpoint: made } = await world.addEndpoint(`https://${name}.example/`, [name]);
      const due = `'${clock.current().toISOString()}'::timestamptz`;
      await query(`
        insert into lanes (tenant_id, endpoint_id, aggregate_id, accepted, depth, last_sequence, waiting_since,
                           attempts, due_at)
        select '${TENANT}', '${made.endpointId}', case when n <= ${retries} then 'retry_' else 'first_' end || n, 1, 1, 1,
          ${due}, (n <= ${retries})::integer, ${due} - interval '1 hour' + n * interval '1 millisecond'
        from generate_series(1, ${first + retries}) n`);
      return made.endpointId;
    };
    return { ...world, newClaimer, claim, endpoint };
  };
  const kinds = (lanes: readonly { aggregateId: string }[]) => ({
    first: lanes.filter(({ aggregateId }) => aggregateId.startsWith('first')).length,
    retries: lanes.filter(({ aggregateId }) => aggregateId.startsWith('retry')).length,
  });

  test('first attempts are found behind any number of retries, and those get no more than their share', async () => {
    const { claim, endpoint } = await setUp();
    for (const name of ['a', 'b', 'c', 'd']) await endpoint(name, 5, 200);
    assert.deepEqual(kinds(await claim(12)), { first: 8, retries: 4 });
    assert.deepEqual(kinds(await claim(8, { retries: 2 })), { first: 6, retries: 2 });
    assert.deepEqual(kinds(await claim(8, { retries: 0 })), { first: 6, retries: 0 }, 'there are no more');
    assert.deepEqual(kinds(await claim(64)), { first: 0, retries: 6 }, 'and then each has all it may have');
  });

  test('without a place for retries an endpoint that has nothing else takes none away from another', async () => {
    const { claim, endpoint } = await setUp();
    for (const name of ['a', 'b', 'c', 'd']) await endpoint(name, 0, 10);
    await endpoint('e', 3);
    assert.deepEqual(kinds(await claim(4, { retries: 0 })), { first: 3, retries: 0 });
  });

  test('a lane knows whether its endpoint had no place left then, in all processes together', async () => {
    const { newClaimer, endpoint } = await setUp();
    const [a, b] = [await endpoint('a', 20), await endpoint('b', 2)];
    const claim = async (lanes: number) => {
      const taken = (await newClaimer(4).claim(wholeShare(lanes))).lanes;
      return taken.map(({ endpointId, endpointFull }) => `${endpointId} ${endpointFull}`).sort();
    };
    const of = (id: string, full: boolean, lanes: number) => Array(lanes).fill(`${id} ${full}`);
    assert.deepEqual(await claim(2), [...of(a, false, 1), ...of(b, false, 1)]);
    assert.deepEqual(await claim(1), of(a, false, 1));
    assert.deepEqual(await claim(8), [...of(a, true, 2), ...of(b, false, 1)]);
  });

  test('of one endpoint first attempts and retries get half each while there are both', async () => {
    const { claim, endpoint } = await setUp();
    await endpoint('a', 50, 50);
    await endpoint('b', 0, 50);
    const taken = Map.groupBy(await claim(64), (lane) => lane.endpointId);
    assert.deepEqual([...taken.values()].map(kinds), [
      { first: 4, retries: 4 },
      { first: 0, retries: 8 },
    ]);
    assert.deepEqual(kinds(await claim(64)), { first: 0, retries: 0 });
  });

  test('endpoints that hold back get what the process gives them, alone and together', async () => {
    const { claim, endpoint } = await setUp();
    const slow = [await endpoint('a', 9), await endpoint('b', 9), await endpoint('c', 9)];
    const well = await endpoint('d', 9);
    const stranger = await endpoint('e', 9);
    const rooms: Share['rooms'] = new Map<string, { lanes: number; group: Group }>([
      ...slow.map((id) => [id, { lanes: 2, group: GROUP.suspect }] as const),
      [well, { lanes: 5, group: GROUP.open }],
    ]);
    const taken = await claim(64, { rooms, suspects: 4, strangerRoom: 2 });
    const byEndpoint = new Map(
      [...Map.groupBy(taken, (lane) => lane.endpointId)].map(([id, l]) => [id, l.length]),
    );
    assert.deepEqual(
      slow.map((id) => byEndpoint.get(id)),
      [2, 1, 1],
    );
    assert.deepEqual([byEndpoint.get(well), byEndpoint.get(stranger)], [5, 2]);
    const more = await claim(64, { rooms: new Map([[well, { lanes: 1, group: GROUP.open }]]), strangers: 0 });
    assert.deepEqual(
      more.map((lane) => lane.endpointId),
      [well],
    );
  });

  test('an endpoint’s own events do not wait behind its backlog', async () => {
    const { claim, endpoint, query, clock } = await setUp();
    const id = await endpoint('a', 500);
    await query(`
      insert into lanes (tenant_id, endpoint_id, aggregate_id, accepted, depth, last_sequence, waiting_since, due_at)
      values ('${TENANT}', '${id}', '${id}', 1, 1, 1, now(), '${clock.current().toISOString()}')`);
    const [first] = await claim(1);
    assert.equal(first?.aggregateId, id);
  });

  test('a crowd of endpoints is gone through in parts, every one of them once in a round', async () => {
    const { database, newClaimer, query, clock } = await setUp();
    const now = clock.current().toISOString();
    await query(`
      insert into webhook_endpoints (tenant_id, endpoint_id, url, event_types, version, created_at, updated_at)
      select '${TENANT}', 'whk_' || lpad(n::text, 4, '0'), 'https://a.example/', '{}', 1, now(), now()
      from generate_series(1, 600) n`);
    // Every hundredth has something due, the others wait for a retry.
    await query(`
      insert into lanes (tenant_id, endpoint_id, aggregate_id, accepted, depth, last_sequence, waiting_since, due_at)
      select '${TENANT}', endpoint_id, 'thing', 1, 1, 1, now(),
        '${now}'::timestamptz + case when right(endpoint_id, 2) = '00' then interval '0' else interval '1 hour' end
      from webhook_endpoints`);
    const claimer = newClaimer();
    const round = async (lanes: number) => {
      const found: string[] = [];
      for (let claims = 1; ; claims++) {
        const { lanes: taken, more } = await claimer.claim(wholeShare(lanes));
        found.push(...taken.map((lane) => lane.endpointId));
        await releaseLanes(database.executor, taken);
        if (!more) return { found, claims };
      }
    };
    const all = ['0100', '0200', '0300', '0400', '0500', '0600'].map((n) => `whk_${n}`);
    assert.deepEqual(await round(64), { found: all, claims: 3 });
    assert.deepEqual(await round(2), { found: all.slice(0, 2), claims: 1 }, 'no more are wanted');
    assert.deepEqual(new Set((await round(64)).found), new Set(all), 'it goes on behind them, and around');
    await query('delete from lanes');
    assert.deepEqual(await round(64), { found: [], claims: 1 });
  });

  test('a paused, a held and a half-open endpoint at work are passed by', async () => {
    const { claim, endpoint, query, clock } = await setUp();
    const ids = [
      await endpoint('a', 3),
      await endpoint('b', 3),
      await endpoint('c', 3),
      await endpoint('d', 3),
    ];
    const change = (index: number, what: string) =>
      query(`update webhook_endpoints set ${what} where endpoint_id = '${ids[index]}'`);
    const later = new Date(clock.current().getTime() + 1_000).toISOString();
    await change(0, 'active = false');
    await change(1, `held_until = '${later}'`);
    await change(2, 'failures = 10');
    const counts = (lanes: readonly { endpointId: string }[]) =>
      ids.map((id) => lanes.filter((lane) => lane.endpointId === id).length);
    assert.deepEqual(counts(await claim(64)), [0, 0, 1, 3]);
    assert.deepEqual(counts(await claim(64)), [0, 0, 0, 0]);
    clock.advance(1_000);
    assert.deepEqual(counts(await claim(64)), [0, 3, 0, 0]);
  });
});
