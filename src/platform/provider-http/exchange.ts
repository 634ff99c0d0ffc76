import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { classifyFailure } from '#platform/webhooks/transport/failure.ts';

export interface ProviderRequest {
  /** Part of the provider that fails as one: each has its own breaker. */
  readonly product: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface ProviderResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The longest list page of a known provider is about a tenth of it; whatever is longer is no answer of it. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export type Exchanged =
  | { readonly kind: 'answer'; readonly response: ProviderResponse }
  | { readonly kind: 'notSent' | 'noAnswer'; readonly reason: string };

/**
 * One request and its answer, read to the last byte. No redirect is followed, nothing is unpacked, nothing is
 * tried twice. `notSent` only when no byte of the request was given to a connection. Never rejects.
 * The signal of the request ends it at once, whatever it is doing, and so does the deadline.
 * @param deadlineMs to the last byte of the answer. A timer: combined signals cost more than the request itself.
 */
export function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: ProviderRequest,
  deadlineMs: number,
): Promise<Exchanged> {
  return new Promise((resolve) => {
    const { signal } = request;
    let timer: NodeJS.Timeout | undefined;
    let running: Dispatcher.DispatchController | undefined;
    let settled = false;
    let head: { readonly status: number; readonly headers: IncomingHttpHeaders } | undefined;
    const chunks: Buffer[] = [];
    let bytes = 0;

    const settle = (result: Exchanged) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const fail = (reason: string) => settle({ kind: running ? 'noAnswer' : 'notSent', reason });
    const giveUp = (reason: unknown) => {
      fail(classifyFailure(reason));
      running?.abort(new Error('given up'));
    };
    const onAbort = () => giveUp(signal?.reason);

    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    timer = setTimeout(() => giveUp(new DOMException('too late', 'TimeoutError')), deadlineMs);
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        // Given up while it waited for a connection: from here on it would be sent.
        if (settled) return controller.abort(new Error('given up'));
        running = controller;
      },
      onResponseStart(_controller, status, headers) {
        // Interim answers tell nothing of this one.
        if (status >= 200) head = { status, headers };
      },
      onResponseData(controller, chunk) {
        bytes += chunk.length;
        if (bytes <= MAX_BODY_BYTES) return void chunks.push(chunk);
        fail('tooLong');
        controller.abort(new Error('an answer without end'));
      },
      onResponseEnd() {
        if (!head) return fail('protocol');
        const body = Buffer.concat(chunks).toString('utf8');
        settle({ kind: 'answer', response: { status: head.status, headers: flat(head.headers), body } });
      },
      onResponseError(_controller, error) {
        fail(classifyFailure(error));
      },
    };
    try {
      dispatcher.dispatch(
        {
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: request.method,
          headers: { ...request.headers },
          body: request.body ?? null,
        },
        handler,
      );
    } catch (error) {
      fail(classifyFailure(error));
    }
  });
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) out[name.toLowerCase()] = [value].flat().join(', ');
  }
  return out;
}
