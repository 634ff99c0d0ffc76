import type { Database } from '#platform/database/database.ts';
import type { Reconciler } from '#platform/reconcile/verdict.ts';
import { isSent, quiet, stall } from '../domain/aggregate.ts';
import { isInGoodStanding } from '../domain/brand.ts';
import type { Brand } from '../domain/types.ts';
import type { BrandOrder, Change, Provider, Store } from '../ports.ts';
import { decideLook, decideSent } from './decide-brand.ts';
import { type Decision, decision, resultOf, UNTIL_WOKEN } from './interpret.ts';

export interface ReconcilerDependencies {
  readonly database: Database;
  readonly store: Store;
  readonly provider: Provider;
}

/** Drives a submitted brand to VETTED or REJECTED, and watches a vetted one for suspension (R13, R24). */
export function brandReconciler({
  database,
  store,
  provider,
}: ReconcilerDependencies): Reconciler<Change<Brand>> {
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
      return resultOf(brand, decided);
    },

    async save(tx, changes) {
      await store.brands.saveAll(tx, changes);
      // What campaigns wait for, or rest on, and say why.
      const moved = changes.filter(
        ({ before, next }) =>
          next.phase !== before.phase || isInGoodStanding(next) !== isInGoodStanding(before),
      );
      if (moved.length === 0) return [];
      return store.campaigns.workOfBrands(
        tx,
        moved.map(({ next }) => next.brandId),
      );
    },

    async stalled(tx, { aggregateId, now }, error) {
      const brand = await store.brands.lock(tx, aggregateId);
      if (brand) await store.brands.save(tx, brand, stall(brand, error, now), []);
    },
  };
}

/** The provider has not accepted the present submission yet. */
function isToBeSent(brand: Brand): boolean {
  return brand.phase === 'SUBMITTED' && !isSent(brand);
}

function orderOf({ tenantId, brandId, spec, submission, externalRefs }: Brand): BrandOrder {
  return { tenantId, brandId, spec, submission, externalRefs };
}
