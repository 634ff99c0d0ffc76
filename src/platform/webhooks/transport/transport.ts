import { isIP } from 'node:net';
import { type Clock, systemClock } from '#kernel/clock.ts';
import { parseRetryAfter } from '../delivery/schedule.ts';
import { keepConnections } from './connections.ts';
import { createConnector } from './connector.ts';
import { type Deadline, type EndSignal, startDeadline, untilAbort } from './deadline.ts';
import { type Connection, post, speakOver } from './exchange.ts';
import { classifyFailure, type FailureClass, isOwnFault } from './failure.ts';
import { dnsLookup, type Lookup, systemLookup } from './lookup.ts';
import { createResolverHealth } from './resolver-health.ts';
import { type Place, type Resolution, readPlace, resolvePlace, type Target } from './target.ts';
import { type Answer, type Exchange, startTrace, type Trace } from './trace.ts';
import type { UrlPolicy } from './url.ts';

export type { Exchange, Phases } from './trace.ts';

export interface DeliveryRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** From now to the last byte of the response, resolving the name included; milliseconds, up to 30,000. */
  readonly deadlineMs: number;
  /** Gives up at once; the result is then `aborted`. */
  readonly signal?: AbortSignal;
}

/** What a receiver may ask for by the header `webhook-delivery` of an answer that is not 2xx. */
export type Directive = (typeof DIRECTIVES)[number];
/** The stronger one first. */
const DIRECTIVES = ['disable', 'abort-message'] as const;

export type DeliveryResult =
  | { readonly kind: 'delivered'; readonly exchange: Exchange }
  | {
      readonly kind: 'failed';
      readonly error: FailureClass;
      /** The fault is this process' or its resolver's; it says nothing of the receiver. */
      readonly own: boolean;
      readonly exchange: Exchange;
      /** What the receiver asked for by Retry-After. */
      readonly retryAfterMs?: number;
      readonly directive?: Directive;
    };

/** Sends one attempt. Whatever the receiver does is a result, never a throw. */
export interface Transport {
  send(request: DeliveryRequest): Promise<DeliveryResult>;
  /** Ends what is being sent (`aborted`) and closes every connection. */
  close(): Promise<void>;
}

export interface TransportOptions extends UrlPolicy {
  /** Name servers only; in development the system's resolver, which knows local names. */
  readonly lookup?: Lookup;
  readonly clock?: Clock;
  /** Certificates to trust instead of the system's (PEM). */
  readonly ca?: string;
  /** Connections that are kept for a next event, over all origins. */
  readonly maxKept?: number;
}

const MAX_KEPT = 512;

/**
 * Webhook requests over HTTP/1.1: POST, no redirect, no proxy, one absolute deadline, answers bounded in header
 * and body. A connection belongs to one attempt at a time. It is kept afterwards, for attempts whose own
 * resolution allows the address that it leads to.
 */
export function createTransport(options: TransportOptions): Transport {
  const lookup = options.lookup ?? (options.allowPrivate ? systemLookup() : dnsLookup());
  const clock = options.clock ?? systemClock;
  const health = createResolverHealth();
  const connections = keepConnections(options.maxKept ?? MAX_KEPT);
  const openSocket = createConnector(options);
  const running = new Set<Deadline>();
  let closed = false;

  return {
    async send(request) {
      const trace = startTrace();
      const place = readPlace(request.url, options);
      if (!place) return failed(trace, 'blocked_address');
      const deadline = startDeadline(request.deadlineMs, request.signal);
      if (closed) deadline.giveUp();
      running.add(deadline);
      try {
        const resolution = await resolve(place, deadline.signal);
        if (resolution.kind !== 'target') return unresolved(resolution, place, trace);
        return judge(await converse(resolution.target, request, trace, deadline.signal), trace);
      } catch (error) {
        return failed(trace, classifyFailure(error), isOwn(error, place, trace));
      } finally {
        deadline.stop();
        running.delete(deadline);
      }
    },
    async close() {
      closed = true;
      for (const deadline of running) deadline.giveUp();
      await connections.close();
    },
  };

  async function resolve(place: Place, signal: EndSignal): Promise<Resolution> {
    // Nobody can call a question back: its answer comes too late then, and goes nowhere.
    const resolution = await untilAbort<Resolution>(signal, (done, broken) => {
      resolvePlace(place, options, lookup).then(done, broken);
      return () => {};
    });
    const answered = resolution.kind === 'target' || resolution.kind === 'blocked';
    if (answered && !isIP(place.host)) health.resolved(place.host, performance.now());
    return resolution;
  }

  /** Over a connection that was kept when there is one, else over a new one. */
  async function converse(target: Target, request: DeliveryRequest, trace: Trace, signal: EndSignal) {
    const asked = isIP(target.host) === 0;
    const kept = connections.take(target);
    if (kept) {
      trace.enter('request', asked);
      try {
        return await over(kept);
      } catch (error) {
        // Closed by the receiver while it lay idle, which is no failed attempt. Should the request have arrived
        // all the same, its event id tells the receiver that it has seen it (RFC 9110, 9.2.2).
        if (trace.stage !== 'request' || classifyFailure(error) !== 'reset') throw error;
      }
    }
    trace.enter('connect', asked && !kept);
    const socket = await openSocket(target, trace, signal);
    trace.enter('request');
    return over(speakOver(socket, target.origin, trace.address ?? ''));

    async function over(connection: Connection): Promise<Answer> {
      trace.address = connection.address;
      const answer = await post(connection, { ...request, path: target.path }, trace, signal);
      connections.keep(connection);
      return answer;
    }
  }

  /** Giving up is ours; a resolver that does not answer in time may be. */
  function isOwn(error: unknown, place: Place, trace: Trace): boolean {
    if (classifyFailure(error) === 'aborted') return true;
    if (trace.stage === 'dns') return health.isOwnFault(place.host, performance.now());
    return isOwnFault(error);
  }

  function unresolved(
    resolution: Exclude<Resolution, { kind: 'target' }>,
    { host }: Place,
    trace: Trace,
  ): DeliveryResult {
    if (resolution.kind === 'blocked') return failed(trace, 'blocked_address');
    if (resolution.kind === 'no_address') return failed(trace, 'dns');
    return failed(trace, 'dns', isOwnFault(resolution.cause) || health.isOwnFault(host, performance.now()));
  }

  function judge({ status, headers }: Answer, trace: Trace): DeliveryResult {
    if (status >= 200 && status < 300) return { kind: 'delivered', exchange: trace.exchange('delivered') };
    const [retryAfter] = valuesOf(headers, 'retry-after');
    const retryAfterMs = parseRetryAfter(retryAfter, clock.now());
    const directive = directiveOf(valuesOf(headers, 'webhook-delivery'));
    return {
      ...failed(trace, 'status'),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(directive === undefined ? {} : { directive }),
    };
  }
}

function failed(trace: Trace, error: FailureClass, own = false) {
  return { kind: 'failed', error, own, exchange: trace.exchange('failed') } as const;
}

/** A header that is sent twice comes as a list, whatever its type says. */
function valuesOf(headers: Answer['headers'], name: string): readonly string[] {
  return [headers[name] ?? []].flat();
}

function directiveOf(values: readonly string[]): Directive | undefined {
  const words = values.flatMap((value) => value.toLowerCase().split(',')).map((word) => word.trim());
  return DIRECTIVES.find((directive) => words.includes(directive));
}
