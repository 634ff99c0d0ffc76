import { createSimClock, type SimClock } from './clock.ts';
import { type Collection, createCollection, type SimRecord } from './collection.ts';
import { pageOf } from './paging.ts';
import { generator } from './random.ts';
import type { SimAnswer, SimRequest } from './request.ts';

/*
 * The state of one simulator. How a resource is written:
 *
 *   interface EndUserRecord extends SimRecord { friendlyName: string; type: string }
 *   export const endUsers = kind<EndUserRecord>('endUsers');            // one line per resource kind, module level
 *
 *   handle(request, world) {
 *     const record = endUsers.of(world).insert({ ...world.stamp('IT', request.account), friendlyName, type });
 *     return { status: 201, body: view(record) };
 *   }
 *   endUsers.of(world).find(request.account, request.params.sid ?? '')  // visible and of this account, or undefined
 *   endUsers.of(world).list(request.account)                            // visible ones, newest first
 *   world.page(request, endUsers.of(world).list(request.account).map(view), 'results')   // v1 and 2010 paging
 *   world.schedule(world.delays.brandReviewMs, () => { ... })           // fires in order, also on time travel
 *   world.emit({ kind: 'brand', account, payload })                     // reaches every world.on(...) listener
 */

export interface SimKind<T extends SimRecord> {
  readonly name: string;
  of(world: SimWorld): Collection<T>;
}

export interface SimAccount {
  readonly sid: string;
  readonly token: string;
  status: 'active' | 'suspended' | 'closed';
  friendlyName: string;
  /** Sid of the parent of a subaccount. */
  readonly parent?: string;
  readonly keys: readonly SimKey[];
  readonly createdAt: number;
}
/** A standard key cannot read /Accounts and /Keys themselves; a main key can. */
export interface SimKey {
  readonly sid: string;
  readonly secret: string;
  readonly kind: 'standard' | 'main';
}

/** How long the simulated reviews take, in milliseconds of the simulator's clock. */
export interface Delays {
  /** pending-review -> in-review of a profile or trust product. */
  bundlePickUpMs: number;
  /** in-review -> verdict. */
  bundleReviewMs: number;
  brandReviewMs: number;
  /** Campaign PENDING -> IN_PROGRESS. */
  campaignPickUpMs: number;
  /** Campaign IN_PROGRESS -> verdict. */
  campaignReviewMs: number;
  numberRegistrationMs: number;
  numberDeregistrationMs: number;
  sinkValidationMs: number;
  /** Wait before a failed callback is sent again. */
  callbackRetryMs: number;
}

export const DEFAULT_DELAYS: Delays = {
  bundlePickUpMs: 100,
  bundleReviewMs: 200,
  brandReviewMs: 400,
  campaignPickUpMs: 100,
  campaignReviewMs: 400,
  numberRegistrationMs: 200,
  numberDeregistrationMs: 200,
  sinkValidationMs: 100,
  callbackRetryMs: 500,
};

export interface SimEvent {
  /** `bundle`, `brand`, `campaign`, `number`; the core sends `numberReleased` with {sid, phoneNumber}. */
  readonly kind: string;
  readonly account: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** POST /_sim/<name>/<sid> (or without sid) with a JSON object. */
export interface ControlCall {
  readonly method: string;
  readonly sid: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}
export type ControlHandler = (call: ControlCall) => SimAnswer | Promise<SimAnswer>;

export interface SimWorld {
  readonly accounts: Map<string, SimAccount>;
  readonly delays: Delays;
  /** Real time plus what was travelled, in milliseconds. */
  now(): number;
  readonly clock: SimClock;
  schedule(afterMs: number, run: () => void | Promise<void>): void;
  /** Prefix + 32 hex digits, the same sequence for the same seed. */
  newSid(prefix: string): string;
  /** 0 <= x < 1 from the seed. */
  random(): number;
  /** sid, account and times of a new object. */
  stamp(prefix: string, account: string): SimRecord;
  emit(event: SimEvent): void;
  on(listener: (event: SimEvent) => void): void;
  /** Adds a control call under /_sim/<name>: brands, campaigns, bundles, numbers, callbacks. */
  control(name: string, handler: ControlHandler): void;
  readonly controls: ReadonlyMap<string, ControlHandler>;
  /** One page of a list in the form of the request's product. */
  page(request: SimRequest, items: readonly unknown[], key: string): SimAnswer;
  /** Collections by kind, for GET /_sim/objects and reset. */
  readonly collections: Map<string, Collection<SimRecord>>;
  /** Forgets objects, timers, listeners and control calls; sids start anew. */
  clear(): void;
}

export interface WorldOptions {
  readonly accounts: readonly SimAccount[];
  readonly delays?: Partial<Delays>;
  readonly seed?: number;
  readonly consistencyMs?: number;
}

export function createWorld(options: WorldOptions): SimWorld {
  const clock = createSimClock();
  const accounts = new Map<string, SimAccount>();
  const collections = new Map<string, Collection<SimRecord>>();
  const controls = new Map<string, ControlHandler>();
  let listeners: ((event: SimEvent) => void)[] = [];
  let random = generator(options.seed ?? 1);
  const delays = { ...DEFAULT_DELAYS, ...options.delays };
  const world: SimWorld = {
    accounts,
    delays,
    clock,
    controls,
    collections,
    now: clock.now,
    schedule: clock.schedule,
    random: () => random(),
    newSid: (prefix) =>
      prefix + Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join(''),
    stamp(prefix, account) {
      const now = clock.now();
      const visibleAt = now + (options.consistencyMs ?? 0);
      return { sid: world.newSid(prefix), account, createdAt: now, updatedAt: now, visibleAt };
    },
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    on: (listener) => void listeners.push(listener),
    control: (name, handler) => void controls.set(name, handler),
    page: pageOf,
    clear() {
      clock.clear();
      collections.clear();
      controls.clear();
      listeners = [];
      random = generator(options.seed ?? 1);
      Object.assign(delays, { ...DEFAULT_DELAYS, ...options.delays });
      accounts.clear();
      for (const account of options.accounts) accounts.set(account.sid, { ...account });
    },
  };
  world.clear();
  return world;
}

/** Declares a kind of object. Two kinds of one name in a world share nothing: the second one is an error. */
export function kind<T extends SimRecord>(name: string): SimKind<T> {
  const made = new WeakMap<SimWorld, Collection<T>>();
  return {
    name,
    of(world) {
      const known = made.get(world);
      // After a reset the world has forgotten its collections, so an old one must not live on.
      if (known !== undefined && world.collections.has(name)) return known;
      if (world.collections.has(name)) throw new Error(`two kinds are called ${name}`);
      const { collection, untyped } = createCollection<T>(world.now);
      made.set(world, collection);
      world.collections.set(name, untyped);
      return collection;
    },
  };
}
