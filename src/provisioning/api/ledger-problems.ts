import { Problem } from '#kernel/problem.ts';
import type { Ledger } from '../ports.ts';

/** Seconds: a connection is made again within them, or not soon. */
const RETRY_SOON = 1;

/** The same ledger, whose rejections are Problem 503: keys cannot be told apart right now, and nothing was done. */
export function withProblems(ledger: Ledger): Ledger {
  return {
    claim: (scope, fingerprint) => orUnavailable(ledger.claim(scope, fingerprint)),
    renew: (hold) => orUnavailable(ledger.renew(hold)),
    reserve: (hold, e164) => orUnavailable(ledger.reserve(hold, e164)),
    unreserve: (hold) => orUnavailable(ledger.unreserve(hold)),
    bought: (hold, sid) => orUnavailable(ledger.bought(hold, sid)),
    answer: (hold, answer) => orUnavailable(ledger.answer(hold, answer)),
    letGo: (hold) => orUnavailable(ledger.letGo(hold)),
    forget: (e164) => orUnavailable(ledger.forget(e164)),
    unfinished: (limit) => orUnavailable(ledger.unfinished(limit)),
    check: () => ledger.check(),
    close: () => ledger.close(),
  };
}

async function orUnavailable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('Internal', 'Not available right now; try again shortly', {
      status: 503,
      retryAfterSeconds: RETRY_SOON,
      cause,
    });
  }
}
