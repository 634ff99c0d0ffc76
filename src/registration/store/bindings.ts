import { type Expression, type SqlBool, sql } from 'kysely';
import { conflict } from '#kernel/problem.ts';
import type { Executor, Tx } from '#platform/database/database.ts';
import type { Work } from '#platform/queue/enqueue.ts';
import { bindingKey } from '../domain/dedupe.ts';
import type { Binding } from '../domain/types.ts';
import type { BindingRepo } from '../ports.ts';
import { insertRow } from './insertion.ts';
import { pageOf } from './page.ts';
import { readTogether, rowsById } from './read-together.ts';
import { type StatusTable, saveAll } from './save-all.ts';
import {
  EVENT_COLUMNS,
  emit,
  firstEvents,
  moreEvents,
  type Sealer,
  type StoreDependencies,
  statusColumns,
  statusOf,
  written,
} from './status.ts';
import { type BindingTable, type Read, typed } from './tables.ts';

const CONFLICTS = {
  // Reveals no tenant (C2): whose number it is, is nobody's business.
  bindings_live_e164: () => conflict('This number is bound already'),
};

export function bindingRepo(deps: StoreDependencies): BindingRepo {
  const { clock, sealer } = deps;
  const select = (on: Executor) => typed(on).selectFrom('bindings').selectAll();
  const byId = readTogether({
    ...rowsById('bindings', 'binding_id'),
    read: toBinding,
  });
  const status: StatusTable<Binding> = {
    table: 'bindings',
    idColumn: 'binding_id',
    idOf: (binding) => binding.bindingId,
    own: {
      columns: sql`dedupe_key text`,
      set: sql`dedupe_key = decode(next.dedupe_key, 'hex')`,
      values: (next) => ({ dedupe_key: dedupeKey(next, sealer)?.toString('hex') }),
    },
  };
  const workWhere = async (tx: Tx, condition: Expression<SqlBool>): Promise<readonly Work[]> => {
    const rows = await typed(tx)
      .selectFrom('bindings')
      .select(['tenant_id', 'binding_id'])
      .where(condition)
      .execute();
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      resource: 'binding',
      aggregateId: row.binding_id,
    }));
  };

  return {
    get: byId,
    async lock(tx, id) {
      const row = await select(tx).where('binding_id', '=', id).forUpdate().executeTakeFirst();
      return row && toBinding(row);
    },
    async findByE164(tx, e164) {
      const row = await select(tx)
        .where('e164', '=', e164)
        .orderBy('binding_id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toBinding(row);
    },
    async detachingOf(tx, e164) {
      const rows = await select(tx)
        .where('e164', '=', e164)
        .where('phase', 'in', ['DETACHED', 'FAILED'])
        .where(sql<boolean>`conditions @> '[{"type":"ProviderDetached","status":"False"}]'`)
        .execute();
      return rows.map(toBinding);
    },
    async ofCampaign(tx, campaignId) {
      const rows = await select(tx).where('campaign_id', '=', campaignId).orderBy('binding_id').execute();
      return rows.map(toBinding);
    },
    workOfCampaigns: (tx, campaignIds) => workWhere(tx, sql`campaign_id = any(${campaignIds}::text[])`),
    workRequesting: (tx, numbers) =>
      workWhere(tx, sql`e164 = any(${numbers}::text[]) and phase = 'REQUESTED'`),
    async list(tx, { phase, campaignId, limit, after }) {
      const rows = await select(tx)
        .$if(phase !== undefined, (q) => q.where('phase', '=', phase ?? 'REQUESTED'))
        .$if(campaignId !== undefined, (q) => q.where('campaign_id', '=', campaignId ?? ''))
        .$if(after !== undefined, (q) => q.where('binding_id', '<', after ?? ''))
        .orderBy('binding_id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows.map(toBinding), limit, (binding) => binding.bindingId);
    },
    async insert(tx, binding, events) {
      const row = {
        binding_id: binding.bindingId,
        campaign_id: binding.spec.campaignId,
        e164: binding.spec.e164,
        dedupe_key: dedupeKey(binding, sealer),
        ...statusColumns(binding),
        version: 1,
        ...firstEvents(events.length),
      };
      await insertRow(tx, deps, { into: 'bindings', row, conflicts: CONFLICTS }, binding, events);
      return { ...binding, version: 1 };
    },
    async save(tx, before, next, events) {
      const row = await typed(tx)
        .updateTable('bindings')
        .set({
          dedupe_key: dedupeKey(next, sealer),
          ...statusColumns(next),
          version: before.version + 1,
          ...moreEvents(events.length),
        })
        .where('binding_id', '=', before.bindingId)
        .where('version', '=', before.version)
        .returning(EVENT_COLUMNS)
        .executeTakeFirst();
      await emit(tx, clock, next, events, written(row, 'the number binding'));
      return { ...next, version: before.version + 1 };
    },
    saveAll: (tx, changes) => saveAll(tx, clock, status, changes),
  };
}

/** The seed's natural key (R46), once the messaging service is known (C14). */
function dedupeKey({ spec, externalRefs }: Binding, sealer: Sealer): Buffer | null {
  const { messagingServiceId } = externalRefs;
  return messagingServiceId ? sealer.blindIndex(bindingKey(messagingServiceId, spec.e164)) : null;
}

function toBinding(row: Read<BindingTable>): Binding {
  const { binding_id, campaign_id, e164 } = row;
  return { bindingId: binding_id, spec: { campaignId: campaign_id, e164 }, ...statusOf(row) };
}
