import { conflict } from '#kernel/problem.ts';
import type { Executor } from '#platform/database/database.ts';
import { campaignKey } from '../domain/dedupe.ts';
import { type Campaign, USE_CASE } from '../domain/types.ts';
import type { CampaignRepo } from '../ports.ts';
import { pageOf } from './page.ts';
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

  return {
    async get(tx, id) {
      const row = await select(tx).where('campaign_id', '=', id).executeTakeFirst();
      return row && toCampaign(row);
    },
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
    async idsOfBrand(tx, brandId) {
      const rows = await typed(tx)
        .selectFrom('campaigns')
        .select('campaign_id')
        .where('brand_id', '=', brandId)
        .orderBy('campaign_id')
        .execute();
      return rows.map((row) => row.campaign_id);
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
      const row = await typed(tx)
        .insertInto('campaigns')
        .values({
          campaign_id: campaign.campaignId,
          brand_id: campaign.brandId,
          use_case: campaign.spec.useCase,
          ...ownColumns(campaign, sealer),
          ...statusColumns(campaign),
          version: 1,
          ...firstEvents(events.length),
        })
        .returning(EVENT_COLUMNS)
        .executeTakeFirstOrThrow();
      await emit(tx, clock, campaign, events, row);
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
  };
}

function ownColumns({ spec, active, externalRefs }: Campaign, sealer: Sealer) {
  const { tcrBrandId } = externalRefs;
  return {
    spec: json(spec),
    active,
    // The seed's natural key (R46), as soon as the id it is made of exists (C14).
    dedupe_key: tcrBrandId
      ? sealer.blindIndex(campaignKey(tcrBrandId, spec.useCase, spec.linkDomains))
      : null,
  };
}

function toCampaign(row: Read<CampaignTable>): Campaign {
  const { campaign_id, brand_id, spec, active } = row;
  return { campaignId: campaign_id, brandId: brand_id, spec, active, ...statusOf(row) };
}
