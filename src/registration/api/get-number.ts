import { notFound } from '#kernel/problem.ts';
import type { OperationHandler } from '../contract.gen.ts';
import type { ApiDependencies } from './dependencies.ts';
import { numberView } from './present.ts';

/** GET /numbers/{e164}: its newest binding. */
export function getNumberHandler({ store }: ApiDependencies): OperationHandler<'getNumber'> {
  return async ({ params }, tx) => {
    const binding = await store.bindings.findByE164(tx, params.e164);
    if (!binding) throw notFound('Number');
    return { status: 200, body: numberView(binding) };
  };
}
