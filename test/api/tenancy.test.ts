import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { sql } from 'kysely';
import { sqlState, type Tx } from '../../src/platform/database/database.ts';
import { type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { rowsOf, type Table, tablesOf } from './catalogue.ts';
import { brandBody, newWebhook, submittedBrand, wholeStory } from './stories.ts';

const NOT_ALLOWED = '42501';
const FOREIGN_KEY = '23503';

/** Ends a transaction without a trace. */
class Undo extends Error {}

eachDatabase('row-level security', (open) => {
  const app = useApp(open);
  let tables: readonly Table[] = [];
  let [a, b]: Caller[] = [];
  const tenantA = () => a?.tenantId ?? '';
  const tenantB = () => b?.tenantId ?? '';

  before(async () => {
    tables = (await tablesOf(app().db.owner)).filter((table) => table.hasTenant && !table.isPartition);
    [a, b] = [await app().tenant(), await app().tenant()];
    for (const tenant of [a, b]) {
      await wholeStory(app(), tenant);
      const { webhookId } = await newWebhook(tenant, { eventTypes: ['BrandSubmitted'] });
      await tenant.call('POST', `/webhooks/${webhookId}:replay`, {});
      await logAttempt(tenant.tenantId, webhookId);
      await tenant.call('POST', '/brands', brandBody(), { 'idempotency-key': 'k' });
      await submittedBrand(tenant, { taxId: '12-0000002' });
    }
  });

  /** What delivery and retention leave behind, without waiting for either. */
  async function logAttempt(tenantId: string, webhookId: string): Promise<void> {
    await sql`
      insert into delivery_attempts (tenant_id, endpoint_id, event_id, number, attempted_at, outcome, duration_ms)
      values (${tenantId}, ${webhookId}, 'evt_1', 1, now(), 'delivered', 7)`.execute(app().db.owner);
    await sql`
      insert into purged_deliveries (tenant_id, endpoint_id, state, count)
      values (${tenantId}, ${webhookId}, 'delivered', 1)`.execute(app().db.owner);
  }

  /** Runs as the API role of a tenant, or of none, and takes everything back. */
  async function attempt<T>(tenantId: string | undefined, work: (tx: Tx) => Promise<T>): Promise<T> {
    const { database } = app().db;
    let result: { readonly value: T } | undefined;
    const undone = async (tx: Tx) => {
      result = { value: await work(tx) };
      throw new Undo();
    };
    const asNobody = async (tx: Tx) => {
      await sql`select set_config('role', 'a2p_api', true)`.execute(tx);
      return undone(tx);
    };
    const run =
      tenantId === undefined ? database.transaction(asNobody) : database.tenantTransaction(tenantId, undone);
    await assert.rejects(run, (error) => {
      if (!(error instanceof Undo)) throw error;
      return true;
    });
    if (!result) throw new Error('the transaction did nothing');
    return result.value;
  }
  const stateOf = (work: Promise<unknown>) => work.then(() => 'done', sqlState);
  const count = async (tx: Tx, table: string) => {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(
      tx,
    );
    return rows[0]?.count ?? -1;
  };
  /** Writes the row as it is. */
  const insertInto = (tx: Tx, { name, columns }: Table, row: unknown) => {
    const names = sql.join(columns.map((column) => sql.id(column)));
    return sql`insert into ${sql.table(name)} (${names}) select ${names}
      from jsonb_populate_record(null::${sql.table(name)}, ${JSON.stringify(row)}::jsonb)`.execute(tx);
  };
  const rowsOfTenant = async (table: string, tenantId: string) =>
    (await rowsOf(app().db.owner, table)).filter((row) => row.tenant_id === tenantId);

  test('every table that knows a tenant is under it, and every other is closed to the API role', async () => {
    const all = await tablesOf(app().db.owner);
    assert.ok(all.length >= 18, `${all.length} tables`);
    for (const { name, hasTenant, isPartition, rowSecurity, apiMay } of all) {
      if (hasTenant && !isPartition) assert.ok(rowSecurity, `${name} has row-level security`);
      // One row, which places events in the feed of whichever tenant.
      else if (name === 'feed_clock') assert.deepEqual(apiMay, ['SELECT']);
      else assert.deepEqual(apiMay, [], `${name} is reached through its parent, or not at all`);
    }
    assert.ok(all.some(({ name, hasTenant }) => name === 'sealed_keys' && !hasTenant));
  });

  test('every table has rows of both tenants here, or these tests would prove nothing', async () => {
    assert.ok(tables.length >= 15, `${tables.length} tables`);
    for (const { name } of tables) {
      for (const tenantId of [tenantA(), tenantB()]) {
        assert.ok((await rowsOfTenant(name, tenantId)).length > 0, `${name} of ${tenantId}`);
      }
    }
  });

  test('SQL that forgets the tenant sees the rows of its own tenant only', async () => {
    for (const { name } of tables) {
      const own = (await rowsOfTenant(name, tenantA())).length;
      const seen = await attempt(tenantA(), async (tx) => {
        const { rows } = await sql<{ tenant_id: string }>`select tenant_id from ${sql.table(name)}`.execute(
          tx,
        );
        return rows.map(({ tenant_id }) => tenant_id);
      });
      assert.deepEqual([seen.length, [...new Set(seen)]], [own, [tenantA()]], name);
    }
  });

  test("another tenant's row cannot be written, in whatever way", async () => {
    for (const one of tables) {
      const { name } = one;
      const table = sql.table(name);
      const [foreign] = await rowsOfTenant(name, tenantB());
      const insert = (tx: Tx) => insertInto(tx, one, foreign);
      const give = (tx: Tx) => sql`update ${table} set tenant_id = ${tenantB()}`.execute(tx);
      const take = async (tx: Tx) =>
        (await sql`update ${table} set tenant_id = ${tenantA()} where tenant_id = ${tenantB()}`.execute(tx))
          .numAffectedRows;
      const remove = async (tx: Tx) =>
        (await sql`delete from ${table} where tenant_id = ${tenantB()}`.execute(tx)).numAffectedRows;
      assert.equal(await stateOf(attempt(tenantA(), insert)), NOT_ALLOWED, `insert into ${name}`);
      assert.equal(await stateOf(attempt(tenantA(), give)), NOT_ALLOWED, `give rows of ${name} away`);
      assert.equal(Number(await attempt(tenantA(), take)), 0, `take rows of ${name}`);
      assert.equal(Number(await attempt(tenantA(), remove)), 0, `delete from ${name}`);
    }
  });

  test('an update or delete without a condition reaches the rows of its own tenant only', async () => {
    for (const { name } of tables) {
      const own = (await rowsOfTenant(name, tenantA())).length;
      const touched = await attempt(tenantA(), async (tx) => {
        const { numAffectedRows } = await sql`update ${sql.table(name)} set tenant_id = tenant_id`.execute(
          tx,
        );
        return Number(numAffectedRows);
      });
      assert.equal(touched, own, `update ${name}`);
      let others = -1;
      const removal = attempt(tenantA(), async (tx) => {
        await sql`delete from ${sql.table(name)}`.execute(tx);
        await sql`select set_config('role', 'a2p_worker', true)`.execute(tx);
        others = await count(tx, name);
      });
      // What others refer to cannot go at all, which is as good.
      if ((await stateOf(removal)) === FOREIGN_KEY) continue;
      assert.equal(others, (await rowsOf(app().db.owner, name)).length - own, `delete from ${name}`);
    }
  });

  test('without a tenant nothing is seen and nothing is written; an empty one is none', async () => {
    for (const tenantId of [undefined, '', 'ten_nobody', '%']) {
      for (const one of tables) {
        const { name } = one;
        assert.equal(await attempt(tenantId, (tx) => count(tx, name)), 0, `${name} as ${tenantId}`);
        const [row] = await rowsOfTenant(name, tenantB());
        const insert = attempt(tenantId, (tx) => insertInto(tx, one, row));
        assert.equal(await stateOf(insert), NOT_ALLOWED, `insert into ${name} as ${tenantId}`);
      }
    }
  });

  test('the API role reads no key and cannot become another role, and neither role gets around a policy', async () => {
    const closed = attempt(tenantA(), (tx) => sql`select * from sealed_keys`.execute(tx));
    assert.equal(await stateOf(closed), NOT_ALLOWED);
    const { rows } = await sql<{ name: string; may: boolean }>`
      select r.rolname as name, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb
        or r.rolcanlogin or pg_has_role(r.rolname, other.rolname, 'member') as may
      from pg_roles r, pg_roles other
      where r.rolname in ('a2p_api', 'a2p_worker') and other.rolname in ('a2p_api', 'a2p_worker')
        and r.rolname <> other.rolname
      order by r.rolname`.execute(app().db.owner);
    assert.deepEqual(rows, [
      { name: 'a2p_api', may: false },
      { name: 'a2p_worker', may: false },
    ]);
  });

  test("what runs with the owner's power is for workers alone, and looks names up where they are", async () => {
    const { rows } = await sql<{ name: string; api: boolean; everybody: boolean; path: boolean }>`
      select proname as name, has_function_privilege('a2p_api', oid, 'execute') as api,
        proacl is null or exists (select from aclexplode(proacl) where grantee = 0) as everybody,
        coalesce(proconfig::text like '%search_path=%pg_temp%', false) as path
      from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
      union all select viewname, true, true, false from pg_views where schemaname = 'public'
      order by name`.execute(app().db.owner);
    assert.deepEqual(
      rows,
      ['align_feed', 'keep_day_partitions'].map((name) => ({
        name,
        api: false,
        everybody: false,
        path: true,
      })),
    );
  });
});
