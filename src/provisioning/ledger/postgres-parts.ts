import { type RawBuilder, sql } from 'kysely';
import { type Hold, type Intent, RESERVED_MS } from '../ports.ts';
import { keyIdOf } from './key-id.ts';

/** The parts of this file belong into statements that have read the time (`readOnce`). */
export const NOW = sql`(select now from time)`;
/** The key still counts: it is not 24 h old, or somebody is at work under it. */
export const LIVES = sql`${NOW} < greatest(expires_at, lease_until)`;
export const EXPIRED = sql`expires_at <= ${NOW} and lease_until <= ${NOW}`;
/** How long a key with this lease keeps its number from others. */
export const RESERVED_UNTIL = sql`
  least(lease_until + ${interval(RESERVED_MS)}, greatest(expires_at, lease_until)) as reserved_until`;
/** The key's hold on its number follows its lease. To be used beside `held`; a number that was taken over is not touched. */
export const KEPT = sql`
  kept as (
    update purchase_reservations r set reserved_until = held.reserved_until
    from held where r.e164 = held.e164 and r.key_id = held.key_id
  )`;

/** Condition on idempotency_keys, inside a statement that has read the time. */
export function inHandsOf({ scope, holdId }: Hold): RawBuilder<unknown> {
  // Past RESERVED_MS its number may be another key's: whoever slept that long must not go on.
  return sql`
    key_id = ${keyIdOf(scope)} and hold_id = ${holdId} and ${LIVES}
    and ${NOW} < lease_until + ${interval(RESERVED_MS)}`;
}

export function intentIn({ e164, sid }: { e164: string | null; sid: string | null }): { intent?: Intent } {
  if (e164 === null) return {};
  return { intent: sid === null ? { e164 } : { e164, sid } };
}

export function interval(ms: number): RawBuilder<unknown> {
  return sql`make_interval(secs => ${ms / 1000}::double precision)`;
}
