import { notFound } from '#kernel/problem.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { readinessOf } from '../domain/readiness.ts';
import type { ApiDependencies } from './dependencies.ts';
import { statusView } from './present.ts';

/** GET /campaigns/{campaignId}/readiness: may it send, and if not, why not and who has to act (R36). */
export function getReadinessHandler({ store }: ApiDependencies): OperationHandler<'getReadiness'> {
  return async ({ params }, tx) => {
    const campaign = await store.campaigns.get(tx, params.campaignId);
    const brand = campaign && (await store.brands.get(tx, campaign.brandId));
    if (!campaign || !brand) throw notFound('Campaign');
    const bindings = await store.bindings.ofCampaign(tx, campaign.campaignId);
    const { ready, blockers } = readinessOf({ brand, campaign, bindings });
    return {
      status: 200,
      body: {
        ready,
        blockers,
        brand: { brandId: brand.brandId, status: statusView(brand) },
        campaign: { campaignId: campaign.campaignId, status: statusView(campaign) },
        numbers: bindings
          .filter(({ phase }) => phase !== 'DETACHED')
          .map((binding) => ({ e164: binding.spec.e164, status: statusView(binding) })),
      },
    };
  };
}
