import type { Outcome } from '#kernel/outcome.ts';
import { brandSent, rejectBrand, restoreBrand, suspendBrand, vetBrand } from '../domain/brand.ts';
import { CONDITION } from '../domain/reasons.ts';
import type { Brand, ExternalRefs } from '../domain/types.ts';
import type { ProviderStatus } from '../ports.ts';
import { afterLook, afterOrder, type Decision, decision, UNTIL_WOKEN, whenSettled } from './interpret.ts';

/** Pure: what sending the order of a SUBMITTED brand came to. */
export function decideSent(now: Date, brand: Brand, outcome: Outcome<ExternalRefs>): Decision<Brand> {
  return afterOrder(now, brand, outcome, {
    accepted: (sent, refs) => decision(brandSent(sent, refs, now), UNTIL_WOKEN),
    refused: (sent, refusals) => rejectBrand(sent, refusals, now),
    awaited: CONDITION.Vetted,
  });
}

/**
 * Pure: what a look at the provider says about a brand that is SUBMITTED and sent, or VETTED. When the provider
 * takes its yes back, that is a suspension after vetting and a rejection before it (C35).
 */
export function decideLook(now: Date, before: Brand, outcome: Outcome<ProviderStatus>): Decision<Brand> {
  const vetted = before.phase === 'VETTED';
  return afterLook(now, before, outcome, {
    approved: (brand, { externalRefs, checkAfterMs }) =>
      vetted
        ? decision(restoreBrand(brand, now), whenSettled(before.updatedAt, now, checkAfterMs))
        : decision(vetBrand(brand, externalRefs, now), whenSettled(now, now, checkAfterMs)),
    lost: (brand, refusals) =>
      vetted
        ? decision(suspendBrand(brand, refusals, now), whenSettled(before.updatedAt, now))
        : decision(rejectBrand(brand, refusals, now), UNTIL_WOKEN),
    ...(vetted ? {} : { awaited: CONDITION.Vetted }),
  });
}
