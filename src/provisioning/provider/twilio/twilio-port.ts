import { AsyncLocalStorage } from 'node:async_hooks';
import { createProviderHttp, type ProviderCallRecord } from '#platform/provider-http/provider-http.ts';
import type { Logger } from '#platform/telemetry/log.ts';
import { twilioHosts } from '#platform/twilio/hosts.ts';
import type { TwilioCredentials } from '#platform/twilio/sdk.ts';
import type { TelephonyPort } from '../../ports.ts';
import { createTwilioCall, type Scopes } from './client.ts';
import { createDetach } from './detach.ts';
import { numberCalls } from './numbers.ts';

export interface TwilioPortOptions extends TwilioCredentials {
  /** In place of the provider's hosts: a simulator. */
  readonly baseUrl?: string;
  /** Milliseconds to the last byte of one answer. */
  readonly timeoutMs: number;
  readonly breaker?: { readonly failures: number; readonly openMs: number };
  /** Told of each request, for metrics. */
  readonly onCall?: (record: ProviderCallRecord) => void;
  readonly log?: Logger;
}

/** Three in a row are no accident where somebody waits for the answer (R148). */
const BREAKER = { failures: 3, openMs: 10_000 };
/** Deadlines of one request that the search of a detach may take, so that the release after it still has its own. */
const SEARCH_DEADLINES = 1.25;

/**
 * The telephony port over Twilio's official SDK: one request, one deadline, no repeats. Each request is logged
 * (`provisioning:provider:request`) with its correlation id, path and time; never with a query, header or body.
 */
export function createTwilioPort(options: TwilioPortOptions): TelephonyPort {
  const { accountSid, baseUrl, timeoutMs, breaker = BREAKER, onCall, log } = options;
  const scopes: Scopes = new AsyncLocalStorage();
  const http = createProviderHttp({
    hosts: twilioHosts(baseUrl),
    deadlineMs: timeoutMs,
    breaker,
    requestIdHeader: 'twilio-request-id',
    onCall(record) {
      onCall?.(record);
      const correlationId = scopes.getStore()?.correlationId;
      const level = record.outcome === 'answer' ? 'info' : 'warn';
      log?.[level]({ ...record, correlationId }, 'provisioning:provider:request');
    },
  });
  const call = createTwilioCall(options, http, scopes);
  return {
    ...numberCalls(call, accountSid),
    detach: createDetach(call, timeoutMs * SEARCH_DEADLINES),
    breakers: () => http.breakers(),
    close: () => http.close(),
  };
}
