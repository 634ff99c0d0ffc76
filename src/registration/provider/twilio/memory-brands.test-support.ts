import { type Outcome, ok, unknown } from '#kernel/outcome.ts';
import type { PartInput, TwilioCalls } from './calls.ts';
import {
  type BrandWorld,
  newBrandWorld,
  type Stored,
  type StoredBrand,
  type StoredPart,
} from './memory-brand-world.test-support.ts';
import type { MovedClock } from './memory-effects.test-support.ts';
import { Crash, errorAnswer } from './memory-twilio.test-support.ts';
import { POLICIES } from './options.ts';

type BrandCalls = Pick<
  TwilioCalls,
  | `${'create' | 'find' | 'fetch'}Bundle`
  | 'setBundleStatus'
  | 'evaluateBundle'
  | 'assign'
  | 'unassign'
  | 'assignments'
  | `${'create' | 'find' | 'update'}${'EndUser' | 'Document' | 'Address'}`
  | 'fetchAddress'
  | `${'create' | 'find' | 'fetch' | 'update'}Brand`
>;

export const PRIMARY = 'BUprimary';
/** What a bundle needs attached, by policy; `parent` is another bundle. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  [POLICIES.customerProfile]: [
    'customer_profile_business_information',
    'authorized_representative_1',
    'customer_profile_address',
  ],
  [POLICIES.starterProfile]: ['starter_customer_profile_information', 'customer_profile_address'],
  [POLICIES.trustProduct]: ['us_a2p_messaging_profile_information'],
  [POLICIES.soleProprietor]: ['sole_proprietor_information'],
};
const EDITABLE = ['draft', 'twilio-rejected'];

export function memoryBrands(clock: MovedClock): { world: BrandWorld; calls: () => TwilioCalls } {
  const world = newBrandWorld();
  let serial = 0;
  const now = () => clock.now().getTime();
  const newSid = (prefix: string) => {
    serial += 1;
    return `${prefix}${serial}`;
  };
  const made = (prefix: string): Stored => ({ sid: newSid(prefix), visibleAt: now() + world.lateMs });
  const newest = <A extends Stored>(
    items: readonly A[],
    matches: (item: A) => boolean,
  ): Outcome<A | undefined> => ok(items.findLast((item) => item.visibleAt <= now() && matches(item)));
  const shown = <A extends Stored>(items: readonly A[], sid: string) =>
    items.find((item) => item.sid === sid && item.visibleAt <= now());
  const bundle = (sid: string) => shown(world.bundles, sid);
  const isOpen = (objectSid: string) =>
    world.assignments
      .filter((item) => item.objectSid === objectSid)
      .every((item) => EDITABLE.includes(bundle(item.bundle)?.status ?? ''));

  const createPart = (list: StoredPart[], prefix: string) => async (input: PartInput) => {
    const part = { ...made(prefix), ...input };
    list.push(part);
    return ok({ sid: part.sid });
  };
  const findPart = (list: StoredPart[]) => async (by: { friendlyName: string; type: string }) =>
    newest(list, (part) => part.friendlyName === by.friendlyName && part.type === by.type);
  const updatePart =
    (list: StoredPart[]) => async (sid: string, attributes: Readonly<Record<string, string>>) => {
      const part = shown(list, sid);
      if (!part) return errorAnswer(404, '20404');
      if (!isOpen(sid)) return errorAnswer(400, '60711');
      part.attributes = attributes;
      return ok(undefined);
    };

  const pure: BrandCalls = {
    async createBundle(kind, { friendlyName, policySid }) {
      const stored = { ...made('BU'), kind, friendlyName, policySid, status: 'draft', errors: [] };
      world.bundles.push(stored);
      return ok({ ...stored });
    },
    findBundle: async (kind, by) =>
      newest(
        world.bundles,
        (item) =>
          item.kind === kind && item.friendlyName === by.friendlyName && item.policySid === by.policySid,
      ),
    async fetchBundle(_kind, sid) {
      const stored = bundle(sid);
      return ok(stored && { ...stored });
    },
    async setBundleStatus(_kind, sid, status) {
      const stored = bundle(sid);
      if (!stored) return errorAnswer(404, '20404');
      const allowed =
        status === 'draft' ? stored.status === 'twilio-approved' : EDITABLE.includes(stored.status);
      if (!allowed) return errorAnswer(400, '60711');
      Object.assign(stored, { status, errors: [] });
      return ok({ ...stored });
    },
    async evaluateBundle(_kind, sid, policySid) {
      if (!bundle(sid)) return errorAnswer(404, '20404');
      const blind = world.blindEvaluations > 0;
      if (blind) world.blindEvaluations -= 1;
      const under = blind ? [] : world.assignments.filter((item) => item.bundle === sid);
      const attached = under.map(({ objectSid }) => objectSid);
      const parts = [...world.endUsers, ...world.documents].filter((part) => attached.includes(part.sid));
      const missing = (REQUIRED[policySid] ?? []).filter((type) => !parts.some((part) => part.type === type));
      if (!attached.some((objectSid) => objectSid.startsWith('BU'))) missing.push('primary customer profile');
      const emptyIn = ({ attributes }: StoredPart) =>
        Object.keys(attributes).filter((name) => attributes[name] === '');
      const wanting = parts.filter((part) => emptyIn(part).length > 0);
      return ok({
        sid: newSid('EL'),
        compliant: missing.length + wanting.length === 0,
        faults: [
          ...missing.map((object) => ({
            object,
            requirement: object,
            fields: ['business_name'],
            code: '22214',
            reason: 'missing',
          })),
          ...wanting.map((part) => ({
            object: part.type,
            requirement: part.type,
            fields: emptyIn(part),
            code: '22215',
            reason: 'empty',
          })),
        ],
      });
    },
    async assign(_kind, sid, objectSid) {
      if (!bundle(sid)) return errorAnswer(404, '20404');
      if (!EDITABLE.includes(bundle(sid)?.status ?? '')) return errorAnswer(400, '60711');
      const assignment = { ...made('BV'), bundle: sid, objectSid };
      world.assignments.push(assignment);
      return ok(assignment);
    },
    async unassign(_kind, _sid, assignmentSid) {
      const at = world.assignments.findIndex((item) => item.sid === assignmentSid);
      if (at >= 0) world.assignments.splice(at, 1);
      return ok(undefined);
    },
    assignments: async (_kind, sid) =>
      ok(world.assignments.filter((item) => item.bundle === sid && item.visibleAt <= now())),

    createEndUser: createPart(world.endUsers, 'IT'),
    findEndUser: findPart(world.endUsers),
    updateEndUser: updatePart(world.endUsers),
    createDocument: createPart(world.documents, 'RD'),
    findDocument: findPart(world.documents),
    updateDocument: updatePart(world.documents),
    async createAddress(input) {
      const address = { ...made('AD'), input, bound: false };
      world.addresses.push(address);
      return ok({ sid: address.sid });
    },
    findAddress: async (name) => newest(world.addresses, ({ input }) => input.friendlyName === name),
    fetchAddress: async (sid) => ok(shown(world.addresses, sid)?.input),
    async updateAddress(sid, input) {
      const address = shown(world.addresses, sid);
      if (!address) return errorAnswer(404, '20404');
      if (address.bound) return errorAnswer(400, '21630');
      address.input = input;
      return ok(undefined);
    },

    async createBrand({ customerProfileSid, trustProductSid, brandType }) {
      const pair = { customerProfileSid, trustProductSid };
      const brand: StoredBrand = {
        ...made('BN'),
        ...pair,
        brandType,
        status: 'PENDING',
        updates: 0,
        errors: [],
      };
      world.brands.push(brand);
      return ok({ ...brand });
    },
    findBrand: async (by) =>
      newest(
        world.brands,
        (brand) =>
          brand.identityStatus !== 'VETTED_VERIFIED' &&
          brand.customerProfileSid === by.customerProfileSid &&
          brand.trustProductSid === by.trustProductSid,
      ),
    async fetchBrand(sid) {
      const brand = shown(world.brands, sid);
      return ok(brand && { ...brand });
    },
    async updateBrand(sid) {
      const brand = shown(world.brands, sid);
      if (brand?.status !== 'FAILED' || brand.tcrId === undefined) return errorAnswer(400, '21725');
      if (brand.updates >= 3) return errorAnswer(400, '21724');
      const status = world.failsAtOnce ? 'FAILED' : 'PENDING';
      const updates = brand.updates + 1;
      Object.assign(brand, { status, updates, errors: [], updatedAt: `update ${updates}` });
      return ok({ ...brand });
    },
  };

  // Every call passes here: it takes its time, is written down, and meets the fault that the test ordered.
  const calls = new Proxy(pure, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== 'function') throw new Error(`${String(name)} is no call of brands`);
      return async (...args: unknown[]) => {
        const at = world.calls.push(String(name)) - 1;
        clock.advance(world.callMs);
        const fault = world.faults.find((item) => ('at' in item ? item.at === at : item.name === name));
        const kind = fault?.kind;
        if (world.refuse?.name === name) return errorAnswer(400, world.refuse.code);
        if (kind === 'dropped') return unknown('the request never arrived');
        const outcome: unknown = await Reflect.apply(call, target, args);
        if (kind === 'crash') throw new Crash();
        return kind === 'lost' ? unknown('the answer was lost') : outcome;
      };
    },
  });
  // The proxy refuses every call that brands have no use for.
  return { world, calls: () => calls as TwilioCalls };
}
