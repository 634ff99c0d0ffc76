import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createJobWorker } from '#platform/webhooks/jobs/job-worker.ts';
import { eachDatabase } from '../../../test/support/database.ts';
import { silent } from '../../../test/support/world.ts';
import { type Cli, cliOver } from '../cli.test-support.ts';
import type { RunCommand } from '../command.ts';
import { setUpEvents } from './webhooks.test-support.ts';

interface Job {
  readonly jobId: string;
  readonly kind: string;
  readonly state: string;
  readonly selected: number;
  readonly processed: number;
  readonly filter?: string;
}

/** One tenant with one webhook to which three events of one brand and one of another were delivered. */
async function setUp(cli: Cli) {
  const events = setUpEvents(cli);
  const tenant = await events.tenant('one');
  const { endpointId } = (await events.endpoint(tenant, 'https://a.test/', ['BrandVetted', 'BrandRejected']))
    .endpoint;
  await events.emit(tenant, 'brand_1', 'BrandVetted', 'BrandRejected', 'BrandVetted');
  await events.emit(tenant, 'brand_2', 'BrandVetted');
  await events.settle(endpointId, 'delivered');
  cli.clock.advance(1);
  const worker = createJobWorker({ database: cli.database, clock: cli.clock, log: silent });
  const ask = (command: string, ...options: string[]) => [
    'webhooks',
    command,
    '--webhook',
    endpointId,
    ...options,
  ];
  return {
    endpointId,
    run: (command: string, ...options: string[]) => cli.run(...ask(command, ...options)),
    json: <T>(command: string, ...options: string[]) => cli.json<T>(...ask(command, ...options)),
    replay: (options: readonly string[], follow = {}) => cli.follow(ask('replay', ...options), follow),
    jobs: () => cli.json<Job[]>(...ask('jobs')),
    pending: async () => {
      const { rows } = await sql<{ place: string }>`
        select aggregate_id || ' ' || sequence as place from deliveries where state = 'pending'
        order by aggregate_id, sequence`.execute(cli.database.executor);
      return rows.map(({ place }) => place);
    },
    emit: () => events.emit(tenant, 'brand_2', 'BrandVetted'),
    settle: () => events.settle(endpointId, 'delivered'),
    work: async () => {
      cli.clock.advance(1_000);
      while (await worker.runOnce());
    },
  };
}

