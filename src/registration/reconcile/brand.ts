import type { Database, Tx } from '#platform/database/database.ts';
import type { Reconciler } from '#platform/reconcile/verdict.ts';
import { isSent, quiet, stall } from '../domain/aggregate.ts';
import { isInGoodStanding } from '../domain/brand.ts';
import type { Brand } from '../domain/types.ts';
import type { BrandOrder, Enqueue, Provider, Store } from '../ports.ts';
import { decideLook, decideSent } from './decide-brand.ts';
import { type Decision, decision, UNTIL_WOKEN } from './interpret.ts';

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
        decided = decideLook(pass.now, decided.next, status);
      }
      const { next, events, verdict } = decided;
      if (next === brand) return { verdict };
      return {
        verdict,
        async save(tx) {
          await store.brands.save(tx, brand, next, events);
          // What campaigns wait for, or rest on, and say why.
          const moved = next.phase !== brand.phase;
          if (moved || isInGoodStanding(next) !== isInGoodStanding(brand)) await wakeCampaigns(tx, next);
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

/** The provider has not accepted the present submission yet. */
function isToBeSent(brand: Brand): boolean {
  return brand.phase === 'SUBMITTED' && !isSent(brand);
}

function orderOf({ tenantId, brandId, spec, submission, externalRefs }: Brand): BrandOrder {
  return { tenantId, brandId, spec, submission, externalRefs };
}
