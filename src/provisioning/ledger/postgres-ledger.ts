import { type RawBuilder, sql } from 'kysely';
import { type DatabaseClock, readOnce } from '#platform/database/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { UNFLUSHED } from '#platform/database/unflushed.ts';
import { type Hold, type KeyScope, LEASE_MS, type Ledger } from '../ports.ts';
import { STORE_DEADLINE_MS, within } from './deadline.ts';
import { createClaim, type Run } from './postgres-claim.ts';
import { inHandsOf, intentIn, interval, KEPT, LIVES, NOW, RESERVED_UNTIL } from './postgres-parts.ts';

/**
 * Ledger in PostgreSQL. Each method is one or two statements and each statement its own transaction; nothing is
 * open across a call to anybody else. All lock the key's row before the number's, so that none waits for another
 * in a circle.
 * @param deadlineMs by when each method answers or rejects, milliseconds.
 */
export function createPostgresLedger({
  database,
  clock,
  close,
  deadlineMs = STORE_DEADLINE_MS,
}: {
  database: Database;
  clock: DatabaseClock;
  close: () => Promise<void>;
  deadlineMs?: number;
}): Ledger {
  const run: Run = async (statement) => (await statement.execute(database.executor)).rows;

  const claim = createClaim(run, clock);

  /** Changes the key and its lease if it is still in these hands; `hold_id = null` gives it up. */
  const change = async (hold: Hold, changes: RawBuilder<unknown>) => {
    const rows = await run(sql`
      with ${readOnce(clock)},
      held as (
        update idempotency_keys set ${changes} where ${inHandsOf(hold)}
        returning key_id, e164, ${RESERVED_UNTIL}
      ),
      ${KEPT}
      select true from held`);
    return rows.length > 0;
  };

  const bought = async (hold: Hold, sid: string) => {
    // A constraint of the table rejects what was not reserved.
    const rows = await run(sql`
      with ${readOnce(clock)},
      held as (update idempotency_keys set sid = ${sid} where ${inHandsOf(hold)} returning key_id)
      select ${UNFLUSHED} from held`);
    return rows.length > 0;
  };

  const reserve = async (hold: Hold, e164: string) => {
    // The row of the number arbitrates: whoever waited for it sees its newest owner.
    const [row] = await run(sql<{ held: boolean; reserved: boolean }>`
      with ${readOnce(clock)},
      held as materialized (
        select key_id, expires_at, ${NOW} + ${interval(LEASE_MS)} as lease_until
        from idempotency_keys where ${inHandsOf(hold)} for update
      ),
      reserved as (
        insert into purchase_reservations as r (e164, key_id, reserved_until)
        select ${e164}, key_id, ${RESERVED_UNTIL} from held
        on conflict (e164) do update
          set key_id = excluded.key_id, reserved_until = excluded.reserved_until
          where r.key_id = excluded.key_id or r.reserved_until <= ${NOW}
        returning key_id, e164
      ),
      freed as (
        delete from purchase_reservations r using reserved
        where r.key_id = reserved.key_id and r.e164 <> reserved.e164
      ),
      begun as (
        update idempotency_keys k
        set e164 = reserved.e164, sid = case when k.e164 = reserved.e164 then k.sid end,
          begun_at = coalesce(k.begun_at, ${NOW}), lease_until = held.lease_until
        from reserved join held using (key_id) where k.key_id = reserved.key_id
      )
      select exists (select from held) as held, exists (select from reserved) as reserved`);
    if (!row?.held) return 'lost';
    return row.reserved ? 'reserved' : 'taken';
  };

  const unreserve = async (hold: Hold) => {
    const rows = await run(sql`
      with ${readOnce(clock)},
      held as (
        update idempotency_keys set e164 = null, sid = null, begun_at = null where ${inHandsOf(hold)}
        returning key_id
      ),
      freed as (delete from purchase_reservations r using held where r.key_id = held.key_id)
      select true from held`);
    return rows.length > 0;
  };

  const forget = async (e164: string) => {
    await run(sql`
      with ${readOnce(clock)},
      -- Not of somebody who is about to buy it again: it was released before that, and this word of it is late.
      released as materialized (
        select k.key_id from idempotency_keys k join purchase_reservations r using (key_id)
        where r.e164 = ${e164} and (k.lease_until <= ${NOW} or k.sid is not null)
        for update of k
      ),
      freed as (
        delete from purchase_reservations r using released where r.e164 = ${e164} and r.key_id = released.key_id
      )
      update idempotency_keys k set begun_at = null from released where k.key_id = released.key_id`);
  };

  const unfinished = async (limit: number) => {
    const rows = await run(sql<KeyScope & { e164: string | null; sid: string | null }>`
      with ${readOnce(clock)}
      select caller, method, path, key, e164, sid from idempotency_keys
      where begun_at <= ${NOW} - ${interval(LEASE_MS)} and status is null and lease_until <= ${NOW} and ${LIVES}
      order by begun_at limit ${limit}`);
    return rows.flatMap(({ caller, method, path, key, ...row }) => {
      const { intent } = intentIn(row);
      return intent ? [{ scope: { caller, method, path, key }, intent }] : [];
    });
  };

  const inTime = <T>(work: Promise<T>) => within(deadlineMs, work);
  return {
    claim: (scope, fingerprint) => inTime(claim(scope, fingerprint)),
    renew: (hold) => inTime(change(hold, sql`lease_until = ${NOW} + ${interval(LEASE_MS)}`)),
    reserve: (hold, e164) => inTime(reserve(hold, e164)),
    unreserve: (hold) => inTime(unreserve(hold)),
    bought: (hold, sid) => inTime(bought(hold, sid)),
    answer: (hold, { status, headers, body }) =>
      inTime(
        change(
          hold,
          sql`status = ${status}, headers = ${JSON.stringify(headers)}::jsonb, body = ${body},
              hold_id = null, lease_until = ${NOW}`,
        ),
      ),
    async letGo(hold) {
      await inTime(change(hold, sql`hold_id = null, lease_until = least(lease_until, ${NOW})`));
    },
    forget: (e164) => inTime(forget(e164)),
    unfinished: (limit) => inTime(unfinished(limit)),
    async check() {
      await inTime(run(sql`select from idempotency_keys, purchase_reservations limit 1`));
    },
    close,
  };
}
