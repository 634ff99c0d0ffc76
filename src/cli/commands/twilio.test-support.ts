import { type Outcome, ok, refused } from '#kernel/outcome.ts';
import type { Sink, Subscription } from '../../registration/provider/twilio/calls.ts';
import { POLICIES } from '../../registration/provider/twilio/options.ts';
import type { CheckCalls } from './twilio-checks.ts';

/* For tests only: what of an account the two commands see, in memory. */

export const PRIMARY = `BU${'1'.padStart(32, '0')}`;

export interface MemoryAccount {
  readonly calls: CheckCalls;
  sinks: Sink[];
  subscriptions: (Subscription & { readonly types: readonly string[] })[];
  /** Names of the calls made so far, in order. */
  readonly made: string[];
  policies: Record<string, string>;
  accountStatus: string;
  primary: { status: string; codes: readonly string[] } | undefined;
  /** Every call of this name ends so instead; once a call is `lost` it has happened all the same. */
  readonly ends: Map<string, Outcome<never> | 'lost'>;
  /** Statuses that a new sink shows, one a look; the last stays. */
  sinkStatuses: readonly string[];
}

export function memoryAccount(): MemoryAccount {
  let made = 0;
  const newSid = (prefix: string) => prefix + String(++made).padStart(32, '0');
  const looks = new Map<string, number>();
  const shown = (sink: Sink): Sink => {
    const look = looks.get(sink.sid) ?? 0;
    looks.set(sink.sid, look + 1);
    return { ...sink, status: account.sinkStatuses[look] ?? account.sinkStatuses.at(-1) ?? sink.status };
  };
  const call = async <T>(name: string, work: () => T): Promise<Outcome<T>> => {
    account.made.push(name);
    const end = account.ends.get(name);
    if (end !== undefined && end !== 'lost') return end;
    const value = work();
    return end === 'lost' ? { kind: 'unknown', reason: 'reset' } : ok(value);
  };
  const account: MemoryAccount = {
    sinks: [],
    subscriptions: [],
    made: [],
    policies: {
      [POLICIES.customerProfile]: 'Secondary Customer Profile of type Business',
      [POLICIES.trustProduct]: 'A2P Messaging: Local - Business',
      [POLICIES.starterProfile]: 'Starter Customer Profile of type Business',
      [POLICIES.soleProprietor]: 'Sole Proprietor TrustProduct',
    },
    accountStatus: 'active',
    primary: { status: 'twilio-approved', codes: [] },
    ends: new Map(),
    sinkStatuses: ['initialized', 'validating', 'active'],
    calls: {
      fetchPolicy: (sid) =>
        call('fetchPolicy', () => {
          const friendlyName = account.policies[sid];
          return friendlyName === undefined ? undefined : { friendlyName };
        }),
      fetchAccount: () => call('fetchAccount', () => ({ status: account.accountStatus })),
      fetchBundle: (_, sid) =>
        call('fetchBundle', () => {
          if (!account.primary || sid !== PRIMARY) return undefined;
          const { status, codes } = account.primary;
          return { sid, status, friendlyName: 'primary', errors: codes.map((code) => ({ code })) };
        }),
      sinks: () => call('sinks', () => account.sinks.map(shown)),
      createSink: (input) =>
        call('createSink', () => {
          const sink = { sid: newSid('DG'), status: 'initialized', ...input };
          account.sinks.push(sink);
          return sink;
        }),
      deleteSink: (sid) =>
        call('deleteSink', () => {
          account.sinks = account.sinks.filter((sink) => sink.sid !== sid);
        }),
      subscriptions: (sinkSid) =>
        call('subscriptions', () => account.subscriptions.filter((one) => one.sinkSid === sinkSid)),
      createSubscription: async (input) => {
        // The provider takes none for a sink that is not active yet.
        const sink = account.sinks.find(({ sid }) => sid === input.sinkSid);
        if (!sink || shown(sink).status !== 'active') {
          return refused({ reason: 'ProviderRefused', message: 'The sink is not active' });
        }
        return call('createSubscription', () => {
          const subscription = { sid: newSid('DF'), ...input };
          account.subscriptions.push(subscription);
          return subscription;
        });
      },
    },
  };
  return account;
}
