import { newId } from '#kernel/ids.ts';
import { conflict } from '#kernel/problem.ts';
import { etagOf } from '#platform/http/etag.ts';
import { readsFirst } from '#platform/http/operation.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { sameSpec } from '../domain/aggregate.ts';
import { createBrand, editBrand } from '../domain/brand.ts';
import { canonicalTaxId } from '../domain/canonical.ts';
import type { ApiDependencies } from './dependencies.ts';
import { brandView } from './present.ts';

/** POST /brands: creates a draft, or finds the brand of this (country, taxId) and brings it up to date (C3). */
export function createBrandHandler({ store, metrics }: ApiDependencies): OperationHandler<'createBrand'> {
  return readsFirst({
    async read({ tenantId, body: { country, taxId } }, tx) {
      const canonical = canonicalTaxId(taxId);
      return canonical ? store.brands.findByTaxId(tx, tenantId, country, canonical) : undefined;
    },
    async handle({ tenantId, scopes, body, now }, tx, existing) {
      const spec = { brandType: 'STANDARD' as const, ...body };
      const { next: wanted, events } = createBrand({ tenantId, brandId: newId('brand', now), spec, now });
      if (!existing) {
        const brand = await store.brands.insert(tx, wanted, events);
        const headers = { Location: `/v1/brands/${brand.brandId}`, ETag: etagOf(brand.version) };
        return { status: 201, headers, body: brandView(brand, scopes) };
      }
      if (sameSpec(existing.spec, wanted.spec)) {
        metrics.duplicate();
        return {
          status: 200,
          headers: { ETag: etagOf(existing.version) },
          body: brandView(existing, scopes),
        };
      }
      const { brandId, phase } = existing;
      if (phase !== 'DRAFT' && phase !== 'REJECTED') {
        throw conflict(`A brand with this country and taxId is ${phase} and has another spec`, {
          brandId,
          phase,
        });
      }
      const edited = editBrand(existing, wanted.spec, now);
      const brand = await store.brands.save(tx, existing, edited.next, edited.events);
      return { status: 200, headers: { ETag: etagOf(brand.version) }, body: brandView(brand, scopes) };
    },
  });
}
