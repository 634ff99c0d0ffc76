import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../test/support/database.ts';
import { open as openSecret, setUpWebhooks, TENANT } from './dispatch.test-support.ts';
import { deleteEndpoint, getEndpoint, listEndpoints, secretSealContext } from './endpoints.ts';
import { parseSecret } from './signature.ts';

eachDatabase('webhook endpoints', (open) => {
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
    const { database, addEndpoint, clock } = await setUpWebhooks(open);
    const { endpoint } = await addEndpoint('https://a.example/hook', ['A', 'B']);
    const read = (tenantId: string) =>
      database.tenantTransaction(tenantId, (tx) => getEndpoint(tx, endpoint.endpointId));
    assert.deepEqual(await read(TENANT), {
      tenantId: TENANT,
      endpointId: endpoint.endpointId,
      url: 'https://a.example/hook',
      eventTypes: ['A', 'B'],
      active: true,
      version: 1,
      createdAt: clock.current(),
      updatedAt: clock.current(),
    });
    assert.equal(await read('ten_2'), undefined);
    const deleting = database.tenantTransaction('ten_2', (tx) => deleteEndpoint(tx, endpoint.endpointId));
    assert.equal(await deleting, undefined);
    assert.notEqual(await read(TENANT), undefined);
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

  test('a deleted endpoint takes all that is its own along, tells what it was owed, and leaves the others', async () => {
    const { database, addEndpoint, emit, newDispatcher, query, conserved } = await setUpWebhooks(open);
    const { endpoint } = await addEndpoint('https://127.0.0.1:1/');
    await addEndpoint('https://127.0.0.1:1/');
    await emit('thing_1', ['Happened', 'Happened']);
    await emit('thing_2', ['Happened']);
    await newDispatcher().runOnce();
    const deleted = await database.tenantTransaction(TENANT, (tx) => deleteEndpoint(tx, endpoint.endpointId));
    assert.deepEqual(deleted, { undelivered: 3 });
    for (const table of ['webhook_endpoints', 'webhook_secrets', 'lanes', 'deliveries']) {
      const rows = await query<{ endpoint_id: string }>(`select endpoint_id from ${table}`);
      assert.ok(rows.length > 0, table);
      assert.ok(
        rows.every((row) => row.endpoint_id !== endpoint.endpointId),
        table,
      );
    }
    const again = database.tenantTransaction(TENANT, (tx) => deleteEndpoint(tx, endpoint.endpointId));
    assert.equal(await again, undefined);
    await conserved();
  });
});
