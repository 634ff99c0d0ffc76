import { type Outcome, unknown } from '#kernel/outcome.ts';
import { describeSpan, inSpan } from '#platform/telemetry/tracing.ts';
import { providerRefOf } from '../domain/aggregate.ts';
import type { ExternalRefs } from '../domain/types.ts';
import type { Provider } from '../ports.ts';

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
    known: ExternalRefs,
    call: () => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> => {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<Outcome<T>>((resolve) => {
      timer = setTimeout(() => resolve(unknown('the provider did not answer in time')), deadlineMs);
    });
    const attributes = { providerRef: providerRefOf(known) };
    const outcome = await inSpan(`provider.${method}`, attributes, async () => {
      const told = await Promise.race([call(), deadline]);
      describeSpan({ outcome: told.kind }, told.kind === 'unknown' ? told.kind : undefined);
      return told;
    }).finally(() => clearTimeout(timer));
    metrics.providerCall(method, outcome.kind);
    return outcome;
  };
  const order = <O extends { readonly externalRefs: ExternalRefs }, Rest extends readonly unknown[], T>(
    method: string,
    call: (order: O, ...rest: Rest) => Promise<Outcome<T>>,
  ) => {
    return (given: O, ...rest: Rest) => watch(method, given.externalRefs, () => call(given, ...rest));
  };
  return {
    ensureBrand: order('ensureBrand', provider.ensureBrand),
    resubmitBrand: order('resubmitBrand', provider.resubmitBrand),
    ensureCampaign: order('ensureCampaign', provider.ensureCampaign),
    resubmitCampaign: order('resubmitCampaign', provider.resubmitCampaign),
    ensureMessagingService: order('ensureMessagingService', provider.ensureMessagingService),
    attachNumber: order('attachNumber', provider.attachNumber),
    detachNumber: order('detachNumber', provider.detachNumber),
    pollStatus: (object, pass) => watch('pollStatus', object.refs, () => provider.pollStatus(object, pass)),
    brandFaults: (spec) => provider.brandFaults(spec),
    campaignFaults: (spec, brand) => provider.campaignFaults(spec, brand),
  };
}
