import { sql } from 'kysely';
import type { Executor } from '#platform/database/database.ts';

/** What the bindings of every tenant say of one number, and of no tenant. */
export interface NumberUse {
  /** `bound`: one lives. `detaching`: one is over, and the provider's sender pool may still have the number. */
  readonly use: 'bound' | 'detaching' | 'none';
  /** The messaging service of the newest binding that got as far as one: where the number probably is. */
  readonly messagingServiceId?: string;
}

/**
 * Who still relies on a number, of whatever tenant; under the worker role alone (C2, C52). A binding that was
 * detached counts until the pool is known to be clean of it, one that failed while the pool is known not to be.
 */
export async function numberUse(on: Executor, e164: string): Promise<NumberUse> {
  const { rows } = await sql<{ bound: boolean | null; detaching: boolean | null; service: string | null }>`
    select
      bool_or(phase not in ('DETACHED', 'FAILED')) as bound,
      bool_or(
        (phase = 'DETACHED' and not conditions @> '[{"type":"ProviderDetached","status":"True"}]')
        or (phase = 'FAILED' and conditions @> '[{"type":"ProviderDetached","status":"False"}]')
      ) as detaching,
      (
        select coalesce(b.external_refs ->> 'messagingServiceId', c.external_refs ->> 'messagingServiceId')
        from bindings b join campaigns c on c.campaign_id = b.campaign_id
        where b.e164 = ${e164}
          and coalesce(b.external_refs ->> 'messagingServiceId', c.external_refs ->> 'messagingServiceId') is not null
        order by b.binding_id desc limit 1
      ) as service
    from bindings where e164 = ${e164}`.execute(on);
  // An aggregate answers one row always, of nulls when there is no binding.
  const { bound, detaching, service } = rows[0] ?? {};
  return {
    use: bound ? 'bound' : detaching ? 'detaching' : 'none',
    ...(service ? { messagingServiceId: service } : {}),
  };
}
