import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase } from '../../../test/support/database.ts';
import { type Cli, cliOver } from '../cli.test-support.ts';
import { setUpEvents } from './webhooks.test-support.ts';

interface Listed {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly state: string;
}

/** One tenant with one webhook. */
async function setUp(cli: Cli) {
  const events = setUpEvents(cli);
  const tenant = await events.tenant('one');
  const { endpointId } = (await events.endpoint(tenant, 'https://a.test/')).endpoint;
  const ask = (command: string, ...options: string[]) => [
    'webhooks',
    command,
    '--webhook',
    endpointId,
    ...options,
  ];
  return {
    tenant,
    endpointId,
    run: (command: string, ...options: string[]) => cli.run(...ask(command, ...options)),
    json: <T>(command: string, ...options: string[]) => cli.json<T>(...ask(command, ...options)),
    emit: async (aggregateId: string, count: number) => {
      const types = Array<string>(count).fill('BrandVetted');
      const made = await events.emit(tenant, aggregateId, ...types);
      cli.clock.advance(1);
      return made.map(({ eventId }) => eventId);
    },
    settle: (state: 'delivered' | 'dead' | 'skipped') => events.settle(endpointId, state),
    state: async () => {
      const { rows } = await sql<{ state: string; count: number }>`
        select state, count(*) as count from deliveries group by state`.execute(cli.database.executor);
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
  };
}

eachDatabase('deliveries of a webhook', (open) => {
  test('they are listed newest first, of one aggregate when asked, at most so many', async () => {
    const hook = await setUp(cliOver(await open()));
    assert.deepEqual(await hook.json('deliveries'), []);
    const [first] = await hook.emit('brand_1', 1);
    await hook.settle('delivered');
    await hook.emit('brand_2', 1);
    await hook.emit('brand_1', 1);
    const listed = async (...options: string[]) =>
      (await hook.json<Listed[]>('deliveries', ...options)).map(
        ({ aggregateId, sequence, state }) => `${aggregateId} ${sequence} ${state}`,
      );
    assert.deepEqual(await listed(), ['brand_1 2 pending', 'brand_2 1 pending', 'brand_1 1 delivered']);
    assert.deepEqual(await listed('--aggregate', 'brand_1'), ['brand_1 2 pending', 'brand_1 1 delivered']);
    assert.deepEqual(await listed('--limit', '1'), ['brand_1 2 pending']);
    const [, , oldest] = await hook.json<Listed[]>('deliveries');
    assert.deepEqual(oldest, {
      eventId: first,
      type: 'BrandVetted',
      aggregateId: 'brand_1',
      sequence: 1,
      state: 'delivered',
      attempts: 1,
      createdAt: '2026-01-05T12:00:00.001Z',
      settledAt: '2026-01-05T12:00:00.002Z',
    });
  });

  test('of one event the attempts are shown, without what the receiver answered', async () => {
    const cli = cliOver(await open());
    const hook = await setUp(cli);
    const [eventId = ''] = await hook.emit('brand_1', 1);
    await sql`
      insert into delivery_attempts (tenant_id, endpoint_id, event_id, number, attempted_at, outcome, status, error,
                                     stage, address, duration_ms, dns_ms, connect_ms, first_byte_ms, response)
      values (${hook.tenant.tenantId}, ${hook.endpointId}, ${eventId}, 1, ${cli.clock.now}, 'retry', 500, 'status',
              'response', '192.0.2.7', 31, 1, 10, 30, 'no such customer')`.execute(cli.database.executor);
    await sql`update deliveries set attempts = 1, last_status = 500, last_error = 'status'`.execute(
      cli.database.executor,
    );
    const { exitCode, stdout, stderr } = await hook.run('deliveries', '--event', eventId, '--json');
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), [
      {
        number: 1,
        attemptedAt: cli.clock.current().toISOString(),
        outcome: 'retry',
        status: 500,
        error: 'status',
        stage: 'response',
        address: '192.0.2.7',
        durationMs: 31,
        dnsMs: 1,
        connectMs: 10,
        firstByteMs: 30,
      },
    ]);
    assert.match(stderr, new RegExp(`^${eventId} is pending; 1 attempts, next at 2026-`));
    const unknown = await hook.run('deliveries', '--event', 'evt_none');
    assert.deepEqual([unknown.exitCode, unknown.stdout], [1, '']);
  });

  test('a dead letter is listed until it is sent again, one by one or all as a job', async () => {
    const hook = await setUp(cliOver(await open()));
    const [first = '', second, third] = await hook.emit('brand_1', 3);
    await hook.settle('dead');
    const dead = async () => (await hook.json<Listed[]>('dead-letters')).map(({ eventId }) => eventId);
    assert.deepEqual((await dead()).sort(), [first, second, third].sort());
    assert.equal((await hook.json<Listed[]>('dead-letters', '--limit', '2')).length, 2);

    assert.deepEqual(await hook.json('redeliver', '--event', first), { queued: first });
    assert.deepEqual((await dead()).sort(), [second, third].sort());
    assert.deepEqual(await hook.state(), { pending: 1, dead: 2 });
    const again = await hook.run('redeliver', '--event', first);
    assert.deepEqual([again.exitCode, again.stderr], [1, `${first} is no dead letter\n`]);
    assert.equal((await hook.run('redeliver', '--event', 'evt_none')).exitCode, 1);

    const job = await hook.json<Record<string, unknown>>('redeliver', '--all');
    assert.match(String(job.jobId), /^job_/);
    assert.deepEqual(
      [job.kind, job.state, job.selected, job.filter],
      ['replay', 'running', 2, '--state dead'],
    );
  });

  test('a webhook that is none, and a line that cannot be meant, are told so', async () => {
    const cli = cliOver(await open());
    const hook = await setUp(cli);
    const lines = [
      ['deliveries', '--aggregate', 'x', '--event', 'y'],
      ['deliveries', '--limit', '0'],
      ['dead-letters', '--limit', '1001'],
      ['redeliver'],
      ['redeliver', '--all', '--event', 'x'],
    ] as const;
    for (const [command, ...options] of lines) {
      assert.equal((await hook.run(command, ...options)).exitCode, 2, [command, ...options].join(' '));
    }
    for (const line of [['deliveries'], ['dead-letters'], ['redeliver', '--all']]) {
      assert.equal((await cli.run('webhooks', ...line)).exitCode, 2);
      const { exitCode, stderr } = await cli.run('webhooks', ...line, '--webhook', 'whk_none');
      assert.deepEqual([exitCode, stderr], [1, 'Webhook whk_none not found\n']);
    }
  });
});
