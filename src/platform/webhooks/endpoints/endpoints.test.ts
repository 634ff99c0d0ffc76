import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { eachDatabase } from '../../../../test/support/database.ts';
import { open as openSecret, seal, setUpWebhooks, TENANT } from '../delivery/dispatch.test-support.ts';
import {
  createEndpoint,
  deleteEndpoint,
  type EndpointPatch,
  getEndpoint,
  healthOf,
  listEndpoints,
  lockEndpoint,
  MAX_ENDPOINTS,
  updateEndpoint,
} from './endpoints.ts';
import { secretSealContext } from './secrets.ts';
import { parseSecret } from './signature.ts';

const isConflict = (error: unknown) => error instanceof Problem && error.status === 409;

eachDatabase('webhook endpoints', (open, engine) => {
  /** An endpoint, how to change it, and how it reads afterwards. */
  async function setUpOne() {
    const world = await setUpWebhooks(open);
    const { endpoint } = await world.addEndpoint('https://a.example/hook', ['A', 'B']);
    const { endpointId } = endpoint;
    const patch = (change: EndpointPatch, tenantId = TENANT) =>
      world.database.tenantTransaction(tenantId, async (tx) => {
        const before = await lockEndpoint(tx, endpointId);
        return before && { before, after: await updateEndpoint(tx, before, change, world.clock.current()) };
      });
    const read = (tenantId = TENANT) =>
      world.database.tenantTransaction(tenantId, (tx) => getEndpoint(tx, endpointId));
    const health = async () => {
      const [row] = await world.query<Readonly<Record<string, unknown>>>(
        `select active, disabled_reason, failures, failing_since is not null as failing,
           held_until is not null as held from webhook_endpoints where endpoint_id = '${endpointId}'`,
      );
      return row;
    };
    const fail = () =>
      world.query(`update webhook_endpoints set failures = 12, failing_since = now(), held_until = now()
        where endpoint_id = '${endpointId}'`);
    return { ...world, endpoint, endpointId, patch, read, health, fail };
  }

  test('the secret is shown once: 32 random bytes, sealed at rest and bound to their row', async () => {
    const { addEndpoint, query } = await setUpWebhooks(open);
    const first = await addEndpoint('https://a.example/');
    const second = await addEndpoint('https://a.example/');
    const key = parseSecret(first.secret);
    assert.equal(key?.length, 32);
    assert.notEqual(first.secret, second.secret);
    const [row] = await query<{ sealed: Uint8Array; version: number }>(
      `select * from webhook_secrets where endpoint_id = '${first.endpoint.endpointId}'`,
    );
    assert.ok(row && key);
    const sealed = Buffer.from(row.sealed);
    assert.ok(!sealed.includes(key));
    const context = secretSealContext(TENANT, first.endpoint.endpointId, row.version);
    assert.deepEqual(openSecret(sealed, context), key);
    const elsewhere = secretSealContext(TENANT, second.endpoint.endpointId, row.version);
    assert.throws(() => openSecret(sealed, elsewhere));
    assert.ok(!JSON.stringify(first.endpoint).includes('whsec_'));
  });

  test('a tenant reads what it stored, and nothing of another tenant', async () => {
    const { database, endpointId, clock, read, patch } = await setUpOne();
    assert.deepEqual(await read(), {
      tenantId: TENANT,
      endpointId,
      url: 'https://a.example/hook',
      eventTypes: ['A', 'B'],
      timeoutMs: 5_000,
      active: true,
      failures: 0,
      version: 1,
      createdAt: clock.current(),
      updatedAt: clock.current(),
    });
    assert.equal(await read('ten_2'), undefined);
    assert.equal(await patch({ active: false }, 'ten_2'), undefined);
    const deleting = database.tenantTransaction('ten_2', (tx) => deleteEndpoint(tx, endpointId));
    assert.equal(await deleting, false);
    assert.notEqual(await read(), undefined);
  });

  test('pages go from the newest to the oldest, each endpoint once, the last page without a cursor', async () => {
    const { database, addEndpoint, clock } = await setUpWebhooks(open);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      ids.unshift((await addEndpoint(`https://a.example/${i}`)).endpoint.endpointId);
      clock.advance(1);
    }
    await addEndpoint('https://b.example/', ['A'], 'ten_2');
    const page = (after?: string) =>
      database.tenantTransaction(TENANT, (tx) =>
        listEndpoints(tx, { limit: 2, ...(after ? { after } : {}) }),
      );
    const seen: string[] = [];
    const sizes: number[] = [];
    let after: string | undefined;
    do {
      const { items, after: next } = await page(after);
      seen.push(...items.map(({ endpointId }) => endpointId));
      sizes.push(items.length);
      after = next;
    } while (after);
    assert.deepEqual(seen, ids);
    assert.deepEqual(sizes, [2, 2, 1]);
  });

  test('a deleted endpoint is gone with its secrets at once, however much it is owed, and others are not', async () => {
    const { database, addEndpoint, emit, newDispatcher, query } = await setUpWebhooks(open);
    const { endpoint } = await addEndpoint('https://127.0.0.1:1/');
    const { endpoint: other } = await addEndpoint('https://127.0.0.1:1/');
    await emit('thing_1', ['Happened', 'Happened']);
    const remove = () => database.tenantTransaction(TENANT, (tx) => deleteEndpoint(tx, endpoint.endpointId));
    assert.equal(await remove(), true);
    for (const table of ['webhook_endpoints', 'webhook_secrets']) {
      const rows = await query<{ endpoint_id: string }>(`select endpoint_id from ${table}`);
      assert.deepEqual(
        rows.map((row) => row.endpoint_id),
        [other.endpointId],
        table,
      );
    }
    await query(`delete from webhook_endpoints where endpoint_id = '${other.endpointId}'`);
    assert.equal(await newDispatcher().runOnce(), 0, 'what is left behind is sent to nobody');
    assert.equal(await remove(), false);
  });

  test('a patch changes what it names; null clears; one that changes nothing writes nothing', async () => {
    const { patch, clock, endpoint, query } = await setUpOne();
    clock.advance(1_000);
    const change = { description: 'gate', rateLimit: 7, timeoutMs: 9_000, eventTypes: ['B', 'C'] };
    const changed = await patch(change);
    assert.deepEqual(changed?.after, { ...endpoint, ...change, version: 2, updatedAt: clock.current() });
    clock.advance(1_000);
    const [before] = await query<{ row: string }>('select xmin::text as row from webhook_endpoints');
    for (const nothing of [{}, change, { active: true }, { url: endpoint.url }]) {
      const same = await patch(nothing);
      assert.equal(same?.after, same?.before);
    }
    const [after] = await query<{ row: string }>('select xmin::text as row from webhook_endpoints');
    assert.equal(after?.row, before?.row);
    const cleared = await patch({ description: null, rateLimit: null });
    assert.deepEqual([cleared?.after.description, cleared?.after.rateLimit], [undefined, undefined]);
    assert.equal(cleared?.after.version, 3);
    const again = await patch({ description: null });
    assert.equal(again?.after.version, 3);
  });

  test('resuming forgets every failure, of a paused endpoint as of one that was switched off', async () => {
    for (const reason of ['null', `'The endpoint answered 410 Gone.'`]) {
      const { patch, health, fail, query } = await setUpOne();
      await fail();
      await query(`update webhook_endpoints set active = false, disabled_reason = ${reason}`);
      await patch({ active: false });
      assert.equal((await health())?.failures, 12, 'switching off what is off changes nothing');
      const resumed = await patch({ active: true });
      assert.deepEqual(await health(), {
        active: true,
        disabled_reason: null,
        failures: 0,
        failing: false,
        held: false,
      });
      assert.equal(resumed && healthOf(resumed.after), 'healthy');
    }
  });

  test('pausing keeps the health; another url is tried at once, and its failures count on', async () => {
    const { patch, health, fail } = await setUpOne();
    await fail();
    const kept = { disabled_reason: null, failures: 12, failing: true };
    await patch({ active: false, timeoutMs: 1_000 });
    assert.deepEqual(await health(), { ...kept, active: false, held: true });
    await patch({ url: 'https://b.example/' });
    assert.deepEqual(await health(), { ...kept, active: false, held: false });
  });

  test('health is one word: paused by its tenant, disabled by us, failing, else healthy', async () => {
    const { endpoint } = await setUpOne();
    const failingSince = new Date();
    assert.equal(healthOf(endpoint), 'healthy');
    assert.equal(healthOf({ ...endpoint, failures: 9 }), 'healthy');
    assert.equal(healthOf({ ...endpoint, failures: 10, failingSince }), 'failing');
    assert.equal(healthOf({ ...endpoint, failingSince, active: false }), 'paused');
    assert.equal(healthOf({ ...endpoint, failingSince, active: false, disabledReason: 'gone' }), 'disabled');
  });

  test('a tenant has 100 endpoints at most, also when the last are made at the same moment', async () => {
    const { database, addEndpoint, query, clock } = await setUpWebhooks(open);
    const first = await addEndpoint('https://a.example/');
    const { endpointId } = first.endpoint;
    await query(`insert into webhook_endpoints (tenant_id, endpoint_id, url, event_types, version, created_at, updated_at)
      select tenant_id, 'whk_' || n, url, event_types, 1, created_at, updated_at
      from webhook_endpoints, generate_series(2, ${MAX_ENDPOINTS - 1}) n where endpoint_id = '${endpointId}'`);
    const attempts = Array.from({ length: engine === 'postgres' ? 6 : 2 }, () =>
      database.tenantTransaction(TENANT, (tx) =>
        createEndpoint(tx, seal, {
          tenantId: TENANT,
          url: 'https://a.example/',
          eventTypes: ['A'],
          now: clock.current(),
        }),
      ),
    );
    const results = await Promise.allSettled(attempts);
    const refused = results.filter((result) => result.status === 'rejected');
    assert.equal(refused.length, attempts.length - 1);
    for (const { reason } of refused) assert.ok(isConflict(reason), String(reason));
    assert.deepEqual(await query('select count(*) as count from webhook_endpoints'), [
      { count: MAX_ENDPOINTS },
    ]);
    await addEndpoint('https://a.example/', ['A'], 'ten_2');
  });
});
