import { Agent } from 'undici';
import { type Breaker, type BreakerOpen, type BreakerState, createBreaker } from './breaker.ts';
import { exchange, type ProviderRequest, type ProviderResponse } from './exchange.ts';

export type { BreakerState } from './breaker.ts';
export type { ProviderRequest, ProviderResponse } from './exchange.ts';

/** How a call ended without an answer. `notSent`: it certainly never reached the provider. */
export type NoAnswer =
  | BreakerOpen
  | { readonly kind: 'notSent'; readonly reason: string }
  | { readonly kind: 'noAnswer'; readonly reason: string };

export type ProviderResult = { readonly kind: 'answer'; readonly response: ProviderResponse } | NoAnswer;

export interface ProviderHttp {
  /**
   * Sends one request, once. No redirects, no retries; the deadline runs to the last byte of the answer. Never
   * rejects for what the network or the provider does.
   */
  send(request: ProviderRequest): Promise<ProviderResult>;
  breakers(): readonly { readonly product: string; readonly state: BreakerState }[];
  /** Cuts all connections; calls that are running end without an answer. */
  close(): Promise<void>;
}

/** What may be logged and counted of a call: no query, no header, no body. */
export interface ProviderCallRecord {
  readonly product: string;
  readonly method: string;
  /** Path of the URL as it was asked for, without query. */
  readonly path: string;
  readonly status?: number;
  readonly outcome: ProviderResult['kind'];
  /** Why there is no answer, in one word. */
  readonly reason?: string;
  readonly ms: number;
  readonly requestId?: string;
}

export interface ProviderHttpOptions {
  /** Where a URL really goes (a simulator, say); undefined: this host is not to see our credentials. */
  readonly hosts: (url: URL) => URL | undefined;
  /** Milliseconds to the last byte of the answer. */
  readonly deadlineMs?: number;
  /** Failed calls of a product in a row that open its breaker, and for how long. */
  readonly breaker?: { readonly failures: number; readonly openMs: number };
  readonly onCall: (record: ProviderCallRecord) => void;
  /** Header of an answer that names the request to the provider's support. */
  readonly requestIdHeader?: string;
}

/** Reason of a `notSent` whose URL points where it must not. */
export const HOST_REFUSED = 'hostRefused';

/** The provider's own clients wait 30 s; a pass that has to end within its lease cannot. */
const DEADLINE_MS = 8_000;
/** Five in a row are no accident, and ten seconds of silence cost less than five deadlines. */
const BREAKER = { failures: 5, openMs: 10_000 };
/** Below what providers allow an account at once; more would only be turned away. */
const CONNECTIONS = 16;
const CONNECT_MS = 3_000;

/**
 * The one way to a provider's HTTP API: allowed hosts only, one deadline, a breaker for each product, an answer
 * of at most 4 MiB, a record of each call. Proxy variables of the environment are not heeded. The breaker counts
 * 5xx and calls without answer; any 4xx and what the caller broke off it does not.
 */
export function createProviderHttp(options: ProviderHttpOptions): ProviderHttp {
  const { hosts, deadlineMs = DEADLINE_MS, breaker = BREAKER, onCall, requestIdHeader } = options;
  const agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    // Over HTTP/2 a request may be sent again by the client itself.
    allowH2: false,
    connect: { timeout: Math.min(CONNECT_MS, deadlineMs) },
    // The deadline of the call is the only one.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const breakers = new Map<string, Breaker>();

  const breakerOf = (product: string): Breaker => {
    const known = breakers.get(product);
    if (known) return known;
    const created = createBreaker(breaker.failures, breaker.openMs);
    breakers.set(product, created);
    return created;
  };

  async function send(request: ProviderRequest): Promise<ProviderResult> {
    const url = hosts(new URL(request.url));
    if (!url) return { kind: 'notSent', reason: HOST_REFUSED };
    return breakerOf(request.product).run(() => exchange(agent, url, request, deadlineMs));
  }

  return {
    async send(request) {
      const from = performance.now();
      const result = await send(request);
      onCall({
        product: request.product,
        method: request.method,
        path: new URL(request.url).pathname,
        outcome: result.kind,
        ms: Math.round(performance.now() - from),
        ...details(result, requestIdHeader),
      });
      return result;
    },
    breakers: () => [...breakers].map(([product, { state }]) => ({ product, state: state() })),
    close: () => agent.destroy(),
  };
}

function details(result: ProviderResult, requestIdHeader: string | undefined) {
  if (result.kind !== 'answer') return 'reason' in result ? { reason: result.reason } : {};
  const requestId = requestIdHeader && result.response.headers[requestIdHeader];
  return { status: result.response.status, ...(requestId ? { requestId } : {}) };
}
