import { notFound } from '#kernel/problem.ts';
import { etagOf, matchIfMatch } from '#platform/http/etag.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { submitBrand } from '../domain/brand.ts';
import { type ApiDependencies, enqueueWrite } from './dependencies.ts';
import { statusView } from './present.ts';

/** POST /brands/{brandId}:submit: orders the vetting; the reconciler does the rest (R24). */
export function submitBrandHandler(deps: ApiDependencies): OperationHandler<'submitBrand'> {
  const { store, requirements } = deps;
  return async ({ params, headers, now }, tx) => {
    const draft = await store.brands.lock(tx, params.brandId);
    if (!draft) throw notFound('Brand');
    matchIfMatch(headers['if-match'], draft.version);
    const { next, events } = submitBrand(draft, now, requirements.brandFaults(draft.spec));
    const brand = await store.brands.save(tx, draft, next, events);
    await enqueueWrite(deps, tx, 'brand', brand.brandId, brand);
    const { brandId, version } = brand;
    return { status: 202, headers: { ETag: etagOf(version) }, body: { brandId, status: statusView(brand) } };
  };
}
