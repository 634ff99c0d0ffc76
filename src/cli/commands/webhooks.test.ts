import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createSkip } from '#platform/webhooks/jobs/jobs.ts';
import { eachDatabase } from '../../../test/support/database.ts';
import { cliOver } from '../cli.test-support.ts';
import { setUpEvents } from './webhooks.test-support.ts';

eachDatabase('webhooks', (open) => {
  test('the list says of each what waits, since when, what was given up and whether it is failing', async () => {
    const cli = cliOver(await open());
    const { tenant, endpoint, emit, settle } = setUpEvents(cli);
    assert.deepEqual(await cli.json('webhooks', 'list'), []);
    const [one, two] = [await tenant('one'), await tenant('two')];
    const good = (await endpoint(one, 'https://a.test/hook?token=abc')).endpoint;
    const bad = (await endpoint(two, 'https://b.test/')).endpoint;
    await emit(two, 'brand_2', 'BrandVetted');
    await settle(bad.endpointId, 'dead');
    await emit(one, 'brand_1', 'BrandVetted', 'BrandVetted');
    await emit(two, 'brand_2', 'BrandVetted');
    const since = cli.clock.current();
    await sql`
      update webhook_endpoints set failures = 10, failing_since = ${since}::timestamptz
      where endpoint_id = ${bad.endpointId}`.execute(cli.database.executor);
    cli.clock.advance(90_000);
    const first = {
      webhookId: good.endpointId,
      tenantId: one.tenantId,
      url: 'https://a.test/hook?...',
      active: true,
      health: 'healthy',
      failures: 0,
      pending: 2,
      oldestSeconds: 90,
      dead: 0,
    };
    const second = {
      webhookId: bad.endpointId,
      tenantId: two.tenantId,
      url: 'https://b.test/',
      active: true,
      health: 'failing',
      failures: 10,
      pending: 1,
      oldestSeconds: 90,
      dead: 1,
      failingSince: since.toISOString(),
    };
    assert.deepEqual(await cli.json('webhooks', 'list'), [first, second]);
    assert.deepEqual(await cli.json('webhooks', 'list', '--tenant', 'two'), [second]);
    assert.equal((await cli.run('webhooks', 'list', '--tenant', 'three')).exitCode, 1);
  });

  test('a paused webhook keeps what it is owed, and resuming forgets its failures', async () => {
    const cli = cliOver(await open());
    const { tenant, endpoint } = setUpEvents(cli);
    const one = await tenant('one');
    const { endpointId } = (await endpoint(one, 'https://a.test/')).endpoint;
    const act = (word: string) => cli.json<{ health: string }>('webhooks', word, '--webhook', endpointId);
    const row = async () => {
      const { rows } = await sql<{ active: boolean; failures: number; version: number }>`
        select active, failures, version from webhook_endpoints`.execute(cli.database.executor);
      return rows[0];
    };
    await sql`update webhook_endpoints set failures = 3`.execute(cli.database.executor);
    assert.equal((await act('pause')).health, 'paused');
    assert.deepEqual(await row(), { active: false, failures: 3, version: 2 });
    assert.equal((await act('pause')).health, 'paused');
    assert.equal((await act('resume')).health, 'healthy');
    assert.deepEqual(await row(), { active: true, failures: 0, version: 3 });

    await act('pause');
    await cli.database.transaction((tx) =>
      createSkip(tx, { tenantId: one.tenantId, endpointId, now: cli.clock.current() }),
    );
    const refused = await cli.run('webhooks', 'resume', '--webhook', endpointId);
    assert.deepEqual([refused.exitCode, (await row())?.active], [1, false]);
    assert.match(refused.stderr, /^Its backlog is being skipped/);
    const unknown = await cli.run('webhooks', 'pause', '--webhook', 'whk_none');
    assert.deepEqual(unknown, { exitCode: 1, stdout: '', stderr: 'Webhook whk_none not found\n' });
  });

  test('conservation is 0 while nothing has vanished, and 1 with the webhook that lost something', async () => {
    const cli = cliOver(await open());
    const { tenant, endpoint, emit, settle } = setUpEvents(cli);
    const one = await tenant('one');
    const whole = (await endpoint(one, 'https://a.test/')).endpoint.endpointId;
    const losing = (await endpoint(one, 'https://b.test/')).endpoint.endpointId;
    await emit(one, 'brand_1', 'BrandVetted', 'BrandVetted');
    await settle(whole, 'delivered');
    const check = async (...options: string[]) => {
      const { exitCode, stdout, stderr } = await cli.run('webhooks', 'conservation', '--json', ...options);
      return { exitCode, data: JSON.parse(stdout), stderr };
    };
    const figures = { tenantId: one.tenantId, accepted: 2, dead: 0, skipped: 0 };
    assert.deepEqual(await check(), {
      exitCode: 0,
      data: [
        { ...figures, webhookId: whole, delivered: 2, pending: 0, holds: true },
        { ...figures, webhookId: losing, delivered: 0, pending: 2, holds: true },
      ],
      stderr: '',
    });
    await sql`delete from deliveries where endpoint_id = ${losing} and sequence = 1`.execute(
      cli.database.executor,
    );
    const all = await check();
    assert.deepEqual([all.exitCode, all.stderr], [1, 'it does not hold for 1 of 2\n']);
    assert.equal((await check('--webhook', whole)).exitCode, 0);
    const broken = await check('--webhook', losing);
    assert.deepEqual([broken.exitCode, broken.data.holds], [1, false]);
    assert.equal((await cli.run('webhooks', 'conservation', '--webhook', 'whk_none')).exitCode, 1);
  });

  test('a check that is told to stop says that it is not whole', async () => {
    const cli = cliOver(await open(), { signal: AbortSignal.abort() });
    const { tenant, endpoint } = setUpEvents(cli);
    await endpoint(await tenant('one'), 'https://a.test/');
    const { exitCode, stderr } = await cli.run('webhooks', 'conservation');
    assert.deepEqual([exitCode, stderr], [1, 'told to stop before all were looked at\n']);
  });
});
