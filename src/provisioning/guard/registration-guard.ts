import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { isObject } from '#platform/http/document.ts';
import { type Exchanged, exchange, type ProviderResponse } from '#platform/provider-http/exchange.ts';
import type { CallScope, ReleaseGuard } from '../ports.ts';

export interface RegistrationGuardOptions {
  /** Where the registration service is: `https://a2p.example.com`, without a trailing slash. */
  readonly url: string;
  /** RELEASE_GUARD_TOKEN, the same on both sides. */
  readonly token: string;
  /** Of one question, to the last byte of its answer. Milliseconds. */
  readonly deadlineMs?: number;
}

export interface RegistrationGuard extends ReleaseGuard {
  /** Ends what is being asked: `unknown`. */
  close(): Promise<void>;
}

/** One indexed look-up over there; with the repetition it leaves a release most of its 25 s. */
const DEADLINE_MS = 3_000;
/** Asked once more, since it only reads; whatever is not over by then is no hiccup. */
const ATTEMPTS = 2;
const PAUSE_MS = 200;
/** Releases are seldom. */
const CONNECTIONS = 8;
/** An answer has a few hundred characters. */
const MAX_ANSWER_CHARS = 16_384;
/** A hint is only of use when it is an id that the provider's API may be asked for. */
const MESSAGING_SERVICE = /^MG[0-9a-f]{32}$/;
const REASON = /^[A-Z][A-Za-z]{0,63}$/;
const MESSAGE = /^[\x20-\x7e]{1,300}$/;
/** Where neither word can be handed on as it came. */
const IN_USE = { reason: 'NumberBound', message: 'The registration service still relies on the number.' };

type Asked = Awaited<ReturnType<ReleaseGuard['ask']>>;

/**
 * Asks the registration service whether a number may be released: its operation getNumberHold (C52). Rejects never.
 * What is not clearly `free` or `held` is `unknown`, with a reason for the log: no answer in time, asked twice; a
 * token or an address that is wrong; an answer of somebody else. No redirect is followed and no proxy heeded.
 */
export function createRegistrationGuard(options: RegistrationGuardOptions): RegistrationGuard {
  const { url, token, deadlineMs = DEADLINE_MS } = options;
  const agent = new Agent({
    connections: CONNECTIONS,
    connect: { timeout: deadlineMs },
    // The deadline of the question is the only one.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const askOnce = (e164: string, { signal, correlationId }: CallScope): Promise<Exchanged> => {
    const address = `${url}/internal/number-holds/${encodeURIComponent(e164)}`;
    const request = {
      product: 'registration',
      method: 'GET' as const,
      url: address,
      signal,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        'correlation-id': correlationId,
      },
    };
    return exchange(agent, new URL(address), request, deadlineMs);
  };

  return {
    async ask(e164, scope) {
      let last: Asked = { kind: 'unknown', reason: 'it was not asked' };
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const asked = await askOnce(e164, scope);
        last = asked.kind === 'answer' ? read(asked.response, e164) : noAnswer(asked.reason);
        const passing = asked.kind !== 'answer' || isPassing(asked.response.status);
        if (!passing || scope.signal.aborted) return last;
        if (attempt < ATTEMPTS && !(await paused(scope.signal))) return last;
      }
      return last;
    },
    close: () => agent.destroy(),
  };
}

/** False when the request was given up meanwhile. */
async function paused(signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(PAUSE_MS, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

const noAnswer = (reason: string): Asked => unknown(`the registration service did not answer (${reason})`);
const unknown = (reason: string): Asked => ({ kind: 'unknown', reason });

function read({ status, body }: ProviderResponse, e164: string): Asked {
  switch (status) {
    case 200:
      return judged(body, e164) ?? unknown('what answered is not the registration service');
    case 401:
    case 403:
      return unknown('the registration service refuses our RELEASE_GUARD_TOKEN: set the same in both');
    case 404:
      return unknown(
        'the registration service has no RELEASE_GUARD_TOKEN set, or RELEASE_GUARD_URL is another',
      );
    default:
      return unknown(`the registration service answered ${status}`);
  }
}

/** Undefined for anything that getNumberHold would not say, or says of another number. */
function judged(body: string, e164: string): Asked | undefined {
  const hold = body.length <= MAX_ANSWER_CHARS ? parsed(body) : undefined;
  if (!isObject(hold) || hold.e164 !== e164 || typeof hold.held !== 'boolean') return undefined;
  if (hold.held) {
    const { reason, message } = hold;
    const usable = matches(reason, REASON) && matches(message, MESSAGE);
    return usable ? { kind: 'held', reason, message } : { kind: 'held', ...IN_USE };
  }
  const { messagingServiceSid } = hold;
  return matches(messagingServiceSid, MESSAGING_SERVICE)
    ? { kind: 'free', serviceHint: messagingServiceSid }
    : { kind: 'free' };
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
