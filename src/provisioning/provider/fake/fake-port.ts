import type { NumberState, PurchasedNumber, Webhooks } from '../../domain/types.ts';
import type { CallScope, NumberQuery, PortResult, ProviderFault, TelephonyPort } from '../../ports.ts';
import { e164Of, isInStock, isLost, numberOf, sidOf, stockOf } from './stock.ts';

/** The account that all numbers here belong to. */
export const FAKE_ACCOUNT = `AC${'0'.repeat(31)}1`;
/** Every application exists, but for this one. */
export const FAKE_UNKNOWN_APP = `AP${'0'.repeat(32)}`;
/** Refused at the purchase as no number at all, like the provider's own test number (docs/twilio.md 9.4). */
export const FAKE_INVALID_NUMBER = '+15005550001';

/**
 * A telephony provider in memory, for development and tests: deterministic, free, and without any network (R138).
 * Every area code has the hundred numbers of stock.ts; what was released can be bought again. A number bought
 * by another process is known by its sid, without tag and webhooks.
 * @returns the port; `calls()` lists all calls of it so far, oldest first: `purchase +14155550101` (R144).
 */
export function createFakePort(): TelephonyPort & { calls(): readonly string[] } {
  const owned = new Map<string, NumberState>();
  const released = new Set<string>();
  const calls: string[] = [];

  /** As over a network: what comes after the end of its request is not even sent. */
  async function call<T>(name: string, { signal }: CallScope, work: () => PortResult<T>) {
    if (signal.aborted) return { kind: 'unknown', reason: 'given up', sent: false } as const;
    calls.push(name);
    return work();
  }

  function known(sid: string): NumberState | undefined {
    const here = owned.get(sid);
    const e164 = e164Of(sid);
    if (here || !e164 || released.has(sid)) return here;
    return stateOf(e164, '');
  }

  function buy(e164: string, tag: string): PortResult<PurchasedNumber> {
    if (e164 === FAKE_INVALID_NUMBER)
      return refused({ code: '21421', message: 'the number is not valid', field: 'e164' });
    const sid = sidOf(e164);
    const had = owned.get(sid);
    if (!had && (!isInStock(e164) || isLost(e164)))
      return { kind: 'unavailable', fault: { code: '21422', message: 'the number is not available' } };
    const state = had ? { ...had, tag } : stateOf(e164, tag);
    owned.set(sid, state);
    released.delete(sid);
    const { country: _, webhooks: __, ...bought } = state;
    return ok(bought);
  }

  return {
    search: (query, scope) =>
      call(`search ${query.e164 ?? query.areaCode ?? ''}`, scope, () =>
        ok(
          matching(query)
            .filter(({ e164 }) => !owned.has(sidOf(e164)))
            .slice(0, query.limit),
        ),
      ),
    purchase: (e164, tag, scope) => call(`purchase ${e164}`, scope, () => buy(e164, tag)),
    configure: (sid, webhooks, scope) =>
      call(`configure ${sid}`, scope, () => {
        const state = known(sid);
        if (!state) return { kind: 'notFound' };
        if (webhooks.voiceAppSid === FAKE_UNKNOWN_APP)
          return refused({
            code: '21420',
            message: 'there is no such application',
            field: 'webhooks.voiceAppSid',
          });
        const changed = { ...state, webhooks: webhooksOf(webhooks) };
        owned.set(sid, changed);
        return ok(changed);
      }),
    getNumber: (sid, scope) =>
      call(`getNumber ${sid}`, scope, () => {
        const state = known(sid);
        return state ? ok(state) : { kind: 'notFound' };
      }),
    findByNumber: (e164, scope) => call(`findByNumber ${e164}`, scope, () => ok(owned.get(sidOf(e164)))),
    findByTag: (tag, scope) =>
      call(`findByTag ${tag}`, scope, () => ok([...owned.values()].find((state) => state.tag === tag))),
    voiceAppExists: (sid, scope) => call(`voiceAppExists ${sid}`, scope, () => ok(sid !== FAKE_UNKNOWN_APP)),
    detach: (sid, _hint, scope) => call(`detach ${sid}`, scope, () => ok({ searched: true })),
    release: (sid, scope) =>
      call(`release ${sid}`, scope, () => {
        if (!known(sid)) return { kind: 'notFound' };
        owned.delete(sid);
        released.add(sid);
        return ok(undefined);
      }),
    check: (scope) => call('check', scope, () => ok(undefined)),
    breakers: () => [],
    close: async () => {},
    calls: () => [...calls],
  };
}

function matching({ areaCode, e164, capabilities }: NumberQuery) {
  const stock = e164 === undefined ? stockOf(areaCode ?? '') : isInStock(e164) ? [numberOf(e164)] : [];
  return stock.filter((one) => capabilities.every((capability) => one.capabilities[capability]));
}

function stateOf(e164: string, tag: string): NumberState {
  return { ...numberOf(e164), sid: sidOf(e164), accountSid: FAKE_ACCOUNT, tag, webhooks: {} };
}

/** All of it, and nothing that was not said. */
function webhooksOf({ smsWebhookUrl, voiceUrl, voiceAppSid, statusCallbackUrl }: Webhooks): Webhooks {
  return {
    smsWebhookUrl,
    ...(voiceAppSid !== undefined ? { voiceAppSid } : voiceUrl !== undefined && { voiceUrl }),
    ...(statusCallbackUrl !== undefined && { statusCallbackUrl }),
  };
}

function ok<T>(value: T): PortResult<T> {
  return { kind: 'ok', value };
}

function refused(fault: ProviderFault): PortResult<never> {
  return { kind: 'refused', fault };
}
