import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { sql } from 'kysely';
import { secretSealContext } from '#platform/webhooks/endpoints/secrets.ts';
import { buildHeaders, formatSecret } from '#platform/webhooks/endpoints/signature.ts';
import { eachDatabase } from '../../../test/support/database.ts';
import { type Cli, cliOver, type FollowOptions, KEYS, SERVER } from '../cli.test-support.ts';
import type { CommandResult, RunCommand } from '../command.ts';
import { EVENT_TYPES } from './events.ts';
import { setUpEvents } from './webhooks.test-support.ts';

const listen = (...options: string[]) => ['listen', '--port', '0', ...options];

interface Row {
  readonly endpoint_id: string;
  readonly tenant_id: string;
  readonly url: string;
  readonly description: string;
  readonly event_types: readonly string[];
  readonly sealed: Uint8Array;
}

const endpoints = async ({ database }: Cli): Promise<readonly Row[]> => {
  const { rows } = await sql<Row>`
    select e.*, s.sealed from webhook_endpoints e join webhook_secrets s on s.endpoint_id = e.endpoint_id
    order by e.endpoint_id`.execute(database.executor);
  return rows;
};

/** The secret as only the database and the listener know it. */
const keyOf = ({ tenant_id, endpoint_id, sealed }: Row) =>
  KEYS.open(sealed, secretSealContext(tenant_id, endpoint_id, 1));

eachDatabase('listen --tenant', (open) => {
  test('an endpoint is there for as long as the listener is, and says what it is', async () => {
    const cli = cliOver(await open());
    const { tenant, emit } = setUpEvents(cli);
    const one = await tenant('one');
    const followed = cli.follow(listen('--tenant', 'one', '--json'));
    const note = await followed.said(/^listening at/);
    const [endpoint, ...others] = await endpoints(cli);
    assert.ok(endpoint && others.length === 0);
    assert.equal(note, `listening at ${endpoint.url} as webhook ${endpoint.endpoint_id}`);
    assert.equal(endpoint.tenant_id, one.tenantId);
    assert.deepEqual(endpoint.event_types, EVENT_TYPES);
    assert.equal(endpoint.description, `temporary: "listen" of the operator, pid ${process.pid}`);

    const [event] = await emit(one, 'brand_1', 'BrandVetted');
    assert.ok(event);
    const key = keyOf(endpoint);
    const timestamp = Math.floor(cli.clock.current().getTime() / 1_000);
    const headers = buildHeaders({ ...event, aggregateId: 'brand_1' }, [key], timestamp);
    const answer = await fetch(endpoint.url, { method: 'POST', headers, body: event.body });
    assert.equal(answer.status, 204);

    followed.stop();
    assert.equal(await followed.ended, 0);
    assert.deepEqual(await endpoints(cli), []);
    const said = [...followed.lines, ...followed.notes].join('\n');
    assert.ok(said.includes(event.eventId));
    const secret = formatSecret(key);
    for (const part of [secret, secret.slice(6), key.toString('hex'), 'whsec_'])
      assert.ok(!said.includes(part));
  });

  test('the types and the address are those that were asked for', async () => {
    const cli = cliOver(await open());
    await setUpEvents(cli).tenant('one');
    const url = 'http://tunnel.test/hook';
    const followed = cli.follow(listen('--tenant', 'one', '--type', 'BrandVetted', '--url', url));
    await followed.said(/^listening at/);
    const [endpoint] = await endpoints(cli);
    assert.deepEqual([endpoint?.url, endpoint?.event_types], [url, ['BrandVetted']]);
    followed.stop();
    assert.equal(await followed.ended, 0);
  });

  test('an end in the middle of the beginning leaves nothing behind', async () => {
    const cli = cliOver(await open());
    await setUpEvents(cli).tenant('one');
    const ask: RunCommand = async (argv) => {
      const result = await cli.run(...argv);
      followed.stop();
      return result;
    };
    const followed = cli.follow(listen('--tenant', 'one'), { reach: { ask, askRunning: ask } });
    assert.equal(await followed.ended, 0);
    assert.match(followed.notes.join(), /as webhook whk_/);
    assert.deepEqual(await endpoints(cli), []);
  });

  test('at the end it waits for an instance that is being restarted, but not for ever', async () => {
    const cli = cliOver(await open());
    await setUpEvents(cli).tenant('one');
    let away = false;
    const ask: RunCommand = async (argv) => (away ? GONE : cli.run(...argv));
    const reach = { ask, askRunning: ask };
    const back = cli.follow(listen('--tenant', 'one'), {
      reach,
      waits: [
        () => {},
        () => {
          away = false;
        },
      ],
    });
    await back.said(/^listening at/);
    away = true;
    back.stop();
    assert.equal(await back.ended, 0);
    assert.deepEqual(await endpoints(cli), []);

    away = false;
    const left = cli.follow(listen('--tenant', 'one'), { reach, waits: Array(100).fill(() => {}) });
    await left.said(/^listening at/);
    away = true;
    left.stop();
    assert.equal(await left.ended, 1);
    const [endpoint] = await endpoints(cli);
    assert.match(left.notes.join('\n'), new RegExp(`webhook ${endpoint?.endpoint_id} is left behind`));
  });

  test('where nothing can be delivered it does not begin, and frees the port', async () => {
    const db = await open();
    const cli = cliOver(db);
    await setUpEvents(cli).tenant('one');
    const port = String(await freePort());
    const refused = async (by: Cli, tenant: string, options: FollowOptions = {}) => {
      const followed = by.follow(['listen', '--port', port, '--tenant', tenant], options);
      assert.equal(await followed.ended, 1, followed.notes.join('\n'));
      return followed.notes.join('\n');
    };
    const ask: RunCommand = async () => GONE;
    assert.match(await refused(cli, 'one', { reach: { ask, askRunning: ask } }), /^no service runs there/);
    assert.match(await refused(cli, 'nobody'), /^Tenant nobody not found/);
    const guarded = cliOver(db, {}, { ...SERVER, WEBHOOK_ALLOW_PRIVATE: 'false' });
    assert.match(await refused(guarded, 'one'), /see WEBHOOK_ALLOW_PRIVATE\nurl must start with https/);
    assert.deepEqual(await endpoints(cli), []);
  });

  test('it removes nothing but its own, and finds no fault when that is gone already', async () => {
    const cli = cliOver(await open());
    const { tenant, endpoint } = setUpEvents(cli);
    const { endpoint: theirs } = await endpoint(await tenant('one'), 'https://hooks.test/');
    const close = (id: string) => cli.run('listen', 'close', '--webhook', id);
    assert.equal((await close(theirs.endpointId)).exitCode, 1);
    assert.equal((await endpoints(cli)).length, 1);
    assert.equal((await close('whk_gone')).exitCode, 0);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  server.close();
  return address.port;
}

const GONE: CommandResult = { exitCode: 1, stdout: '', stderr: 'no service runs there\n', passing: true };
