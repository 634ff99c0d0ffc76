import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { Problem } from '#kernel/problem.ts';
import type { Database, Executor } from '#platform/database/database.ts';
import { answerContext } from '#platform/http/idempotency.ts';
import { loadIndexKey } from '#platform/secrets/blind-index.ts';
import { generateKey, type Keyring, parseKeyring } from '#platform/secrets/keyring.ts';
import { createEndpoint } from '#platform/webhooks/endpoints/endpoints.ts';
import { secretSealContext } from '#platform/webhooks/endpoints/secrets.ts';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import { BRAND } from '../../../test/support/world.ts';
import { createBrand } from '../domain/brand.ts';
import { diagnoseSeals, resealAll } from './sealed-columns.ts';
import { createSealer } from './sealer.ts';
import { createStore } from './store.ts';
import { createTenant } from './tenants.ts';

const [OLD, NEW] = [generateKey(), generateKey()];
const oldRing = ringOf(`old:${OLD}`);
const bothRings = ringOf(`new:${NEW},old:${OLD}`);
const newRing = ringOf(`new:${NEW}`);
const clock = testClock();
const never = new AbortController().signal;

function ringOf(text: string): Keyring {
  const parsed = parseKeyring(text);
  assert.ok('keyring' in parsed);
  return parsed.keyring;
}

async function storeUnder(keyring: Keyring, executor: Executor) {
  const sealer = createSealer(keyring, await loadIndexKey(executor, keyring));
  return createStore({ clock, sealer, onConflict: () => {} });
}

const brandOf = (tenantId: string, brandId: string) =>
  createBrand({ tenantId, brandId, spec: BRAND, now: clock.current() });

/** A brand, a webhook secret and a stored answer, all under the old key. */
async function seed(database: Database) {
  const { executor } = database;
  const { tenantId } = await createTenant(executor, clock, 'one');
  const store = await storeUnder(oldRing, executor);
  const { endpoint, secret } = await database.tenantTransaction(tenantId, async (tx) => {
    const { next, events } = brandOf(tenantId, 'brand_1');
    await store.brands.insert(tx, next, events);
    const wanted = { tenantId, url: 'https://aldercreek.com/hook', eventTypes: ['BrandVetted'] };
    return createEndpoint(tx, oldRing.seal, { ...wanted, now: clock.current() });
  });
  await storeAnswer(executor, tenantId, '/v1/brands', 'key-1');
  return { tenantId, endpointId: endpoint.endpointId, secret };
}

const scopeOf = (tenantId: string, path: string, key: string) => ({ tenantId, method: 'POST', path, key });

async function storeAnswer(executor: Executor, tenantId: string, path: string, key: string): Promise<void> {
  const body = oldRing.seal('{"answer":1}', answerContext(scopeOf(tenantId, path, key)));
  await sql`
    insert into idempotency_keys (tenant_id, method, path, key, fingerprint, status_code, body, created_at)
    values (${tenantId}, 'POST', ${path}, ${key}, ${Buffer.from('f')}, 201, ${body}, ${clock.now})
  `.execute(executor);
}

