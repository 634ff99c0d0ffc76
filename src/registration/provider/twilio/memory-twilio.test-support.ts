import { type Outcome, ok, refused, unknown } from '#kernel/outcome.ts';
import type { CampaignInput, CampaignTextInput, ProviderFault, TwilioCalls } from './calls.ts';
import { interpretError } from './errors.ts';
import type { MovedClock } from './memory-effects.test-support.ts';

/** The process died here. */
export class Crash extends Error {}

/** What befalls the nth call, counted from 0. `lost`: done, but the answer never came. `dropped`: never arrived. */
export interface Fault {
  readonly at: number;
  readonly kind: 'crash' | 'crashBefore' | 'lost' | 'dropped';
}

export interface StoredCampaign {
  status: string;
  tcrCampaignId?: string;
  input: CampaignInput;
  edits: number;
  errors: readonly ProviderFault[];
  visibleAt: number;
}

/** The provider's side: services, their campaigns and pools, and the numbers of the account. */
export interface World {
  readonly services: { readonly sid: string; readonly friendlyName: string; readonly visibleAt: number }[];
  readonly campaigns: Map<string, StoredCampaign>;
  readonly numbers: Map<string, { readonly sid: string; readonly sms: boolean }>;
  /** Pool by number. */
  readonly pools: Map<string, { readonly serviceSid: string; readonly visibleAt: number }>;
  /** Every campaign ever created or deleted, in order: each create is a fee. */
  readonly paid: string[];
  /** Whether the account may edit campaigns. */
  mayEdit: boolean;
  /** New objects are invisible for so long. */
  lateMs: number;
  poolSize: number;
  useCases: readonly string[];
  fault?: Fault;
  /** So many of the next looks at a campaign show nothing. */
  hideCampaign: number;
  calls: string[];
  /** Errors that the next call of a name gets instead: status and code. */
  readonly errors: Map<string, readonly [number, string]>;
}

/** An error of the provider as the adapter reads it. */
export function errorAnswer(status: number, code: string, message = 'No.'): Outcome<never> {
  const read = interpretError({ status, code, message });
  if (read.kind === 'alreadyDone' || read.kind === 'account')
    throw new Error(`code ${code} is not an outcome`);
  return read;
}

