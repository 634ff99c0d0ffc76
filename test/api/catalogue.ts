import { type Kysely, sql } from 'kysely';

/* What PostgreSQL itself says of the schema, for tests that must not overlook a table that is added later. */

export interface Table {
  readonly name: string;
  readonly hasTenant: boolean;
  readonly isPartition: boolean;
  readonly rowSecurity: boolean;
  /** Those that can be written. */
  readonly columns: readonly string[];
  /** Privileges that the API role has on it, such as SELECT. */
  readonly apiMay: readonly string[];
}

export async function tablesOf(owner: Kysely<unknown>): Promise<readonly Table[]> {
  const { rows } = await sql<Table>`
    select c.relname as name, c.relispartition as "isPartition", c.relrowsecurity as "rowSecurity",
      exists (select from pg_attribute a
        where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as "hasTenant",
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      array(select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
        where has_table_privilege('a2p_api', c.oid, p)) as "apiMay"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f')
    order by c.relname`.execute(owner);
  return rows;
}

/** Everything that migrations make, one line a fact, in an order of its own. */
export async function describeSchema(owner: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ fact: string }>`
    with relation as (
      select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relname not like 'kysely_%'
    )
    select format('relation %s kind %s options %s row security %s %s partition %s', relname, relkind,
      reloptions, relrowsecurity, relforcerowsecurity, pg_get_expr(relpartbound, oid)) as fact
    from relation
    union all
    select format('column %s.%s %s collation %s not null %s default %s', r.relname, a.attname,
      format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation, a.attnotnull,
      pg_get_expr(d.adbin, d.adrelid))
    from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
    where r.relkind in ('r', 'p', 'v', 'm')
    union all
    select format('index %s', pg_get_indexdef(oid)) from relation where relkind in ('i', 'I')
    union all
    select format('constraint %s on %s: %s', o.conname, r.relname, pg_get_constraintdef(o.oid))
    from relation r join pg_constraint o on o.conrelid = r.oid
    union all
    select format('policy %s on %s for %s to %s using %s check %s', policyname, tablename, cmd, roles, qual,
      with_check)
    from pg_policies where schemaname = 'public'
    union all
    select format('grant %s on %s to %s', p.privilege_type, r.relname, p.grantee::regrole)
    from relation r cross join lateral aclexplode(r.relacl) p where p.grantee <> r.relowner
    union all
    select format('grant %s on %s to %s', p.privilege_type, c.relname, p.grantee::regrole)
    from pg_class c cross join lateral aclexplode(c.relacl) p
    where c.relname = 'kysely_migration' and p.grantee <> c.relowner
    union all
    select format('function %s', oid::regprocedure) from pg_proc where pronamespace = 'public'::regnamespace
    union all
    select format('trigger %s', pg_get_triggerdef(t.oid))
    from relation r join pg_trigger t on t.tgrelid = r.oid where not t.tgisinternal
    order by fact`.execute(owner);
  return rows.map(({ fact }) => fact);
}

/** Every row of a table as JSON; bytes appear in hex. */
export async function rowsOf(
  owner: Kysely<unknown>,
  table: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { rows } = await sql<{ row: Readonly<Record<string, unknown>> }>`
    select to_jsonb(t) as row from ${sql.table(table)} t`.execute(owner);
  return rows.map(({ row }) => row);
}
