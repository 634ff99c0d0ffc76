import { sql } from 'kysely';
import { type DatabaseClock, readOnce, shifted } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';

export interface Blocked {
  readonly kind: 'blocked';
  /** Milliseconds until somebody may try again. */
  readonly inMs: number;
  /** What the provider said when it turned the account away. */
  readonly code: string;
  readonly message: string;
}

/**
 * Pacing and blocking of a provider's accounts, shared by all processes. `probe` marks the one call that is let
 * through after a block: its success has to `clear` it.
 */
export interface ProviderAccounts {
  /**
   * A place in the account's one line of calls.
   * @param everyMs distance between two turns.
   * @param maxWaitMs a turn further away than this is not taken: `later`.
   */
  take(
    account: string,
    everyMs: number,
    maxWaitMs: number,
  ): Promise<
    | { readonly kind: 'turn'; readonly waitMs: number; readonly probe?: boolean }
    | { readonly kind: 'later'; readonly inMs: number }
    | Blocked
  >;
  /** For calls that are not paced. */
  check(account: string): Promise<{ readonly kind: 'open'; readonly probe?: boolean } | Blocked>;
  /** Turns every call of the account away for so long; after that one may try each minute. */
  block(account: string, forMs: number, code: string, message: string): Promise<void>;
  /** Ends a block. */
  clear(account: string): Promise<void>;
}

/** Longer than any call takes, so that there is one probe at a time. */
const PROBE_MS = 60_000;

interface AccountRow {
  readonly wait_ms: number;
  readonly blocked_ms: number | null;
  readonly blocked_code: string | null;
  readonly blocked_message: string | null;
}

export function createProviderAccounts(executor: Executor, clock: DatabaseClock): ProviderAccounts {
  /** The account as it is now; undefined when nothing is known of it. */
  async function look(account: string): Promise<AccountRow | undefined> {
    const { rows } = await sql<AccountRow>`
      with ${readOnce(clock)}
      select ${ms(sql`greatest(next_at, (select now from time)) - (select now from time)`)} as wait_ms,
        ${ms(sql`blocked_until - (select now from time)`)} as blocked_ms, blocked_code, blocked_message
      from provider_accounts where account = ${account}`.execute(executor);
    return rows[0];
  }

  /** Lets one through whose block has run out, and moves the block on. */
  async function probe(account: string): Promise<boolean> {
    const { rows } = await sql`
      with ${readOnce(clock)}
      update provider_accounts set blocked_until = (select now from time) + ${interval(PROBE_MS)}
      where account = ${account} and blocked_until <= (select now from time)
      returning account`.execute(executor);
    return rows.length > 0;
  }

  return {
    async take(account, everyMs, maxWaitMs) {
      // One statement: whoever waits for the row goes on from what the one before him made of it.
      const { rows } = await sql<{ wait_ms: number; probe: boolean }>`
        with ${readOnce(clock)}
        insert into provider_accounts as a (account, next_at)
        select ${account}, now + ${interval(everyMs)} from time
        on conflict (account) do update set
          next_at = greatest(a.next_at, (select now from time)) + ${interval(everyMs)},
          blocked_until = case when a.blocked_until is not null
            then (select now from time) + ${interval(PROBE_MS)} end
        where a.next_at <= (select now from time) + ${interval(maxWaitMs)}
          and (a.blocked_until is null or a.blocked_until <= (select now from time))
        returning ${ms(sql`next_at - ${interval(everyMs)} - (select now from time)`)} as wait_ms,
          blocked_until is not null as probe`.execute(executor);
      const [turn] = rows;
      if (turn)
        return { kind: 'turn', waitMs: Math.max(0, turn.wait_ms), ...(turn.probe && { probe: true }) };
      const row = await look(account);
      return blockOf(row) ?? { kind: 'later', inMs: Math.max(1, (row?.wait_ms ?? 0) - maxWaitMs) };
    },

    async check(account) {
      const row = await look(account);
      if (typeof row?.blocked_ms !== 'number') return { kind: 'open' };
      const blocked = blockOf(row);
      if (blocked) return blocked;
      if (await probe(account)) return { kind: 'open', probe: true };
      // Somebody else was let through a moment ago, or the block has just ended.
      return blockOf(await look(account)) ?? { kind: 'open' };
    },

    async block(account, forMs, code, message) {
      const until = shifted(clock, forMs);
      await sql`
        insert into provider_accounts (account, blocked_until, blocked_code, blocked_message)
        values (${account}, ${until}, ${code}, ${message})
        on conflict (account) do update set blocked_until = excluded.blocked_until,
          blocked_code = excluded.blocked_code, blocked_message = excluded.blocked_message`.execute(executor);
    },

    async clear(account) {
      await sql`
        update provider_accounts set blocked_until = null, blocked_code = null, blocked_message = null
        where account = ${account} and blocked_until is not null`.execute(executor);
    },
  };
}

function blockOf(row: AccountRow | undefined): Blocked | undefined {
  if (typeof row?.blocked_ms !== 'number' || row.blocked_ms <= 0) return undefined;
  return {
    kind: 'blocked',
    inMs: row.blocked_ms,
    code: row.blocked_code ?? '',
    message: row.blocked_message ?? '',
  };
}

const interval = (milliseconds: number) =>
  sql`make_interval(secs => ${milliseconds / 1_000}::double precision)`;
/** Rounded up: nobody may come before his time. */
const ms = (span: ReturnType<typeof sql>) => sql<number>`ceil(extract(epoch from ${span}) * 1000)::int8`;
