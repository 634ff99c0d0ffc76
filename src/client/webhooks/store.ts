/** What a store is asked to remember of an event. */
export interface EventKey {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly sequence: number;
}

/** What was known before the event. */
export interface Known {
  /** This event was accepted already. */
  readonly duplicate: boolean;
  /** Highest sequence accepted of this aggregate; 0 when none is known. */
  readonly sequence: number;
}

/**
 * What a receiver remembers: which events it has accepted, and how far each aggregate has come. Several processes
 * may share one store.
 *
 * `accept` runs `work` with what was known and answers what it answers. Once `work` is through, the event is
 * accepted, and the aggregate's sequence is the higher one of the two. When `work` throws, nothing has changed and
 * `accept` throws the same. While one event of an aggregate is at work, others of that aggregate wait, in every
 * process: the same event, sent twice at once, is worked on once, and the second call then finds a duplicate.
 *
 * @typeParam Tx what `work` may write with, so that its writes and the acceptance happen both or neither.
 */
export interface WebhookStore<Tx = undefined> {
  accept<T>(event: EventKey, work: (known: Known, tx: Tx) => Promise<T>): Promise<T>;
}
