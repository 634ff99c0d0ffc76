import type { Outcome } from '#kernel/outcome.ts';
import type { Database, Tx } from '#platform/database/database.ts';
import type { Reconciler } from '#platform/reconcile/verdict.ts';
import { quiet, stall, withRefs } from '../domain/aggregate.ts';
import { brandSent, rejectBrand, restoreBrand, suspendBrand, vetBrand } from '../domain/brand.ts';
import type { Brand, ExternalRefs } from '../domain/types.ts';
import type { BrandOrder, Enqueue, Provider, ProviderStatus, Store } from '../ports.ts';
import {
  type Decision,
  decision,
  reachable,
  setBack,
  UNTIL_WOKEN,
  whenSettled,
  whileProgressing,
} from './interpret.ts';

export interface ReconcilerDependencies {
  readonly database: Database;
  readonly store: Store;
  readonly provider: Provider;
  readonly enqueue: Enqueue;
}

/** Drives a submitted brand to VETTED or REJECTED, and watches a vetted one for suspension (R13, R24). */
export function brandReconciler({ database, store, provider, enqueue }: ReconcilerDependencies): Reconciler {
  return {
    async reconcile({ aggregateId }, pass) {
      const brand = await store.brands.get(database.executor, aggregateId);
      if (!brand || brand.phase === 'DRAFT' || brand.phase === 'REJECTED') return { verdict: UNTIL_WOKEN };

      let decided: Decision<Brand> = decision(quiet(brand), UNTIL_WOKEN);
      if (isToBeSent(brand)) {
        const send = brand.externalRefs.providerBrandId ? provider.resubmitBrand : provider.ensureBrand;
        decided = decideSent(pass.now, brand, await send(orderOf(brand), pass));
      }
      if (!isToBeSent(decided.next) && decided.next.phase !== 'REJECTED') {
        const refs = decided.next.externalRefs;
        const status = await provider.pollStatus({ resource: 'brand', refs }, pass);
        decided = decidePolled(pass.now, decided.next, status);
      }
      const { next, events, verdict } = decided;
      if (next === brand) return { verdict };
      return {
        verdict,
        async save(tx) {
          await store.brands.save(tx, brand, next, events);
          if (gateOf(next) !== gateOf(brand)) await wakeCampaigns(tx, next);
        },
      };
    },

    async stalled(tx, { aggregateId, now }, error) {
      const brand = await store.brands.lock(tx, aggregateId);
      if (brand) await store.brands.save(tx, brand, stall(brand, error, now), []);
    },
  };

  async function wakeCampaigns(tx: Tx, { tenantId, brandId }: Brand): Promise<void> {
    for (const aggregateId of await store.campaigns.idsOfBrand(tx, brandId)) {
      await enqueue(tx, { tenantId, resource: 'campaign', aggregateId });
    }
  }
}

/** An order that the provider has not accepted yet is open. */
function isToBeSent({ phase, submission, sentSubmission }: Brand): boolean {
  return phase === 'SUBMITTED' && sentSubmission < submission;
}

function orderOf({ tenantId, brandId, spec, submission, externalRefs }: Brand): BrandOrder {
  return { tenantId, brandId, spec, submission, externalRefs };
}

/** What campaigns of this brand may go on; any change wakes them. */
function gateOf(brand: Brand): string {
  const suspended = brand.conditions.some((c) => c.type === 'ProviderSuspended' && c.status === 'True');
  return `${brand.phase}/${suspended}`;
}

/** Pure: what sending the order came to. */
export function decideSent(now: Date, brand: Brand, outcome: Outcome<ExternalRefs>): Decision<Brand> {
  switch (outcome.kind) {
    case 'ok':
      return decision(brandSent(reachable(brand, now), outcome.value, now), UNTIL_WOKEN);
    case 'pending': {
      const next = withRefs(reachable(brand, now), outcome.value ?? {}, now);
      return decision(quiet(next), whileProgressing(brand.updatedAt, now, outcome.checkAfterMs));
    }
    case 'refused':
      return decision(rejectBrand(reachable(brand, now), [outcome.refusal], now), UNTIL_WOKEN);
    default:
      return setBack(brand, outcome, now);
  }
}

/** Pure: what a look at the provider says about a brand that is SUBMITTED or VETTED. */
export function decidePolled(now: Date, before: Brand, outcome: Outcome<ProviderStatus>): Decision<Brand> {
  if (outcome.kind === 'throttled' || outcome.kind === 'unknown') return setBack(before, outcome, now);
  const brand = reachable(before, now);
  if (outcome.kind === 'refused') return lost(now, brand, [outcome.refusal]);
  if (outcome.kind === 'pending') {
    return decision(quiet(brand), whileProgressing(before.updatedAt, now, outcome.checkAfterMs));
  }
  const { state, reasons, checkAfterMs, externalRefs } = outcome.value;
  switch (state) {
    case 'pending':
      return decision(quiet(brand), whileProgressing(before.updatedAt, now, checkAfterMs));
    case 'approved':
      return brand.phase === 'VETTED'
        ? decision(restoreBrand(brand, now), whenSettled(before.updatedAt, now, checkAfterMs))
        : decision(vetBrand(brand, externalRefs, now), whenSettled(now, now, checkAfterMs));
    case 'rejected':
    case 'suspended':
    case 'gone':
      return lost(now, brand, reasons);
  }
}

/** The provider takes its yes back, or says no: before vetting a rejection, after it a suspension (C35). */
function lost(now: Date, brand: Brand, reasons: ProviderStatus['reasons']): Decision<Brand> {
  return brand.phase === 'SUBMITTED'
    ? decision(rejectBrand(brand, reasons, now), UNTIL_WOKEN)
    : decision(suspendBrand(brand, reasons, now), whenSettled(brand.updatedAt, now));
}
