import type { Tx } from '#platform/database/database.ts';
import type { NumberRegistration, ProviderRef } from '../ports.ts';

/** Tells the first time that something comes in from every other. */
export interface ProviderEvents {
  /** Notes the ids; answers those that were not noted before. Rolled back with the transaction. */
  firstSeen(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface NumberRegistrationLog {
  /** Keeps what an event said of a number in a sender pool, unless a newer one is kept. Answers whether it was. */
  record(tx: Tx, phoneNumberSid: string, registration: NumberRegistration): Promise<boolean>;
}

/** Has the aggregates with these refs looked at, as a hint. Answers how many there are. */
export type Wake = (tx: Tx, refs: readonly ProviderRef[]) => Promise<number>;

/** A request and what it has to be signed with; see provider/twilio/signature.ts. */
export type VerifySignature = (request: {
  readonly url: string;
  readonly header: string;
  readonly form?: URLSearchParams;
  readonly rawJson?: Uint8Array;
  readonly tokens: readonly string[];
}) => boolean;

/** What became of a callback, or of one event. Words of a metric's label. */
export type InboundResult =
  | 'accepted'
  /** Came before. */
  | 'duplicate'
  /** Older than anything the provider still sends: somebody replays it. */
  | 'stale'
  /** Signed, and of no use to us. */
  | 'ignored'
  /** Signed, and not readable as what it says it is. */
  | 'malformed'
  | 'unsigned'
  | 'forged'
  | 'foreignAccount'
  /** The database did not take it, or not in time; the provider is told to come again. */
  | 'failed';

export interface InboundMetrics {
  providerInbound(kind: 'callback' | 'event', result: InboundResult): void;
}
