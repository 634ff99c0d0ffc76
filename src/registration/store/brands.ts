import { sql } from 'kysely';
import { conflict } from '#kernel/problem.ts';
import type { Executor } from '#platform/database/database.ts';
import { lockThen } from '#platform/database/lock-then.ts';
import { brandKey } from '../domain/dedupe.ts';
import { BRAND_PII_FIELDS, type Brand, type BrandSpec } from '../domain/types.ts';
import type { BrandRepo } from '../ports.ts';
import { insertRow } from './insertion.ts';
import { pageOf } from './page.ts';
import { readTogether, rowsById } from './read-together.ts';
import { type StatusTable, saveAll } from './save-all.ts';
import {
  EVENT_COLUMNS,
  emit,
  firstEvents,
  guardUnique,
  json,
  moreEvents,
  type Sealer,
  type StoreDependencies,
  statusColumns,
  statusOf,
  written,
} from './status.ts';
import { type BrandTable, type Read, typed } from './tables.ts';

const CONFLICTS = {
  brands_tax_id: () => conflict('A brand with this country and taxId exists already'),
};

export function brandRepo(deps: StoreDependencies): BrandRepo {
  const { clock, sealer } = deps;
  const select = (on: Executor) => typed(on).selectFrom('brands').selectAll();
  const read = (row: Read<BrandTable>) => toBrand(row, sealer);
  const byId = readTogether({
    ...rowsById('brands', 'brand_id'),
    read,
  });

  return {
    get: byId,
    async lock(tx, id) {
      const row = await select(tx).where('brand_id', '=', id).forUpdate().executeTakeFirst();
      return row && read(row);
    },
    async findByTaxId(tx, tenantId, country, taxId) {
      const index = sealer.blindIndex(brandKey(country, taxId));
      // Two first writers of one tax id: the second waits here and then sees what the first wrote (C3).
      const lock = `${tenantId}/${index.toString('hex')}`;
      const [row] = await lockThen(
        tx,
        sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`,
        select(tx)
          .where('tenant_id', '=', tenantId)
          .where('country', '=', country)
          .where('tax_id_index', '=', index)
          .compile(),
      );
      return row && read(row);
    },
    async siteOf(tx, brandId) {
      const { rows } = await sql<{ domain: string }>`
        select spec ->> 'websiteDomain' as domain from brands where brand_id = ${brandId}`.execute(tx);
      const [row] = rows;
      return row && { brandId, spec: { websiteDomain: row.domain } };
    },
    async list(tx, { phase, limit, after }) {
      const rows = await select(tx)
        .$if(phase !== undefined, (q) => q.where('phase', '=', phase ?? 'DRAFT'))
        .$if(after !== undefined, (q) => q.where('brand_id', '<', after ?? ''))
        .orderBy('brand_id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows.map(read), limit, (brand) => brand.brandId);
    },
    async insert(tx, brand, events) {
      const row = {
        brand_id: brand.brandId,
        ...specColumns(brand, sealer),
        ...statusColumns(brand),
        version: 1,
        ...firstEvents(events.length),
      };
      await insertRow(tx, deps, { into: 'brands', row, conflicts: CONFLICTS }, brand, events);
      return { ...brand, version: 1 };
    },
    async save(tx, before, next, events) {
      const row = await guardUnique(deps, CONFLICTS, () =>
        typed(tx)
          .updateTable('brands')
          .set({
            ...statusColumns(next),
            // Sealing is not free, and a status write has nothing to seal.
            ...(next.spec === before.spec ? {} : specColumns(next, sealer)),
            version: before.version + 1,
            ...moreEvents(events.length),
          })
          .where('brand_id', '=', before.brandId)
          .where('version', '=', before.version)
          .returning(EVENT_COLUMNS)
          .executeTakeFirst(),
      );
      await emit(tx, clock, next, events, written(row, 'the brand'));
      return { ...next, version: before.version + 1 };
    },
    saveAll: (tx, changes) => saveAll(tx, clock, STATUS, changes),
  };
}

const STATUS: StatusTable<Brand> = { table: 'brands', idColumn: 'brand_id', idOf: (brand) => brand.brandId };

/** What a sealed spec is bound to: its bytes open in no other row. */
export function brandSealContext(tenantId: string, brandId: string): string {
  return `brands/${tenantId}/${brandId}`;
}

function specColumns({ tenantId, brandId, spec }: Brand, sealer: Sealer) {
  const pii = new Set<string>(BRAND_PII_FIELDS);
  const entries = Object.entries(spec);
  const secret = Object.fromEntries(entries.filter(([name]) => pii.has(name)));
  const open = Object.fromEntries(entries.filter(([name]) => !pii.has(name)));
  return {
    country: spec.country,
    tax_id_index: spec.taxId ? sealer.blindIndex(brandKey(spec.country, spec.taxId)) : null,
    spec: json(open),
    sealed_spec: sealer.seal(Buffer.from(JSON.stringify(secret)), brandSealContext(tenantId, brandId)),
  };
}

function toBrand(row: Read<BrandTable>, sealer: Sealer): Brand {
  const context = brandSealContext(row.tenant_id, row.brand_id);
  const secret: Partial<BrandSpec> = JSON.parse(
    sealer.open(Buffer.from(row.sealed_spec), context).toString(),
  );
  // Both halves were written by specColumns from one whole BrandSpec.
  const spec = { ...row.spec, ...secret } as BrandSpec;
  return { brandId: row.brand_id, spec, ...statusOf(row) };
}
