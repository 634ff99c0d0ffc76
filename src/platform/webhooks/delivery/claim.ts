import { sql } from 'kysely';
import type { DatabaseClock } from '../../database/clock.ts';
import type { Database, Executor, Tx } from '../../database/database.ts';
import { lockEndpoints } from './claim-endpoints.ts';
import { leaseLanes } from './claim-lanes.ts';
import { pickLanes } from './claim-pick.ts';
import type { LeasedLane } from './lane.ts';
import type { Share } from './slots.ts';

export interface Claimed {
  readonly lanes: readonly LeasedLane[];
  /** Lanes were wanted and there are endpoints that were not looked at: claim again at once. */
  readonly more: boolean;
}

interface Round {
  readonly start: string;
  /** It has passed the last endpoint and goes on from the first one. */
  readonly wrapped: boolean;
}

export interface LaneClaimer {
  /** Leases due lanes, as many as the share allows: as many endpoints as possible get one before any its second. */
  claim(share: Share): Promise<Claimed>;
}

/**
 * Claims endpoints first, then lanes, so that a dead endpoint with a million events costs the others one look
 * at an index. Two statements in one transaction: the second sees what claimers before it leased, since each
 * holds its endpoints locked; so the cap per endpoint is exact. Endpoints under lock are passed by, not waited
 * for. When a claim cannot look at every endpoint with a backlog, the next one goes on behind the last.
 * @param perEndpoint lanes of one endpoint that are leased at once, by all processes together.
 */
export function createLaneClaimer(
  database: Database,
  clock: DatabaseClock,
  { perEndpoint }: { readonly perEndpoint: number },
): LaneClaimer {
  /** Where the round over all endpoints began and how far it has come; none when it was finished. */
  let round: Round | undefined;
  let cursor = '';
  return {
    async claim(share) {
      const { start, wrapped } = round ?? { start: cursor, wrapped: cursor === '' };
      const look = (tx: Tx, after: string, upTo: string | undefined, wanted: number) =>
        lockEndpoints(tx, clock, { share, perEndpoint, wanted, after, upTo });
      const { last, turns, leased } = await database.beginWith(
        (tx) => look(tx, cursor, wrapped && start !== '' ? start : undefined, share.lanes),
        async (tx, first) => {
          const turns = first.ended && !wrapped;
          const last = turns ? await look(tx, '', start, share.lanes - first.ready.length) : first;
          const ready = turns ? [...first.ready, ...last.ready] : first.ready;
          const picks = pickLanes(ready, share);
          return { last, turns, leased: picks.length === 0 ? () => [] : await leaseLanes(tx, clock, picks) };
        },
      );
      const lanes = leased();
      const more = !last.ended && lanes.length < share.lanes;
      round = more ? { start, wrapped: wrapped || turns } : undefined;
      cursor = last.ended ? '' : last.lookedTo;
      return { lanes, more };
    },
  };
}

/**
 * Ends every lease. For the one process of an embedded database, before its workers start: whoever held them is
 * dead, and what he was sending is sent again.
 */
export async function endLaneLeases(executor: Executor): Promise<void> {
  await sql`update lanes set lease_until = null, claim_id = null where lease_until is not null`.execute(
    executor,
  );
}
