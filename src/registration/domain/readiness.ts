import { type Condition, findCondition, isTrue } from '#kernel/condition.ts';
import type { Actor } from '#kernel/outcome.ts';
import { isInGoodStanding } from './brand.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Binding, Brand, Campaign } from './types.ts';

/** One thing that keeps messages from being sent, and who has to act on it. */
export interface Blocker {
  readonly resource: 'brand' | 'campaign' | 'number';
  /** brandId, campaignId, or the number in E.164; the campaignId where there is no number at all. */
  readonly id: string;
  readonly reason: string;
  readonly message: string;
  /** ISO 8601: since when it has been so. */
  readonly since: string;
  readonly actor: Actor;
}

/** The answer to "may this business send?"; it is ready exactly when nothing blocks. */
export type Readiness =
  | { readonly ready: true; readonly blockers: readonly []; readonly numbers: readonly string[] }
  | {
      readonly ready: false;
      /** Brand first, then campaign, then numbers: the order in which they have to be mended. */
      readonly blockers: readonly [Blocker, ...Blocker[]];
      /** The VERIFIED ones. */
      readonly numbers: readonly string[];
    };

export interface ReadinessFacts {
  readonly brand: Brand;
  readonly campaign: Campaign;
  /** All bindings of the campaign, in any phase and order. */
  readonly bindings: readonly Binding[];
}

/**
 * The gate of R36: brand VETTED (and not suspended at the provider, C35), campaign ACTIVE, at least one
 * number VERIFIED.
 */
export function readinessOf({ brand, campaign, bindings }: ReadinessFacts): Readiness {
  const numbers = bindings
    .filter(({ phase }) => phase === 'VERIFIED')
    .map(({ spec }) => spec.e164)
    .sort();
  const ofBrand = brandBlocker(brand);
  const ofCampaign = campaignBlocker(campaign, ofBrand);
  const ofNumbers = numbers.length > 0 ? [] : numberBlockers(campaign, bindings, ofCampaign);
  const [first, ...rest] = [ofBrand, ofCampaign, ...ofNumbers].filter((blocker) => blocker !== undefined);
  return first === undefined
    ? { ready: true, blockers: [], numbers }
    : { ready: false, blockers: [first, ...rest], numbers };
}

type Facts = Pick<Blocker, 'reason' | 'message' | 'actor'>;
type Status = Pick<Brand | Campaign | Binding, 'conditions' | 'createdAt'>;

/** The first of these conditions that is there with this status, as a blocker; else the plain facts. */
function told(
  named: Pick<Blocker, 'resource' | 'id'>,
  { conditions, createdAt }: Status,
  saying: readonly (readonly [type: string, status: Condition['status']])[],
  otherwise: Facts,
): Blocker {
  for (const [type, status] of saying) {
    const condition = findCondition(conditions, type);
    if (condition?.status !== status) continue;
    const { reason, message, lastTransitionTime: since, actor = otherwise.actor } = condition;
    return { ...named, reason, message, since, actor };
  }
  const { reason, message, actor } = otherwise;
  return { ...named, reason, message, since: createdAt.toISOString(), actor };
}

/** Whatever we wait for: parked or out of reach comes before what the phase says. */
const WAITING = [
  [CONDITION.Stalled, 'True'],
  [CONDITION.ProviderReachable, 'False'],
] as const;

function brandBlocker(brand: Brand): Blocker | undefined {
  if (isInGoodStanding(brand)) return undefined;
  const named = { resource: 'brand', id: brand.brandId } as const;
  switch (brand.phase) {
    case 'DRAFT':
      return told(named, brand, [], draft('brand'));
    case 'SUBMITTED':
      return told(named, brand, [...WAITING, [CONDITION.Vetted, 'False']], waiting('vet the brand'));
    case 'REJECTED':
      return told(named, brand, [[CONDITION.Vetted, 'False']], refusedAt('brand'));
    case 'VETTED':
      return told(named, brand, [[CONDITION.ProviderSuspended, 'True']], suspendedAt('brand'));
  }
}

