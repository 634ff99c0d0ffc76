import { randomUUID } from 'node:crypto';
import {
  type Claimed,
  type Hold,
  type Intent,
  KEY_LIFETIME_MS,
  type KeyScope,
  LEASE_MS,
  type Ledger,
  RESERVED_MS,
  type StoredAnswer,
} from '../ports.ts';
import { keyIdOf } from './key-id.ts';

/** A key as the ledger knows it. Times in milliseconds. */
interface Entry {
  readonly keyId: string;
  readonly scope: KeyScope;
  readonly fingerprint: string;
  readonly expiresAt: number;
  /** Nobody's once it is answered or let go. */
  holdId: string | undefined;
  leaseUntil: number;
  intent: Intent | undefined;
  /** When the purchase was begun that is neither finished nor given up. */
  begunAt: number | undefined;
  answer: StoredAnswer | undefined;
}

/** Expired keys looked at by each claim, which adds one at the most. */
const PURGED_AT_ONCE = 20;

/**
 * Ledger in this process's memory: for development and tests. It forgets everything with the process, and then only
 * the tags on the numbers keep a key from buying twice.
 * @param now milliseconds of a clock that does not go back.
 */
export function createMemoryLedger({ now }: { now: () => number }): Ledger {
  const entries = new Map<string, Entry>();
  /** Number to the key that has it. */
  const owners = new Map<string, Entry>();

  const lives = (entry: Entry) => now() < Math.max(entry.expiresAt, entry.leaseUntil);
  const find = (keyId: string) => {
    const entry = entries.get(keyId);
    return entry && lives(entry) ? entry : undefined;
  };
  const heldBy = ({ scope, holdId }: Hold) => {
    const entry = find(keyIdOf(scope));
    // Past RESERVED_MS its number may be another key's: whoever slept that long must not go on.
    const valid = entry?.holdId === holdId && now() < entry.leaseUntil + RESERVED_MS;
    return valid ? entry : undefined;
  };
  const ownerOf = (e164: string) => {
    const owner = owners.get(e164);
    return owner && lives(owner) && now() < owner.leaseUntil + RESERVED_MS ? owner : undefined;
  };
  const free = (entry: Entry) => {
    const e164 = entry.intent?.e164;
    if (e164 !== undefined && owners.get(e164) === entry) owners.delete(e164);
  };
  const purge = () => {
    // In the order of first claims, so the oldest come first.
    let looked = 0;
    for (const entry of entries.values()) {
      if (lives(entry) || looked === PURGED_AT_ONCE) return;
      looked += 1;
      free(entry);
      entries.delete(entry.keyId);
    }
  };

  return {
    async claim(scope, fingerprint): Promise<Claimed> {
      purge();
      const keyId = keyIdOf(scope);
      const holdId = randomUUID();
      const entry = find(keyId);
      if (!entry) {
        const former = entries.get(keyId);
        if (former) free(former);
        entries.delete(keyId);
        entries.set(keyId, newEntry(keyId, scope, fingerprint, holdId, now()));
        return { kind: 'held', hold: { scope, holdId }, resumed: false };
      }
      if (entry.fingerprint !== fingerprint) return { kind: 'otherBody' };
      if (entry.answer) return { kind: 'answered', answer: entry.answer };
      if (now() < entry.leaseUntil) return { kind: 'running', retryAfterMs: entry.leaseUntil - now() };
      entry.holdId = holdId;
      entry.leaseUntil = now() + LEASE_MS;
      const { intent } = entry;
      return { kind: 'held', hold: { scope, holdId }, resumed: true, ...(intent && { intent }) };
    },

    async renew(hold) {
      const entry = heldBy(hold);
      if (entry) entry.leaseUntil = now() + LEASE_MS;
      return entry !== undefined;
    },

    async reserve(hold, e164) {
      const entry = heldBy(hold);
      if (!entry) return 'lost';
      const owner = ownerOf(e164);
      if (owner && owner !== entry) return 'taken';
      if (entry.intent?.e164 !== e164) {
        free(entry);
        entry.intent = { e164 };
      }
      entry.begunAt ??= now();
      entry.leaseUntil = now() + LEASE_MS;
      owners.set(e164, entry);
      return 'reserved';
    },

    async unreserve(hold) {
      const entry = heldBy(hold);
      if (!entry) return false;
      free(entry);
      entry.intent = undefined;
      entry.begunAt = undefined;
      return true;
    },

    async bought(hold, sid) {
      const entry = heldBy(hold);
      if (!entry) return false;
      if (!entry.intent) throw new Error('bought what was not reserved');
      entry.intent = { e164: entry.intent.e164, sid };
      return true;
    },

    async answer(hold, answer) {
      const entry = heldBy(hold);
      if (!entry) return false;
      entry.answer = answer;
      entry.holdId = undefined;
      entry.leaseUntil = now();
      return true;
    },

    async letGo(hold) {
      const entry = heldBy(hold);
      if (!entry) return;
      entry.holdId = undefined;
      entry.leaseUntil = Math.min(entry.leaseUntil, now());
    },

    async forget(e164) {
      const owner = owners.get(e164);
      // Somebody is about to buy it again: it was released before that, and this word of it is late.
      if (!owner || (now() < owner.leaseUntil && owner.intent?.sid === undefined)) return;
      owners.delete(e164);
      owner.begunAt = undefined;
    },

    async unfinished(limit) {
      const found: { scope: KeyScope; intent: Intent; begunAt: number }[] = [];
      for (const entry of entries.values()) {
        const { scope, intent, begunAt, answer, leaseUntil } = entry;
        if (!intent || begunAt === undefined || answer || now() < leaseUntil || !lives(entry)) continue;
        if (begunAt <= now() - LEASE_MS) found.push({ scope, intent, begunAt });
      }
      found.sort((a, b) => a.begunAt - b.begunAt);
      return found.slice(0, limit).map(({ scope, intent }) => ({ scope, intent }));
    },

    async check() {},
    async close() {},
  };
}

function newEntry(keyId: string, scope: KeyScope, fingerprint: string, holdId: string, now: number): Entry {
  return {
    keyId,
    scope,
    fingerprint,
    expiresAt: now + KEY_LIFETIME_MS,
    holdId,
    leaseUntil: now + LEASE_MS,
    intent: undefined,
    begunAt: undefined,
    answer: undefined,
  };
}
