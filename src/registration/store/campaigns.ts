import { sql } from 'kysely';
import { conflict } from '#kernel/problem.ts';
import type { Executor } from '#platform/database/database.ts';
import { campaignKey } from '../domain/dedupe.ts';
import { type Campaign, USE_CASE } from '../domain/types.ts';
import type { CampaignRepo } from '../ports.ts';
import { insertRow } from './insertion.ts';
import { pageOf } from './page.ts';
import { readTogether, rowsById } from './read-together.ts';
import { type StatusTable, saveAll } from './save-all.ts';
import {
  EVENT_COLUMNS,
  emit,
  firstEvents,
  guardUnique,
  json,
  moreEvents,
  type Sealer,
  type StoreDependencies,
  statusColumns,
  statusOf,
  written,
} from './status.ts';
import { type CampaignTable, type Read, typed } from './tables.ts';

/** The index behind C16: two campaigns of one brand and use case cannot both be at the provider. */
const ONE_ACTIVE = 'campaigns_one_active';

const CONFLICTS = {
  [ONE_ACTIVE]: () => conflict('Another campaign of this brand and use case is active'),
};

export function campaignRepo(deps: StoreDependencies): CampaignRepo {
  const { clock, sealer } = deps;
  const select = (on: Executor) => typed(on).selectFrom('campaigns').selectAll();
  const byId = readTogether({
    ...rowsById('campaigns', 'campaign_id'),
    read: toCampaign,
  });
  const status: StatusTable<Campaign> = {
    table: 'campaigns',
    idColumn: 'campaign_id',
    idOf: (campaign) => campaign.campaignId,
    own: {
      columns: sql`active boolean, dedupe_key text`,
      set: sql`active = next.active, dedupe_key = decode(next.dedupe_key, 'hex')`,
      values: (next) => ({ active: next.active, dedupe_key: dedupeKey(next, sealer)?.toString('hex') }),
    },
  };

  return {
    get: byId,
    async lock(tx, id) {
      const row = await select(tx).where('campaign_id', '=', id).forUpdate().executeTakeFirst();
      return row && toCampaign(row);
    },
    async slotHolder(on, brandId) {
      const row = await select(on)
        .where('brand_id', '=', brandId)
        .where('use_case', '=', USE_CASE)
        .where('active', '=', true)
        .executeTakeFirst();
      return row && toCampaign(row);
    },
    async workOfBrands(tx, brandIds) {
      const rows = await typed(tx)
        .selectFrom('campaigns')
        .select(['tenant_id', 'campaign_id'])
        .where('brand_id', '=', sql<string>`any(${brandIds}::text[])`)
        .execute();
      return rows.map((row) => ({
        tenantId: row.tenant_id,
        resource: 'campaign',
        aggregateId: row.campaign_id,
      }));
    },
    async list(tx, { phase, brandId, limit, after }) {
      const rows = await select(tx)
        .$if(phase !== undefined, (q) => q.where('phase', '=', phase ?? 'DRAFT'))
        .$if(brandId !== undefined, (q) => q.where('brand_id', '=', brandId ?? ''))
        .$if(after !== undefined, (q) => q.where('campaign_id', '<', after ?? ''))
        .orderBy('campaign_id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows.map(toCampaign), limit, (campaign) => campaign.campaignId);
    },
    async insert(tx, campaign, events) {
      const row = {
        campaign_id: campaign.campaignId,
        brand_id: campaign.brandId,
        use_case: campaign.spec.useCase,
        ...ownColumns(campaign, sealer),
        ...statusColumns(campaign),
        version: 1,
        ...firstEvents(events.length),
      };
      await insertRow(tx, deps, { into: 'campaigns', row }, campaign, events);
      return { ...campaign, version: 1 };
    },
    async save(tx, before, next, events) {
      const row = await guardUnique(deps, CONFLICTS, () =>
        typed(tx)
          .updateTable('campaigns')
          .set({
            ...ownColumns(next, sealer),
            ...statusColumns(next),
            version: before.version + 1,
            ...moreEvents(events.length),
          })
          .where('campaign_id', '=', before.campaignId)
          .where('version', '=', before.version)
          .returning(EVENT_COLUMNS)
          .executeTakeFirst(),
      );
      await emit(tx, clock, next, events, written(row, 'the campaign'));
      return { ...next, version: before.version + 1 };
    },
    saveAll: (tx, changes) => saveAll(tx, clock, status, changes),
  };
}

function ownColumns(campaign: Campaign, sealer: Sealer) {
  const { spec, active } = campaign;
  return { spec: json(spec), active, dedupe_key: dedupeKey(campaign, sealer) };
}

/** The seed's natural key (R46), as soon as the id it is made of exists (C14). */
function dedupeKey({ spec, externalRefs }: Campaign, sealer: Sealer): Buffer | null {
  const { tcrBrandId } = externalRefs;
  return tcrBrandId ? sealer.blindIndex(campaignKey(tcrBrandId, spec.useCase, spec.linkDomains)) : null;
}

function toCampaign(row: Read<CampaignTable>): Campaign {
  const { campaign_id, brand_id, spec, active } = row;
  return { campaignId: campaign_id, brandId: brand_id, spec, active, ...statusOf(row) };
}
