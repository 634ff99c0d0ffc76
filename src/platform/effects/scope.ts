import { sql } from 'kysely';
import { canonicalJson } from '#kernel/canonical-json.ts';
import { type Outcome, ok, type Refusal, refused, unknown } from '#kernel/outcome.ts';
import type { DatabaseClock } from '../database/clock.ts';
import type { Executor } from '../database/database.ts';
import type { Claim } from '../queue/claim.ts';
import { LeaseLost } from '../queue/settle.ts';
import type { Held } from '../reconcile/leases.ts';
import type { EffectActions, EffectScope, Intent } from './ledger.ts';

export interface LedgerKeys {
  /** Keyed hash: requests carry PII, and a bare hash of nine digits is no secret (C15). */
  hash(text: string): Buffer;
  /** A create is not begun unless the lease lasts at least this long: the longest a provider call may take. */
  readonly callDeadlineMs: number;
}

interface EffectRow {
  state: 'intended' | 'done' | 'refused' | 'unknown';
  result: unknown;
  /** Attempts that may have reached the provider. */
  attempts: number;
  sinceAttemptMs: number | null;
}

/** The ledger of one pass: fenced by its claim, under the guard of its lease. */
export function createEffectScope(deps: {
  executor: Executor;
  clock: DatabaseClock;
  claim: Claim;
  held: Held;
  keys: LedgerKeys;
}): EffectScope {
  const { executor, clock, claim, held, keys } = deps;
  // A request that was cut off here may still be at work there: until then an empty look-up proves nothing.
  const stillAtWorkMs = keys.callDeadlineMs + 2_000;

  return {
    async ensure<R>(intent: Intent, actions: EffectActions<R>): Promise<Outcome<R>> {
      if (!held.lasts(keys.callDeadlineMs)) return leaseTooShort;
      const row = await writeIntent(intent);
      // What is stored is what `create` or `find` answered under this key.
      if (row.state === 'done') return ok(row.result as R);
      if (row.state === 'refused') return refused(row.result as Refusal);
      return lookThenAct(intent, actions, row);
    },
  };

  /**
   * Looks before it makes, also the first time: the intent may be fresh because the database was set back. After
   * an attempt whose end was never written (a crash, a lost answer) the look decides alone.
   */
  async function lookThenAct<R>(
    intent: Intent,
    actions: EffectActions<R>,
    { attempts, sinceAttemptMs }: EffectRow,
  ): Promise<Outcome<R>> {
    const found = await actions.find();
    if (found.kind !== 'ok') return found.kind === 'pending' ? unknown('the look-up is not done yet') : found;
    switch (found.value.kind) {
      case 'found':
        await record(intent, 'done', found.value.value, true);
        return ok(found.value.value);
      case 'cannotTell':
        if (attempts === 0) return attempt(intent, actions);
        return { kind: 'unknown', reason: 'it cannot be found by name', needsOperator: true };
      case 'absent': {
        const waitMs =
          Math.max(intent.absentAfterMs ?? 0, stillAtWorkMs) - (sinceAttemptMs ?? Number.POSITIVE_INFINITY);
        if (waitMs > 0)
          return { kind: 'throttled', retryAfterMs: waitMs, reason: 'new objects show up late' };
        return attempt(intent, actions);
      }
    }
  }

  async function attempt<R>(intent: Intent, actions: EffectActions<R>): Promise<Outcome<R>> {
    await beginAttempt(intent);
    // Checked last before the call, after every await: nobody else may have the row while we create.
    if (!held.lasts(keys.callDeadlineMs)) {
      await neverProcessed(intent);
      return leaseTooShort;
    }
    const outcome = await actions.create();
    switch (outcome.kind) {
      case 'ok':
        await record(intent, 'done', outcome.value, false);
        break;
      case 'refused':
        await record(intent, 'refused', outcome.refusal, false);
        break;
      case 'throttled':
        await neverProcessed(intent);
        break;
      case 'unknown':
        await record(intent, 'unknown', null, false);
        break;
      case 'pending':
        break;
    }
    return outcome;
  }

  /** The intent, or the row as an earlier pass left it. Fenced. */
  async function writeIntent(intent: Intent): Promise<EffectRow> {
    const { rows } = await sql<EffectRow>`
      insert into effects as e (tenant_id, effect_key, resource, aggregate_id, operation, state, request_hash,
        intended_at)
      select ${claim.tenantId}, ${intent.key}, ${claim.resource}, ${claim.aggregateId}, ${intent.operation},
        'intended', ${keys.hash(canonicalJson(intent.request))}, ${clock.now}
      from ${stillOurs()}
      on conflict (effect_key) do update set operation = excluded.operation
      returning state, result, attempts,
        (extract(epoch from ${clock.now} - attempted_at) * 1000)::double precision as "sinceAttemptMs"
    `.execute(executor);
    const [row] = rows;
    if (!row) throw new LeaseLost(claim);
    return row;
  }

  async function beginAttempt(intent: Intent): Promise<void> {
    const { numAffectedRows } = await sql`
      update effects set state = 'intended', attempts = attempts + 1, attempted_at = ${clock.now}
      from ${stillOurs()} where effect_key = ${intent.key} and state in ('intended', 'unknown')
    `.execute(executor);
    if (Number(numAffectedRows ?? 0) === 0) throw new LeaseLost(claim);
  }

  /** The provider never saw the request: as if it had not been tried, so that nothing need be looked up. */
  async function neverProcessed(intent: Intent): Promise<void> {
    await sql`
      update effects set state = 'intended', attempts = 0, attempted_at = null
      where effect_key = ${intent.key} and state = 'intended'
    `.execute(executor);
  }

  /** Not fenced: what happened at the provider happened, even if the lease ended while it did. */
  async function record(intent: Intent, state: EffectRow['state'], result: unknown, adopted: boolean) {
    const text = canonicalJson(result);
    await sql`
      update effects set state = ${state}, result = ${text}::jsonb, response_hash = ${keys.hash(text)},
        adopted = ${adopted}, completed_at = ${clock.now}
      where effect_key = ${intent.key} and state <> 'done'
    `.execute(executor);
  }

  function stillOurs() {
    return sql`(select 1 from reconcile_queue where resource = ${claim.resource}
      and aggregate_id = ${claim.aggregateId} and claim_id = ${claim.claimId} for key share) as held`;
  }
}

const leaseTooShort: Outcome<never> = {
  kind: 'throttled',
  retryAfterMs: 1_000,
  reason: 'the lease would not outlast the call',
};
