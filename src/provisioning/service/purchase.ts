import { lacking } from '../domain/capabilities.ts';
import type { PurchaseOrder } from '../domain/types.ts';
import { acquire } from './acquire.ts';
import { throwIfLost } from './calls.ts';
import type { ServiceDeps } from './deps.ts';
import type { Claim } from './holder.ts';
import { diagnosisOf } from './results.ts';

/** `PurchasedButUnconfigured`: the number is bought and stays so; the same key, or an update, goes on configuring it. */
export type Purchased =
  | {
      readonly state: 'Configured';
      readonly sid: string;
      readonly e164: string;
      readonly accountSid: string;
      readonly warnings: readonly string[];
    }
  | {
      readonly state: 'PurchasedButUnconfigured';
      readonly sid: string;
      readonly e164: string;
      /** At least one: what went wrong. */
      readonly warnings: readonly string[];
    };

/**
 * Buys a number and sets its webhooks (B:509-514). Once a number is bought nothing but a lost hold, or a ledger that
 * fails, keeps its sid from the caller; it is never given back for what fails afterwards (R153).
 */
export async function purchase(deps: ServiceDeps, order: PurchaseOrder, claim: Claim): Promise<Purchased> {
  const { port, calls, probe, log } = deps;
  const { scope } = claim;
  const probed = probe?.begin(order.webhooks, scope.correlationId);

  const { sid, e164 } = await acquire(deps, order, claim);
  // A number just made is unknown to some of the provider's servers for seconds (docs/twilio.md 1.4).
  const result = await calls.repeat(scope, 'configure', () => port.configure(sid, order.webhooks, scope), {
    also: 'notFound',
  });
  throwIfLost(scope);

  const warnings = [...(probed?.warnings() ?? [])];
  if (result.kind !== 'ok') {
    warnings.unshift(diagnosisOf(result));
    log.warn(
      { correlationId: scope.correlationId, sid, e164, outcome: result.kind },
      'provisioning:configure:failed',
    );
    return { state: 'PurchasedButUnconfigured', sid, e164, warnings };
  }
  const missing = lacking(order.capabilities, result.value.capabilities);
  if (missing.length > 0) {
    warnings.unshift(`capabilities: the number has no ${missing.join(' and no ')}; its webhooks are set`);
    return { state: 'PurchasedButUnconfigured', sid, e164, warnings };
  }
  log.info({ correlationId: scope.correlationId, sid, e164 }, 'provisioning:configure:done');
  return { state: 'Configured', sid, e164, accountSid: result.value.accountSid, warnings };
}
