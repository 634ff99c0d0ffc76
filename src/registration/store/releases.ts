import { sql } from 'kysely';
import { type DatabaseClock, shifted } from '#platform/database/clock.ts';
import type { Executor } from '#platform/database/database.ts';

/** The provider shows late that a number has left a pool; longer than this means that it is in somebody else's. */
const LATELY_MS = 5 * 60_000;

/**
 * Whether a pool of ours is letting go of this number, or did so in the last minutes, of whatever tenant; under the
 * worker role alone.
 */
export async function isBeingReleased(on: Executor, clock: DatabaseClock, e164: string): Promise<boolean> {
  const { rows } = await sql<{ released: boolean }>`
    select exists (
      select from bindings
      where e164 = ${e164} and phase in ('DETACHED', 'FAILED')
        and (conditions @> '[{"type":"ProviderDetached","status":"False"}]'
          or (conditions @> '[{"type":"ProviderDetached"}]' and updated_at > ${shifted(clock, -LATELY_MS)}))
    ) as released`.execute(on);
  return rows[0]?.released ?? false;
}