export function memoryTwilio(clock: MovedClock): { world: World; calls: () => TwilioCalls } {
  const world: World = {
    services: [],
    campaigns: new Map(),
    numbers: new Map([['+15005550006', { sid: 'PN1', sms: true }]]),
    pools: new Map(),
    paid: [],
    mayEdit: true,
    lateMs: 0,
    poolSize: 400,
    useCases: ['CUSTOMER_CARE', 'LOW_VOLUME'],
    hideCampaign: 0,
    calls: [],
    errors: new Map(),
  };
  const now = () => clock.now().getTime();
  const shown = <T extends { readonly visibleAt: number }>(object: T | undefined) =>
    object && object.visibleAt <= now() ? object : undefined;

  /** Counts the call, does it, and lets the fault of the plan happen to it. */
  const call = async <T>(name: string, act: () => Outcome<T>): Promise<Outcome<T>> => {
    const at = world.calls.push(name) - 1;
    const fault = world.fault?.at === at ? world.fault.kind : undefined;
    if (fault === 'crashBefore') throw new Crash(name);
    if (fault === 'dropped') return unknown('the request was lost');
    const error = world.errors.get(name);
    world.errors.delete(name);
    const answer = error ? errorAnswer(...error) : act();
    if (fault === 'crash') throw new Crash(name);
    return fault === 'lost' ? unknown('the answer was lost') : answer;
  };

  const view = (messagingServiceSid: string, { status, tcrCampaignId, input, errors }: StoredCampaign) => ({
    messagingServiceSid,
    status,
    ...(tcrCampaignId === undefined ? {} : { tcrCampaignId }),
    brandSid: input.brandSid,
    errors,
  });

  const own: Pick<
    TwilioCalls,
    | 'createService'
    | 'findService'
    | 'createCampaign'
    | 'fetchCampaign'
    | 'updateCampaign'
    | 'deleteCampaign'
    | 'useCases'
    | 'findOwnNumber'
    | 'attachNumber'
    | 'detachNumber'
    | 'isAttached'
    | 'pool'
  > = {
    createService: ({ friendlyName }) =>
      call('createService', () => {
        const sid = `MG${world.services.length + 1}`;
        world.services.push({ sid, friendlyName, visibleAt: now() + world.lateMs });
        return ok({ sid });
      }),
    findService: (friendlyName) =>
      call('findService', () =>
        ok(world.services.filter(shown).findLast((service) => service.friendlyName === friendlyName)),
      ),
    createCampaign: (serviceSid, input) =>
      call('createCampaign', () => {
        if (world.campaigns.has(serviceSid)) return errorAnswer(400, '21732');
        world.paid.push(`create ${serviceSid}`);
        const made = { status: 'PENDING', input, edits: 0, errors: [], visibleAt: now() + world.lateMs };
        world.campaigns.set(serviceSid, made);
        return ok(view(serviceSid, made));
      }),
    fetchCampaign: (serviceSid) =>
      call('fetchCampaign', () => {
        if (world.hideCampaign > 0) {
          world.hideCampaign -= 1;
          return ok(undefined);
        }
        const campaign = shown(world.campaigns.get(serviceSid));
        return ok(campaign && view(serviceSid, campaign));
      }),
    updateCampaign: (serviceSid, text: CampaignTextInput) =>
      call('updateCampaign', () => {
        const campaign = world.campaigns.get(serviceSid);
        if (!campaign) return errorAnswer(404, '20404');
        if (!world.mayEdit) return errorAnswer(403, '20403', 'Not enabled for this account');
        if (campaign.status !== 'FAILED') return errorAnswer(409, '20409');
        campaign.input = { ...campaign.input, ...text };
        Object.assign(campaign, { status: 'IN_PROGRESS', errors: [], edits: campaign.edits + 1 });
        return ok(view(serviceSid, campaign));
      }),
    deleteCampaign: (serviceSid) =>
      call('deleteCampaign', () => {
        if (world.campaigns.delete(serviceSid)) world.paid.push(`delete ${serviceSid}`);
        return ok(undefined);
      }),
    useCases: () => call('useCases', () => ok(world.useCases)),
    findOwnNumber: (e164) =>
      call('findOwnNumber', () => {
        const number = world.numbers.get(e164);
        return ok(number && { ...number, e164 });
      }),
    attachNumber: (serviceSid, sid) =>
      call('attachNumber', () => {
        const pool = world.pools.get(sid);
        if (pool?.serviceSid === serviceSid) return ok(undefined);
        if (pool) return errorAnswer(409, '21712');
        const members = [...world.pools.values()].filter((member) => member.serviceSid === serviceSid);
        if (members.length >= world.poolSize) return errorAnswer(412, '21714');
        world.pools.set(sid, { serviceSid, visibleAt: now() + world.lateMs });
        return ok(undefined);
      }),
    detachNumber: (serviceSid, sid) =>
      call('detachNumber', () => {
        if (world.pools.get(sid)?.serviceSid === serviceSid) world.pools.delete(sid);
        return ok(undefined);
      }),
    isAttached: (serviceSid, sid) =>
      call('isAttached', () => ok(shown(world.pools.get(sid))?.serviceSid === serviceSid)),
    pool: (serviceSid) =>
      call('pool', () =>
        ok(
          [...world.numbers]
            .map(([e164, { sid }]) => ({ sid, e164 }))
            .filter(({ sid }) => shown(world.pools.get(sid))?.serviceSid === serviceSid),
        ),
      ),
  };
  const calls: TwilioCalls = { ...NOT_HERE, ...own };
  return { world, calls: () => calls };
}

const notHere = async (): Promise<Outcome<never>> =>
  refused({ reason: 'NotHere', message: 'This world has services, campaigns and numbers only.' });

const NOT_HERE: TwilioCalls = {
  createBundle: notHere,
  findBundle: notHere,
  fetchBundle: notHere,
  setBundleStatus: notHere,
  evaluateBundle: notHere,
  assign: notHere,
  unassign: notHere,
  assignments: notHere,
  createEndUser: notHere,
  findEndUser: notHere,
  updateEndUser: notHere,
  createDocument: notHere,
  findDocument: notHere,
  updateDocument: notHere,
  createAddress: notHere,
  findAddress: notHere,
  fetchAddress: notHere,
  updateAddress: notHere,
  createBrand: notHere,
  findBrand: notHere,
  fetchBrand: notHere,
  updateBrand: notHere,
  sendOtp: notHere,
  createService: notHere,
  findService: notHere,
  createCampaign: notHere,
  fetchCampaign: notHere,
  updateCampaign: notHere,
  deleteCampaign: notHere,
  useCases: notHere,
  findOwnNumber: notHere,
  attachNumber: notHere,
  detachNumber: notHere,
  isAttached: notHere,
  pool: notHere,
  fetchPolicy: notHere,
  fetchAccount: notHere,
  sinks: notHere,
  createSink: notHere,
  deleteSink: notHere,
  subscriptions: notHere,
  createSubscription: notHere,
};
