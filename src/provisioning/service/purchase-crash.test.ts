import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '#kernel/problem.ts';
import { HoldLost } from '../domain/errors.ts';
import { tagOf } from '../domain/tag.ts';
import type { PurchaseOrder } from '../domain/types.ts';
import { createMemoryLedger } from '../ledger/memory-ledger.ts';
import { KEY_LIFETIME_MS, LEASE_MS, type Ledger, type PortResult, RESERVED_MS } from '../ports.ts';
import { createCalls } from './calls.ts';
import {
  BARRED,
  keyScope,
  LOST,
  NOT_SENT,
  OPEN,
  orderOf,
  scopeOf,
  silent,
  THROTTLED,
} from './service.test-support.ts';
import { createService } from './service.ts';
import {
  createSimulatedPort,
  createWorld,
  own,
  sidOf,
  type World,
} from './simulated-provider.test-support.ts';

// Whatever the provider answers or loses, wherever a process dies, and however often the same key comes again, also
// while its first holder still works: one purchase a key, each number bound to one key, and none touched that
// the account had before.

const NUMBERS = Array.from({ length: 7 }, (_, index) => `+1415555010${index}`);
const OWN = '+14155550100';
const KEYS = ['k0', 'k1', 'k2'];

/** What happens at one call, to the provider or to the ledger. */
const FAULTS = [
  /** The answer is lost: before, after, or only some calls later it takes effect. */
  'lostBefore',
  'lostAfter',
  'late',
  'notSent',
  'throttled',
  'open',
  'credentials',
  /** Somebody else buys the number, or it may never be sold to us. */
  'sold',
  'barred',
  /** The process dies: before or after the effect. */
  'dieBefore',
  'dieAfter',
  /** It stands still for longer than its lease while the key comes again, is served, and then goes on. */
  'stall',
  /** It stands still until shortly before its lease ends; or for a moment, in which the key comes again. */
  'doze',
  'nap',
  /** The ledger cannot be reached. */
  'storeDown',
] as const;
/** Shorter than a holder relies on what the ledger has told him. */
const NAP_MS = 600;
type Fault = (typeof FAULTS)[number] | 'none';

/** Faults of the purchases themselves, and of all other calls, in order. */
interface Faults {
  readonly purchase: readonly Fault[];
  readonly rest: readonly Fault[];
}

const half = (script: Fault[]) => script.splice(0, Math.ceil(script.length / 2));

class Died extends Error {}

interface Site {
  readonly world: World;
  readonly ledger: Ledger;
  readonly late: { calls: number; land: () => void }[];
  /** Final answers, as the ledger has them: status and sid. */
  readonly answers: Map<string, { status: number; sid?: string }[]>;
  now: number;
}

function createSite(): Site {
  const world = createWorld(NUMBERS);
  own(world, OWN, 'bought by hand');
  let looked = 0;
  // A third of them each time, and another third soon.
  world.lists = (e164) => (Number(e164) + Math.floor(looked++ / NUMBERS.length)) % 3 === 0;
  const site: Omit<Site, 'ledger'> = { world, late: [], answers: new Map(), now: 1_000_000 };
  return Object.assign(site, { ledger: createMemoryLedger({ now: () => site.now }) });
}

/** Lets what is under way land: what is due, or all of it. */
function settleLate(site: Site, all: boolean): void {
  for (const entry of site.late.splice(0)) {
    entry.calls -= 1;
    if (all || entry.calls <= 0) entry.land();
    else site.late.push(entry);
  }
}

/** One request with a key, from its claim to its answer, under faults that come call by call. */
async function request(site: Site, key: string, order: PurchaseOrder, faults: Faults): Promise<void> {
  const script = { purchase: [...faults.purchase], rest: [...faults.rest] };
  let dead = false;
  const next = async (at: keyof Faults): Promise<Fault> => {
    if (dead) throw new Died();
    // Others come between any two calls.
    await null;
    settleLate(site, false);
    const fault = script[at].shift() ?? 'none';
    if (fault === 'doze') site.now += LEASE_MS - NAP_MS + 1;
    if (fault === 'stall' || fault === 'nap') {
      site.now += fault === 'stall' ? LEASE_MS : NAP_MS;
      const { purchase, rest } = script;
      // The other one takes half of the faults to come.
      await request(site, key, order, { purchase: half(purchase), rest: half(rest) });
    }
    return fault;
  };
  const die = (): never => {
    dead = true;
    throw new Died();
  };

  const port = createSimulatedPort(site.world, async (_step, call, e164) => {
    const fault = await next(e164 === undefined ? 'rest' : 'purchase');
    if (fault === 'dieBefore') die();
    const answer = atProvider(site, fault, call, e164);
    if (fault === 'dieAfter') die();
    return answer;
  });
  const ledger = faultyLedger(site.ledger, next, die);
  const calls = createCalls({
    attempts: 3,
    random: () => 0.5,
    async sleep(ms) {
      site.now += ms;
    },
  });
  const stopwatch = () => {
    const from = site.now;
    return () => site.now - from;
  };
  const service = createService({ port, ledger, calls, stopwatch, allowedDomains: 'any', log: silent });

  const claimed = await site.ledger.claim(keyScope(key), 'fingerprint');
  if (claimed.kind !== 'held') return;
  const { hold, intent } = claimed;
  const given = await outcomeOf(service.purchase(order, hold, intent, scopeOf()));
  if (given === 'dead' || given === 'lost') return;
  const isFinal = given.status !== 207 && given.status !== 429 && given.status < 500;
  if (!isFinal) return site.ledger.letGo(hold);
  const body = JSON.stringify(given);
  if (!(await site.ledger.answer(hold, { status: given.status, headers: {}, body }))) return;
  site.answers.set(key, [...(site.answers.get(key) ?? []), given]);
}

