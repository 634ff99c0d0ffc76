import { pageBody, pageQuery } from '#platform/http/pagination.ts';
import type { OperationHandler } from '../contract.gen.ts';
import type { ApiDependencies } from './dependencies.ts';
import { campaignView } from './present.ts';

/** GET /campaigns: newest first, by phase and brand. */
export function listCampaignsHandler({ store }: ApiDependencies): OperationHandler<'listCampaigns'> {
  return async ({ query }, tx) => {
    const { phase, brandId } = query;
    const page = await store.campaigns.list(tx, {
      ...pageQuery(query),
      ...(phase ? { phase } : {}),
      ...(brandId ? { brandId } : {}),
    });
    return { status: 200, body: pageBody(page, campaignView) };
  };
}
