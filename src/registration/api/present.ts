import type { Schemas } from '../contract.gen.ts';
import { maskTaxId } from '../domain/tax-id.ts';
import type { Aggregate, Binding, Brand, Campaign } from '../domain/types.ts';

/** How aggregates look from outside: the shapes of the contract, and nothing that it does not name. */

export function statusView<P extends string>(aggregate: Aggregate<unknown, P>) {
  const { phase, conditions, generation, observedGeneration, externalRefs } = aggregate;
  return { phase, conditions, generation, observedGeneration, externalRefs };
}

/** The EIN is shown whole to tokens with scope `pii` only. */
export function brandView(brand: Brand, scopes: readonly string[]): Schemas['Brand'] {
  const { brandId, spec } = brand;
  const masked =
    spec.taxId === undefined || scopes.includes('pii') ? spec : { ...spec, taxId: maskTaxId(spec.taxId) };
  return { brandId, spec: masked, status: statusView(brand) };
}

export function campaignView(campaign: Campaign): Schemas['Campaign'] {
  const { campaignId, brandId, spec } = campaign;
  return { campaignId, brandId, spec, status: statusView(campaign) };
}

/** A number that is bound to nothing has no campaignId (R112). */
export function numberView(binding: Binding): Schemas['NumberBinding'] {
  const { e164, campaignId } = binding.spec;
  const bound = binding.phase !== 'DETACHED';
  return { e164, ...(bound ? { campaignId } : {}), status: statusView(binding) };
}
