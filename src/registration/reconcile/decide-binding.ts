import type { Outcome } from '#kernel/outcome.ts';
import { quiet } from '../domain/aggregate.ts';
import { bindingDetachedAtProvider } from '../domain/binding.ts';
import { attachBinding, failBinding, verifyBinding } from '../domain/binding-progress.ts';
import { CONDITION, REASON } from '../domain/reasons.ts';
import type { Binding, ExternalRefs } from '../domain/types.ts';
import type { ProviderStatus } from '../ports.ts';
import {
  afterLook,
  afterOrder,
  type Decision,
  decision,
  reachable,
  setBack,
  UNTIL_WOKEN,
  whenSettled,
  whileProgressing,
} from './interpret.ts';

/** C52: whoever released the number, it is no sender any more. */
const RELEASED = {
  reason: REASON.NumberReleased,
  message: 'The provider account no longer holds this number, or has it elsewhere.',
  remediation: 'Buy the number again or attach another one.',
  actor: 'tenant',
} as const;

/** Pure: what attaching a REQUESTED number to this messaging service came to. */
export function decideAttach(
  now: Date,
  binding: Binding,
  messagingServiceId: string,
  outcome: Outcome<ExternalRefs>,
): Decision<Binding> {
  return afterOrder(now, binding, outcome, {
    accepted: (taken, refs) =>
      decision(attachBinding(taken, refs, messagingServiceId, now), { kind: 'again', inMs: 0 }),
    refused: (taken, refusals) => failBinding(taken, refusals, now),
    awaited: CONDITION.Attached,
  });
}

/** Pure: what a look at the provider says about an ATTACHED or VERIFIED number. */
export function decideLook(now: Date, before: Binding, outcome: Outcome<ProviderStatus>): Decision<Binding> {
  return afterLook(now, before, outcome, {
    approved: (binding, { externalRefs, checkAfterMs }) =>
      binding.phase === 'VERIFIED'
        ? decision(quiet(binding), whenSettled(before.updatedAt, now, checkAfterMs))
        : decision(verifyBinding(binding, externalRefs, now), whenSettled(now, now, checkAfterMs)),
    lost: (binding, refusals, state) =>
      decision(failBinding(binding, state === 'gone' ? [RELEASED] : refusals, now), UNTIL_WOKEN),
    ...(before.phase === 'ATTACHED' ? { awaited: CONDITION.Verified } : {}),
  });
}

/** Pure: what taking the number out came to. A refusal to give it back is for an operator. */
export function decideDetach(now: Date, binding: Binding, outcome: Outcome<ExternalRefs>): Decision<Binding> {
  switch (outcome.kind) {
    case 'ok':
      return decision(bindingDetachedAtProvider(reachable(binding, now), now), UNTIL_WOKEN);
    case 'pending':
      return decision(quiet(binding), whileProgressing(binding.updatedAt, now, outcome.checkAfterMs));
    case 'refused':
      return setBack(binding, { kind: 'unknown', reason: outcome.refusal.reason, needsOperator: true }, now);
    default:
      return setBack(binding, outcome, now);
  }
}
