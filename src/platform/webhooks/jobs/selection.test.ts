import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../../test/support/database.ts';
import { WINDOW_DAYS } from '../upkeep/window.ts';
import { countReplay, type ReplayFilter } from './selection.ts';
import { setUpUpkeep } from './upkeep.test-support.ts';

const HOUR_MS = 3_600_000;

/**
 * Three aggregates, an event an hour: thing_1 has 1-4 (A B A B), thing_2 has 1-2 (A A), and of thing_3 one that
 * is dead, one that was skipped, one that is pending. Hour 0 is that of the first.
 */
const FILTERS: readonly [
  why: string,
  filter: (hour: (n: number) => Date) => ReplayFilter,
  expected: string[],
][] = [
  ['nothing said: all that is settled', () => ({}), ['1/1', '1/2', '1/3', '1/4', '2/1', '2/2', '3/1', '3/2']],
  ['since is included', (hour) => ({ since: hour(2) }), ['1/3', '1/4', '2/1', '2/2', '3/1', '3/2']],
  ['until is not', (hour) => ({ until: hour(2) }), ['1/1', '1/2']],
  ['two windows that touch share nothing', (hour) => ({ since: hour(2), until: hour(4) }), ['1/3', '1/4']],
  ['one aggregate', () => ({ aggregateId: 'thing_2' }), ['2/1', '2/2']],
  ['an aggregate that is not there', () => ({ aggregateId: 'thing_' }), []],
  ['from a sequence', () => ({ aggregateId: 'thing_1', fromSequence: 3 }), ['1/3', '1/4']],
  ['to a sequence, included', () => ({ aggregateId: 'thing_1', toSequence: 2 }), ['1/1', '1/2']],
  ['one sequence of all aggregates', () => ({ fromSequence: 2, toSequence: 2 }), ['1/2', '2/2', '3/2']],
  ['one type', () => ({ eventTypes: ['B'] }), ['1/2', '1/4']],
  ['several types', () => ({ eventTypes: ['B', 'C'] }), ['1/2', '1/4', '3/1', '3/2']],
  ['no type', () => ({ eventTypes: [] }), []],
  ['dead ones', () => ({ states: ['dead'] }), ['3/1']],
  ['skipped ones', () => ({ states: ['skipped'] }), ['3/2']],
  ['what did not arrive', () => ({ states: ['dead', 'skipped'] }), ['3/1', '3/2']],
  [
    'all at once',
    (hour) => ({
      since: hour(0),
      until: hour(9),
      aggregateId: 'thing_1',
      fromSequence: 2,
      toSequence: 4,
      eventTypes: ['B'],
      states: ['delivered'],
    }),
    ['1/2', '1/4'],
  ],
];

eachDatabase('what a replay selects', (open) => {
  const setUp = async () => {
    const world = await setUpUpkeep(open);
    const { clock, emit, addEndpoint, settleAllAs, query } = world;
    const { endpoint } = await addEndpoint('https://a.example/', ['A', 'B', 'C']);
    // Another endpoint with the same events, of which nothing may be selected.
    await addEndpoint('https://b.example/', ['A', 'B', 'C']);
    const start = clock.current();
    for (const [thing, type] of [
      ...[...'ABAB'].map((type) => ['thing_1', type]),
      ...[...'AA'].map((type) => ['thing_2', type]),
      ...[...'CC'].map((type) => ['thing_3', type]),
    ] as [string, string][]) {
      await emit(thing, [type]);
      clock.advance(HOUR_MS);
    }
    await settleAllAs('delivered');
    await query(`update deliveries set state = 'dead', dead_at = settled_at
                 where aggregate_id = 'thing_3' and sequence = 1`);
    await query(`update deliveries set state = 'skipped', skip_reason = 'tenant'
                 where aggregate_id = 'thing_3' and sequence = 2`);
    await emit('thing_3', ['C']);
    const hour = (n: number) => new Date(start.getTime() + n * HOUR_MS);
    const putBack = async () => {
      const rows = await query<{ place: string }>(`
        select replace(aggregate_id, 'thing_', '') || '/' || sequence as place from deliveries
        where state = 'pending' and replay_id is not null order by aggregate_id, sequence`);
      return rows.map(({ place }) => place);
    };
    const count = (filter: ReplayFilter) =>
      world.asTenant((tx) =>
        countReplay(tx, { endpointId: endpoint.endpointId, filter, now: clock.current() }),
      );
    return { ...world, endpointId: endpoint.endpointId, hour, putBack, count };
  };

  test('the dry run counts exactly what the replay puts back, for every filter', async () => {
    const { hour, count, replay, endpointId, workOff, putBack, settleAllAs, query, clock } = await setUp();
    const asFirst = await query<object>(
      'select endpoint_id, aggregate_id, sequence, state, skip_reason from deliveries',
    );
    for (const [why, filter, expected] of FILTERS) {
      assert.equal(await count(filter(hour)), expected.length, why);
      const { selected } = await replay(endpointId, filter(hour));
      assert.equal(selected, expected.length, why);
      await workOff();
      assert.deepEqual(await putBack(), expected, why);
      // As it was before, for the next one.
      await settleAllAs('delivered');
      await query(`
        update deliveries d set state = f.state, skip_reason = f.skip_reason, replay_id = null,
          dead_at = case when f.state = 'dead' then d.settled_at end
        from jsonb_to_recordset('${JSON.stringify(asFirst)}') as f
          (endpoint_id text, aggregate_id text, sequence bigint, state text, skip_reason text)
        where d.endpoint_id = f.endpoint_id and d.aggregate_id = f.aggregate_id and d.sequence = f.sequence`);
      await query(`update webhook_jobs set state = 'cancelled'`);
      clock.advance(1_000);
    }
  });

  test('what was settled after the asking, or has left the window, is not selected', async () => {
    const { count, clock, hour, settleAllAs, replay, endpointId, workOff, putBack } = await setUp();
    const asked = await replay(endpointId, { aggregateId: 'thing_3' });
    clock.advance(1_000);
    await settleAllAs('delivered');
    await workOff();
    assert.deepEqual(await putBack(), ['3/1', '3/2'], 'the third was pending when the replay was asked for');
    assert.equal(asked.selected, 2);
    clock.advance(hour(2).getTime() + WINDOW_DAYS * 86_400_000 - clock.current().getTime());
    assert.equal(await count({ aggregateId: 'thing_1' }), 2, 'the third is 30 days old, and just inside');
    assert.equal(await count({ aggregateId: 'thing_1', since: hour(0) }), 2);
  });

  test('what leaves the window between the asking and its turn is left alone', async () => {
    const { clock, hour, replay, endpointId, workOff, putBack } = await setUp();
    await replay(endpointId, { aggregateId: 'thing_1' });
    clock.advance(hour(2).getTime() + WINDOW_DAYS * 86_400_000 - clock.current().getTime());
    await workOff();
    assert.deepEqual(await putBack(), ['1/3', '1/4']);
  });
});
