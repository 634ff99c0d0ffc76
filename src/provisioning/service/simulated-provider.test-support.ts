import { createHash } from 'node:crypto';
import type { AvailableNumber, CapabilityFlags, NumberState } from '../domain/types.ts';
import type { PortResult, TelephonyPort } from '../ports.ts';
import type { Step } from './calls.ts';

export const ACCOUNT = `AC${'a'.repeat(32)}`;
export const BOTH: CapabilityFlags = { sms: true, voice: true };
export const sidOf = (e164: string) => `PN${createHash('md5').update(e164).digest('hex')}`;

/** What the provider has, and what was ever paid for. */
export interface World {
  readonly stock: Map<string, CapabilityFlags>;
  readonly owned: Map<string, NumberState>;
  readonly apps: Set<string>;
  /** Numbers that nobody may buy for a reason of their own. */
  readonly barred: Set<string>;
  /** Every purchase that cost money, in order. */
  readonly paid: { readonly e164: string; readonly tag: string }[];
  /** Numbers that lost their name to a later purchase, which must never happen. */
  readonly renamed: string[];
  /** Numbers whose webhooks were set. */
  readonly configured: string[];
  /** Whether the next search lists this number: searches are samples (docs/twilio.md 9.1). */
  lists: (e164: string) => boolean;
}

export function createWorld(forSale: readonly string[]): World {
  return {
    stock: new Map(forSale.map((e164) => [e164, BOTH])),
    owned: new Map(),
    apps: new Set(),
    barred: new Set(),
    paid: [],
    renamed: [],
    configured: [],
    lists: () => true,
  };
}

/** A number that the account has from elsewhere. */
export function own(world: World, e164: string, tag: string): NumberState {
  const state = { ...numberOf(e164, tag, BOTH), country: 'US', webhooks: {} };
  world.owned.set(e164, state);
  return state;
}

/**
 * Stands between a call and what it does: may do it, or not, and answer something else.
 * `e164`: the number that is bought, of a purchase.
 */
export type Around = <T>(step: Step, call: () => PortResult<T>, e164?: string) => Promise<PortResult<T>>;

/**
 * A provider that keeps numbers as the real one does: whoever buys a number that the account has already gets it
 * renamed and is charged nothing (docs/twilio.md 9.2). Searches reserve nothing.
 */
export function createSimulatedPort(world: World, around: Around): TelephonyPort {
  const bySid = (sid: string) => [...world.owned.values()].find((number) => number.sid === sid);
  return {
    search: ({ areaCode, e164, limit }) =>
      around('search', () => ({ kind: 'ok', value: listed(world, areaCode, e164).slice(0, limit) })),
    purchase: (e164, tag) => around('purchase', () => buy(world, e164, tag), e164),
    configure: (sid, webhooks) =>
      around('configure', () => {
        const number = bySid(sid);
        if (!number) return { kind: 'notFound' };
        const state = { ...number, webhooks };
        world.owned.set(number.e164, state);
        world.configured.push(number.e164);
        return { kind: 'ok', value: state };
      }),
    getNumber: (sid) =>
      around('getNumber', () => {
        const number = bySid(sid);
        return number ? { kind: 'ok', value: number } : { kind: 'notFound' };
      }),
    findByNumber: (e164) => around('findByNumber', () => ({ kind: 'ok', value: world.owned.get(e164) })),
    findByTag: (tag) =>
      around('findByTag', () => ({
        kind: 'ok',
        value: [...world.owned.values()].find((number) => number.tag === tag),
      })),
    voiceAppExists: (app) => around('voiceApp', () => ({ kind: 'ok', value: world.apps.has(app) })),
    detach: (sid) =>
      around('detach', () => (bySid(sid) ? { kind: 'ok', value: { searched: true } } : { kind: 'notFound' })),
    release: (sid) =>
      around('release', () => {
        const number = bySid(sid);
        if (!number) return { kind: 'notFound' };
        world.owned.delete(number.e164);
        return { kind: 'ok', value: undefined };
      }),
    check: async () => ({ kind: 'ok', value: undefined }),
    breakers: () => [],
    close: async () => undefined,
  };
}

function listed(world: World, areaCode: string | undefined, e164: string | undefined): AvailableNumber[] {
  return [...world.stock]
    .filter(([number]) => (e164 === undefined ? number.slice(2, 5) === areaCode : number === e164))
    .filter(([number]) => world.lists(number))
    .map(([number, capabilities]) => ({ e164: number, country: 'US', capabilities }));
}

function buy(world: World, e164: string, tag: string): PortResult<NumberState> {
  const former = world.owned.get(e164);
  if (former) {
    if (former.tag !== tag) world.renamed.push(e164);
    const state = { ...former, tag };
    world.owned.set(e164, state);
    return { kind: 'ok', value: state };
  }
  if (world.barred.has(e164))
    return { kind: 'refused', fault: { code: '21631', message: 'it needs an address' } };
  const capabilities = world.stock.get(e164);
  if (!capabilities) return { kind: 'unavailable', fault: { code: '21422', message: 'it is not available' } };
  world.stock.delete(e164);
  const state = { ...numberOf(e164, tag, capabilities), country: 'US', webhooks: {} };
  world.owned.set(e164, state);
  world.paid.push({ e164, tag });
  return { kind: 'ok', value: state };
}

const numberOf = (e164: string, tag: string, capabilities: CapabilityFlags) => ({
  sid: sidOf(e164),
  e164,
  accountSid: ACCOUNT,
  capabilities,
  tag,
});
