import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../../test/support/database.ts';
import { deleteEndpoint } from '../endpoints/endpoints.ts';
import { putBack as requeue } from '../jobs/requeue.ts';
import type { DeliveryResult } from '../transport/transport.ts';
import { createLaneClaimer } from './claim.ts';
import { setUpWebhooks, TENANT } from './dispatch.test-support.ts';
import type { Lane } from './lane.ts';
import { type Delivery, loadPending } from './pending.ts';
import { releaseLanes, settle as settleOne } from './settle.ts';
import { type Share, wholeShare } from './slots.ts';
import { judge } from './verdict.ts';

/** The deadline of an endpoint by default, and the margin. */
const LEASE_MS = 10_000;
const FAILED = { status: 500, phases: { totalMs: 5 } };
const countBy = (lanes: readonly Lane[]) => Map.groupBy(lanes, (lane) => lane.endpointId);

const upTo = (lanes: readonly Lane[], limit: number) => lanes.map((lane) => ({ ...lane, limit }));

eachDatabase('claiming lanes', (open, engine) => {
  const setUp = async () => {
    const world = await setUpWebhooks(open);
    const { database, clock } = world;
    const claimer = (perEndpoint = 8) => {
      const one = createLaneClaimer(database, clock, { perEndpoint });
      return {
        claim: async (lanes: number, share?: Partial<Share>) =>
          (await one.claim({ ...wholeShare(lanes), ...share })).lanes,
      };
    };
    /** The oldest event of each of these lanes. */
    const headsOf = async (lanes: readonly Lane[]): Promise<readonly Delivery[]> =>
      (await loadPending(database.executor, clock, upTo(lanes, 1))).flatMap(({ deliveries }) => deliveries);
    const claimHead = async (): Promise<Delivery> => {
      const [head] = await headsOf(await claimer().claim(1));
      assert.ok(head, 'something was expected to be due');
      return head;
    };
    const settle = (delivery: Delivery, result: DeliveryResult, keepForMs?: number) =>
      settleOne(database.executor, clock, {
        delivery,
        verdict: judge(result, delivery.failures, 0.5),
        request: { sentAt: clock.current(), exchange: result.exchange },
        ...(keepForMs === undefined ? {} : { keepForMs }),
      });
    const deliver = (head: Delivery, keepForMs?: number) =>
      settle(head, { kind: 'delivered', exchange: { status: 200, phases: { totalMs: 5 } } }, keepForMs);
    /** One endpoint with so many lanes of one event each. */
    const endpointWithLanes = async (name: string, lanes: number) => {
      // So that ids, and with them the order of a claim, follow creation.
      clock.advance(1);
      const { endpoint } = await world.addEndpoint(`https://${name}.example/`, [name]);
      for (let i = 0; i < lanes; i++) await world.emit(`${name}_${i}`, [name]);
      return endpoint.endpointId;
    };
    const lane = async (): Promise<LaneRow> => {
      const [row] = await world.query<LaneRow>('select * from lanes');
      return row ?? assert.fail('there is no lane');
    };
    /** Puts settled events of `thing_1` back. */
    const putBack = async (...sequences: number[]) => {
      const [endpoint] = await world.query<{ endpoint_id: string }>('select * from webhook_endpoints');
      await database.transaction((tx) =>
        requeue(tx, clock, {
          endpointId: endpoint?.endpoint_id ?? '',
          places: sequences.map((sequence) => ({ aggregateId: 'thing_1', sequence })),
          states: ['delivered', 'dead', 'skipped'],
          settledBy: clock.current(),
          createdFrom: new Date(0),
        }),
      );
    };
    return { ...world, lane, putBack, claimer, headsOf, claimHead, settle, deliver, endpointWithLanes };
  };

  test('a leased lane is nobody else’s, and is handed out again when its lease ends', async () => {
    const { claimer, clock, endpointWithLanes } = await setUp();
    await endpointWithLanes('a', 1);
    const [first] = await claimer().claim(10);
    assert.deepEqual(await claimer().claim(10), []);
    clock.advance(LEASE_MS - 1);
    assert.deepEqual(await claimer().claim(10), []);
    clock.advance(1);
    const [second] = await claimer().claim(10);
    assert.equal(second?.aggregateId, first?.aggregateId);
    assert.notEqual(second?.claimId, first?.claimId);
  });

  test('an endpoint with a crowd of lanes leaves the others their places', async () => {
    const { claimer, endpointWithLanes } = await setUp();
    const crowd = await endpointWithLanes('crowd', 30);
    const few = await endpointWithLanes('few', 2);
    const byEndpoint = countBy(await claimer(8).claim(6));
    assert.equal(byEndpoint.get(few)?.length, 2);
    assert.equal(byEndpoint.get(crowd)?.length, 4);
  });

  test('no endpoint ever has more lanes leased than its cap, over all claimers', async () => {
    const { claimer, claimHead, deliver, endpointWithLanes } = await setUp();
    await endpointWithLanes('a', 12);
    const head = await claimHead();
    assert.equal((await claimer(4).claim(10)).length, 3);
    assert.equal((await claimer(4).claim(10)).length, 0);
    await deliver(head);
    assert.equal((await claimer(4).claim(10)).length, 1);
  });

  test('an endpoint at its cap takes no place away from another', async () => {
    const { claimer, endpointWithLanes } = await setUp();
    const full = await endpointWithLanes('full', 3);
    const other = await endpointWithLanes('other', 1);
    assert.deepEqual(
      (await claimer(1).claim(1)).map((lane) => lane.endpointId),
      [full],
    );
    assert.deepEqual(
      (await claimer(1).claim(1)).map((lane) => lane.endpointId),
      [other],
    );
  });

  test('with more endpoints than places each is served in turn', async () => {
    const { claimer, endpointWithLanes } = await setUp();
    const endpoints = new Set<string>();
    for (const name of ['a', 'b', 'c', 'd', 'e']) endpoints.add(await endpointWithLanes(name, 20));
    const one = claimer(20);
    const served: string[] = [];
    for (let i = 0; i < 5; i++) served.push(...(await one.claim(2)).map((lane) => lane.endpointId));
    const counts = [...Map.groupBy(served, (id) => id).values()].map((list) => list.length);
    assert.equal(counts.length, endpoints.size);
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `served ${counts}`);
  });

  test('the longest due lane of an endpoint goes first', async () => {
    const { claimer, clock, addEndpoint, emit } = await setUp();
    await addEndpoint('https://a.example/');
    for (const aggregate of ['z', 'm', 'a']) {
      await emit(aggregate, ['Happened']);
      clock.advance(1_000);
    }
    const order: string[] = [];
    for (let i = 0; i < 3; i++) order.push(...(await claimer().claim(1)).map((lane) => lane.aggregateId));
    assert.deepEqual(order, ['z', 'm', 'a']);
  });

  test('a paused endpoint is not claimed, keeps its backlog, and goes on where it stood', async () => {
    const { claimer, clock, emit, query, endpointWithLanes, conserved } = await setUp();
    await endpointWithLanes('a', 1);
    const pause = (active: boolean) => query(`update webhook_endpoints set active = ${active}`);
    await pause(false);
    await emit('a_0', ['a', 'a']);
    assert.deepEqual(await claimer().claim(10), []);
    const [figures] = await conserved();
    assert.equal(figures?.pending, 3);
    await pause(true);
    clock.advance(1);
    assert.equal((await claimer().claim(10)).length, 1);
  });

  test('a lane whose endpoint was paused after the claim has nothing to send', async () => {
    const { claimer, query, endpointWithLanes, headsOf } = await setUp();
    await endpointWithLanes('a', 1);
    const lanes = await claimer().claim(10);
    await query('update webhook_endpoints set active = false');
    assert.deepEqual(await headsOf(lanes), []);
  });

  test('a head comes with the secrets in force at this moment, newest first, by the clock of the database', async () => {
    const { clock, claimer, query, endpointWithLanes, headsOf } = await setUp();
    const id = await endpointWithLanes('a', 1);
    const at = (ms: number) => new Date(clock.current().getTime() + ms).toISOString();
    await query(`insert into webhook_secrets (tenant_id, endpoint_id, version, sealed, created_at, expires_at)
      values ('${TENANT}', '${id}', 2, 'two', now(), '${at(1_000)}'), ('${TENANT}', '${id}', 3, 'three', now(), null)`);
    const lanes = await claimer().claim(1);
    const versions = async () => (await headsOf(lanes))[0]?.secrets.map(({ version }) => version);
    assert.deepEqual(await versions(), [3, 2, 1]);
    clock.advance(1_000);
    assert.deepEqual(await versions(), [3, 1]);
  });

  test('an event older than what is looked for is never passed over: its lane is left out', async () => {
    const { database, clock, claimer, addEndpoint, emit } = await setUp();
    await addEndpoint('https://a.example/');
    await emit('thing_1', ['Happened']);
    clock.advance(2_000);
    await emit('thing_1', ['Happened']);
    await emit('thing_2', ['Happened']);
    const lanes = await claimer().claim(10);
    const load = async (since?: Date) =>
      (await loadPending(database.executor, clock, upTo(lanes, 10), since ? { since } : {})).map(
        ({ lane, deliveries }) => [lane.aggregateId, ...deliveries.map(({ event }) => event.sequence)],
      );
    assert.deepEqual(await load(), [
      ['thing_1', 1, 2],
      ['thing_2', 1],
    ]);
    assert.deepEqual(await load(new Date(clock.current().getTime() - 1_000)), [['thing_2', 1]]);
  });

  test('whoever lost the lease changes nothing in any table, whatever he comes back with', async () => {
    const {
      database,
      clock,
      claimHead,
      deliver,
      settle,
      query,
      endpointWithLanes,
      emit,
      conserved,
      headsOf,
    } = await setUp();
    await endpointWithLanes('a', 1);
    await emit('a_0', ['a']);
    const stale = await claimHead();
    clock.advance(LEASE_MS);
    const owner = await claimHead();
    const snapshot = () =>
      Promise.all(
        ['lanes', 'deliveries', 'delivery_attempts', 'webhook_endpoints'].map((t) =>
          query(`select * from ${t}`),
        ),
      );
    const before = await snapshot();
    assert.equal(await deliver(stale), 'lost');
    assert.equal(await deliver(stale, LEASE_MS), 'lost');
    const exchange = { phases: { totalMs: 5 } };
    for (const [failures, result] of [
      [0, { error: 'timeout', own: false, exchange }],
      [0, { error: 'dns', own: true, exchange }],
      [0, { error: 'status', own: false, exchange: { ...exchange, status: 410 } }],
      [0, { error: 'status', own: false, exchange: { ...exchange, status: 429 }, retryAfterMs: 60_000 }],
      [
        0,
        { error: 'status', own: false, exchange: { ...exchange, status: 500 }, directive: 'abort-message' },
      ],
      [11, { error: 'timeout', own: false, exchange }],
    ] as const) {
      assert.equal(await settle({ ...stale, failures }, { kind: 'failed', ...result }), 'lost');
    }
    await releaseLanes(database.executor, [stale.lane]);
    assert.deepEqual(await headsOf([stale.lane]), []);
    assert.deepEqual(await snapshot(), before);
    assert.equal(await deliver(owner), 'released');
    await conserved();
  });

  test('a delivery on its way to a deleted endpoint settles into nothing', async () => {
    const { database, claimHead, deliver, query, endpointWithLanes } = await setUp();
    const id = await endpointWithLanes('a', 1);
    const head = await claimHead();
    await database.transaction((tx) => deleteEndpoint(tx, id));
    assert.equal(await deliver(head), 'lost');
    assert.deepEqual(await query(`select from deliveries where state <> 'pending'`), []);
    assert.deepEqual(await query('select from delivery_attempts'), []);
  });

  test('a kept lane goes on with the next event under a fresh lease; the last event ends the claim', async () => {
    const { headsOf, clock, claimer, claimHead, deliver, query, addEndpoint, emit, conserved } =
      await setUp();
    await addEndpoint('https://a.example/');
    await emit('thing_1', ['Happened', 'Happened']);
    const first = await claimHead();
    clock.advance(LEASE_MS - 1);
    assert.equal(await deliver(first, LEASE_MS), 'kept');
    clock.advance(LEASE_MS - 1);
    assert.deepEqual(await claimer().claim(1), [], 'the lease was renewed');
    const [second] = await headsOf([first.lane]);
    assert.ok(second);
    assert.deepEqual([second.event.sequence, second.previousSequence], [2, 1]);
    assert.equal(await deliver(second, LEASE_MS), 'emptied');
    const [lane] = await query<Record<string, unknown>>('select * from lanes');
    assert.deepEqual(
      [lane?.depth, lane?.due_at, lane?.claim_id, lane?.lease_until, lane?.waiting_since],
      [0, null, null, null, null],
    );
    await conserved();
  });

  test('an event put back while a later one is under way is sent next, and the lane then goes on', async () => {
    const { claimHead, deliver, putBack, lane, addEndpoint, emit, conserved } = await setUp();
    await addEndpoint('https://a.example/');
    await emit('thing_1', ['Happened', 'Happened', 'Happened']);
    await deliver(await claimHead());
    const second = await claimHead();
    await putBack(1);
    assert.equal(await deliver(second, LEASE_MS), 'released', 'what is next has to be read anew');
    const order: number[] = [];
    while ((await lane()).depth > 0) {
      const head = await claimHead();
      order.push(head.event.sequence);
      await deliver(head);
    }
    assert.deepEqual(order, [1, 3]);
    await conserved();
  });

  test('the failure of an event is not laid at the door of an older one that was put back meanwhile', async () => {
    const { claimHead, settle, deliver, putBack, lane, addEndpoint, emit, query, clock } = await setUp();
    await addEndpoint('https://a.example/');
    await emit('thing_1', ['Happened', 'Happened']);
    await deliver(await claimHead());
    const second = await claimHead();
    await putBack(1);
    await settle(second, { kind: 'failed', error: 'status', own: false, exchange: FAILED });
    const { attempts, due_at } = await lane();
    assert.deepEqual([attempts, Number(due_at)], [0, clock.current().getTime()]);
    const counted = await query<{ attempts: number }>('select attempts from deliveries order by sequence');
    assert.deepEqual(
      counted.map((row) => row.attempts),
      [1, 1],
    );
    const older = await claimHead();
    assert.deepEqual([older.event.sequence, older.failures], [1, 0]);
  });

  test('an event put back behind one under way leaves that its count', async () => {
    const { claimHead, settle, deliver, putBack, lane, addEndpoint, emit } = await setUp();
    await addEndpoint('https://a.example/');
    await emit('thing_1', ['Happened', 'Happened']);
    await deliver(await claimHead());
    await deliver(await claimHead());
    await putBack(1);
    const first = await claimHead();
    await putBack(2);
    await settle(first, { kind: 'failed', error: 'status', own: false, exchange: FAILED });
    assert.deepEqual([(await lane()).attempts, (await lane()).depth], [1, 2]);
  });

  test('a lane waits since its oldest undelivered event was created, put back or not', async () => {
    const { claimHead, deliver, putBack, lane, clock, addEndpoint, emit } = await setUp();
    await addEndpoint('https://a.example/');
    const start = clock.current().getTime();
    for (let i = 0; i < 4; i++) {
      await emit('thing_1', ['Happened']);
      clock.advance(1_000);
    }
    const waited = async () => (Number((await lane()).waiting_since) - start) / 1_000;
    assert.equal(await waited(), 0);
    await deliver(await claimHead());
    await deliver(await claimHead());
    assert.equal(await waited(), 2);
    const third = await claimHead();
    await putBack(1, 2);
    assert.equal(await waited(), 0);
    await deliver(third);
    assert.equal(await waited(), 0, 'the first two are older than what follows the third');
    await deliver(await claimHead());
    assert.equal(await waited(), 1);
    await deliver(await claimHead());
    assert.equal(await waited(), 3);
    await deliver(await claimHead());
    assert.equal((await lane()).waiting_since, null);
  });

  // Races need two connections, which the embedded engine has not.
  if (engine === 'postgres') {
    test('claimers that race share the lanes out: none twice, none above the cap', async () => {
      const { claimer, endpointWithLanes } = await setUp();
      for (const name of ['a', 'b', 'c']) await endpointWithLanes(name, 20);
      const claimers = Array.from({ length: 8 }, () => claimer(5));
      const all: Lane[] = [];
      for (let round = 0; round < 6; round++) {
        all.push(...(await Promise.all(claimers.map((one) => one.claim(4)))).flat());
      }
      const keys = all.map((lane) => `${lane.endpointId}/${lane.aggregateId}`);
      assert.equal(new Set(keys).size, keys.length);
      assert.deepEqual(
        [...countBy(all).values()].map((lanes) => lanes.length),
        [5, 5, 5],
      );
    });
  }
});

interface LaneRow {
  readonly depth: number;
  readonly attempts: number;
  readonly waiting_since: Date | null;
  readonly due_at: Date | null;
}
