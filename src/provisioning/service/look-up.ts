import type { NumberState } from '../domain/types.ts';
import type { CallScope, PortResult } from '../ports.ts';
import type { Step } from './calls.ts';
import type { ServiceDeps } from './deps.ts';

type Deps = Pick<ServiceDeps, 'port' | 'calls'>;
type LookUp = PortResult<NumberState | undefined>;

/** The account's number of this spelling. Only `ok` with nothing says that it is not there. */
export function findByNumber(deps: Deps, e164: string, scope: CallScope): Promise<LookUp> {
  return lookUp(deps, 'findByNumber', () => deps.port.findByNumber(e164, scope), scope);
}

/** The number that bears this tag, compared once more here: whether the provider's filter is exact is not stated. */
export async function findByTag(deps: Deps, tag: string, scope: CallScope): Promise<LookUp> {
  const result = await lookUp(deps, 'findByTag', () => deps.port.findByTag(tag, scope), scope);
  return result.kind === 'ok' && result.value?.tag !== tag ? { kind: 'ok', value: undefined } : result;
}

async function lookUp(
  { calls }: Deps,
  step: Step,
  call: () => Promise<LookUp>,
  scope: CallScope,
): Promise<LookUp> {
  const result = await calls.repeat(scope, step, call);
  // An account without the list itself: that does not mean that the number was not bought.
  return result.kind === 'notFound'
    ? { kind: 'refused', fault: { message: 'it does not list the numbers of this account' } }
    : result;
}
