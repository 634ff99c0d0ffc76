import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../../test/support/database.ts';
import { recorded } from '../../telemetry/recorded.test-support.ts';
import { inSpan } from '../../telemetry/tracing.ts';
import { lockEndpoint, updateEndpoint } from '../endpoints/endpoints.ts';
import { rotateSecret } from '../endpoints/secrets.ts';
import { seal, setUpWebhooks, TENANT } from './dispatch.test-support.ts';
import { MAX_ATTEMPTS } from './schedule.ts';
import { type Script, type Sent, scripted } from './scripted.test-support.ts';

interface DeliveryRow {
  readonly state: string;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

eachDatabase('one attempt after the other', (open) => {
  const setUp = async (answer?: (sent: Sent) => Script | Promise<Script>, settings = {}) => {
    const world = await setUpWebhooks(open);
    const { endpoint } = await world.addEndpoint('https://a.example/', ['Happened'], TENANT, settings);
    const { transport, sent } = scripted(answer);
    const dispatcher = world.newDispatcher({ transport, options: { freshMs: 600_000 } });
    const deliveries = () =>
      world.query<DeliveryRow>('select * from deliveries order by aggregate_id, sequence');
    const states = async () => (await deliveries()).map((row) => row.state);
    const logged = () =>
      world.query<Record<string, unknown>>('select * from delivery_attempts order by attempted_at, number');
    const health = async () => {
      const [row] = await world.query<Record<string, unknown>>('select * from webhook_endpoints');
      return row ?? assert.fail('there is no endpoint');
    };
    return {
      ...world,
      endpointId: endpoint.endpointId,
      transport,
      sent,
      dispatcher,
      deliveries,
      states,
      logged,
      health,
    };
  };

  test('an attempt is a span of the trace of what the event tells of, with what came of it', async () => {
    const answers: Script[] = [503, 200];
    const { emit, dispatcher, clock } = await setUp(() => answers.shift() ?? 200);
    const spans = await recorded(async () => {
      await inSpan('reconcile', {}, () => emit('thing_1', ['Happened']));
      await dispatcher.runOnce();
      clock.advance(60_000);
      await dispatcher.runOnce();
    });
    const [pass, failed, good] = spans;
    assert.deepEqual(
      spans.map(({ name }) => name),
      ['reconcile', 'deliver', 'deliver'],
    );
    for (const span of [failed, good]) {
      assert.equal(span?.parentSpanContext?.spanId, pass?.spanContext().spanId);
      assert.equal(span?.attributes.aggregateId, 'thing_1');
    }
    const told = ['attempt', 'outcome', 'http.response.status_code', 'error.type'];
    const of = (span: typeof pass) => told.map((name) => span?.attributes[name]);
    assert.deepEqual(of(failed), [1, 'retry', 503, 'status']);
    assert.deepEqual(of(good), [2, 'delivered', 200, undefined]);
  });

  test('a fault of our own costs no attempt and no failure, is not logged, and is tried again within 30 s', async () => {
    const answers: Script[] = Array.from({ length: 2 * MAX_ATTEMPTS }, () => 'own');
    const { emit, dispatcher, clock, sent, logged, health, deliveries, outcomes } = await setUp(
      () => answers.shift() ?? 200,
    );
    await emit('thing_1', ['Happened']);
    for (let i = 0; i < 2 * MAX_ATTEMPTS; i++) {
      assert.equal(await dispatcher.runOnce(), 0, 'no request left');
      clock.advance(4_999);
      assert.equal(sent.length, i + 1);
      clock.advance(25_001);
    }
    assert.deepEqual(await logged(), []);
    assert.equal((await health()).failures, 0);
    assert.equal(await dispatcher.runOnce(), 1);
    const [row] = await deliveries();
    assert.deepEqual([row?.state, row?.attempts], ['delivered', 1]);
    assert.deepEqual(new Set(outcomes), new Set(['own_fault', 'delivered']));
  });

  test('so does a secret that cannot be opened, and nothing goes out', async () => {
    const { emit, newDispatcher, transport, sent, clock, dispatcher, deliveries, lines, outcomes } =
      await setUp();
    await emit('thing_1', ['Happened']);
    const broken = () => {
      throw new Error('this key is not in the keyring');
    };
    assert.equal(await newDispatcher({ transport, open: broken }).runOnce(), 0);
    assert.deepEqual([sent.length, outcomes.length], [0, 0]);
    assert.ok(lines.some((line) => line.includes('delivery:sign:failed')));
    clock.advance(4_999);
    assert.equal(await dispatcher.runOnce(), 0, 'it is put off for a while');
    clock.advance(25_001);
    assert.equal(await dispatcher.runOnce(), 1);
    assert.equal((await deliveries())[0]?.attempts, 1);
  });

  test('without a live secret nothing goes out unsigned', async () => {
    const { emit, dispatcher, sent, query, states } = await setUp();
    await query(`update webhook_secrets set expires_at = '2000-01-01'`);
    await emit('thing_1', ['Happened']);
    await dispatcher.runOnce();
    assert.deepEqual([sent.length, await states()], [0, ['pending']]);
  });

  test('a secret that ends while its lane is at work signs nothing from then on', async () => {
    let onSend = () => {};
    const { emit, dispatcher, clock, sent, database, endpointId } = await setUp(() => {
      onSend();
      return 200;
    });
    onSend = () => clock.advance(400);
    await database.tenantTransaction(TENANT, (tx) =>
      rotateSecret(tx, seal, { tenantId: TENANT, endpointId, graceSeconds: 1, now: clock.current() }),
    );
    await emit('thing_1', ['Happened', 'Happened', 'Happened', 'Happened', 'Happened']);
    await dispatcher.runOnce();
    const signatures = sent.map(({ headers }) => headers['webhook-signature']?.split(' ').length);
    assert.deepEqual(signatures, [2, 2, 2, 1, 1]);
    const seconds = sent.map(({ headers }) => Number(headers['X-NMC-Timestamp']));
    assert.ok((seconds.at(-1) ?? 0) > (seconds[0] ?? 0), 'and the timestamp moves on');
  });

  test('an event for one secret is signed with that alone, or is dead when the secret is over: nothing is sent', async () => {
    const { emit, dispatcher, sent, query, deliveries, logged, health } = await setUp();
    await emit('thing_1', ['Happened', 'Happened', 'Happened']);
    await query(`update deliveries set secret_version = 1 where sequence = 1`);
    await query(`update deliveries set secret_version = 7 where sequence = 2`);
    assert.equal(await dispatcher.runOnce(), 2);
    assert.deepEqual(
      sent.map(({ sequence }) => sequence),
      [1, 3],
    );
    const [, expired] = await deliveries();
    assert.deepEqual(
      [expired?.state, expired?.last_error, expired?.attempts, (await logged()).length],
      ['dead', 'secret_expired', 0, 2],
    );
    assert.equal((await health()).failures, 0);
  });

  test('the deadline is the endpoint’s own, and its lanes are leased for 5 s more', async () => {
    let alive = false;
    const { emit, dispatcher, clock, sent } = await setUp(
      () => {
        if (alive) return 200;
        throw new Error('killed');
      },
      { timeoutMs: 30_000 },
    );
    await emit('thing_1', ['Happened']);
    await dispatcher.runOnce();
    assert.equal(sent[0]?.deadlineMs, 30_000);
    alive = true;
    clock.advance(34_999);
    assert.equal(await dispatcher.runOnce(), 0);
    clock.advance(1);
    assert.equal(await dispatcher.runOnce(), 1);
  });

  test('every attempt is logged with what came of it; numbers go on over retries and replays', async () => {
    const answers: Script[] = ['timeout', 503, 204];
    const { emit, dispatcher, clock, query, logged, endpointId } = await setUp(() => answers.shift() ?? 200);
    const [event] = await emit('thing_1', ['Happened']);
    const startedAt = clock.current();
    for (let i = 0; i < 3; i++) {
      await dispatcher.runOnce();
      clock.advance(3_600_000);
    }
    await query(`update deliveries set state = 'pending', replay_id = 'job_1'`);
    await query(
      `update lanes set depth = 1, settled_through = 0, due_at = now() - interval '1 day', waiting_since = now()`,
    );
    await dispatcher.runOnce();
    const rows = await logged();
    const common = {
      tenant_id: TENANT,
      endpoint_id: endpointId,
      event_id: event?.eventId,
      address: '192.0.2.1',
      duration_ms: 10,
      dns_ms: 1,
      connect_ms: 2,
      tls_ms: 3,
      first_byte_ms: 4,
    };
    const failed = { outcome: 'retry', stage: 'response', replay_id: null };
    const delivered = { outcome: 'delivered', error: null, stage: null, response: null };
    assert.deepEqual(
      rows.map(({ attempted_at, ...row }) => row),
      [
        { ...common, ...failed, number: 1, status: null, error: 'timeout', response: null },
        { ...common, ...failed, number: 2, status: 503, error: 'status', response: 'no' },
        { ...common, ...delivered, number: 3, status: 204, replay_id: null },
        { ...common, ...delivered, number: 4, status: 200, replay_id: 'job_1' },
      ],
    );
    const hours = rows.map((row) => (Number(row.attempted_at) - startedAt.getTime()) / 3_600_000);
    assert.deepEqual(hours, [0, 1, 2, 3]);
  });

  test('abort-message gives up the event, the lane goes on, and the endpoint is none the worse', async () => {
    const { emit, dispatcher, states, sent, health, deliveries } = await setUp(({ sequence }) =>
      sequence === 2 ? { status: 422, directive: 'abort-message' } : 200,
    );
    await emit('thing_1', ['Happened', 'Happened', 'Happened']);
    assert.equal(await dispatcher.runOnce(), 3);
    assert.deepEqual(await states(), ['delivered', 'dead', 'delivered']);
    assert.equal((await deliveries())[1]?.last_status, 422);
    assert.deepEqual([sent.length, (await health()).failures], [3, 0]);
  });

  test('webhook-delivery: disable switches the endpoint off, the event stays and goes out after a resume', async () => {
    const answers: Script[] = [{ status: 500, directive: 'disable' }];
    const { emit, dispatcher, states, health, clock, query } = await setUp(() => answers.shift() ?? 200);
    await emit('thing_1', ['Happened']);
    await dispatcher.runOnce();
    const { active, disabled_reason, version } = await health();
    assert.deepEqual(
      [active, disabled_reason, version],
      [false, 'The endpoint answered with webhook-delivery: disable.', 2],
    );
    clock.advance(86_400_000);
    assert.equal(await dispatcher.runOnce(), 0);
    assert.deepEqual(await states(), ['pending']);
    await query('update webhook_endpoints set active = true');
    assert.equal(await dispatcher.runOnce(), 1);
    assert.deepEqual(await states(), ['delivered']);
  });

  test('whoever resumes does not wait for retries: what was put off is due at once', async () => {
    const answers: Script[] = [500];
    const world = await setUp(() => answers.shift() ?? 200);
    const { database, emit, dispatcher, states, clock, endpointId } = world;
    await emit('thing_1', ['Happened']);
    assert.equal(await dispatcher.runOnce(), 1);
    assert.equal(await dispatcher.runOnce(), 0, 'it waits');
    for (const active of [false, true]) {
      await database.tenantTransaction(TENANT, async (tx) => {
        const before = (await lockEndpoint(tx, endpointId)) ?? assert.fail();
        await updateEndpoint(tx, before, { active }, clock.current());
      });
    }
    assert.equal(await dispatcher.runOnce(), 1);
    assert.deepEqual(await states(), ['delivered']);
  });

  test('what is sent again says by which job', async () => {
    const { emit, dispatcher, sent, query } = await setUp();
    await emit('thing_1', ['Happened', 'Happened']);
    await query(`update deliveries set replay_id = 'job_1' where sequence = 1`);
    await dispatcher.runOnce();
    assert.deepEqual(
      sent.map(({ headers }) => headers['X-NMC-Replay']),
      ['job_1', undefined],
    );
  });
});
