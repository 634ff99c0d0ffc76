import { pageBody, pageQuery } from '#platform/http/pagination.ts';
import type { OperationHandler } from '../contract.gen.ts';
import type { ApiDependencies } from './dependencies.ts';
import { brandView } from './present.ts';

/** GET /brands: newest first, by phase. */
export function listBrandsHandler({ store }: ApiDependencies): OperationHandler<'listBrands'> {
  return async ({ scopes, query }, tx) => {
    const { phase } = query;
    const page = await store.brands.list(tx, {
      ...pageQuery(query),
      ...(phase ? { phase } : {}),
    });
    return { status: 200, body: pageBody(page, (brand) => brandView(brand, scopes)) };
  };
}
