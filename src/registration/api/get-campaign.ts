import { notFound } from '#kernel/problem.ts';
import { etagOf } from '#platform/http/etag.ts';
import type { OperationHandler } from '../contract.gen.ts';
import type { ApiDependencies } from './dependencies.ts';
import { campaignView } from './present.ts';

/** GET /campaigns/{campaignId}. */
export function getCampaignHandler({ store }: ApiDependencies): OperationHandler<'getCampaign'> {
  return async ({ params }, tx) => {
    const campaign = await store.campaigns.get(tx, params.campaignId);
    if (!campaign) throw notFound('Campaign');
    return { status: 200, headers: { ETag: etagOf(campaign.version) }, body: campaignView(campaign) };
  };
}
