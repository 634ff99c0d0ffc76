import { createConnector } from '#platform/webhooks/transport/connector.ts';
import { startDeadline, untilAbort } from '#platform/webhooks/transport/deadline.ts';
import { post, speakOver } from '#platform/webhooks/transport/exchange.ts';
import { classifyFailure, type FailureClass, isOwnFault } from '#platform/webhooks/transport/failure.ts';
import { dnsLookup, type Lookup, systemLookup } from '#platform/webhooks/transport/lookup.ts';
import { type Resolution, readPlace, resolvePlace } from '#platform/webhooks/transport/target.ts';
import { startTrace } from '#platform/webhooks/transport/trace.ts';
import type { UrlPolicy } from '#platform/webhooks/transport/url.ts';

/**
 * What a HEAD came to, in one word.
 * - `reachable`: somebody answered, be it with a refusal of HEAD (405) or of strangers (403).
 * - `not_found`: 404 or 410: a server is there, the webhook is not.
 * - `server_error`: 5xx.
 * - `own`: the fault is this process'; it says nothing of the webhook.
 */
export type HeadOutcome =
  | 'reachable'
  | 'not_found'
  | 'server_error'
  | 'own'
  | Exclude<FailureClass, 'status'>;

/** Asks a URL once. Never rejects. */
export type AskHead = (url: string, signal: AbortSignal) => Promise<HeadOutcome>;

export interface HeadOptions extends UrlPolicy {
  /** To the end of the answer, the name's resolution included. Milliseconds. */
  readonly deadlineMs?: number;
  readonly lookup?: Lookup;
  /** Certificates to trust instead of the system's (PEM). */
  readonly ca?: string;
}

/** Twilio itself waits 15 s for a webhook; one that is asleep may get a warning that it does not deserve. */
const DEADLINE_MS = 3_000;
const HEADERS = { accept: '*/*', 'user-agent': 'a2p-webhook-probe' };

/**
 * HEAD requests that go where webhooks may go and nowhere else: each resolves its name anew and opens a socket to
 * one of the addresses that were vetted. No redirect, no proxy, answers bounded (platform/webhooks/transport).
 */
export function createHead(options: HeadOptions): AskHead {
  const { deadlineMs = DEADLINE_MS } = options;
  const lookup = options.lookup ?? (options.allowPrivate ? systemLookup() : dnsLookup());
  const openSocket = createConnector(options);

  return async (url, signal) => {
    // A fragment is for the provider: connection overrides of its own, never sent to anybody.
    const place = readPlace(url.replace(/#.*$/s, ''), options);
    if (!place) return 'blocked_address';
    const deadline = startDeadline(deadlineMs, signal);
    try {
      const resolution = await untilAbort<Resolution>(deadline.signal, (done, broken) => {
        resolvePlace(place, options, lookup).then(done, broken);
        return () => {};
      });
      if (resolution.kind === 'blocked') return 'blocked_address';
      // A name that was not answered for may be the resolver's fault as well as its own.
      if (resolution.kind !== 'target') return 'dns';
      const trace = startTrace();
      const socket = await openSocket(resolution.target, trace, deadline.signal);
      const connection = speakOver(socket, resolution.target.origin, trace.address ?? '');
      try {
        const request = {
          method: 'HEAD',
          path: place.path,
          headers: HEADERS,
          body: Buffer.alloc(0),
        } as const;
        const { status } = await post(connection, request, trace, deadline.signal);
        return outcomeOf(status);
      } finally {
        void connection.client.destroy();
      }
    } catch (error) {
      const failure = classifyFailure(error);
      if (failure === 'aborted' || isOwnFault(error)) return 'own';
      return failure === 'status' ? 'server_error' : failure;
    } finally {
      deadline.stop();
    }
  };
}

function outcomeOf(status: number): HeadOutcome {
  if (status === 404 || status === 410) return 'not_found';
  return status >= 500 ? 'server_error' : 'reachable';
}
