/** The ledger cannot be had. The message is one line for the operator and says what to do; no secrets. */
export class LedgerUnavailable extends Error {
  readonly reason: 'held' | 'schema' | 'store';

  constructor(reason: LedgerUnavailable['reason'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LedgerUnavailable';
    this.reason = reason;
  }
}
