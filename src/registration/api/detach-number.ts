import { notFound } from '#kernel/problem.ts';
import type { OperationHandler } from '../contract.gen.ts';
import { detachBinding } from '../domain/binding.ts';
import { type ApiDependencies, enqueueWrite } from './dependencies.ts';
import { statusView } from './present.ts';

/** POST /numbers:detach: free at once; the provider's side follows, see condition ProviderDetached (C24). */
export function detachNumberHandler(deps: ApiDependencies): OperationHandler<'detachNumber'> {
  const { store, enqueue } = deps;
  return async ({ tenantId, body, now }, tx) => {
    const newest = await store.bindings.findByE164(tx, body.e164);
    const before = newest && (await store.bindings.lock(tx, newest.bindingId));
    if (!before) throw notFound('Number');
    const { e164, campaignId } = before.spec;
    // Detached is detached: asking twice is no conflict.
    if (before.phase === 'DETACHED') return { status: 200, body: { e164, status: statusView(before) } };
    const { next, events } = detachBinding(before, now);
    const binding = await store.bindings.save(tx, before, next, events);
    // One demand more than its attach had: a parked binding is taken up again.
    const demand = { ...binding, submission: binding.submission + 1 };
    await enqueueWrite(deps, tx, 'binding', binding.bindingId, demand);
    await enqueue(tx, { tenantId, resource: 'campaign', aggregateId: campaignId });
    return { status: 200, body: { e164, status: statusView(binding) } };
  };
}
