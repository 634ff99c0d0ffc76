import type { Outcome } from '#kernel/outcome.ts';
import type { Tx } from '#platform/database/database.ts';
import type { Reconciler } from '#platform/reconcile/verdict.ts';
import { quiet, stall } from '../domain/aggregate.ts';
import { bindingDetachedAtProvider, mustDetachAtProvider } from '../domain/binding.ts';
import {
  attachBinding,
  campaignIsActive,
  failBinding,
  verifyBinding,
  waitForCampaign,
  waitForDetach,
} from '../domain/binding-progress.ts';
import { REASON } from '../domain/reasons.ts';
import type { Binding, Campaign, ExternalRefs } from '../domain/types.ts';
import type { NumberOrder, ProviderPass, ProviderStatus } from '../ports.ts';
import type { ReconcilerDependencies } from './brand.ts';
import {
  type Decision,
  decision,
  reachable,
  setBack,
  UNTIL_WOKEN,
  whenSettled,
  whileProgressing,
} from './interpret.ts';

type Pass = ProviderPass & { readonly now: Date };

/** An older detach wakes the binding that waits for it; this is the backstop. */
const DETACH_RECHECK_MS = 60_000;

/** Drives a requested number to VERIFIED, watches it, and takes a detached one out at the provider. */
export function bindingReconciler(deps: ReconcilerDependencies): Reconciler {
  const { database, store, provider, enqueue } = deps;

  return {
    async reconcile({ aggregateId }, pass) {
      const binding = await store.bindings.get(database.executor, aggregateId);
      if (!binding) return { verdict: UNTIL_WOKEN };
      const { next, events, verdict } = await step(binding, pass);
      if (next === binding) return { verdict };
      return {
        verdict,
        async save(tx) {
          await store.bindings.save(tx, binding, next, events);
          if (next.phase !== binding.phase) await wakeCampaign(tx, next);
          if (mustDetachAtProvider(binding) && !mustDetachAtProvider(next)) await wakeWaiting(tx, next);
        },
      };
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
        return decidePolled(pass.now, binding, await poll(binding, pass));
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
    const order = orderOf(binding, messagingServiceId);
    const attached = decideAttach(pass.now, binding, campaign, await provider.attachNumber(order, pass));
    if (attached.next.phase !== 'ATTACHED') return attached;
    const polled = decidePolled(pass.now, attached.next, await poll(attached.next, pass));
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

  /** The gate is its campaign's to keep (campaign.ts). */
  async function wakeCampaign(tx: Tx, { tenantId, spec }: Binding): Promise<void> {
    await enqueue(tx, { tenantId, resource: 'campaign', aggregateId: spec.campaignId });
  }

  /** Whoever asked for this number meanwhile, of whatever tenant, has waited for it to be free (C24). */
  async function wakeWaiting(tx: Tx, { spec }: Binding): Promise<void> {
    const newest = await store.bindings.findByE164(tx, spec.e164);
    if (newest?.phase !== 'REQUESTED') return;
    await enqueue(tx, { tenantId: newest.tenantId, resource: 'binding', aggregateId: newest.bindingId });
  }
}

function orderOf(
  { tenantId, bindingId, spec, externalRefs }: Binding,
  messagingServiceId: string,
): NumberOrder {
  return { tenantId, bindingId, ...spec, messagingServiceId, externalRefs };
}

/** Pure: what attaching came to. */
export function decideAttach(
  now: Date,
  binding: Binding,
  campaign: Campaign,
  outcome: Outcome<ExternalRefs>,
): Decision<Binding> {
  switch (outcome.kind) {
    case 'ok': {
      const messagingServiceId = campaign.externalRefs.messagingServiceId ?? '';
      const next = attachBinding(reachable(binding, now), outcome.value, messagingServiceId, now);
      return decision(next, { kind: 'again', inMs: 0 });
    }
    case 'pending':
      return decision(
        quiet(reachable(binding, now)),
        whileProgressing(binding.updatedAt, now, outcome.checkAfterMs),
      );
    case 'refused':
      return decision(failBinding(reachable(binding, now), [outcome.refusal], now), UNTIL_WOKEN);
    default:
      return setBack(binding, outcome, now);
  }
}

/** Pure: what a look at the provider says about an attached or verified number. */
export function decidePolled(
  now: Date,
  before: Binding,
  outcome: Outcome<ProviderStatus>,
): Decision<Binding> {
  if (outcome.kind === 'throttled' || outcome.kind === 'unknown') return setBack(before, outcome, now);
  const binding = reachable(before, now);
  if (outcome.kind === 'refused') return decision(failBinding(binding, [outcome.refusal], now), UNTIL_WOKEN);
  if (outcome.kind === 'pending' || outcome.value.state === 'pending') {
    const checkAfterMs = outcome.kind === 'pending' ? outcome.checkAfterMs : outcome.value.checkAfterMs;
    return decision(quiet(binding), whileProgressing(before.updatedAt, now, checkAfterMs));
  }
  const { state, reasons, checkAfterMs, externalRefs } = outcome.value;
  if (state === 'approved') {
    return binding.phase === 'VERIFIED'
      ? decision(quiet(binding), whenSettled(before.updatedAt, now, checkAfterMs))
      : decision(verifyBinding(binding, externalRefs, now), whenSettled(now, now, checkAfterMs));
  }
  return decision(failBinding(binding, state === 'gone' ? [RELEASED] : reasons, now), UNTIL_WOKEN);
}

const RELEASED = {
  reason: REASON.NumberReleased,
  message: 'The provider account no longer holds this number, or has it elsewhere.',
  remediation: 'Buy the number again or attach another one.',
  actor: 'tenant',
} as const;

/** Pure: what taking the number out came to. A refusal to give it back is for an operator. */
export function decideDetach(now: Date, binding: Binding, outcome: Outcome<ExternalRefs>): Decision<Binding> {
  switch (outcome.kind) {
    case 'ok':
      return decision(bindingDetachedAtProvider(reachable(binding, now), now), UNTIL_WOKEN);
    case 'pending':
      return decision(quiet(binding), whileProgressing(binding.updatedAt, now, outcome.checkAfterMs));
    case 'refused':
      return setBack(binding, { kind: 'unknown', reason: outcome.refusal.message, needsOperator: true }, now);
    default:
      return setBack(binding, outcome, now);
  }
}
