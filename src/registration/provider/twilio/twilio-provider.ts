import type { Provider } from '../../ports.ts';
import { createBrandFlow } from './brand-flow.ts';
import { createCampaignFlow } from './campaign-flow.ts';
import { createNumberFlow, type NumberFlowDeps } from './number-flow.ts';
import { brandFaults, campaignFaults } from './requirements.ts';

/**
 * The provider port over Twilio. Each call does as much of its order as fits into its time and answers
 * `pending` with the refs so far; whatever is created goes through the ledger of the pass.
 */
export function createTwilioProvider(deps: NumberFlowDeps): Provider {
  const brands = createBrandFlow(deps);
  const campaigns = createCampaignFlow(deps);
  const numbers = createNumberFlow(deps);
  return {
    ensureBrand: brands.ensure,
    resubmitBrand: brands.resubmit,
    ensureCampaign: campaigns.ensure,
    resubmitCampaign: campaigns.resubmit,
    ensureMessagingService: campaigns.service,
    attachNumber: numbers.attach,
    detachNumber: numbers.detach,
    pollStatus(object, pass) {
      switch (object.resource) {
        case 'brand':
          return brands.poll(object, pass);
        case 'campaign':
          return campaigns.poll(object, pass);
        case 'binding':
          return numbers.poll(object, pass);
      }
    },
    brandFaults,
    campaignFaults,
  };
}
