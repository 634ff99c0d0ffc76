import type { Contract } from '#platform/http/contract.ts';
import { HOLD_OPERATIONS } from './holds/number-holds.ts';
import { INBOUND_OPERATIONS } from './inbound/twilio-inbound.ts';

/**
 * What of the contract a process serves: health and metrics always, the tenants' operations in role api, what the
 * provider reports and what provisioning asks where each is set up.
 */
export function servedContract(
  contract: Contract,
  serves: { readonly api: boolean; readonly inbound: boolean; readonly holds: boolean },
): Contract {
  const absent = new Set([
    ...(serves.inbound ? [] : INBOUND_OPERATIONS),
    ...(serves.holds ? [] : HOLD_OPERATIONS),
  ]);
  const operations = contract.operations.filter(
    ({ id, scopes }) => !absent.has(id) && (serves.api || scopes === undefined),
  );
  return { ...contract, operations };
}
