import { providerUnavailable, stillInUse } from '../domain/errors.ts';
import type { CallScope } from '../ports.ts';
import type { ServiceDeps } from './deps.ts';
import { valueFrom } from './results.ts';

/** The registration service is up again, or is set right, after about this long. */
const ASK_AGAIN_MS = 5_000;

/**
 * Gives a number back for good; done as well when it is gone already (C46). Not while the registration service says
 * that somebody relies on it, nor when that cannot be found out (C52); and it leaves its messaging service first, so
 * that the carriers learn of it (docs/twilio.md 9.3). Each step may be done twice, so a repeat goes on where it stopped.
 */
export async function release(
  deps: ServiceDeps,
  sid: string,
  scope: CallScope,
): Promise<{ readonly warnings: readonly string[] }> {
  const { port, calls, ledger, log } = deps;
  const known = await calls.repeat(scope, 'getNumber', () => port.getNumber(sid, scope));
  if (known.kind === 'notFound') return { warnings: [] };
  const { e164 } = valueFrom(known);

  const hint = await requireFree(deps, e164, scope);
  const detached = await calls.repeat(scope, 'detach', () => port.detach(sid, hint, scope));
  const searched = detached.kind === 'notFound' || valueFrom(detached).searched;
  const released = await calls.repeat(scope, 'release', () => port.release(sid, scope));
  if (released.kind !== 'notFound') valueFrom(released);

  await ledger.forget(e164);
  log.info({ correlationId: scope.correlationId, sid, e164 }, 'provisioning:release:released');
  return {
    warnings: searched
      ? []
      : ['detach: not all messaging services could be searched; one may still list the number'],
  };
}

/** The messaging service that the number is probably in; throws while somebody relies on it. */
async function requireFree(
  { guard }: ServiceDeps,
  e164: string,
  scope: CallScope,
): Promise<string | undefined> {
  if (!guard) return undefined;
  const answer = await guard.ask(e164, scope);
  if (answer.kind === 'held') throw stillInUse(answer.reason, answer.message);
  if (answer.kind === 'unknown') {
    throw providerUnavailable(
      'It cannot be found out now whether the number is in use; it was kept',
      ASK_AGAIN_MS,
      {
        reason: answer.reason,
      },
    );
  }
  return answer.serviceHint;
}
