import type { TwilioCalls } from '../../registration/provider/twilio/calls.ts';
import type { Policies } from '../../registration/provider/twilio/options.ts';
import { type Check, fail, ok, warn } from './doctor-checks.ts';
import { CallFailed, valueFrom } from './twilio-calls.ts';
import {
  type EventCalls,
  eventsDestination,
  sinkDescription,
  subscriptionDescription,
} from './twilio-setup.ts';

export type CheckCalls = EventCalls & Pick<TwilioCalls, 'fetchPolicy' | 'fetchAccount' | 'fetchBundle'>;

export interface CheckTarget {
  /** Where the provider reaches us, without a trailing slash. */
  readonly publicUrl?: string;
  readonly label: string;
  readonly primaryProfileSid: string;
  readonly policies: Policies;
}

/** A word of the name that the provider gives each policy: a sid that was mixed up has another. */
const POLICY_WORDS: Readonly<Record<keyof Policies, RegExp>> = {
  customerProfile: /secondary/i,
  trustProduct: /a2p/i,
  starterProfile: /starter/i,
  // It was a starter's before.
  soleProprietor: /sole|starter/i,
};

/** The provider's code for credentials that are wrong, or that may not do this. */
const UNAUTHORIZED = '20003';
const SETUP = 'npm run cli -- twilio setup';

/** What has to hold at the provider before anything can be registered, and before it can tell us anything. */
export async function twilioChecks(calls: CheckCalls, target: CheckTarget): Promise<readonly Check[]> {
  // Without credentials that hold, all else would fail alike, and every 401 counts against the account.
  const credentials = await guarded('credentials', 'mend TWILIO_ACCOUNT_SID and its secrets', async () => {
    valueFrom('asking for a policy', await calls.fetchPolicy(target.policies.customerProfile));
    return ok('credentials', 'accepted');
  });
  if (credentials.state === 'fail') return [credentials];
  const checks = [credentials];
  checks.push(await account(calls));
  for (const name of ['customerProfile', 'trustProduct', 'starterProfile', 'soleProprietor'] as const) {
    checks.push(await policy(calls, name, target.policies[name]));
  }
  checks.push(await primaryProfile(calls, target));
  checks.push(...(await events(calls, target)));
  return checks;
}

function account(calls: CheckCalls): Promise<Check> {
  return guarded('account', 'see the provider’s console', async () => {
    const outcome = await calls.fetchAccount();
    // The credentials were accepted: most kinds of API keys may not read this one thing (docs/twilio.md 1.1).
    if (outcome.kind === 'throttled' && outcome.blocked?.code === UNAUTHORIZED) {
      return ok('account', 'not shown to this kind of API key');
    }
    const { status } = valueFrom('asking for the account', outcome);
    if (status === 'active') return ok('account', status);
    return fail('account', status, 'ask the provider to activate it again');
  });
}

function policy(calls: CheckCalls, name: keyof Policies, sid: string): Promise<Check> {
  const check = `policy ${name}`;
  return guarded(check, 'ask again', async () => {
    const found = valueFrom(`asking for ${sid}`, await calls.fetchPolicy(sid));
    if (!found) return fail(check, `${sid} does not exist`, 'look up its sid among /v1/Policies');
    if (POLICY_WORDS[name].test(found.friendlyName)) return ok(check, found.friendlyName);
    return warn(check, `${sid} is "${found.friendlyName}"`, 'compare it with what it should be');
  });
}

function primaryProfile(calls: CheckCalls, { primaryProfileSid }: CheckTarget): Promise<Check> {
  return guarded('primary profile', 'ask again', async () => {
    const bundle = valueFrom(
      'asking for the profile',
      await calls.fetchBundle('customer', primaryProfileSid),
    );
    const advice = 'make it in the console, as ISV or reseller, and wait until it is approved';
    if (!bundle) return fail('primary profile', `${primaryProfileSid} is not in this account`, advice);
    if (bundle.status === 'twilio-approved') return ok('primary profile', bundle.status);
    const codes = bundle.errors.flatMap(({ code }) => (code === undefined ? [] : [code]));
    const why = codes.length > 0 ? ` (${codes.join(', ')})` : '';
    return fail('primary profile', `${bundle.status}${why}: nothing can be registered`, advice);
  });
}

/** Without events everything goes on, by polling and later: nothing here fails but what somebody set wrongly. */
async function events(calls: CheckCalls, { publicUrl, label }: CheckTarget): Promise<readonly Check[]> {
  if (publicUrl === undefined) {
    return [warn('callbacks', 'PUBLIC_URL is unset: changes are found by polling alone', 'set PUBLIC_URL')];
  }
  const { protocol, hostname } = new URL(publicUrl);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const advice = 'let PUBLIC_URL be an address that begins with https://';
  const callbacks =
    protocol === 'https:'
      ? ok('callbacks', eventsDestination(publicUrl))
      : (isHere ? warn : fail)('callbacks', `PUBLIC_URL is not https: ${publicUrl}`, advice);
  return [callbacks, await guarded('events', 'ask again', () => sink(calls, publicUrl, label))];
}

async function sink(calls: EventCalls, publicUrl: string, label: string): Promise<Check> {
  const all = valueFrom('reading the sinks', await calls.sinks());
  const ours = all.filter(({ description }) => description === sinkDescription(label));
  const here = ours.find(({ destination }) => destination === eventsDestination(publicUrl));
  if (!here) {
    const elsewhere = ours.length > 0 ? 'the sink leads to another address' : 'there is no sink';
    return warn('events', elsewhere, SETUP);
  }
  if (here.status !== 'active') return warn('events', `the sink ${here.sid} is ${here.status}`, SETUP);
  const subscriptions = valueFrom('reading the subscriptions', await calls.subscriptions(here.sid));
  const wanted = subscriptionDescription(label);
  if (subscriptions.some(({ description }) => description === wanted)) {
    return ok('events', `the sink ${here.sid} is active and subscribed`);
  }
  return warn('events', `the sink ${here.sid} is not subscribed to all types`, SETUP);
}

/** A call that fails is a finding, and the checks after it go on. */
async function guarded(check: string, advice: string, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof CallFailed) return fail(check, error.message, advice);
    throw error;
  }
}
