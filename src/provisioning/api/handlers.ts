import type { Service } from '../service/service.ts';
import { getNumberHandler } from './get-number.ts';
import type { Handlers } from './handler.ts';
import { purchaseNumberHandler } from './purchase-number.ts';
import { releaseNumberHandler } from './release-number.ts';
import { searchAvailabilityHandler } from './search-availability.ts';
import { updateWebhooksHandler } from './update-webhooks.ts';

/** One handler per operationId: from the contract's words to the service's and back. Boot fails on a gap. */
export function createHandlers({ service }: { readonly service: Service }): Handlers {
  return {
    searchAvailability: searchAvailabilityHandler(service),
    purchaseNumber: purchaseNumberHandler(service),
    getNumber: getNumberHandler(service),
    updateWebhooks: updateWebhooksHandler(service),
    releaseNumber: releaseNumberHandler(service),
  };
}
