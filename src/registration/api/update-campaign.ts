import { notFound } from '#kernel/problem.ts';
import { etagOf, matchIfMatch } from '#platform/http/etag.ts';
import { mergePatch } from '#platform/http/merge-patch.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { editCampaign } from '../domain/campaign.ts';
import type { ApiDependencies } from './dependencies.ts';
import { campaignView } from './present.ts';

/** PATCH /campaigns/{campaignId}: a merge patch of the spec, in DRAFT and REJECTED (C18). */
export function updateCampaignHandler({ store }: ApiDependencies): OperationHandler<'updateCampaign'> {
  return async ({ params, headers, body, now }, tx) => {
    const before = await store.campaigns.lock(tx, params.campaignId);
    const brand = before && (await store.brands.siteOf(tx, before.brandId));
    if (!before || !brand) throw notFound('Campaign');
    matchIfMatch(headers['if-match'], before.version);
    const { next, events } = editCampaign(before, mergePatch(before.spec, body), brand, now);
    const campaign = next === before ? before : await store.campaigns.save(tx, before, next, events);
    return { status: 200, headers: { ETag: etagOf(campaign.version) }, body: campaignView(campaign) };
  };
}
