import { sql } from 'kysely';
import { BREAKER_FAILURES } from './pacing.ts';

/**
 * The part of a settling statement that moves the endpoint: its failures in a row, its breaker, its hold, whether
 * it is on at all. A failure of a request that was sent before the endpoint was held tells nothing new: it makes
 * the hold no longer, unless the receiver itself asks for more. A success does not end what the receiver asked for.
 * The row is locked first and read then, so that of several attempts that end at once each is counted.
 */
export const pacedEndpoint = sql`
  endpoint as materialized (
    select p.endpoint_id, p.effect, p.holds_ms, p.asked_ms, p.reason, e.*
    from placed p cross join lateral (
      select e.failures, e.held_until, e.failing_since, e.held_until > (select now from time) is true as is_held
      from webhook_endpoints e
      where e.endpoint_id = p.endpoint_id and e.active and p.effect <> 'none'
        and (p.effect <> 'good' or e.failures > 0)
      for no key update
    ) e
  ),
  failed as (
    select endpoint.*, failures + (not is_held)::integer as in_a_row from endpoint
  ),
  paced as (
    update webhook_endpoints e set
      failures = case f.effect when 'good' then 0 when 'failed' then f.in_a_row else f.failures end,
      failing_since = case when f.effect = 'good' then null
        when f.effect = 'failed' and f.in_a_row >= ${BREAKER_FAILURES}
          then coalesce(f.failing_since, (select now from time))
        else f.failing_since end,
      held_until = case
        when f.effect = 'failed' then greatest(f.held_until,
          (select now from time) + make_interval(secs => nullif(f.asked_ms, 0) / 1000.0),
          case when not f.is_held then (select now from time) + make_interval(secs =>
            nullif(f.holds_ms[least(f.in_a_row, cardinality(f.holds_ms))], 0) / 1000.0) end)
        when f.effect = 'good' and f.failures >= ${BREAKER_FAILURES} then null
        else f.held_until end,
      active = f.effect <> 'off',
      disabled_reason = case when f.effect = 'off' then f.reason else e.disabled_reason end,
      version = e.version + (f.effect = 'off')::integer,
      updated_at = case when f.effect = 'off' then (select now from time) else e.updated_at end
    from failed f
    where e.endpoint_id = f.endpoint_id
  )`;
