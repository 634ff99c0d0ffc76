import type { Clock } from '#kernel/clock.ts';
import { type Outcome, ok, refused } from '#kernel/outcome.ts';
import type { Found } from '#platform/effects/ledger.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { Provider, ProviderObject, ProviderPass, ProviderStatus } from '../../ports.ts';
import {
  brandVerdict,
  campaignVerdict,
  decode,
  delayFor,
  encode,
  isFlaky,
  NEVER_VERIFIED,
  REFUSALS,
  stableId,
  standingOf,
  UNATTACHABLE,
  type Verdict,
} from './script.ts';

export interface FakeProviderOptions {
  readonly clock: Clock;
  readonly approvalDelayMs: number;
  readonly seed: number;
  /** What exists at the fake; in memory unless several processes are to share it. */
  readonly world?: FakeWorld;
}

/** Something that exists at the fake, under the tag that its creator gave it. */
export interface FakeObject {
  readonly tag: string;
  readonly operation: string;
  readonly refs: ExternalRefs;
}

/** Where created objects are kept: the side of the network that survives our crashes. */
export interface FakeWorld {
  create(object: FakeObject): Promise<Outcome<ExternalRefs>>;
  find(tag: string): Promise<FakeObject | undefined>;
}

/** A world in memory. `created` lists everything ever created, in order: "never twice" is proven with it. */
export function createFakeWorld(): FakeWorld & { readonly created: readonly FakeObject[] } {
  const created: FakeObject[] = [];
  const byTag = new Map<string, FakeObject>();
  return {
    created,
    async create(object) {
      created.push(object);
      byTag.set(object.tag, object);
      return ok(object.refs);
    },
    find: async (tag) => byTag.get(tag),
  };
}

/** A deterministic provider in memory (R71): approves after a delay, fails by magic values, counts creates. */
export function createFakeProvider(options: FakeProviderOptions): Provider {
  const { clock, approvalDelayMs, seed, world = createFakeWorld() } = options;
  const failedOnce = new Set<string>();

  /** Creates through the ledger: by its tag the object is found again, so it is never made twice. */
  const ensure = (
    pass: ProviderPass,
    order: { tag: string; operation: string; request: unknown; flaky: boolean; refs: () => ExternalRefs },
  ): Promise<Outcome<ExternalRefs>> =>
    pass.effects.ensure<ExternalRefs>(
      { key: order.tag, operation: order.operation, request: order.request },
      {
        find: async () => {
          const object = await world.find(order.tag);
          const found: Found<ExternalRefs> = object
            ? { kind: 'found', value: object.refs }
            : { kind: 'absent' };
          return ok(found);
        },
        create: async () => {
          if (order.flaky && !failedOnce.has(order.tag)) {
            failedOnce.add(order.tag);
            return { kind: 'throttled', retryAfterMs: 200, reason: 'sim:flaky fails every first call' };
          }
          return world.create({ tag: order.tag, operation: order.operation, refs: order.refs() });
        },
      },
    );

  const registration = (prefix: string, tag: string, verdict: Verdict) =>
    encode(prefix, { at: clock.now().getTime(), delayMs: delayFor(approvalDelayMs, seed, tag), verdict });

  const registerBrand =
    (operation: string): Provider['ensureBrand'] =>
    ({ brandId, spec, submission }, pass) => {
      const tag = `${brandId}/brand/${submission}`;
      return ensure(pass, {
        tag,
        operation,
        request: spec,
        flaky: isFlaky(spec.legalName) || isFlaky(spec.displayName),
        refs: () => ({
          providerBrandId: stableId('FB', brandId),
          tcrBrandId: stableId('B', brandId).slice(0, 7).toUpperCase(),
          brandRegistration: registration('FBR', tag, brandVerdict(spec)),
        }),
      });
    };

  const registerCampaign =
    (operation: string): Provider['ensureCampaign'] =>
    ({ campaignId, spec, texts, submission }, brandRefs, pass) => {
      const tag = `${campaignId}/campaign/${submission}`;
      return ensure(pass, {
        tag,
        operation,
        request: { spec, texts, brand: brandRefs.providerBrandId },
        flaky: isFlaky(spec.description ?? ''),
        refs: () => ({
          tcrBrandId: brandRefs.tcrBrandId ?? '',
          providerCampaignId: stableId('FC', campaignId),
          tcrCampaignId: stableId('C', campaignId).slice(0, 7).toUpperCase(),
          campaignRegistration: registration('FCR', tag, campaignVerdict(spec)),
        }),
      });
    };

  return {
    ensureBrand: registerBrand('brand.register'),
    resubmitBrand: registerBrand('brand.resubmit'),
    ensureCampaign: registerCampaign('campaign.register'),
    resubmitCampaign: registerCampaign('campaign.resubmit'),

    async ensureMessagingService({ campaignId, tenantId }, pass) {
      const outcome = await ensure(pass, {
        tag: `${campaignId}/messaging-service`,
        operation: 'messagingService.create',
        request: { tenantId, campaignId },
        flaky: false,
        refs: () => ({ messagingServiceId: stableId('FM', campaignId) }),
      });
      if (outcome.kind !== 'ok') return outcome.kind === 'pending' ? { kind: 'pending' } : outcome;
      return ok({ messagingServiceId: outcome.value.messagingServiceId ?? '' });
    },

    async attachNumber({ bindingId, e164, messagingServiceId }, pass) {
      if (e164 === UNATTACHABLE) return refused(REFUSALS.unattachable);
      const tag = `${bindingId}/attach`;
      return ensure(pass, {
        tag,
        operation: 'number.attach',
        request: { e164, messagingServiceId },
        flaky: false,
        refs: () => ({
          messagingServiceId,
          numberRegistration: registration('FNR', tag, e164 === NEVER_VERIFIED ? 'pending' : 'approve'),
        }),
      });
    },

    async detachNumber({ externalRefs }) {
      return ok(externalRefs);
    },

    async pollStatus(object) {
      return ok(statusOf(object, clock.now().getTime()));
    },

    // The seed's minimum is the domain's; the fake wants nothing more (C20).
    brandFaults: () => [],
    campaignFaults: () => [],
  };
}

const REFERENCE = {
  brand: { prefix: 'FBR', ref: 'brandRegistration' },
  campaign: { prefix: 'FCR', ref: 'campaignRegistration' },
  binding: { prefix: 'FNR', ref: 'numberRegistration' },
} as const;

/** Where an object stands, from its reference alone; a reference of somebody else's is gone. */
function statusOf({ resource, refs }: ProviderObject, now: number): ProviderStatus {
  const { prefix, ref } = REFERENCE[resource];
  const registration = decode(prefix, refs[ref]);
  if (!registration) return { state: 'gone', reasons: [], externalRefs: {} };
  const { state, checkAfterMs } = standingOf(registration, now);
  return {
    state,
    reasons: reasonsFor(state, registration.verdict),
    externalRefs: {},
    ...(checkAfterMs === undefined ? {} : { checkAfterMs }),
  };
}

function reasonsFor(state: ProviderStatus['state'], verdict: Verdict) {
  if (state === 'suspended') return [REFUSALS.suspend];
  if (state === 'rejected') return [verdict === 'mismatch' ? REFUSALS.mismatch : REFUSALS.reject];
  return [];
}
