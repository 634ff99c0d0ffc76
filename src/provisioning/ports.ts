import type { AvailableNumber, Capability, NumberState, PurchasedNumber, Webhooks } from './domain/types.ts';

/** What a call belongs to. It ends when the signal does, and is logged under the correlation id. */
export interface CallScope {
  readonly signal: AbortSignal;
  readonly correlationId: string;
}

/** Why a provider said no, in words for the caller; no PII, no secrets. */
export interface ProviderFault {
  /** The provider's own code, e.g. `21422`. */
  readonly code?: string;
  readonly message: string;
  /** Field of our request that has to change, e.g. `webhooks.voiceAppSid`. */
  readonly field?: string;
}

/**
 * What a provider call came to; only bugs are thrown. Ports never repeat and never sleep (R145).
 * - `notFound`: the provider does not know what was named.
 * - `unavailable`: the number cannot be bought: somebody has it, or nobody sells it.
 * - `refused`: any other no, final for this request.
 * - `credentials`: the whole account is turned away; an operator has to act.
 * - `throttled`: certainly not processed (429).
 * - `unknown`: time-out, reset, 5xx: it may have happened. `sent: false` when it certainly did not.
 * - `open`: not even tried, because calls failed in a row.
 */
export type PortResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'unavailable'; readonly fault: ProviderFault }
  | { readonly kind: 'refused'; readonly fault: ProviderFault }
  | { readonly kind: 'credentials'; readonly fault: ProviderFault }
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  | { readonly kind: 'unknown'; readonly reason: string; readonly sent: boolean }
  | { readonly kind: 'open'; readonly retryAfterMs: number };

/** What a search asks for. Flags that are absent or false do not narrow it. */
export interface NumberQuery {
  /** Three digits; or one number, to see whether it is for sale and what it can do. */
  readonly areaCode?: string;
  readonly e164?: string;
  readonly capabilities: readonly Capability[];
  /** 1 to 1000. */
  readonly limit: number;
}

/**
 * A telephony provider (R137, B:299-303, C43). Each method is one provider call unless it says otherwise, with a
 * deadline of its own (8 s), and repeats nothing.
 */
export interface TelephonyPort {
  /** Numbers for sale, of those that need no address; an empty list is an answer. */
  search(query: NumberQuery, scope: CallScope): Promise<PortResult<readonly AvailableNumber[]>>;
  /**
   * Buys exactly this number, bearing the tag. Costs money. A number that the account has already is answered
   * as if it were bought now, so look before (`findByNumber`).
   */
  purchase(e164: string, tag: string, scope: CallScope): Promise<PortResult<PurchasedNumber>>;
  /** Sets all webhooks; what is absent is cleared, and of voiceUrl and voiceAppSid the other one (C44). */
  configure(sid: string, webhooks: Webhooks, scope: CallScope): Promise<PortResult<NumberState>>;
  getNumber(sid: string, scope: CallScope): Promise<PortResult<NumberState>>;
  /** The account's own number of this spelling, if it has it. */
  findByNumber(e164: string, scope: CallScope): Promise<PortResult<NumberState | undefined>>;
  /** The number that bears the tag, if there is one. */
  findByTag(tag: string, scope: CallScope): Promise<PortResult<NumberState | undefined>>;
  /** Whether the account has this application. */
  voiceAppExists(voiceAppSid: string, scope: CallScope): Promise<PortResult<boolean>>;
  /**
   * Takes the number out of the messaging service that it is in. `hint`: where it probably is. Several calls; with
   * very many services the search ends with the scope's deadline or its own bound: `searched: false`.
   */
  detach(
    sid: string,
    hint: string | undefined,
    scope: CallScope,
  ): Promise<PortResult<{ readonly searched: boolean; readonly detachedFrom?: string }>>;
  /** Gives the number back, for good. `notFound`: it is gone already. */
  release(sid: string, scope: CallScope): Promise<PortResult<void>>;
  /** Whether the provider takes our credentials; the cheapest call there is. */
  check(scope: CallScope): Promise<PortResult<void>>;
  /** Parts of the provider and the state of their breakers; none for a port without. */
  breakers(): readonly { readonly product: string; readonly state: 'closed' | 'open' | 'halfOpen' }[];
  close(): Promise<void>;
}

