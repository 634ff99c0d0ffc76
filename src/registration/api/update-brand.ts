import { notFound } from '#kernel/problem.ts';
import { etagOf, matchIfMatch } from '#platform/http/etag.ts';
import { mergePatch } from '#platform/http/merge-patch.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { editBrand } from '../domain/brand.ts';
import type { ApiDependencies } from './dependencies.ts';
import { brandView } from './present.ts';

/** PATCH /brands/{brandId}: a merge patch of the spec, in DRAFT and REJECTED (C18). */
export function updateBrandHandler({ store }: ApiDependencies): OperationHandler<'updateBrand'> {
  return async ({ scopes, params, headers, body, now }, tx) => {
    const before = await store.brands.lock(tx, params.brandId);
    if (!before) throw notFound('Brand');
    matchIfMatch(headers['if-match'], before.version);
    const { next, events } = editBrand(before, mergePatch(before.spec, body), now);
    const brand = next === before ? before : await store.brands.save(tx, before, next, events);
    return { status: 200, headers: { ETag: etagOf(brand.version) }, body: brandView(brand, scopes) };
  };
}