eachDatabase('sealed columns', (open) => {
  test('after a rotation the new key alone reads everything, and a tax id is still taken', async () => {
    const { database } = await open();
    const { executor } = database;
    const { tenantId, endpointId, secret } = await seed(database);
    const reports = await resealAll(executor, bothRings, never);
    assert.deepEqual(
      reports.map(({ table, resealed, unreadable, left }) => [table, resealed, unreadable, left]),
      [
        ['sealed_keys', 1, 0, 0],
        ['brands', 1, 0, 0],
        ['webhook_secrets', 1, 0, 0],
        ['idempotency_keys', 1, 0, 0],
      ],
    );

    const store = await storeUnder(newRing, executor);
    const brand = await store.brands.get(executor, 'brand_1');
    assert.equal(brand?.spec.taxId, BRAND.taxId);
    await database.tenantTransaction(tenantId, async (tx) => {
      const { country, taxId } = BRAND;
      assert.equal((await store.brands.findByTaxId(tx, tenantId, country, taxId ?? ''))?.brandId, 'brand_1');
    });
    const { next, events } = brandOf(tenantId, 'brand_2');
    await assert.rejects(
      database.tenantTransaction(tenantId, (tx) => store.brands.insert(tx, next, events)),
      (error) => error instanceof Problem && error.code === 'ConflictError',
    );

    const { rows: secrets } = await sql<{ sealed: Uint8Array }>`
      select sealed from webhook_secrets where endpoint_id = ${endpointId}`.execute(executor);
    const [row] = secrets;
    assert.ok(row);
    const key = newRing.open(row.sealed, secretSealContext(tenantId, endpointId, 1));
    assert.equal(`whsec_${key.toString('base64')}`, secret);
    const { rows: answers } = await sql<{ body: Uint8Array }>`select body from idempotency_keys`.execute(
      executor,
    );
    const [answer] = answers;
    assert.ok(answer);
    const context = answerContext(scopeOf(tenantId, '/v1/brands', 'key-1'));
    assert.equal(newRing.open(answer.body, context).toString(), '{"answer":1}');
  });

  test('rows that share an id are all reached, wherever the borders of the pages lie', async () => {
    const { database } = await open();
    const { executor } = database;
    const { tenantId } = await seed(database);
    // 198 rows before and three of one key: the border of the first walk's first page is among the three.
    for (let i = 0; i < 198; i++) {
      await storeAnswer(executor, tenantId, '/v1/brands', `a-${String(i).padStart(3, '0')}`);
    }
    for (const path of ['/v1/brands', '/v1/campaigns', '/v1/numbers']) {
      await storeAnswer(executor, tenantId, path, 'b-shared');
    }
    const [, , , answers] = await resealAll(executor, bothRings, never);
    assert.deepEqual([answers?.resealed, answers?.left], [202, 0]);
  });

  test('what no key opens is counted and left as it is, and does not keep the rest', async () => {
    const { database } = await open();
    await seed(database);
    const lost = ringOf(`lost:${generateKey()}`).seal('x', 'anything');
    await sql`update webhook_secrets set sealed = ${lost}`.execute(database.executor);
    const reports = await resealAll(database.executor, bothRings, never);
    const secrets = reports.find(({ table }) => table === 'webhook_secrets');
    assert.deepEqual([secrets?.resealed, secrets?.unreadable, secrets?.left], [0, 1, 1]);
    assert.equal(reports.find(({ table }) => table === 'brands')?.left, 0);
    const { keys } = await diagnoseSeals(database.executor, bothRings);
    assert.deepEqual([...keys].sort(), [
      ['lost', 1],
      ['new', 3],
    ]);
  });

  test('a rotation that is told to stop says what is left', async () => {
    const { database } = await open();
    await seed(database);
    const reports = await resealAll(database.executor, bothRings, AbortSignal.abort());
    assert.deepEqual(
      reports.map(({ resealed, left }) => [resealed, left]),
      [1, 2, 3, 4].map(() => [0, 1]),
    );
  });

  test('a diagnosis names keys in use and tables whose values do not open', async () => {
    const { database } = await open();
    const { executor } = database;
    const { tenantId } = await seed(database);
    const healthy = await diagnoseSeals(executor, oldRing);
    assert.deepEqual([...healthy.keys], [['old', 4]]);
    assert.deepEqual(healthy.damaged, []);
    // Same id, other key: what a mistaken restore of ENCRYPTION_KEYS looks like.
    const mistaken = await diagnoseSeals(executor, ringOf(`old:${generateKey()}`));
    assert.deepEqual(
      mistaken.damaged.map((fault) => fault.split(':', 1)[0]),
      ['sealed_keys', 'brands', 'webhook_secrets', 'idempotency_keys'],
    );
    assert.ok(!mistaken.damaged.join().includes(tenantId));
  });
});
