import type { Refusal } from '#kernel/outcome.ts';
import {
  inOne,
  moveTo,
  quiet,
  reasonsOf,
  refusalCondition,
  requirePhase,
  withCondition,
  withRefs,
  withSent,
} from './aggregate.ts';
import { awaitProviderDetach, bindingSubject, numberFacts } from './binding.ts';
import { numberEvent, type Transition } from './events.ts';
import { BINDING_EDGES } from './phases.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Binding, BindingPhase, ExternalRefs } from './types.ts';

/* What the reconciler has learnt of a binding. */

const move = (binding: Binding, to: BindingPhase, now: Date): Binding =>
  moveTo(binding, BINDING_EDGES, to, bindingSubject(binding), now);

/** The number waits: its campaign has no confirmed messaging service (yet). @throws Problem 409 unless live. */
export function waitForCampaign(binding: Binding, now: Date): Transition<Binding> {
  requirePhase(
    binding,
    ['REQUESTED', 'ATTACHED', 'VERIFIED'],
    'wait for the campaign',
    bindingSubject(binding),
  );
  return quiet(
    withCondition(
      binding,
      {
        type: CONDITION.CampaignActive,
        status: 'False',
        reason: REASON.CampaignNotActive,
        message: 'The number waits until its campaign is active.',
      },
      now,
    ),
  );
}

/** The campaign is active. */
export function campaignIsActive(binding: Binding, now: Date): Transition<Binding> {
  return quiet(
    withCondition(
      binding,
      {
        type: CONDITION.CampaignActive,
        status: 'True',
        reason: REASON.Activated,
        message: 'The campaign is active.',
      },
      now,
    ),
  );
}

/** The number waits: the provider has to let go of an older binding of it first (C24). */
export function waitForDetach(binding: Binding, now: Date): Transition<Binding> {
  requirePhase(binding, ['REQUESTED'], 'wait for a detach', bindingSubject(binding));
  return quiet(
    withCondition(
      binding,
      {
        type: CONDITION.NumberAvailable,
        status: 'False',
        reason: REASON.AwaitingDetach,
        message: 'The number is still being taken out of an older sender pool.',
        actor: 'platform',
      },
      now,
    ),
  );
}

/** The number is in the sender pool of this messaging service. @throws Problem 409 unless REQUESTED. */
export function attachBinding(
  binding: Binding,
  refs: ExternalRefs,
  messagingServiceId: string,
  now: Date,
): Transition<Binding> {
  const moved = withSent(move(binding, 'ATTACHED', now), { ...refs, messagingServiceId }, now);
  const attached = [
    {
      type: CONDITION.NumberAvailable,
      status: 'True',
      reason: REASON.Available,
      message: 'The provider has the number to give.',
    },
    {
      type: CONDITION.Attached,
      status: 'True',
      reason: REASON.Attached,
      message: "The number is in the sender pool of the campaign's messaging service.",
    },
    {
      type: CONDITION.Verified,
      status: 'False',
      reason: REASON.AwaitingCarrier,
      message: 'The carriers do not know the number as a sender of the campaign yet.',
      actor: 'provider',
    },
  ] as const;
  const next = attached.reduce(
    (state, update) => withCondition(state, update, now),
    campaignIsActive(moved, now).next,
  );
  return { next, events: [numberEvent('NumberAttached', { ...numberFacts(next), messagingServiceId })] };
}

/** The carriers know the number as a sender. @throws Problem 409 unless ATTACHED: never before attach (R66). */
export function verifyBinding(binding: Binding, refs: ExternalRefs, now: Date): Transition<Binding> {
  const next = withCondition(
    withRefs(move(binding, 'VERIFIED', now), refs, now),
    {
      type: CONDITION.Verified,
      status: 'True',
      reason: REASON.Verified,
      message: 'The carriers know the number as a sender of the campaign.',
    },
    now,
  );
  return { next, events: [numberEvent('NumberVerified', numberFacts(next))] };
}

/** Refusals that say the number itself is not there for us; it is then in no pool of ours either. */
const NOT_TO_BE_HAD: readonly string[] = [
  REASON.NumberUnavailable,
  REASON.NumberHeldElsewhere,
  REASON.NumberReleased,
  REASON.NumberLacksSms,
];

/**
 * The number cannot be, or is no longer, a sender: refused at attach (C27), by the carriers, or released
 * behind our back (C52). It is free for another attach; what may still be in the provider's pool is marked
 * to be taken out, or it would stand in the way of that.
 */
export function failBinding(binding: Binding, refusals: readonly Refusal[], now: Date): Transition<Binding> {
  const failed = move(binding, 'FAILED', now);
  const refusal = inOne(refusals);
  const gone = NOT_TO_BE_HAD.includes(refusal.reason);
  const fallen = [
    ...(gone ? [CONDITION.NumberAvailable] : []),
    ...(gone || binding.phase === 'REQUESTED' ? [CONDITION.Attached] : []),
    ...(binding.phase === 'REQUESTED' ? [] : [CONDITION.Verified]),
  ];
  const marked = fallen.reduce(
    (state, type) => withCondition(state, refusalCondition(type, 'False', refusal, 'tenant'), now),
    failed,
  );
  const next = binding.phase === 'REQUESTED' ? marked : awaitProviderDetach(marked, now);
  return {
    next,
    events: [numberEvent('NumberAttachFailed', { ...numberFacts(next), reasons: reasonsOf(refusals) })],
  };
}
