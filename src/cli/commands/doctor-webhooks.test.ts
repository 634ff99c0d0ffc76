import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase } from '../../../test/support/database.ts';
import { cliOver, examine } from '../cli.test-support.ts';
import { setUpEvents } from './webhooks.test-support.ts';

eachDatabase('doctor on webhooks', (open) => {
  test('webhook trouble is told: dead letters, an old backlog, failing and disabled receivers', async () => {
    const cli = cliOver(await open());
    const { tenant, endpoint, emit, settle } = setUpEvents(cli);
    const one = await tenant('one');
    const [a, b, c] = [
      (await endpoint(one, 'https://a.test/')).endpoint.endpointId,
      (await endpoint(one, 'https://b.test/')).endpoint.endpointId,
      (await endpoint(one, 'https://c.test/')).endpoint.endpointId,
    ];
    await emit(one, 'brand_1', 'BrandVetted');
    await settle(b, 'delivered');
    await sql`update webhook_endpoints set active = false where endpoint_id = ${c}`.execute(
      cli.database.executor,
    );
    cli.clock.advance(900_000);
    const calm = await examine(cli);
    assert.deepEqual(
      ['webhooks', 'receivers', 'conservation'].map((name) => [
        calm.check(name).state,
        calm.check(name).finding,
      ]),
      [
        ['ok', '1 waiting (oldest 900 s), 1 kept for those switched off, 0 dead letters'],
        ['ok', '3 webhooks: 0 failing, 0 disabled, 1 paused'],
        ['ok', 'holds for 3 webhooks'],
      ],
    );
    cli.clock.advance(1_000);
    assert.match((await examine(cli)).check('webhooks').advice ?? '', /role dispatch/);

    await settle(a, 'dead');
    await sql`
      update webhook_endpoints set failing_since = case when endpoint_id = ${a} then ${cli.clock.now} end,
        disabled_reason = case when endpoint_id = ${c} then 'gone' end`.execute(cli.database.executor);
    const trouble = await examine(cli);
    assert.equal(trouble.exitCode, 0);
    assert.equal(trouble.check('webhooks').state, 'warn');
    assert.match(trouble.check('webhooks').finding, /1 dead letters$/);
    assert.deepEqual(trouble.check('receivers'), {
      state: 'warn',
      check: 'receivers',
      finding: '3 webhooks: 1 failing, 1 disabled, 0 paused',
      advice: 'npm run cli -- webhooks list',
    });
  });

  test('an event that vanished fails, with the webhook that lost it', async () => {
    const cli = cliOver(await open());
    const { tenant, endpoint, emit } = setUpEvents(cli);
    const one = await tenant('one');
    const { endpointId } = (await endpoint(one, 'https://a.test/')).endpoint;
    await emit(one, 'brand_1', 'BrandVetted', 'BrandVetted');
    await sql`delete from deliveries where sequence = 1`.execute(cli.database.executor);
    const { exitCode, check } = await examine(cli);
    assert.deepEqual([exitCode, check('conservation').state], [1, 'fail']);
    assert.ok(check('conservation').finding.endsWith(`1 webhooks (${endpointId})`));
  });

  test('a check of conservation that there was no time for is no finding', async () => {
    const cli = cliOver(await open(), { signal: AbortSignal.abort() });
    const { exitCode, check } = await examine(cli);
    assert.deepEqual([exitCode, check('conservation').state], [0, 'warn']);
  });
});
