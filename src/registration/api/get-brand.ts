import { notFound } from '#kernel/problem.ts';
import { etagOf } from '#platform/http/etag.ts';
import type { OperationHandler } from '../contract.gen.ts';
import type { ApiDependencies } from './dependencies.ts';
import { brandView } from './present.ts';

/** GET /brands/{brandId}. */
export function getBrandHandler({ store }: ApiDependencies): OperationHandler<'getBrand'> {
  return async ({ scopes, params }, tx) => {
    const brand = await store.brands.get(tx, params.brandId);
    if (!brand) throw notFound('Brand');
    return { status: 200, headers: { ETag: etagOf(brand.version) }, body: brandView(brand, scopes) };
  };
}