/** What makes a key one (C7): the same key of another caller, or at another path, is another one. */
export interface KeyScope {
  /** Name of the token. */
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  readonly key: string;
}

/** An answer as it was given, to be given again. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
}

/** What is on record of a purchase before money is spent, and after. */
export interface Intent {
  readonly e164: string;
  /** Set once the purchase is known to have happened. */
  readonly sid?: string;
}

/** The right to work for a key, until its lease ends. Every write names it: a holder that was replaced writes nothing. */
export interface Hold {
  readonly scope: KeyScope;
  readonly holdId: string;
}

export type Claimed =
  /** `resumed`: somebody held the key before and did not finish; `intent` is what he was about to buy. */
  | { readonly kind: 'held'; readonly hold: Hold; readonly resumed: boolean; readonly intent?: Intent }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  /** The key was used with another body (C8). */
  | { readonly kind: 'otherBody' }
  /** Somebody holds it. */
  | { readonly kind: 'running'; readonly retryAfterMs: number };

/**
 * Idempotency keys, what is being bought under them, and the numbers that are thereby spoken for; one for all
 * processes (R147). A key lives 24 h from its first claim (C12). Lease: LEASE_MS from claim, renewal or reservation. Methods
 * that take a hold answer false, or `lost`, once somebody else has the key, and have changed nothing then. They
 * reject when the store cannot be reached (each within 5 s).
 */
export interface Ledger {
  /** Takes the key, unless it is answered, held, or was used with another body. One atomic step. */
  claim(scope: KeyScope, fingerprint: string): Promise<Claimed>;
  renew(hold: Hold): Promise<boolean>;
  /**
   * Writes the intent to buy this number and keeps it from every other key, both or neither; the key's former number
   * is free again, and the lease begins anew. `taken` while another key has it: for as long as that key lives, but no
   * longer than RESERVED_MS after it was answered or its lease ended.
   */
  reserve(hold: Hold, e164: string): Promise<'reserved' | 'taken' | 'lost'>;
  /** The number was not to be had: the key's intent and its hold on the number go. */
  unreserve(hold: Hold): Promise<boolean>;
  /** The purchase has happened. */
  bought(hold: Hold, sid: string): Promise<boolean>;
  /** The end: from now on the key gets this answer. */
  answer(hold: Hold, answer: StoredAnswer): Promise<boolean>;
  /** Ends the lease and keeps the intent: whoever comes with the key next goes on. */
  letGo(hold: Hold): Promise<void>;
  /** A released number may be bought again at once. */
  forget(e164: string): Promise<void>;
  /** Purchases that were begun and neither finished nor given up, older than a lease; for a gauge and the operator. */
  unfinished(limit: number): Promise<readonly { readonly scope: KeyScope; readonly intent: Intent }[]>;
  /** Rejects when the store does not answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** A holder that died frees its key after this long; a living one renews three times in it. */
export const LEASE_MS = 10_000;
/** C12. */
export const KEY_LIFETIME_MS = 24 * 60 * 60 * 1_000;
/** By then a purchase is to be seen in every list of the provider, so the ledger need not keep others away. */
export const RESERVED_MS = 10 * 60 * 1_000;

/** Whether somebody still relies on a number (C52). */
export interface ReleaseGuard {
  /** `unknown` when it cannot be found out: then nothing is released. `serviceHint`: a messaging service it may be in. */
  ask(
    e164: string,
    scope: CallScope,
  ): Promise<
    | { readonly kind: 'free'; readonly serviceHint?: string }
    | { readonly kind: 'held'; readonly reason: string; readonly message: string }
    | { readonly kind: 'unknown'; readonly reason: string }
  >;
}

/** Asks webhook URLs with HEAD whether anybody is there (R127); never in anyone's way. */
export interface WebhookProbe {
  /** Begins at once and answers what is known when asked: warnings, none while it still waits. Never rejects. */
  begin(webhooks: Partial<Webhooks>, correlationId: string): { warnings(): readonly string[] };
}
