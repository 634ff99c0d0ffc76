import { type Outcome, unknown } from '#kernel/outcome.ts';
import { inSpan, type SpanAttributes } from '#platform/telemetry/tracing.ts';
import type { Provider, ProviderObject } from '../ports.ts';

/** Longest that any provider call may take; a lease outlasts it (platform/reconcile/loop.ts). */
export const CALL_DEADLINE_MS = 8_000;

export interface ProviderMetrics {
  providerCall(method: string, outcome: string): void;
}

/**
 * The port with what every adapter needs around it: each call is counted and traced, and none takes longer
 * than its deadline. A call that did not answer in time may have happened: that is `unknown`, not a failure.
 */
export function observed(
  provider: Provider,
  metrics: ProviderMetrics,
  deadlineMs = CALL_DEADLINE_MS,
): Provider {
  const watch = async <T>(
    method: string,
    call: () => Promise<Outcome<T>>,
    attributes: SpanAttributes = {},
  ): Promise<Outcome<T>> => {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<Outcome<T>>((resolve) => {
      timer = setTimeout(() => resolve(unknown('the provider did not answer in time')), deadlineMs);
    });
    const outcome = await inSpan(`provider.${method}`, attributes, () =>
      Promise.race([call(), deadline]),
    ).finally(() => clearTimeout(timer));
    metrics.providerCall(method, outcome.kind);
    return outcome;
  };
  return {
    ensureBrand: (...args) => watch('ensureBrand', () => provider.ensureBrand(...args)),
    resubmitBrand: (...args) => watch('resubmitBrand', () => provider.resubmitBrand(...args)),
    ensureCampaign: (...args) => watch('ensureCampaign', () => provider.ensureCampaign(...args)),
    resubmitCampaign: (...args) => watch('resubmitCampaign', () => provider.resubmitCampaign(...args)),
    ensureMessagingService: (...args) =>
      watch('ensureMessagingService', () => provider.ensureMessagingService(...args)),
    attachNumber: (...args) => watch('attachNumber', () => provider.attachNumber(...args)),
    detachNumber: (...args) => watch('detachNumber', () => provider.detachNumber(...args)),
    pollStatus: (object, pass) =>
      watch('pollStatus', () => provider.pollStatus(object, pass), { providerRef: refOf(object) }),
    brandFaults: (spec) => provider.brandFaults(spec),
    campaignFaults: (spec, brand) => provider.campaignFaults(spec, brand),
  };
}

/** The id under which the provider knows the object (R44). */
function refOf({ resource, refs }: ProviderObject): string | undefined {
  const { providerBrandId, providerCampaignId, messagingServiceId } = refs;
  return { brand: providerBrandId, campaign: providerCampaignId, binding: messagingServiceId }[resource];
}
