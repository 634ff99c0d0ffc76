import type { Outcome } from '#kernel/outcome.ts';
import { Problem } from '#kernel/problem.ts';
import type { Reconciler } from '#platform/reconcile/verdict.ts';
import { andThen, isSent, quiet, stall } from '../domain/aggregate.ts';
import { isInGoodStanding } from '../domain/brand.ts';
import {
  blockOnBrand,
  blockOnDuplicate,
  setReady,
  takeSlot,
  unblockOnBrand,
} from '../domain/campaign-gates.ts';
import { readinessOf } from '../domain/readiness.ts';
import { campaignTexts } from '../domain/texts.ts';
import type { Brand, Campaign } from '../domain/types.ts';
import type { CampaignOrder, Change, ProviderPass, ProviderStatus } from '../ports.ts';
import type { ReconcilerDependencies } from './brand.ts';
import { decideActive, decideLook, decideSent, decideService, decideSuspended } from './decide-campaign.ts';
import { type Decision, decision, resultOf, UNTIL_WOKEN } from './interpret.ts';

type Pass = ProviderPass & { readonly now: Date };

/**
 * Drives a submitted campaign to ACTIVE or REJECTED, watches an active one, and keeps the gate (R36): whether
 * a message may be sent is decided here and nowhere else, because whatever bears on it wakes its campaign.
 */
