import { isDeepStrictEqual } from 'node:util';
import { lacking } from '../domain/capabilities.ts';
import type { NumberState, PurchaseOrder, Webhooks } from '../domain/types.ts';
import type { CallScope, PortResult } from '../ports.ts';
import { type Acquired, acquire } from './acquire.ts';
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
  const { probe, log } = deps;
  const { scope } = claim;
  const probed = probe?.begin(order.webhooks, scope.correlationId);

  const acquired = await acquire(deps, order, claim);
  const { sid, e164 } = acquired;
  const result = await wire(deps, order.webhooks, acquired, scope);
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
  if (acquired.isOlder && !isDeepStrictEqual(result.value.webhooks, order.webhooks)) {
    warnings.unshift(
      'configure: the number was rewired since it was bought; its webhooks are left as they are',
    );
  }
  log.info({ correlationId: scope.correlationId, sid, e164 }, 'provisioning:configure:done');
  return { state: 'Configured', sid, e164, accountSid: result.value.accountSid, warnings };
}

/**
 * Sets the webhooks as ordered, all in one call. Those of an older number are left when there are any: an earlier
 * holder of the key has set them, or a `PUT` that came between.
 */
async function wire(
  { port, calls }: ServiceDeps,
  webhooks: Webhooks,
  { sid, isOlder }: Acquired,
  scope: CallScope,
): Promise<PortResult<NumberState>> {
  // A number just made is unknown to some of the provider's servers for seconds (docs/twilio.md 1.4).
  const also = 'notFound';
  if (isOlder) {
    const read = await calls.repeat(scope, 'getNumber', () => port.getNumber(sid, scope), { also });
    if (read.kind !== 'ok' || isWired(read.value.webhooks)) return read;
  }
  return calls.repeat(scope, 'configure', () => port.configure(sid, webhooks, scope), { also });
}

/** As whoever sets webhooks here leaves a number: both kinds are set. */
function isWired({ smsWebhookUrl, voiceUrl, voiceAppSid }: Partial<Webhooks>): boolean {
  return smsWebhookUrl !== undefined && (voiceUrl ?? voiceAppSid) !== undefined;
}
