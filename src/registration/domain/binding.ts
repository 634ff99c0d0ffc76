import { findCondition, isTrue } from '#kernel/condition.ts';
import { conflict, invalid } from '#kernel/problem.ts';
import { moveTo, quiet, requirePhase, type Subject, withCondition } from './aggregate.ts';
import { numberFaults } from './compliance.ts';
import { numberEvent, type Transition } from './events.ts';
import { BINDING_EDGES, isLive } from './phases.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Binding } from './types.ts';

export const bindingSubject = ({ bindingId, spec }: Binding): Subject => ({
  name: 'Number',
  details: { bindingId, campaignId: spec.campaignId },
});

/** What every event of a number carries. */
export const numberFacts = ({ bindingId, spec }: Binding) => ({
  bindingId,
  campaignId: spec.campaignId,
  e164: spec.e164,
});

export interface NewBinding {
  readonly tenantId: string;
  readonly bindingId: string;
  readonly campaignId: string;
  readonly e164: string;
  /** The newest binding of this number that the tenant may see, if any. */
  readonly current?: Binding | undefined;
  readonly now: Date;
}

/**
 * Asks for a number to become a sender of the campaign; the campaign may be in any phase.
 * @throws Problem 422 unless it is a US number in E.164; 409 while a live binding has it (C25; another
 * tenant's is found by the store's index). `details.sameCampaign` tells whether there is anything to change.
 */
export function requestAttach(input: NewBinding): Transition<Binding> {
  const { tenantId, bindingId, campaignId, e164, current, now } = input;
  const faults = numberFaults(e164);
  if (faults.length > 0) throw invalid(faults);
  if (current && isLive(current.phase))
    throw conflict('The number is bound already', {
      sameCampaign: current.spec.campaignId === campaignId,
      phase: current.phase,
    });
  const requested: Binding = {
    tenantId,
    bindingId,
    spec: { campaignId, e164 },
    generation: 1,
    observedGeneration: 0,
    phase: 'REQUESTED',
    conditions: [],
    externalRefs: {},
    submission: 1,
    sentSubmission: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const next = withCondition(
    requested,
    {
      type: CONDITION.Attached,
      status: 'False',
      reason: REASON.AwaitingProvider,
      message: 'The number is not in the sender pool yet.',
      actor: 'provider',
    },
    now,
  );
  return { next, events: [numberEvent('NumberAttachRequested', numberFacts(next))] };
}

/**
 * Gives the number up; it is free at once (C24). An attach call may be under way even for a binding that was
 * never sent, so the provider's pool counts as unclean until the reconciler has looked.
 * @throws Problem 409 when it is detached already.
 */
export function detachBinding(binding: Binding, now: Date): Transition<Binding> {
  const moved = moveTo(binding, BINDING_EDGES, 'DETACHED', bindingSubject(binding), now);
  const known = findCondition(binding.conditions, CONDITION.ProviderDetached);
  // Once given up it is a sender no more, whatever the carriers still have on file.
  const ended = [CONDITION.Attached, CONDITION.Verified].reduce(
    (state, type) => overWith(state, type, now),
    moved,
  );
  const next = known ? ended : awaitProviderDetach(ended, now);
  return { next, events: [numberEvent('NumberDetached', numberFacts(next))] };
}

/** A condition that no longer holds because the number was given up; one that never held stays as it is. */
function overWith(binding: Binding, type: string, now: Date): Binding {
  if (!isTrue(binding.conditions, type)) return binding;
  const message = 'The number was detached.';
  return withCondition(binding, { type, status: 'False', reason: REASON.Detached, message }, now);
}

// --- Taking the number out of the provider's pool -------------------------------------------------------------

/** True for a binding that is over, while the number may still be in the pool that it was attached to. */
export function mustDetachAtProvider(binding: Binding): boolean {
  const detached = findCondition(binding.conditions, CONDITION.ProviderDetached);
  return !isLive(binding.phase) && detached?.status === 'False';
}

/** The number is out of the pool, or never was in it. @throws Problem 409 while the binding is live. */
export function bindingDetachedAtProvider(binding: Binding, now: Date): Transition<Binding> {
  requirePhase(binding, ['DETACHED', 'FAILED'], 'be detached at the provider', bindingSubject(binding));
  return quiet(
    withCondition(
      binding,
      {
        type: CONDITION.ProviderDetached,
        status: 'True',
        reason: REASON.Detached,
        message: "The number is out of the provider's sender pool.",
      },
      now,
    ),
  );
}

/** Marks the provider's pool as unclean, for the reconciler. */
export function awaitProviderDetach(binding: Binding, now: Date): Binding {
  return withCondition(
    binding,
    {
      type: CONDITION.ProviderDetached,
      status: 'False',
      reason: REASON.AwaitingProvider,
      message: "The number may still be in the provider's sender pool.",
      actor: 'platform',
    },
    now,
  );
}
