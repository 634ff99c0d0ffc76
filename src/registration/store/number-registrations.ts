import { sql } from 'kysely';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Executor, Tx } from '#platform/database/database.ts';
import type { NumberRegistration, NumberRegistrations } from '../ports.ts';

/** Stands for the service of an event that names none. */
const NO_SERVICE = '';

/**
 * Keeps what an event said of a number, in the caller's transaction. Events come in any order: the newest about each
 * messaging service is kept, so that a number's old service says nothing of its new one. Of two at the same moment
 * the one that says how it ended wins. Answers whether anything was kept.
 */
export async function recordNumberRegistration(
  tx: Tx,
  clock: DatabaseClock,
  phoneNumberSid: string,
  { status, messagingServiceSid, reasonUrl, at }: NumberRegistration,
): Promise<boolean> {
  const { rows } = await sql`
    insert into number_registrations as known
      (phone_number_sid, messaging_service_sid, status, reason_url, event_at, updated_at)
    values (${phoneNumberSid}, ${messagingServiceSid ?? NO_SERVICE}, ${status}, ${reasonUrl ?? null},
      ${at.toISOString()}::timestamptz, ${clock.now})
    on conflict (phone_number_sid, messaging_service_sid) do update set
      status = excluded.status,
      reason_url = excluded.reason_url,
      event_at = excluded.event_at,
      updated_at = excluded.updated_at
    where excluded.event_at > known.event_at
      or (excluded.event_at = known.event_at and known.status = 'pending' and excluded.status <> 'pending')
    returning phone_number_sid`.execute(tx);
  return rows.length > 0;
}

/** Reads of the numbers that the provider's events told of; under the worker role alone. */
export function numberRegistrations(on: Executor): NumberRegistrations {
  return {
    async of(phoneNumberSid, messagingServiceSid) {
      const { rows } = await sql<{
        status: NumberRegistration['status'];
        messaging_service_sid: string;
        reason_url: string | null;
        event_at: Date;
      }>`
        select status, messaging_service_sid, reason_url, event_at from number_registrations
        where phone_number_sid = ${phoneNumberSid}
          and messaging_service_sid in (${messagingServiceSid}, ${NO_SERVICE})
        order by event_at desc, status = 'pending', messaging_service_sid desc
        limit 1`.execute(on);
      const [row] = rows;
      return (
        row && {
          status: row.status,
          ...(row.messaging_service_sid === NO_SERVICE
            ? {}
            : { messagingServiceSid: row.messaging_service_sid }),
          ...(row.reason_url === null ? {} : { reasonUrl: row.reason_url }),
          at: new Date(row.event_at),
        }
      );
    },
  };
}
