import { HoldLost } from '../domain/errors.ts';
import { LEASE_MS } from '../ports.ts';

/** A renewal may fail once and a last one still be in time. */
const RENEW_EVERY_MS = LEASE_MS / 4;

export interface Lease {
  /** Ends with HoldLost as soon as somebody else has the key, or may have. */
  readonly lost: AbortSignal;
  /** Renews no more; what is under way is waited for by nobody. */
  end(): void;
}

/**
 * Keeps a lease that was taken at `takenAtMs` until it is ended. A store that does not answer is as good as a lost
 * lease shortly before it runs out: from then on nobody can know whose the key is.
 * @param renew whether the key is still ours; rejects when the store does not answer.
 * @param nowMs a clock in milliseconds that does not go back.
 */
export function keepLease(
  renew: () => Promise<boolean>,
  takenAtMs: number,
  nowMs: () => number,
  onError: (error: unknown) => void,
): Lease {
  const lost = new AbortController();
  let oursUntil = takenAtMs + LEASE_MS;
  let renewing = false;

  const beat = async () => {
    // Counted from before the question: the store may have renewed at once and answered late.
    const askedAt = nowMs();
    renewing = true;
    try {
      if (await renew()) oursUntil = askedAt + LEASE_MS;
      else lost.abort(new HoldLost());
    } catch (error) {
      onError(error);
    } finally {
      renewing = false;
    }
  };
  const timer = setInterval(() => {
    if (nowMs() > oursUntil - RENEW_EVERY_MS) lost.abort(new HoldLost());
    else if (!renewing) void beat();
  }, RENEW_EVERY_MS);
  lost.signal.addEventListener('abort', () => clearInterval(timer));
  return { lost: lost.signal, end: () => clearInterval(timer) };
}
