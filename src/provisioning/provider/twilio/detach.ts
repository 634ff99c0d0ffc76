import { sidOf } from '#platform/twilio/own-fault.ts';
import type { CallScope, PortResult, TelephonyPort } from '../../ports.ts';
import type { TwilioCall } from './client.ts';

/** Beyond this many services the search is left to whoever released the number. */
const MAX_SERVICES = 200;
/** As many look-ups at once; half of what one process has connections for. */
const AT_ONCE = 8;

/** A hint comes from somebody else; what is no sid is no hint. */
const SERVICE_SID = /^MG[0-9a-fA-F]{32}$/;

type Detached = Awaited<ReturnType<TelephonyPort['detach']>>;
type Failed = Exclude<PortResult<never>, { readonly kind: 'ok' }>;
const NOT_SEARCHED: Detached = { kind: 'ok', value: { searched: false } };

/**
 * Takes a number out of its messaging service: out of the hinted one first, else out of the one in which it is
 * found. A number is in one service at most (docs/twilio.md 8.2, 21712), so the search ends there.
 * @param withinMs bound of the whole search.
 */
export function createDetach(call: TwilioCall, withinMs: number): TelephonyPort['detach'] {
  /** `notFound`: it is not in there. */
  const remove = (serviceSid: string, sid: string, scope: CallScope) =>
    call(scope, async (sdk) => {
      await sdk.messaging.v1.services(sidOf(serviceSid)).phoneNumbers(sidOf(sid)).remove();
    });

  const services = (scope: CallScope) =>
    call(scope, async (sdk) => {
      // One more than is looked at, to know whether that was all.
      const page = await sdk.messaging.v1.services.page({ pageSize: MAX_SERVICES + 1 });
      const sids = page.instances.map((service) => service.sid);
      return { sids: sids.slice(0, MAX_SERVICES), all: sids.length <= MAX_SERVICES && !page.nextPageUrl };
    });

  const holds = async (serviceSid: string, sid: string, scope: CallScope): Promise<PortResult<boolean>> => {
    const fetched = await call(scope, async (sdk) => {
      const found = await sdk.messaging.v1.services(sidOf(serviceSid)).phoneNumbers(sidOf(sid)).fetch();
      return found.sid === sid;
    });
    return fetched.kind === 'notFound' ? { kind: 'ok', value: false } : fetched;
  };

  async function searched(sid: string, scope: CallScope): Promise<Detached> {
    /** What the time cut off was a look-up, and has changed nothing. */
    const cut = (failed: Failed): Detached => (scope.signal.aborted ? NOT_SEARCHED : failed);
    const listed = await services(scope);
    if (listed.kind !== 'ok') return cut(listed);
    const { sids, all } = listed.value;
    for (let from = 0; from < sids.length; from += AT_ONCE) {
      const some = sids.slice(from, from + AT_ONCE);
      const looks = await Promise.all(some.map((serviceSid) => holds(serviceSid, sid, scope)));
      const home = some[looks.findIndex((look) => look.kind === 'ok' && look.value)];
      if (home !== undefined) return outOf(home, await remove(home, sid, scope));
      const failed = looks.find((look) => look.kind !== 'ok');
      if (failed) return cut(failed);
    }
    return all ? { kind: 'ok', value: { searched: true } } : NOT_SEARCHED;
  }

  return async (sid, hint, scope) => {
    // An end of our own, which says nothing of the provider's health: no deadline that ran out.
    const bound = new AbortController();
    const timer = setTimeout(() => bound.abort(), withinMs);
    const bounded = { ...scope, signal: AbortSignal.any([scope.signal, bound.signal]) };
    try {
      if (hint !== undefined && SERVICE_SID.test(hint)) {
        const removed = await remove(hint, sid, bounded);
        if (removed.kind !== 'notFound') return outOf(hint, removed);
      }
      return await searched(sid, bounded);
    } finally {
      clearTimeout(timer);
    }
  };
}

function outOf(serviceSid: string, removed: PortResult<void>): Detached {
  // Somebody else has taken it out since it was seen there.
  if (removed.kind === 'notFound') return { kind: 'ok', value: { searched: true } };
  return removed.kind === 'ok'
    ? { kind: 'ok', value: { searched: true, detachedFrom: serviceSid } }
    : removed;
}
