import type { NumberState } from '../domain/types.ts';
import type { CallScope } from '../ports.ts';
import type { ServiceDeps } from './deps.ts';
import { valueFrom } from './results.ts';

/** A number as the provider has it now, so that drift is seen (B:34). 404 when it does not know the sid. */
export async function fetchNumber(
  { port, calls }: Pick<ServiceDeps, 'port' | 'calls'>,
  sid: string,
  scope: CallScope,
): Promise<NumberState> {
  return valueFrom(await calls.repeat(scope, 'getNumber', () => port.getNumber(sid, scope)));
}