type Given = { readonly status: number; readonly sid?: string };

async function outcomeOf(work: Promise<{ state: string; sid: string }>): Promise<Given | 'dead' | 'lost'> {
  try {
    const { state, sid } = await work;
    return { status: state === 'Configured' ? 201 : 207, sid };
  } catch (error) {
    if (error instanceof Problem) return { status: error.status };
    if (error instanceof HoldLost) return 'lost';
    if (error instanceof Died) return 'dead';
    if (error instanceof StoreDown) return { status: 500 };
    throw error;
  }
}

class StoreDown extends Error {}

function atProvider<T>(
  site: Site,
  fault: Fault,
  call: () => PortResult<T>,
  e164: string | undefined,
): PortResult<T> {
  const isFree = e164 !== undefined && !site.world.owned.has(e164);
  switch (fault) {
    case 'lostBefore':
      return LOST;
    case 'lostAfter':
      call();
      return LOST;
    case 'late':
      // Only what changes something can be late.
      if (e164 !== undefined) site.late.push({ calls: 9, land: () => void call() });
      return LOST;
    case 'notSent':
      return NOT_SENT;
    case 'throttled':
      return THROTTLED;
    case 'open':
      return OPEN;
    case 'credentials':
      return BARRED;
    case 'sold':
      if (isFree) site.world.stock.delete(e164);
      return call();
    case 'barred':
      if (isFree) site.world.barred.add(e164);
      return call();
    default:
      return call();
  }
}

function faultyLedger(ledger: Ledger, next: (at: keyof Faults) => Promise<Fault>, die: () => never): Ledger {
  const around = async <T>(write: () => Promise<T>): Promise<T> => {
    const fault = await next('rest');
    if (fault === 'storeDown') throw new StoreDown();
    if (fault === 'dieBefore') die();
    const result = await write();
    if (fault === 'dieAfter') die();
    return result;
  };
  return {
    ...ledger,
    renew: (hold) => around(() => ledger.renew(hold)),
    reserve: (hold, e164) => around(() => ledger.reserve(hold, e164)),
    unreserve: (hold) => around(() => ledger.unreserve(hold)),
    bought: (hold, sid) => around(() => ledger.bought(hold, sid)),
  };
}

const wish = fc.oneof(
  fc.constantFrom(...NUMBERS.slice(0, 3)).map((e164) => orderOf({ e164 })),
  fc.constant(orderOf({ areaCode: '415' })),
);
const scripted = (none: number, maxLength: number) =>
  fc.array(
    fc.oneof(
      { weight: none, arbitrary: fc.constant<Fault>('none') },
      { weight: 4, arbitrary: fc.constantFrom<Fault>(...FAULTS) },
    ),
    { maxLength },
  );
// Most of what can go wrong for good goes wrong at the purchase.
const faults = fc.record({ purchase: scripted(1, 4), rest: scripted(12, 16) });
const round = fc.record({
  requests: fc.array(fc.record({ key: fc.nat(KEYS.length - 1), faults }), { minLength: 1, maxLength: 3 }),
  // Long enough for a lease, a reservation, a key to end; or not.
  gap: fc.constantFrom(0, LEASE_MS, RESERVED_MS + LEASE_MS, KEY_LIFETIME_MS + LEASE_MS),
});
const history = fc.record({
  orders: fc.tuple(wish, wish, wish),
  rounds: fc.array(round, { minLength: 1, maxLength: 4 }),
});

function judge(site: Site): void {
  const { paid, renamed, owned, configured } = site.world;
  assert.deepEqual(renamed, [], 'a number was bought a second time, under another key');
  assert.ok(!configured.includes(OWN), 'a number of the account was rewired');
  assert.equal(owned.get(OWN)?.tag, 'bought by hand');
  const sids: string[] = [];
  for (const key of KEYS) {
    const tag = tagOf(keyScope(key));
    const bought = paid.filter((purchase) => purchase.tag === tag);
    assert.ok(bought.length <= 1, `${key} paid for ${bought.length} numbers`);
    const answered = (site.answers.get(key) ?? []).flatMap(({ sid }) => sid ?? []);
    assert.deepEqual(
      [...new Set(answered)],
      bought.map(({ e164 }) => sidOf(e164)),
      `${key} knows what it bought`,
    );
    sids.push(...new Set(answered));
  }
  assert.equal(new Set(sids).size, sids.length, 'no number belongs to two keys');
}

test('whatever fails wherever, a key pays once and knows its number; nothing else is touched', async () => {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(history, async ({ orders, rounds }) => {
      const site = createSite();
      const send = async (key: number, script: Faults) => {
        const [name, order] = [KEYS[key], orders[key]];
        assert.ok(name !== undefined && order);
        await request(site, name, order, script);
      };
      for (const { requests, gap } of rounds) {
        await Promise.all(requests.map(({ key, faults: script }) => send(key, script)));
        // No call is under way for as long as a reservation.
        if (gap > LEASE_MS) settleLate(site, true);
        site.now += gap;
      }
      settleLate(site, true);
      site.now += LEASE_MS;
      // In the end everything works, and whoever has a key uses it once more.
      for (const key of KEYS.keys()) await send(key, { purchase: [], rest: [] });
      judge(site);
      for (const answers of site.answers.values()) for (const { status } of answers) statuses.add(status);
    }),
    { numRuns: 1_000 },
  );
  // The histories are no good when they all end alike.
  assert.deepEqual([...statuses].sort(), [201, 409]);
});
