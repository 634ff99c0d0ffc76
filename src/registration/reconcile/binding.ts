import type { Outcome } from '#kernel/outcome.ts';
import type { Reconciler } from '#platform/reconcile/verdict.ts';
import { quiet, stall } from '../domain/aggregate.ts';
import { bindingDetachedAtProvider, mustDetachAtProvider } from '../domain/binding.ts';
import { campaignIsActive, waitForCampaign, waitForDetach } from '../domain/binding-progress.ts';
import type { Binding } from '../domain/types.ts';
import type { Change, NumberOrder, ProviderPass, ProviderStatus } from '../ports.ts';
import type { ReconcilerDependencies } from './brand.ts';
import { decideAttach, decideDetach, decideLook } from './decide-binding.ts';
import { type Decision, decision, resultOf, UNTIL_WOKEN } from './interpret.ts';

type Pass = ProviderPass & { readonly now: Date };

/** An older detach wakes the binding that waits for it; this is the backstop. */
const DETACH_RECHECK_MS = 60_000;

/** Drives a requested number to VERIFIED, watches it, and takes a detached one out at the provider. */
export function bindingReconciler(deps: ReconcilerDependencies): Reconciler<Change<Binding>> {
  const { database, store, provider } = deps;

  return {
    async reconcile({ aggregateId }, pass) {
      const binding = await store.bindings.get(database.executor, aggregateId);
      if (!binding) return { verdict: UNTIL_WOKEN };
      return resultOf(binding, await step(binding, pass));
    },

    async save(tx, changes) {
      await store.bindings.saveAll(tx, changes);
      // The gate is its campaign's to keep (campaign.ts).
      const campaigns = changes
        .filter(({ before, next }) => next.phase !== before.phase)
        .map(({ next: { tenantId, spec } }) => ({
          tenantId,
          resource: 'campaign',
          aggregateId: spec.campaignId,
        }));
      const freed = changes
        .filter(({ before, next }) => mustDetachAtProvider(before) && !mustDetachAtProvider(next))
        .map(({ next }) => next.spec.e164);
      if (freed.length === 0) return campaigns;
      // Whoever asked for such a number meanwhile, of whatever tenant, has waited for it to be free (C24).
      return [...campaigns, ...(await store.bindings.workRequesting(tx, freed))];
    },

    async stalled(tx, { aggregateId, now }, error) {
      const binding = await store.bindings.lock(tx, aggregateId);
      if (binding) await store.bindings.save(tx, binding, stall(binding, error, now), []);
    },
  };

  async function step(binding: Binding, pass: Pass): Promise<Decision<Binding>> {
    switch (binding.phase) {
      case 'REQUESTED':
        return requested(binding, pass);
      case 'ATTACHED':
      case 'VERIFIED':
        return decideLook(pass.now, binding, await poll(binding, pass));
      case 'FAILED':
      case 'DETACHED':
        return mustDetachAtProvider(binding)
          ? detached(binding, pass)
          : decision(quiet(binding), UNTIL_WOKEN);
    }
  }

  async function requested(before: Binding, pass: Pass): Promise<Decision<Binding>> {
    const campaign = await store.campaigns.get(database.executor, before.spec.campaignId);
    const { messagingServiceId } = campaign?.externalRefs ?? {};
    if (campaign?.phase !== 'ACTIVE' || !messagingServiceId) {
      return decision(waitForCampaign(before, pass.now), UNTIL_WOKEN);
    }
    const binding = campaignIsActive(before, pass.now).next;
    const older = await store.bindings.detachingOf(database.executor, binding.spec.e164);
    if (older.length > 0) {
      return decision(waitForDetach(binding, pass.now), { kind: 'settled', recheckMs: DETACH_RECHECK_MS });
    }
    const order = { ...orderOf(binding, messagingServiceId), campaignRefs: campaign.externalRefs };
    const attached = decideAttach(
      pass.now,
      binding,
      messagingServiceId,
      await provider.attachNumber(order, pass),
    );
    if (attached.next.phase !== 'ATTACHED') return attached;
    const polled = decideLook(pass.now, attached.next, await poll(attached.next, pass));
    return { ...polled, events: [...attached.events, ...polled.events] };
  }

  async function detached(binding: Binding, pass: Pass): Promise<Decision<Binding>> {
    // Detached while its first attach was under way, it may be in a pool that its own refs do not know.
    const campaign = await store.campaigns.get(database.executor, binding.spec.campaignId);
    const { messagingServiceId } = { ...campaign?.externalRefs, ...binding.externalRefs };
    // Without a service no number was ever attached.
    if (!messagingServiceId) return decision(bindingDetachedAtProvider(binding, pass.now), UNTIL_WOKEN);
    const order = orderOf(binding, messagingServiceId);
    return decideDetach(pass.now, binding, await provider.detachNumber(order, pass));
  }

  function poll({ externalRefs, spec }: Binding, pass: Pass): Promise<Outcome<ProviderStatus>> {
    return provider.pollStatus({ resource: 'binding', refs: externalRefs, e164: spec.e164 }, pass);
  }
}

function orderOf(
  { tenantId, bindingId, spec, externalRefs }: Binding,
  messagingServiceId: string,
): NumberOrder {
  return { tenantId, bindingId, ...spec, messagingServiceId, externalRefs };
}
