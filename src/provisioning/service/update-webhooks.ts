import type { Webhooks } from '../domain/types.ts';
import type { CallScope, PortResult } from '../ports.ts';
import type { ServiceDeps } from './deps.ts';
import { valueFrom } from './results.ts';
import { requireVoiceApp } from './voice-app.ts';

/**
 * Replaces all webhooks of a number: what is absent is cleared, and of voiceUrl and voiceAppSid the other one
 * (C44). Repeating it changes nothing, so unknown outcomes are repeated too.
 */
export async function updateWebhooks(
  deps: ServiceDeps,
  sid: string,
  webhooks: Webhooks,
  scope: CallScope,
): Promise<{ readonly webhooks: Partial<Webhooks>; readonly warnings: readonly string[] }> {
  const { port, calls, probe, log } = deps;
  const probed = probe?.begin(webhooks, scope.correlationId);
  await requireVoiceApp(deps, webhooks, 'voiceAppSid', scope);
  const result = await calls.repeat(scope, 'configure', () => port.configure(sid, webhooks, scope));
  const number = valueFrom(withoutRoot(result));
  log.info({ correlationId: scope.correlationId, sid, e164: number.e164 }, 'provisioning:update:configured');
  return { webhooks: number.webhooks, warnings: probed?.warnings() ?? [] };
}

/** Here the webhooks are the request itself, while ports name fields of a purchase. */
function withoutRoot<T>(result: PortResult<T>): PortResult<T> {
  if (result.kind !== 'refused' || result.fault.field === undefined) return result;
  const field = result.fault.field.replace(/^webhooks\./, '');
  return { ...result, fault: { ...result.fault, field } };
}
