import { newId } from '#kernel/ids.ts';
import { notFound } from '#kernel/problem.ts';
import { etagOf } from '#platform/http/etag.ts';
import { readsFirst } from '#platform/http/operation.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { createCampaign } from '../domain/campaign.ts';
import { USE_CASE } from '../domain/types.ts';
import type { ApiDependencies } from './dependencies.ts';
import { campaignView } from './present.ts';

/** POST /campaigns: a draft under a brand in any phase (R26). */
export function createCampaignHandler({ store }: ApiDependencies): OperationHandler<'createCampaign'> {
  return readsFirst({
    read: ({ body }, tx) => store.brands.siteOf(tx, body.brandId),
    async handle({ tenantId, body, now }, tx, brand) {
      if (!brand) throw notFound('Brand');
      const { brandId: _, ...spec } = body;
      const created = createCampaign({
        tenantId,
        campaignId: newId('camp', now),
        brand,
        spec: { ...spec, useCase: USE_CASE },
        now,
      });
      const campaign = await store.campaigns.insert(tx, created.next, created.events);
      const headers = { Location: `/v1/campaigns/${campaign.campaignId}`, ETag: etagOf(campaign.version) };
      return { status: 201, headers, body: campaignView(campaign) };
    },
  });
}
