import { hash } from 'node:crypto';
import { canonicalJson } from '#kernel/canonical-json.ts';
import { conflict, Problem } from '#kernel/problem.ts';
import { HoldLost } from '../domain/errors.ts';
import type { Claimed, Hold, Intent, KeyScope, Ledger, StoredAnswer } from '../ports.ts';
import { endOf, STUCK, tookTooLong } from './deadline.ts';
import { keepLease } from './lease.ts';

/** How long a second request waits for the first one's answer (C11), and how often it looks. */
const WAIT_MS = 5_000;
const POLL_MS = 100;
/** 4xx that say nothing of the request itself. */
const PASSING = new Set([401, 408, 429]);

export interface OnceDependencies {
  readonly ledger: Pick<Ledger, 'claim' | 'renew' | 'answer' | 'letGo'>;
  /** Milliseconds of a clock that does not go back. */
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

export interface OnceRequest {
  readonly scope: KeyScope;
  readonly body: unknown;
  /** Ends with the request's time. */
  readonly signal: AbortSignal;
  /** Logs under the request's ids. */
  readonly warn: (line: string, fields?: object) => void;
  /** How a Problem is answered that is the key's answer for good. */
  readonly write: (problem: Problem) => StoredAnswer;
}

/** Does what the request asks for, for the key that is held; stops when the signal ends. */
export type HeldWork = (
  held: { readonly hold: Hold; readonly intent?: Intent },
  signal: AbortSignal,
) => Promise<StoredAnswer>;

/**
 * Does `work` once per key (C6-C12, R147), in whichever process. 2xx and 4xx are the key's answer from then on, but
 * for 207, 401, 408, 429 and what says when to come again: after these, every 5xx and a process that died the key
 * goes on from its intent. That departs from C10's letter for 207 and 502, which otherwise could not be completed by
 * the same key.
 * Throws Problem 409 for another body and for a first request that is still running, and what the ledger and `work`
 * throw, unless it is the key's answer.
 */
export async function answerOnce(
  deps: OnceDependencies,
  request: OnceRequest,
  work: HeldWork,
): Promise<{ readonly answer: StoredAnswer; readonly replayed: boolean }> {
  const { ledger, nowMs, wait } = deps;
  const fingerprint = hash('sha256', canonicalJson(request.body ?? null));
  let until = nowMs() + WAIT_MS;
  while (!request.signal.aborted) {
    const askedAtMs = nowMs();
    const claimed = await ledger.claim(request.scope, fingerprint);
    if (claimed.kind === 'answered') return { answer: claimed.answer, replayed: true };
    if (claimed.kind === 'otherBody') throw conflict('This Idempotency-Key was used with another body');
    if (claimed.kind === 'running') {
      if (nowMs() >= until) throw stillRunning(claimed.retryAfterMs);
      await wait(POLL_MS);
      continue;
    }
    const answer = await workAndSettle(deps, request, claimed, askedAtMs, work);
    if (answer !== 'lost') return { answer, replayed: false };
    request.warn('provisioning:key:lost');
    until = nowMs() + WAIT_MS;
  }
  throw stillRunning(POLL_MS);
}

async function workAndSettle(
  { ledger, nowMs }: OnceDependencies,
  { signal, warn, write }: OnceRequest,
  { hold, intent }: Extract<Claimed, { readonly kind: 'held' }>,
  takenAtMs: number,
  work: HeldWork,
): Promise<StoredAnswer | 'lost'> {
  const lease = keepLease(
    () => ledger.renew(hold),
    takenAtMs,
    nowMs,
    (err) => warn('provisioning:key:not renewed', { err }),
  );
  const either = AbortSignal.any([signal, lease.lost]);
  // Failures are values here: whatever it was, the key has to be settled first.
  const result = work({ hold, ...(intent ? { intent } : {}) }, either).then(
    (answer) => ({ answer }),
    (error: unknown) => asAnswer(error, write),
  );
  const end = await endOf(result, either);
  lease.end();

  if (lease.lost.aborted) return 'lost';
  // Whoever may still be at work keeps his lease, which ends soon enough by itself.
  if (end === STUCK) throw tookTooLong();
  if ('error' in end && end.error instanceof HoldLost) return 'lost';
  if ('answer' in end && isFinal(end.answer.status)) {
    return (await ledger.answer(hold, end.answer)) ? end.answer : 'lost';
  }
  await ledger.letGo(hold).catch((err: unknown) => warn('provisioning:key:not let go', { err }));
  if ('answer' in end) return end.answer;
  throw end.error;
}

/** A refusal is an answer as good as any; all else is only a failure. */
function asAnswer(
  error: unknown,
  write: OnceRequest['write'],
): { readonly answer: StoredAnswer } | { readonly error: unknown } {
  if (!(error instanceof Problem)) return { error };
  const answer = write(error);
  return isFinal(answer.status) && error.retryAfterSeconds === undefined ? { answer } : { error };
}

/** Whether an answer is the key's for good, rather than one that its repetition may mend. */
function isFinal(status: number): boolean {
  if (status < 300) return status !== 207;
  return status < 500 && !PASSING.has(status);
}

function stillRunning(retryAfterMs: number): Problem {
  return new Problem(
    'ConflictError',
    'A request with this Idempotency-Key is still running; send the same again',
    { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)) },
  );
}
