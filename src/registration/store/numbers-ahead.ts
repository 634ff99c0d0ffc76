import { sql } from 'kysely';
import type { Executor } from '#platform/database/database.ts';

/**
 * What goes before this number where its campaign has room for one: another that is attached, else another that was
 * requested earlier; undefined when it is its turn. Ids carry their time of birth (kernel/ids.ts), so of two that are
 * asked for at the same moment exactly one goes first.
 */
export async function numberAhead(
  on: Executor,
  { campaignId, bindingId }: { readonly campaignId: string; readonly bindingId: string },
): Promise<'attached' | 'requested' | undefined> {
  const { rows } = await sql<{ ahead: 'attached' | 'requested' }>`
    select case when phase = 'REQUESTED' then 'requested' else 'attached' end as ahead
    from bindings
    where campaign_id = ${campaignId} and binding_id <> ${bindingId}
      and (phase in ('ATTACHED', 'VERIFIED') or (phase = 'REQUESTED' and binding_id < ${bindingId}))
    order by ahead limit 1`.execute(on);
  return rows[0]?.ahead;
}
