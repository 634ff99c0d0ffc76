import { setTimeout as sleep } from 'node:timers/promises';
import type { Blocked, ProviderAccounts } from '#platform/provider-http/accounts.ts';
import type { ProviderHttp } from '#platform/provider-http/provider-http.ts';
import type { TwilioRequest, TwilioSuccess } from '#platform/twilio/sdk.ts';
import { readResult } from './answers.ts';
import { CallEnd, OwnFault } from './call-end.ts';

/** The call that a request of the SDK belongs to. */
export interface CallScope {
  readonly signal: AbortSignal;
  /** Neither heeds nor sets the block of the account. */
  readonly apart: boolean;
}

export interface SdkHttpDeps {
  readonly http: ProviderHttp;
  readonly accounts: ProviderAccounts;
  readonly account: string;
  /** Distance between two calls that the provider paces. Milliseconds. */
  readonly everyMs: number;
  readonly scope: () => CallScope;
}

/** Brands and campaigns, reads too, may be called once a second (docs/twilio.md 1.4). */
const PACED = /\/v1\/(a2p\/BrandRegistrations|Services\/[^/]+\/Compliance\/Usa2p)(\/|$)/;
/** A turn further away than this is left to a later pass. Three workers at a time do not throw a look-up away. */
const LONGEST_WAIT_MS = 3_500;
/** Long enough not to hammer a closed door, short enough that nobody has to be told when it opens. */
const BLOCK_MS = 300_000;

/**
 * How requests of the SDK leave: each, pages of a list included, waits for its turn, heeds a block of the account
 * and goes through ProviderHttp. Answers what the SDK reads as success; anything else leaves as CallEnd.
 */
export function createSdkSend({
  http,
  accounts,
  account,
  everyMs,
  scope,
}: SdkHttpDeps): (request: TwilioRequest) => Promise<TwilioSuccess> {
  /** Waits for the turn of a paced call. Answers whether this is the one call that tests a blocked account. */
  async function admitted(url: URL, signal: AbortSignal): Promise<boolean> {
    if (!PACED.test(url.pathname)) {
      const checked = await ours(accounts.check(account));
      if (checked.kind === 'blocked') throw blockedEnd(checked);
      return checked.probe === true;
    }
    const turn = await ours(accounts.take(account, everyMs, LONGEST_WAIT_MS));
    if (turn.kind === 'blocked') throw blockedEnd(turn);
    if (turn.kind === 'later') throw throttledEnd(turn.inMs, 'no turn is free');
    if (turn.waitMs > 0) {
      await sleep(turn.waitMs, undefined, { signal }).catch(() => {
        throw throttledEnd(everyMs, 'stopped while it waited for its turn');
      });
    }
    return turn.probe === true;
  }

  return async (request) => {
    const { signal, apart } = scope();
    const probe = apart ? false : await admitted(new URL(request.url), signal);
    const result = await http.send({ ...request, signal });
    // A list that is longer than there is time for will be so again: that has to be seen.
    if (result.kind === 'notSent' && signal.aborted)
      throw new CallEnd({ kind: 'unknown', reason: 'given up' });
    const read = readResult(result, Math.random());
    if (read.kind === 'account') {
      if (!apart) await ours(accounts.block(account, BLOCK_MS, read.code, read.message));
      throw blockedEnd({ ...read, inMs: BLOCK_MS });
    }
    const answered =
      result.kind === 'answer' && result.response.status < 500 && result.response.status !== 429;
    if (probe && answered) await ours(accounts.clear(account));
    if (read.kind === 'end') throw new CallEnd(read.end);
    return read;
  };
}

function throttledEnd(retryAfterMs: number, reason: string): CallEnd {
  return new CallEnd({ kind: 'throttled', retryAfterMs, reason });
}

function blockedEnd({ inMs, code, message }: Omit<Blocked, 'kind'>): CallEnd {
  return new CallEnd({ kind: 'throttled', retryAfterMs: inMs, reason: message, blocked: { code, message } });
}

async function ours<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new OwnFault(error);
  }
}
