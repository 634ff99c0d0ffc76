import { installCallbackDelivery } from '../callbacks.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { installBrands } from './brand-control.ts';
import { brandRoutes } from './brands.ts';
import { installCampaigns } from './campaign-review.ts';
import { campaignRoutes } from './campaigns.ts';
import { installNumbers } from './number-registration.ts';
import { serviceNumberRoutes } from './service-numbers.ts';
import { serviceRoutes } from './services.ts';
import { installSettings } from './settings.ts';
import { sinkRoutes } from './sinks.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { installTrusthub, trusthubRoutes } from './trusthub.ts';

export { isAddressVerified } from './bundle-records.ts';
export { primaryProfileSid } from './trusthub.ts';

/** Everything of A2P registration: TrustHub, brands, messaging services, campaigns, Event Streams. */
export const a2pRoutes: readonly SimRoute[] = [
  ...trusthubRoutes,
  ...brandRoutes,
  ...serviceRoutes,
  ...serviceNumberRoutes,
  ...campaignRoutes,
  ...sinkRoutes,
  ...subscriptionRoutes,
];

/** Listeners, control calls and first objects of a new or reset world. */
export function installCallbacks(world: SimWorld): void {
  installSettings(world);
  installTrusthub(world);
  installBrands(world);
  installCampaigns(world);
  installNumbers(world);
  installCallbackDelivery(world);
}
