import type { OperationHandlers } from '../contract.gen.ts';
import { attachNumberHandler } from './attach-number.ts';
import { cancelWebhookJobHandler } from './cancel-webhook-job.ts';
import { createBrandHandler } from './create-brand.ts';
import { createCampaignHandler } from './create-campaign.ts';
import { createWebhookHandler } from './create-webhook.ts';
import { deleteWebhookHandler } from './delete-webhook.ts';
import type { ApiDependencies } from './dependencies.ts';
import { detachNumberHandler } from './detach-number.ts';
import { getBrandHandler } from './get-brand.ts';
import { getCampaignHandler } from './get-campaign.ts';
import { getDeliveryHandler } from './get-delivery.ts';
import { getEventHandler } from './get-event.ts';
import { getNumberHandler } from './get-number.ts';
import { getReadinessHandler } from './get-readiness.ts';
import { getWebhookHandler } from './get-webhook.ts';
import { getWebhookJobHandler } from './get-webhook-job.ts';
import { listBrandsHandler } from './list-brands.ts';
import { listCampaignsHandler } from './list-campaigns.ts';
import { listDeadLettersHandler } from './list-dead-letters.ts';
import { listDeliveriesHandler } from './list-deliveries.ts';
import { listEventsHandler } from './list-events.ts';
import { listNumbersHandler } from './list-numbers.ts';
import { listWebhookJobsHandler } from './list-webhook-jobs.ts';
import { listWebhooksHandler } from './list-webhooks.ts';
import { redeliverDeadLetterHandler } from './redeliver-dead-letter.ts';
import { redeliverDeadLettersHandler } from './redeliver-dead-letters.ts';
import { replayWebhookHandler } from './replay-webhook.ts';
import { revokeWebhookSecretHandler } from './revoke-webhook-secret.ts';
import { rotateWebhookSecretHandler } from './rotate-webhook-secret.ts';
import { skipWebhookBacklogHandler } from './skip-webhook-backlog.ts';
import { submitBrandHandler } from './submit-brand.ts';
import { submitCampaignHandler } from './submit-campaign.ts';
import { testWebhookHandler } from './test-webhook.ts';
import { updateBrandHandler } from './update-brand.ts';
import { updateCampaignHandler } from './update-campaign.ts';
import { updateWebhookHandler } from './update-webhook.ts';

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
    updateWebhook: updateWebhookHandler(deps),
    deleteWebhook: deleteWebhookHandler(),
    testWebhook: testWebhookHandler(deps),
    rotateWebhookSecret: rotateWebhookSecretHandler(deps),
    revokeWebhookSecret: revokeWebhookSecretHandler(),

    replayWebhook: replayWebhookHandler(),
    skipWebhookBacklog: skipWebhookBacklogHandler(),
    listWebhookJobs: listWebhookJobsHandler(),
    getWebhookJob: getWebhookJobHandler(),
    cancelWebhookJob: cancelWebhookJobHandler(),

    listDeliveries: listDeliveriesHandler(),
    getDelivery: getDeliveryHandler(),
    listDeadLetters: listDeadLettersHandler(),
    redeliverDeadLetter: redeliverDeadLetterHandler(deps),
    redeliverDeadLetters: redeliverDeadLettersHandler(),

    listEvents: listEventsHandler(),
    getEvent: getEventHandler(),
  };
}
