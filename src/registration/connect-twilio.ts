import { systemClock } from '#kernel/clock.ts';
import { createProviderAccounts } from '#platform/provider-http/accounts.ts';
import { createProviderHttp, type ProviderCallRecord } from '#platform/provider-http/provider-http.ts';
import { QUEUE_CHANNEL } from '#platform/queue/enqueue.ts';
import { twilioHosts } from '#platform/twilio/hosts.ts';
import type { ConnectProvider, ProviderParts } from './connect.ts';
import { CALLBACKS_PATH } from './inbound/paths.ts';
import { createTwilioInbound } from './inbound/twilio-inbound.ts';
import type { TwilioCalls } from './provider/twilio/calls.ts';
import { createTwilioClient } from './provider/twilio/client.ts';
import { POLICIES } from './provider/twilio/options.ts';
import { verifySignature } from './provider/twilio/signature.ts';
import { createTwilioProvider } from './provider/twilio/twilio-provider.ts';
import { wakeByRef } from './store/aggregates-by-ref.ts';
import { numberRegistrations, recordNumberRegistration } from './store/number-registrations.ts';
import { numberAhead } from './store/numbers-ahead.ts';
import { firstSeen } from './store/provider-events.ts';
import { isBeingReleased } from './store/releases.ts';

/** See config/twilio.ts, where each has its meaning. */
export interface TwilioSettings {
  readonly accountSid: string;
  readonly subaccountSid: string | undefined;
  readonly username: string;
  readonly password: string;
  readonly authTokens: readonly string[];
  readonly baseUrl: string | undefined;
  readonly primaryProfileSid: string;
  readonly notifyEmail: string;
  readonly vetting: 'low-volume' | 'standard';
  readonly recreateCampaigns: boolean;
  readonly mock: boolean;
  readonly events: boolean;
}

/** A method makes calls for 5 s and then waits for the last one, 8 s at most. */
const METHOD_DEADLINE_MS = 15_000;

/** Twilio, over HTTP. Without a public URL or an auth token nothing is taken in, and polling finds everything. */
export const connectTwilio =
  (settings: TwilioSettings, publicUrl: string | undefined): ConnectProvider =>
  (parts) => {
    const { database, clock, metrics, log } = parts;
    const { calls, openBreakers, close } = openTwilioCalls(settings, parts);
    const listens = publicUrl !== undefined && settings.authTokens.length > 0;
    const provider = createTwilioProvider({
      calls,
      clock: systemClock,
      registrations: numberRegistrations(database.executor),
      isBeingReleased: (e164) => isBeingReleased(database.executor, clock, e164),
      ahead: (order) => numberAhead(database.executor, order),
      options: {
        ...settings,
        policies: POLICIES,
        eventsOn: settings.events,
        ...(listens ? { statusCallback: `${publicUrl}${CALLBACKS_PATH}` } : {}),
      },
    });
    const inbound = !listens
      ? undefined
      : createTwilioInbound({
          publicUrl,
          tokens: settings.authTokens,
          accountSids: [settings.subaccountSid ?? settings.accountSid],
          verify: verifySignature,
          transaction: database.transaction,
          events: { firstSeen: (tx, ids) => firstSeen(tx, clock, ids) },
          numberRegistrations: {
            record: (tx, sid, registration) => recordNumberRegistration(tx, clock, sid, registration),
          },
          wake: (tx, refs) => wakeByRef(tx, clock, refs),
          afterCommit: () => database.hints.send(QUEUE_CHANNEL),
          clock: systemClock,
          metrics,
          log,
        });
    return {
      provider,
      deadlineMs: METHOD_DEADLINE_MS,
      ...(inbound ? { inbound } : {}),
      openBreakers,
      close,
    };
  };

/** What calls need; without a log nobody is told of them. */
type CallParts = Omit<ProviderParts, 'log'> & Partial<Pick<ProviderParts, 'log'>>;

/** The calls alone, as operators use them (`npm run cli -- twilio ...`). */
export function openTwilioCalls(
  settings: TwilioSettings,
  { database, clock, metrics, log }: CallParts,
): {
  readonly calls: (pass: { readonly signal: AbortSignal }) => TwilioCalls;
  openBreakers(): readonly string[];
  close(): Promise<void>;
} {
  const http = createProviderHttp({
    hosts: twilioHosts(settings.baseUrl),
    requestIdHeader: 'twilio-request-id',
    onCall: (record) => {
      metrics.providerRequest(record.product, howOf(record), record.ms / 1_000);
      // The audit trail of calls (R53): what was asked of whom, and the name under which support finds it.
      log?.[record.outcome === 'answer' ? 'info' : 'warn'](record, 'provider:request:done');
    },
  });
  const calls = createTwilioClient(
    {
      accountSid: settings.subaccountSid ?? settings.accountSid,
      username: settings.username,
      password: settings.password,
    },
    { http, accounts: createProviderAccounts(database.executor, clock) },
  );
  return {
    calls,
    openBreakers: () => http.breakers().flatMap(({ product, state }) => (state === 'open' ? [product] : [])),
    close: () => http.close(),
  };
}

/** `2xx`, `429`, or why there was no answer. */
function howOf({ outcome, status }: ProviderCallRecord): string {
  if (status === undefined) return outcome;
  return status === 429 ? '429' : `${Math.floor(status / 100)}xx`;
}
