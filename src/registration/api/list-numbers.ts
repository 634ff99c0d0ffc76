import { pageBody, pageQuery } from '#platform/http/pagination.ts';
import type { OperationHandler } from '../contract.gen.ts';
import type { ApiDependencies } from './dependencies.ts';
import { numberView } from './present.ts';

/** GET /numbers: every binding, newest first, by phase and campaign. */
export function listNumbersHandler({ store }: ApiDependencies): OperationHandler<'listNumbers'> {
  return async ({ query }, tx) => {
    const { phase, campaignId } = query;
    const page = await store.bindings.list(tx, {
      ...pageQuery(query),
      ...(phase ? { phase } : {}),
      ...(campaignId ? { campaignId } : {}),
    });
    return { status: 200, body: pageBody(page, numberView) };
  };
}
