import { AsyncLocalStorage } from 'node:async_hooks';
import { type Outcome, ok, unknown } from '#kernel/outcome.ts';
import type { ProviderAccounts } from '#platform/provider-http/accounts.ts';
import type { ProviderHttp } from '#platform/provider-http/provider-http.ts';
import { createTwilioSdk, type TwilioCredentials } from '#platform/twilio/sdk.ts';
import { type Call, CallEnd, type CallEndings, OwnFault } from './call-end.ts';
import type { TwilioCalls } from './calls.ts';
import { accountCalls } from './calls-account.ts';
import { brandCalls } from './calls-brands.ts';
import { bundleCalls } from './calls-bundles.ts';
import { campaignCalls } from './calls-campaigns.ts';
import { eventCalls } from './calls-events.ts';
import { numberCalls } from './calls-numbers.ts';
import { partCalls } from './calls-parts.ts';
import { type CallScope, createSdkSend } from './sdk-http.ts';

/** The account is the one that sends: of the customer's subaccount where there is one. */
export interface TwilioOptions extends TwilioCredentials {
  /** Distance between two calls of brands and campaigns. Milliseconds. */
  readonly everyMs?: number;
}

/**
 * The provider takes brand and campaign calls once a second (docs/twilio.md 1.4); a tenth more, since one call may
 * be longer on its way than the next.
 */
const EVERY_MS = 1_100;
/** Of a whole call: waiting for its turn and all pages of a list included. */
const CALL_MS = 8_000;

/**
 * The provider's calls over its official SDK.
 * @returns what makes the calls of one pass; they end when its signal does, or after 8 s.
 */
export function createTwilioClient(
  options: TwilioOptions,
  deps: { readonly http: ProviderHttp; readonly accounts: ProviderAccounts },
): (pass: { readonly signal: AbortSignal }) => TwilioCalls {
  // The SDK has no place for what belongs to one call, its signal above all.
  const scopes = new AsyncLocalStorage<CallScope>();
  const send = createSdkSend({
    ...deps,
    account: options.accountSid,
    everyMs: options.everyMs ?? EVERY_MS,
    scope: () => {
      const scope = scopes.getStore();
      if (!scope) throw new OwnFault(new Error('a request of no call'));
      return scope;
    },
  });
  const sdk = createTwilioSdk(options, send);

  return ({ signal }) => {
    const call: Call = async (work, endings = {}) => {
      const scope = {
        signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]),
        apart: endings.apart === true,
      };
      try {
        return ok(await scopes.run(scope, () => work(sdk)));
      } catch (error) {
        return outcomeOf(error, endings);
      }
    };
    return {
      ...bundleCalls(call),
      ...partCalls(call, options.accountSid),
      ...brandCalls(call),
      ...campaignCalls(call),
      ...numberCalls(call, options.accountSid),
      ...accountCalls(call, options.accountSid),
      ...eventCalls(call),
    };
  };
}

function outcomeOf<T>(error: unknown, { gone, done }: CallEndings<T>): Outcome<T> {
  if (error instanceof OwnFault) throw error.cause;
  // The SDK, or we, could not make sense of an answer that said it was a success.
  if (!(error instanceof CallEnd)) return unknown('the provider gave an answer that cannot be read');
  const { end } = error;
  if (end.kind === 'gone') return gone ? ok(gone()) : end.outcome;
  if (end.kind === 'alreadyDone')
    return done ? ok(done()) : unknown('the provider says it has been done already');
  return end;
}
