import type { LookupFunction } from 'node:net';
import { type Dispatcher, Pool } from 'undici';
import { type Clock, systemClock } from '#kernel/clock.ts';
import { classifyFailure, type FailureClass } from './failure.ts';
import { parseRetryAfter } from './schedule.ts';
import { type Lookup, type ResolvedAddress, resolveTarget, systemLookup, type Target } from './target.ts';
import type { UrlPolicy } from './url.ts';

export interface DeliveryRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** From now to the last byte of the response, resolving the name included. */
  readonly deadlineMs: number;
  /** Gives up at once; the result is then `aborted`. */
  readonly signal?: AbortSignal;
}

export type DeliveryResult =
  | { readonly kind: 'delivered'; readonly status: number }
  | {
      readonly kind: 'failed';
      readonly error: FailureClass;
      readonly status?: number;
      /** What the receiver asked for by Retry-After. */
      readonly retryAfterMs?: number;
    };

/** Sends one attempt. Whatever the receiver does is a result, never a throw. */
export interface Transport {
  send(request: DeliveryRequest): Promise<DeliveryResult>;
  close(): Promise<void>;
}

export interface TransportOptions extends UrlPolicy {
  readonly lookup?: Lookup;
  readonly clock?: Clock;
  /** Certificates to trust instead of the system's (PEM). */
  readonly ca?: string;
  /** Origins whose connections are kept; the least recently used one goes. */
  readonly maxPools?: number;
  /** Connections to one origin at once. At least the dispatcher's slots, or tenants share a queue there. */
  readonly connectionsPerOrigin?: number;
}

const MAX_RESPONSE_HEADER_BYTES = 16 * 1024;
const MAX_RESPONSE_BODY_BYTES = 16 * 1024;
/** Below the 5 s after which many servers close an idle connection, so that the race is seldom run. */
const KEEP_ALIVE_MS = 4_000;
/** Ends a connection attempt that nobody waits for any more; the deadline ends the request itself. */
const CONNECT_DEADLINE_MS = 5_000;

/**
 * Webhook requests over HTTP/1.1: POST, no redirect, no proxy, one absolute deadline, answers bounded in
 * header and body. Connections are kept per origin and vetted addresses, so that a kept one never leads
 * anywhere that the latest resolution did not allow.
 */
export function createTransport(options: TransportOptions): Transport {
  const lookup = options.lookup ?? systemLookup();
  const clock = options.clock ?? systemClock;
  const pools = new Map<string, Pool>();

  return {
    async send(request) {
      const deadline = startDeadline(request.deadlineMs, request.signal);
      const seen: { status?: number } = {};
      try {
        const target = await beforeAbort(resolveTarget(request.url, options, lookup), deadline.signal);
        if (target.kind === 'refused') return { kind: 'failed', error: target.error };
        const response = await beforeAbort(post(target, request, deadline.signal), deadline.signal);
        seen.status = response.statusCode;
        await readBounded(response.body);
        return judge(response);
      } catch (error) {
        return { kind: 'failed', error: classifyFailure(error), ...seen };
      } finally {
        deadline.stop();
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };

  function post(target: Target, { headers, body }: DeliveryRequest, signal: AbortSignal) {
    return poolFor(target).request({
      method: 'POST',
      path: target.path,
      headers: { ...headers },
      body,
      signal,
    });
  }

  function judge({ statusCode: status, headers }: Dispatcher.ResponseData): DeliveryResult {
    if (status >= 200 && status < 300) return { kind: 'delivered', status };
    const header = headers['retry-after'];
    const retryAfterMs = parseRetryAfter(typeof header === 'string' ? header : undefined, clock.now());
    return {
      kind: 'failed',
      error: 'status',
      status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }

  function poolFor({ origin, addresses }: Target): Pool {
    const key = [origin, ...addresses.map(({ address }) => address).sort()].join(' ');
    const pool = pools.get(key) ?? newPool(origin, addresses);
    pools.delete(key);
    pools.set(key, pool);
    const [oldest] = pools;
    if (pools.size > (options.maxPools ?? 256) && oldest) {
      pools.delete(oldest[0]);
      void oldest[1].close();
    }
    return pool;
  }

  function newPool(origin: string, addresses: readonly ResolvedAddress[]): Pool {
    return new Pool(origin, {
      connections: options.connectionsPerOrigin ?? 64,
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      connect: {
        lookup: pinnedLookup(addresses),
        autoSelectFamily: true,
        timeout: CONNECT_DEADLINE_MS,
        rejectUnauthorized: true,
        ...(options.ca === undefined ? {} : { ca: options.ca }),
      },
    });
  }
}

/** Answers every question for an address with those that were vetted, whatever the resolver says by now. */
function pinnedLookup(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** Reads the answer to its end, or to where it has said enough; then the connection is cut. */
async function readBounded(body: Dispatcher.ResponseData['body']): Promise<void> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BODY_BYTES) break;
  }
}

function startDeadline(
  ms: number,
  outer: AbortSignal | undefined,
): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException('deadline', 'TimeoutError')), ms);
  const onAbort = () => controller.abort(new DOMException('given up', 'AbortError'));
  if (outer?.aborted) onAbort();
  outer?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    stop: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onAbort);
    },
  };
}

/** `work`, or a rejection the moment the signal aborts: neither a resolver nor a handshake listens to it. */
async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // The loser of the race has nobody left to tell.
    work.catch(() => {});
  }
}
