import { sql } from 'kysely';
import { type DatabaseClock, shifted } from '#platform/database/clock.ts';
import type { Executor, Tx } from '#platform/database/database.ts';

/**
 * How long an event's id is remembered. The provider sends one again for 4 hours (docs/twilio.md 10.4), and
 * what is older than a day is not listened to any more; the rest is for clocks that differ and for people who
 * look.
 */
const KEPT_MS = 7 * 24 * 3_600_000;

/**
 * Notes the ids in the caller's transaction and answers those that no committed transaction had noted: what is done
 * about them has to commit with it, or a lost commit would lose the event. A second transaction with one of the ids
 * waits for the first to end.
 */
export async function firstSeen(
  tx: Tx,
  clock: DatabaseClock,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  // In one order, so that two batches with the same ids wait for each other and not in a circle.
  const { rows } = await sql<{ event_id: string }>`
    insert into provider_events (event_id, received_at)
    select id, ${clock.now} from (select distinct id collate "C" as id from unnest(${ids}::text[]) as given (id)) as ids
    order by id
    on conflict (event_id) do nothing
    returning event_id`.execute(tx);
  return new Set(rows.map((row) => row.event_id));
}

/** Forgets ids that no event can come with any more, at most `limit` of them. Answers how many. */
export async function purgeProviderEvents(
  on: Executor,
  clock: DatabaseClock,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from provider_events where event_id in (
      select event_id from provider_events where received_at < ${shifted(clock, -KEPT_MS)}
      order by received_at limit ${limit} for update skip locked)`.execute(on);
  return Number(numAffectedRows ?? 0);
}
