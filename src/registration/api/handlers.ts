import type { OperationHandlers } from '../contract.gen.ts';
import { attachNumberHandler } from './attach-number.ts';
import { createBrandHandler } from './create-brand.ts';
import { createCampaignHandler } from './create-campaign.ts';
import { createWebhookHandler } from './create-webhook.ts';
import { deleteWebhookHandler } from './delete-webhook.ts';
import type { ApiDependencies } from './dependencies.ts';
import { detachNumberHandler } from './detach-number.ts';
import { getBrandHandler } from './get-brand.ts';
import { getCampaignHandler } from './get-campaign.ts';
import { getNumberHandler } from './get-number.ts';
import { getReadinessHandler } from './get-readiness.ts';
import { getWebhookHandler } from './get-webhook.ts';
import { listBrandsHandler } from './list-brands.ts';
import { listCampaignsHandler } from './list-campaigns.ts';
import { listNumbersHandler } from './list-numbers.ts';
import { listWebhooksHandler } from './list-webhooks.ts';
import { submitBrandHandler } from './submit-brand.ts';
import { submitCampaignHandler } from './submit-campaign.ts';
import { updateBrandHandler } from './update-brand.ts';
import { updateCampaignHandler } from './update-campaign.ts';

/** One handler per operationId: validate, store desired state, enqueue, answer. Boot fails on a gap. */
export function createHandlers(deps: ApiDependencies): OperationHandlers {
  return {
    createBrand: createBrandHandler(deps),
    getBrand: getBrandHandler(deps),
    listBrands: listBrandsHandler(deps),
    updateBrand: updateBrandHandler(deps),
    submitBrand: submitBrandHandler(deps),

    createCampaign: createCampaignHandler(deps),
    getCampaign: getCampaignHandler(deps),
    listCampaigns: listCampaignsHandler(deps),
    updateCampaign: updateCampaignHandler(deps),
    submitCampaign: submitCampaignHandler(deps),
    getReadiness: getReadinessHandler(deps),

    attachNumber: attachNumberHandler(deps),
    detachNumber: detachNumberHandler(deps),
    getNumber: getNumberHandler(deps),
    listNumbers: listNumbersHandler(deps),

    createWebhook: createWebhookHandler(deps),
    getWebhook: getWebhookHandler(),
    listWebhooks: listWebhooksHandler(),
    deleteWebhook: deleteWebhookHandler(),
  };
}