export function campaignReconciler(deps: ReconcilerDependencies): Reconciler<Change<Campaign>> {
  const { database, store, provider } = deps;

  return {
    async reconcile({ aggregateId }, pass) {
      const campaign = await store.campaigns.get(database.executor, aggregateId);
      const brand = campaign && (await store.brands.get(database.executor, campaign.brandId));
      if (!campaign || !brand) return { verdict: UNTIL_WOKEN };
      const decided = await withGate(await step(campaign, brand, pass), brand, pass.now);
      // The slot may have been taken in this pass: then the row is one version on.
      return resultOf(campaign, decided, { ...campaign, version: decided.next.version });
    },

    async save(tx, changes) {
      await store.campaigns.saveAll(tx, changes);
      const moved = changes.filter(({ before, next }) => next.phase !== before.phase).map(({ next }) => next);
      if (moved.length === 0) return [];
      // Numbers wait for their campaign, and a campaign that lost the race waits for another to give way.
      const numbers = await store.bindings.workOfCampaigns(
        tx,
        moved.map(({ campaignId }) => campaignId),
      );
      const rivals = await store.campaigns.workOfBrands(
        tx,
        moved.map(({ brandId }) => brandId),
      );
      const own = new Set(moved.map(({ campaignId }) => campaignId));
      return [...numbers, ...rivals.filter(({ aggregateId }) => !own.has(aggregateId))];
    },

    async stalled(tx, { aggregateId, now }, error) {
      const campaign = await store.campaigns.lock(tx, aggregateId);
      if (campaign) await store.campaigns.save(tx, campaign, stall(campaign, error, now), []);
    },
  };

  /** One step by phase; each answers a decision about the same campaign. */
  async function step(campaign: Campaign, brand: Brand, pass: Pass): Promise<Decision<Campaign>> {
    switch (campaign.phase) {
      case 'DRAFT':
      case 'REJECTED':
        return decision(quiet(campaign), UNTIL_WOKEN);
      case 'SUBMITTED':
        return isInGoodStanding(brand)
          ? withSlot(campaign, pass.now, (held) =>
              submitted(unblockOnBrand(held, pass.now).next, brand, pass),
            )
          : decision(blockOnBrand(campaign, brand, pass.now), UNTIL_WOKEN);
      case 'APPROVED':
        return activated(decision(quiet(campaign), UNTIL_WOKEN), brand, pass);
      case 'ACTIVE':
        return decideActive(pass.now, campaign, brand, await poll(campaign, pass));
      case 'SUSPENDED':
        return suspended(campaign, brand, pass);
    }
  }

  async function submitted(campaign: Campaign, brand: Brand, pass: Pass): Promise<Decision<Campaign>> {
    let decided = decision(quiet(campaign), UNTIL_WOKEN);
    if (!isSent(campaign)) {
      const send = campaign.externalRefs.providerCampaignId
        ? provider.resubmitCampaign
        : provider.ensureCampaign;
      decided = decideSent(
        pass.now,
        campaign,
        await send(orderOf(campaign, brand), brand.externalRefs, pass),
      );
    }
    if (decided.next.phase !== 'SUBMITTED' || !isSent(decided.next)) return decided;
    decided = decideLook(pass.now, decided.next, await poll(decided.next, pass));
    return decided.next.phase === 'APPROVED' ? activated(decided, brand, pass) : decided;
  }

  /** APPROVED -> ACTIVE as soon as the messaging service is confirmed (C34). */
  async function activated(
    approved: Decision<Campaign>,
    brand: Brand,
    pass: Pass,
  ): Promise<Decision<Campaign>> {
    const { next: campaign, events } = approved;
    if (!isInGoodStanding(brand)) return { ...approved, verdict: UNTIL_WOKEN };
    const service = await provider.ensureMessagingService(orderOf(campaign, brand), pass);
    const then = decideService(pass.now, campaign, brand, service);
    return { ...then, events: [...events, ...then.events] };
  }

  async function suspended(campaign: Campaign, brand: Brand, pass: Pass): Promise<Decision<Campaign>> {
    const { restored, ...looked } = decideSuspended(pass.now, campaign, brand, await poll(campaign, pass));
    if (!restored) return looked;
    return withSlot(campaign, pass.now, async (held) => {
      // It may have been suspended before its service was ever confirmed.
      const service = await provider.ensureMessagingService(orderOf(held, brand), pass);
      return decideService(pass.now, held, brand, service);
    });
  }

  /**
   * Goes on only with the one slot of (brand, use case) in hand, committed before the provider hears of the
   * campaign: of two that race, the unique index lets one through and the other is never paid for (C16).
   */
  async function withSlot(
    campaign: Campaign,
    now: Date,
    go: (held: Campaign) => Promise<Decision<Campaign>>,
  ): Promise<Decision<Campaign>> {
    if (campaign.active) return go(campaign);
    const { next } = takeSlot(campaign, now);
    try {
      campaign = await database.transaction((tx) => store.campaigns.save(tx, campaign, next, []));
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'ConflictError')) throw error;
      const holder = await store.campaigns.slotHolder(database.executor, campaign.brandId);
      // Given back in this very moment: whoever gave it back has woken us.
      if (!holder) return decision(quiet(campaign), { kind: 'again', inMs: 1_000 });
      return decision(blockOnDuplicate(campaign, holder.campaignId, now), UNTIL_WOKEN);
    }
    return go(campaign);
  }

  function poll(campaign: Campaign, pass: Pass): Promise<Outcome<ProviderStatus>> {
    return provider.pollStatus({ resource: 'campaign', refs: campaign.externalRefs }, pass);
  }

  /**
   * The decision with the gate as it stands now. A number or a brand that moves after this look wakes the
   * campaign, and the pass runs again.
   */
  async function withGate(decided: Decision<Campaign>, brand: Brand, now: Date): Promise<Decision<Campaign>> {
    const bindings = await store.bindings.ofCampaign(database.executor, decided.next.campaignId);
    const readiness = readinessOf({ campaign: decided.next, brand, bindings });
    return decision(
      andThen(decided, (campaign) => setReady(campaign, readiness, now)),
      decided.verdict,
    );
  }
}

function orderOf(campaign: Campaign, brand: Brand): CampaignOrder {
  const { tenantId, campaignId, brandId, spec, submission, externalRefs } = campaign;
  const texts = campaignTexts(spec, brand.spec);
  return { tenantId, campaignId, brandId, spec, texts, submission, externalRefs };
}