eachDatabase('jobs of a webhook', (open) => {
  test('a replay selects what is asked for, a dry run only counts it', async () => {
    const hook = await setUp(cliOver(await open()));
    const counted = async (...options: string[]) => {
      const followed = hook.replay(['--dry-run', '--json', ...options]);
      assert.equal(await followed.ended, 0, followed.notes.join());
      return JSON.parse(followed.lines.join('\n')).selected;
    };
    assert.equal(await counted(), 4);
    assert.equal(await counted('--aggregate', 'brand_1', '--from-sequence', '2', '--to-sequence', '2'), 1);
    assert.equal(await counted('--type', 'BrandVetted'), 3);
    assert.equal(await counted('--state', 'dead,skipped'), 0);
    assert.equal(await counted('--since', '2026-01-05T12:00:01Z'), 0);
    assert.equal(await counted('--until', '2026-01-05T13:00:00+01:00'), 0);
    assert.deepEqual(await hook.jobs(), []);

    const options = ['--aggregate', 'brand_1', '--type', 'BrandVetted', '--state', 'delivered'];
    const started = hook.replay([...options, '--json']);
    assert.equal(await started.ended, 0);
    const job: Job = JSON.parse(started.lines.join('\n'));
    assert.deepEqual([job.kind, job.state, job.selected], ['replay', 'running', 2]);
    assert.equal(job.filter, options.join(' '));
    assert.deepEqual(await hook.jobs(), [job]);
    await hook.work();
    assert.deepEqual(await hook.pending(), ['brand_1 1', 'brand_1 3']);
  });

  test('--wait says how far it is, until everything is settled anew', async () => {
    const hook = await setUp(cliOver(await open()));
    const waited = hook.replay(['--aggregate', 'brand_1', '--wait', '--json'], {
      waits: [hook.work, () => {}, hook.settle, hook.work],
      enough: 1,
    });
    assert.equal(await waited.ended, 0);
    assert.deepEqual(waited.notes, [
      '0 of 3 put back, 0 of them not settled',
      '3 of 3 put back, 3 of them not settled',
      '3 of 3 put back, 0 of them not settled',
    ]);
    const job: Job = JSON.parse(waited.lines.join('\n'));
    assert.deepEqual([job.state, job.processed], ['done', 3]);
  });

  test('whoever waits no longer leaves the job going; a cancelled one ends the wait with 1', async () => {
    const hook = await setUp(cliOver(await open()));
    const left = hook.replay(['--wait']);
    assert.equal(await left.ended, 0);
    assert.match(left.notes.at(-1) ?? '', /^job job_\w+ goes on; see webhooks jobs --webhook whk_/);
    const [running] = await hook.jobs();
    assert.equal(running?.state, 'running');

    const cancelled = hook.replay(['--wait', '--aggregate', 'brand_1'], {
      waits: [
        async () => {
          const [newest] = await hook.jobs();
          const ended = await hook.json<Job>('cancel', '--job', newest?.jobId ?? '');
          assert.equal(ended.state, 'cancelled');
          const twice = await hook.run('cancel', '--job', newest?.jobId ?? '');
          assert.deepEqual([twice.exitCode, twice.stderr], [1, 'The job has ended already\n']);
        },
      ],
      enough: 1,
    });
    assert.equal(await cancelled.ended, 1);
    assert.equal((await hook.run('cancel', '--job', 'job_none')).exitCode, 1);
  });

  test('an instance that is away while it works is waited for; the job is asked for once', async () => {
    const cli = cliOver(await open());
    const hook = await setUp(cli);
    let away = false;
    const ask: RunCommand = async (argv) =>
      away ? { exitCode: 1, stdout: '', stderr: 'no service runs there\n', passing: true } : cli.run(...argv);
    const waited = hook.replay(['--wait', '--aggregate', 'brand_1'], {
      reach: { ask, askRunning: ask },
      waits: [
        async () => {
          await hook.work();
          await hook.settle();
          await hook.work();
          away = true;
        },
        () => {
          away = false;
        },
      ],
      enough: 1,
    });
    assert.equal(await waited.ended, 0);
    assert.deepEqual(waited.notes.slice(1), ['no service runs there; waiting', 'going on']);
    assert.equal((await hook.jobs()).length, 1);
  });

  test('a skip gives up what waits, as a job', async () => {
    const hook = await setUp(cliOver(await open()));
    await hook.emit();
    const job = await hook.json<Job>('skip');
    assert.deepEqual([job.kind, job.state, job.selected], ['skip', 'running', 1]);
    const twice = await hook.run('skip');
    assert.deepEqual([twice.exitCode, twice.stderr.length > 0], [1, true]);
    await hook.work();
    assert.deepEqual(await hook.pending(), []);
    assert.equal((await hook.jobs())[0]?.state, 'done');
  });

  test('what can select nothing is refused with the reason, and nothing is begun', async () => {
    const cli = cliOver(await open());
    const hook = await setUp(cli);
    const refused = async (...options: string[]) => {
      const followed = hook.replay(options);
      return [await followed.ended, followed.notes.join('\n').split('\n')[0]];
    };
    const time = 'is a time like 2026-01-05T12:00:00Z';
    assert.deepEqual(await refused('--since', 'yesterday'), [2, `--since ${time}`]);
    assert.deepEqual(await refused('--since', '2026-01-05'), [2, `--since ${time}`]);
    assert.deepEqual(await refused('--until', '2026-13-05T12:00:00Z'), [2, `--until ${time}`]);
    assert.deepEqual(await refused('--dry-run', '--wait'), [2, 'give one of --dry-run and --wait']);
    assert.equal((await refused('--state', 'pending'))[0], 2);
    assert.equal((await refused('--from-sequence', '0'))[0], 2);
    const old = hook.replay(['--since', '2025-11-05T12:00:00Z', '--from-sequence', '2']);
    assert.equal(await old.ended, 1);
    assert.match(old.notes.join('\n'), /since must be within the last 30 days.*\naggregateId is required/);
    const unnamed = cli.follow(['webhooks', 'replay']);
    assert.equal(await unnamed.ended, 2);
    const unknown = cli.follow(['webhooks', 'replay', '--webhook', 'whk_none']);
    assert.deepEqual([await unknown.ended, unknown.notes], [1, ['Webhook whk_none not found']]);
    assert.deepEqual(await hook.jobs(), []);
  });
});