function campaignBlocker(campaign: Campaign, ofBrand: Blocker | undefined): Blocker | undefined {
  const named = { resource: 'campaign', id: campaign.campaignId } as const;
  switch (campaign.phase) {
    case 'ACTIVE':
      return undefined;
    case 'DRAFT':
      return told(named, campaign, [], draft('campaign'));
    case 'REJECTED':
      return told(named, campaign, [[CONDITION.Approved, 'False']], refusedAt('campaign'));
    case 'SUSPENDED':
      return told(
        named,
        campaign,
        [
          [CONDITION.DuplicateActive, 'True'],
          [CONDITION.ProviderSuspended, 'True'],
        ],
        suspendedAt('campaign'),
      );
    case 'SUBMITTED':
    case 'APPROVED': {
      const duplicate = [CONDITION.DuplicateActive, 'True'] as const;
      if (ofBrand && !isTrue(campaign.conditions, CONDITION.DuplicateActive))
        return told(named, campaign, [[CONDITION.BrandVetted, 'False']], {
          reason: REASON.BrandNotVetted,
          message: 'The campaign waits for its brand.',
          actor: ofBrand.actor,
        });
      const own = campaign.phase === 'SUBMITTED' ? CONDITION.Approved : CONDITION.Active;
      const said = [duplicate, ...WAITING, [own, 'False']] as const;
      return told(named, campaign, said, waiting('approve the campaign'));
    }
  }
}

/** Nothing is verified: what stands in the way of each number that was not given up. */
function numberBlockers(
  campaign: Campaign,
  bindings: readonly Binding[],
  ofCampaign: Blocker | undefined,
): readonly Blocker[] {
  const present = newestOfEach(bindings).filter(({ phase }) => phase !== 'DETACHED');
  if (present.length > 0) return present.map((binding) => numberBlocker(binding, ofCampaign));
  const { campaignId: id, createdAt } = campaign;
  const message = 'No number is attached to the campaign. Attach one.';
  const since = createdAt.toISOString();
  return [{ resource: 'number', id, reason: REASON.NoNumber, message, since, actor: 'tenant' }];
}

function numberBlocker(binding: Binding, ofCampaign: Blocker | undefined): Blocker {
  const named = { resource: 'number', id: binding.spec.e164 } as const;
  if (binding.phase === 'FAILED')
    return told(
      named,
      binding,
      [
        [CONDITION.NumberAvailable, 'False'],
        [CONDITION.Verified, 'False'],
        [CONDITION.Attached, 'False'],
      ],
      { ...refusedAt('number'), message: 'The provider refused the number. Attach another one.' },
    );
  if (binding.phase === 'REQUESTED' && ofCampaign)
    return told(named, binding, [[CONDITION.CampaignActive, 'False']], {
      reason: REASON.CampaignNotActive,
      message: 'The number waits until its campaign is active.',
      actor: ofCampaign.actor,
    });
  const said = [
    ...WAITING,
    [CONDITION.NumberAvailable, 'False'],
    [binding.phase === 'ATTACHED' ? CONDITION.Verified : CONDITION.Attached, 'False'],
  ] as const;
  return told(named, binding, said, waiting('take the number'));
}

/** A number that failed or was detached, and then attached again, has several bindings: the last counts. */
function newestOfEach(bindings: readonly Binding[]): readonly Binding[] {
  const newest = new Map<string, Binding>();
  for (const binding of bindings) {
    const known = newest.get(binding.spec.e164);
    // Ids carry their time of birth (kernel/ids.ts).
    if (known === undefined || known.bindingId < binding.bindingId) newest.set(binding.spec.e164, binding);
  }
  return [...newest.values()].sort((a, b) => (a.spec.e164 < b.spec.e164 ? -1 : 1));
}

const draft = (what: 'brand' | 'campaign'): Facts => ({
  reason: REASON.NotSubmitted,
  message: `The ${what} is a draft. Submit it.`,
  actor: 'tenant',
});

const waiting = (what: string): Facts => ({
  reason: REASON.AwaitingProvider,
  message: `The provider has yet to ${what}.`,
  actor: 'provider',
});

const refusedAt = (what: string): Facts => ({
  reason: REASON.ProviderRefused,
  message: `The provider refused the ${what}. Edit it and submit it again.`,
  actor: 'tenant',
});

const suspendedAt = (what: string): Facts => ({
  reason: REASON.ProviderSuspended,
  message: `The provider has suspended the ${what}.`,
  actor: 'operator',
});
