import type { Outcome } from '#kernel/outcome.ts';

/** What a call came to that did not do what it should, in a line. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
}

/** The value of a call. Throws CallFailed for every other outcome, saying what to make of it. */
export function valueFrom<T>(what: string, outcome: Outcome<T>): T {
  switch (outcome.kind) {
    case 'ok':
      return outcome.value;
    case 'refused': {
      const { code, message } = outcome.refusal;
      throw new CallFailed(`${what}: ${message}${code === undefined ? '' : ` (${code})`}`);
    }
    case 'throttled': {
      const { blocked, reason } = outcome;
      throw new CallFailed(
        blocked ? `${what}: ${blocked.message} (${blocked.code})` : `${what}: not now (${reason})`,
      );
    }
    case 'pending':
      throw new CallFailed(`${what}: not finished yet`);
    case 'unknown':
      throw new CallFailed(`${what}: no answer, it may have happened all the same (${outcome.reason})`);
  }
}
