import { newId } from '#kernel/ids.ts';
import { notFound } from '#kernel/problem.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { requestAttach } from '../domain/binding.ts';
import { isLive } from '../domain/phases.ts';
import { type ApiDependencies, enqueueWrite } from './dependencies.ts';
import { statusView } from './present.ts';

/** POST /numbers:attach: asks for a number; whether the provider has it is the reconciler's to find (C27). */
export function attachNumberHandler(deps: ApiDependencies): OperationHandler<'attachNumber'> {
  const { store, metrics } = deps;
  return async ({ tenantId, body, now }, tx) => {
    const campaign = await store.campaigns.get(tx, body.campaignId);
    if (!campaign) throw notFound('Campaign');
    const current = await store.bindings.findByE164(tx, body.e164);
    // Somebody else's binding is not seen here; the unique index finds it, and reveals nothing (C2).
    if (current && isLive(current.phase)) metrics.assignmentConflict();
    const { campaignId } = campaign;
    const bindingId = newId('bind', now);
    const { next, events } = requestAttach({
      tenantId,
      bindingId,
      campaignId,
      e164: body.e164,
      now,
      ...(current ? { current } : {}),
    });
    const binding = await store.bindings.insert(tx, next, events);
    await enqueueWrite(deps, tx, 'binding', bindingId, binding);
    return { status: 202, body: { e164: binding.spec.e164, campaignId, status: statusView(binding) } };
  };
}
