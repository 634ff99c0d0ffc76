import { faulty } from '../domain/errors.ts';
import type { Webhooks } from '../domain/types.ts';
import type { CallScope } from '../ports.ts';
import type { ServiceDeps } from './deps.ts';
import { valueFrom } from './results.ts';

/** Refuses an application that the account does not have, before money is spent or a number rewired (C44). */
export async function requireVoiceApp(
  { port, calls }: Pick<ServiceDeps, 'port' | 'calls'>,
  { voiceAppSid }: Webhooks,
  field: string,
  scope: CallScope,
): Promise<void> {
  if (voiceAppSid === undefined) return;
  const exists = await calls.repeat(scope, 'voiceApp', () => port.voiceAppExists(voiceAppSid, scope));
  if (exists.kind === 'notFound' || !valueFrom(exists))
    throw faulty([{ field, message: 'the account has no such application' }]);
}
