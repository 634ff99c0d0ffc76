import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { type DatabaseClock, readOnce } from '#platform/database/clock.ts';
import { UNFLUSHED } from '#platform/database/unflushed.ts';
import { type Claimed, KEY_LIFETIME_MS, type KeyScope, LEASE_MS, type Ledger } from '../ports.ts';
import { keyIdOf } from './key-id.ts';
import { EXPIRED, intentIn, interval, KEPT, LIVES, NOW, RESERVED_UNTIL } from './postgres-parts.ts';

/** One claim in so many clears expired keys away, more than were added since: it is a commit of its own. */
const PURGE_EVERY = 20;
const PURGED_AT_ONCE = 400;
/** How often a claim looks again after the key changed between its two statements. */
const CLAIM_ATTEMPTS = 3;

interface KeyRow {
  readonly same_body: boolean;
  readonly status: number | null;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly remaining_ms: number;
}

/** Runs one statement in a transaction of its own. */
export type Run = <Row>(statement: RawBuilder<Row>) => Promise<readonly Row[]>;

/** `claim` of the ledger. */
export function createClaim(run: Run, clock: DatabaseClock): Ledger['claim'] {
  /** Takes the key when it is new, or free and of the same body; undefined when it is neither. */
  const take = async (scope: KeyScope, fingerprint: string): Promise<Claimed | undefined> => {
    const hold = { scope, holdId: randomUUID() };
    const { caller, method, path, key } = scope;
    const [row] = await run(sql<{ resumed: boolean; e164: string | null; sid: string | null }>`
      with ${readOnce(clock)},
      held as (
        insert into idempotency_keys as k
          (key_id, caller, method, path, key, fingerprint, expires_at, hold_id, lease_until, claims)
        select ${keyIdOf(scope)}, ${caller}, ${method}, ${path}, ${key}, ${fingerprint},
          now + ${interval(KEY_LIFETIME_MS)}, ${hold.holdId}, now + ${interval(LEASE_MS)}, 1
        from time
        on conflict (key_id) do update
          set hold_id = excluded.hold_id, lease_until = excluded.lease_until, claims = k.claims + 1
          where k.status is null and k.lease_until <= ${NOW} and ${NOW} < k.expires_at
            and k.fingerprint = excluded.fingerprint
        returning key_id, claims, e164, sid, ${RESERVED_UNTIL}
      ),
      ${KEPT}
      select claims > 1 as resumed, e164, sid, ${UNFLUSHED} from held`);
    if (!row) return undefined;
    return { kind: 'held', hold, resumed: row.resumed, ...intentIn(row) };
  };

  /** Why the key cannot be taken; undefined when by now it can. */
  const look = async (scope: KeyScope, fingerprint: string): Promise<Claimed | undefined> => {
    const [row] = await run(sql<KeyRow>`
      with ${readOnce(clock)}
      select fingerprint = ${fingerprint} as same_body, status, headers, body,
        ceil(extract(epoch from lease_until - ${NOW}) * 1000)::int as remaining_ms
      from idempotency_keys where key_id = ${keyIdOf(scope)} and ${LIVES}`);
    if (!row) return undefined;
    if (!row.same_body) return { kind: 'otherBody' };
    const { status, headers, body } = row;
    if (status !== null) return { kind: 'answered', answer: { status, headers, body } };
    return row.remaining_ms > 0 ? { kind: 'running', retryAfterMs: row.remaining_ms } : undefined;
  };

  /** Deletes expired keys, this one among them if it is; their hold on numbers goes with them. */
  const purge = (scope: KeyScope) =>
    run(sql`
      with ${readOnce(clock)},
      -- Those that another claim is clearing away are passed over: two could wait for each other.
      this_one as materialized (
        select key_id from idempotency_keys where key_id = ${keyIdOf(scope)} and ${EXPIRED}
        for update skip locked
      ),
      oldest as materialized (
        select key_id from idempotency_keys where ${EXPIRED} order by expires_at limit ${PURGED_AT_ONCE}
        for update skip locked
      )
      delete from idempotency_keys
      where key_id in (select key_id from this_one union all select key_id from oldest)`);

  let claims = 0;
  return async (scope, fingerprint) => {
    if (claims++ % PURGE_EVERY === 0) await purge(scope);
    for (let attempt = 1; attempt <= CLAIM_ATTEMPTS; attempt += 1) {
      const claimed = (await take(scope, fingerprint)) ?? (await look(scope, fingerprint));
      if (claimed) return claimed;
      // It may be an old one of that key that is in the way.
      await purge(scope);
    }
    // Others are faster each time: the caller asks again soon, as he does while one of them works.
    return { kind: 'running', retryAfterMs: 1 };
  };
}
