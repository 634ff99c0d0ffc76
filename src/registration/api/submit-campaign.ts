import { notFound } from '#kernel/problem.ts';
import { etagOf, matchIfMatch } from '#platform/http/etag.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { submitCampaign } from '../domain/campaign.ts';
import { type ApiDependencies, enqueueWrite } from './dependencies.ts';
import { statusView } from './present.ts';

/** POST /campaigns/{campaignId}:submit: orders the review; under a brand not vetted yet it waits (R27, R76). */
export function submitCampaignHandler(deps: ApiDependencies): OperationHandler<'submitCampaign'> {
  const { store, requirements } = deps;
  return async ({ params, headers, now }, tx) => {
    const draft = await store.campaigns.lock(tx, params.campaignId);
    const brand = draft && (await store.brands.get(tx, draft.brandId));
    if (!draft || !brand) throw notFound('Campaign');
    matchIfMatch(headers['if-match'], draft.version);
    const holder = await store.campaigns.slotHolder(tx, brand.brandId);
    const activeCampaignId = holder?.phase === 'ACTIVE' ? holder.campaignId : undefined;
    const required = requirements.campaignFaults(draft.spec, brand.spec);
    const { next, events } = submitCampaign(draft, { brand, activeCampaignId, required }, now);
    const campaign = await store.campaigns.save(tx, draft, next, events);
    await enqueueWrite(deps, tx, 'campaign', campaign.campaignId, campaign);
    const { campaignId, version } = campaign;
    return {
      status: 202,
      headers: { ETag: etagOf(version) },
      body: { campaignId, status: statusView(campaign) },
    };
  };
}
