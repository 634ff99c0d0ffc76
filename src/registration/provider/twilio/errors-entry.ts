import type { Actor } from '#kernel/outcome.ts';

/**
 * What an error of the provider means for us.
 * - `retry`: not done, may go through later.
 * - `refused`: final until something in the spec changes.
 * - `alreadyDone`: what was asked for is so already.
 * - `wait`: something has to happen first, and does so without us.
 * - `operator`: final, and only whoever runs the service can mend it.
 * - `account`: the whole account is turned away.
 */
export type ErrorOutcome = 'retry' | 'refused' | 'alreadyDone' | 'wait' | 'operator' | 'account';

export interface ErrorEntry {
  readonly code: string;
  readonly outcome: ErrorOutcome;
  /** A constant of REASON. */
  readonly reason: string;
  /** Stable sentence, no PII. */
  readonly message: string;
  readonly remediation?: string;
  /**
   * Field of our spec; a field that the provider names goes before it. A verdict on a campaign names none of the
   * brand's.
   */
  readonly field?: string;
  readonly actor: Actor;
  /**
   * How the rejected thing is sent again: as the same object, as a new one, or not at all. Absent where the
   * code belongs to a call and not to a verdict.
   */
  readonly resubmit?: 'edit' | 'recreate' | 'never';
  /** Certainly never processed: again after so long, without counting it as an attempt. */
  readonly retryAfterMs?: number;
  /** Only the provider's own description says what is wrong; it replaces `message` where there is one. */
  readonly ownWords?: true;
}

/*
 * What somebody can do is not always in the tenant's hands: a brand takes edits until it is vetted, its tax id none
 * after the first submit (C18), and an edit of a campaign leaves brand, use case and the answers to STOP and HELP as
 * they are (docs/twilio.md 5.3). Remedies say so with these words.
 */
export const NEW_CAMPAIGN =
  'a new campaign, for another fee, which the operator of this service has to allow (TWILIO_RECREATE_CAMPAIGNS)';
export const TAX_ID_IS_FIXED =
  'A wrong taxId cannot be changed after the first submit: register the business as a new brand, for another fee.';

/** One row of a table below: code, reason, what is wrong, what to do, field. */
type Row = readonly [code: string, reason: string, message: string, remediation: string, field?: string];

/** Rows that share everything but their words. */
export function rows(
  common: Omit<ErrorEntry, 'code' | 'reason' | 'message' | 'remediation' | 'field'>,
  table: readonly Row[],
): readonly ErrorEntry[] {
  return table.map(([code, reason, message, remediation, field]) => ({
    ...common,
    code,
    reason,
    message,
    remediation,
    ...(field === undefined ? {} : { field }),
  }));
}

/** Every code from one to the other, both included. */
export function codesBetween(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
}
