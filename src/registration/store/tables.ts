import type { Generated, Kysely } from 'kysely';
import type { Condition } from '#kernel/condition.ts';
import type { Executor } from '#platform/database/database.ts';
import type {
  BindingPhase,
  BrandPhase,
  BrandSpec,
  CampaignPhase,
  CampaignSpec,
  ExternalRefs,
} from '../domain/types.ts';

/** Where an aggregate's events stand: the number of its last one, and that one's place in the feed (0007). */
export interface EventColumns {
  event_sequence: Generated<number>;
  event_position: Generated<number>;
}

/** Status columns that the three aggregates share (migration 0002). */
export interface StatusColumns<Phase extends string> extends EventColumns {
  tenant_id: string;
  phase: Phase;
  conditions: readonly Condition[];
  external_refs: ExternalRefs;
  generation: number;
  observed_generation: number;
  submission: number;
  sent_submission: number;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export interface BrandTable extends StatusColumns<BrandPhase> {
  brand_id: string;
  country: string;
  tax_id_index: Uint8Array | null;
  /** The spec without its PII ... */
  spec: Partial<BrandSpec>;
  /** ... and the PII as sealed JSON. */
  sealed_spec: Uint8Array;
}

export interface CampaignTable extends StatusColumns<CampaignPhase> {
  campaign_id: string;
  brand_id: string;
  use_case: string;
  spec: CampaignSpec;
  active: boolean;
  dedupe_key: Uint8Array | null;
}

export interface BindingTable extends StatusColumns<BindingPhase> {
  binding_id: string;
  campaign_id: string;
  e164: string;
  dedupe_key: Uint8Array | null;
}

export interface Tables {
  brands: BrandTable;
  campaigns: CampaignTable;
  bindings: BindingTable;
}

/** A row as it is read: what counts events is the outbox' affair. */
export type Read<Table extends EventColumns> = Omit<Table, keyof EventColumns>;

/** Pool or transaction as the query builder of this context's tables. The only place where the two meet. */
export function typed(on: Executor): Kysely<Tables> {
  return on as unknown as Kysely<Tables>;
}
