import type { Outcome, Refusal, Waiting } from '#kernel/outcome.ts';
import type { FieldError } from '#kernel/problem.ts';
import type { Executor, Tx } from '#platform/database/database.ts';
import type { EffectScope } from '#platform/effects/ledger.ts';
import type { Work } from '#platform/queue/enqueue.ts';
import type { DomainEvent } from './domain/events.ts';
import type { CampaignTexts } from './domain/texts.ts';
import type {
  Binding,
  BindingPhase,
  Brand,
  BrandPhase,
  BrandSite,
  BrandSpec,
  Campaign,
  CampaignPhase,
  CampaignSpec,
  ExternalRefs,
  Resource,
} from './domain/types.ts';

// --- The provider -----------------------------------------------------------------------------------------

/** What one pass hands to every provider call it makes. */
export interface ProviderPass {
  /** Aborted when the lease is lost or the process stops. */
  readonly signal: AbortSignal;
  /** The only way to create something or to spend money (design.md, Effects). */
  readonly effects: EffectScope;
  /** The database's time, for whatever outlives a pass: the clock of a process may be set. Its own when left out. */
  readonly time?: () => Date;
}

export interface BrandOrder {
  readonly tenantId: string;
  readonly brandId: string;
  readonly spec: BrandSpec;
  /** Number of the submission that this order carries out; part of every effect key. */
  readonly submission: number;
  readonly externalRefs: ExternalRefs;
}

export interface CampaignOrder {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly brandId: string;
  readonly spec: CampaignSpec;
  /** Message flow, help and opt-out texts, composed or overridden (C21). */
  readonly texts: CampaignTexts;
  readonly submission: number;
  readonly externalRefs: ExternalRefs;
}

export interface NumberOrder {
  readonly tenantId: string;
  readonly bindingId: string;
  readonly campaignId: string;
  readonly e164: string;
  readonly messagingServiceId: string;
  /** What is known of the campaign at the provider; not needed to take a number out. */
  readonly campaignRefs?: ExternalRefs;
  readonly externalRefs: ExternalRefs;
}

/** What the provider says of one object now. */
export interface ProviderStatus {
  readonly state: 'pending' | 'approved' | 'rejected' | 'suspended' | 'gone';
  /** Why, when rejected, suspended or gone. Empty otherwise. */
  readonly reasons: readonly Refusal[];
  /** While pending: for whom or what it waits. */
  readonly waiting?: Waiting;
  /** Refs learnt with this look; merged into the aggregate's. */
  readonly externalRefs: ExternalRefs;
  /** When a change can be expected at the earliest, if the provider knows. */
  readonly checkAfterMs?: number;
}

export type ProviderObject =
  | { readonly resource: 'brand'; readonly refs: ExternalRefs }
  | { readonly resource: 'campaign'; readonly refs: ExternalRefs }
  | { readonly resource: 'binding'; readonly refs: ExternalRefs; readonly e164: string };

/**
 * The one provider of v1 behind five calls (R17-R21, C22). Each is idempotent, answers within its own
 * deadline, never waits for a carrier, and answers an Outcome; a throw is a bug.
 */
export interface A2PProviderPort {
  /** Registers the brand, or finds the registration of this submission. Answers the provider's refs. */
  ensureBrand(order: BrandOrder, pass: ProviderPass): Promise<Outcome<ExternalRefs>>;
  /** Registers the campaign under a vetted brand. May create its messaging service on the way. */
  ensureCampaign(
    order: CampaignOrder,
    brandRefs: ExternalRefs,
    pass: ProviderPass,
  ): Promise<Outcome<ExternalRefs>>;
  /** The messaging service of an approved campaign: `{messagingServiceId}`. One per campaign. */
  ensureMessagingService(
    order: CampaignOrder,
    pass: ProviderPass,
  ): Promise<Outcome<{ readonly messagingServiceId: string }>>;
  /** Puts the number into the sender pool. `refused` when the provider does not have it to give. */
  attachNumber(order: NumberOrder, pass: ProviderPass): Promise<Outcome<ExternalRefs>>;
  /** Reads the present state; creates and changes nothing. */
  pollStatus(object: ProviderObject, pass: ProviderPass): Promise<Outcome<ProviderStatus>>;
}

/** Taking a number out again (C23). Already gone is `ok`. */
export interface DetachCapability {
  detachNumber(order: NumberOrder, pass: ProviderPass): Promise<Outcome<ExternalRefs>>;
}

/** Submitting an edited spec under refs that exist (C18, C23). */
export interface ResubmitCapability {
  resubmitBrand(order: BrandOrder, pass: ProviderPass): Promise<Outcome<ExternalRefs>>;
  resubmitCampaign(
    order: CampaignOrder,
    brandRefs: ExternalRefs,
    pass: ProviderPass,
  ): Promise<Outcome<ExternalRefs>>;
}

/** What this provider wants beyond the seed's minimum, checked at `:submit` (C20). Pure: no call is made. */
export interface SubmissionRequirements {
  brandFaults(spec: BrandSpec): readonly FieldError[];
  campaignFaults(spec: CampaignSpec, brand: BrandSpec): readonly FieldError[];
}

/** What the provider's own events said of a number, where no read tells (it has none for numbers): the newest of them. */
export interface NumberRegistration {
  readonly status: 'pending' | 'registered' | 'failed' | 'unregistered';
  /** The sender pool that it is about, where the event says so: a number that moves is told of from two pools. */
  readonly messagingServiceSid?: string;
  /** Page that explains a failure. */
  readonly reasonUrl?: string;
  /** When it happened there. */
  readonly at: Date;
}

/** One of the provider's objects, by the name under which an aggregate keeps its id. */
export interface ProviderRef {
  readonly resource: Resource;
  /** Name of an external ref: `customerProfileSid`, `messagingServiceId` ... */
  readonly name: string;
  readonly value: string;
}

export interface NumberRegistrations {
  /** The newest event of this number that is about this sender pool, or about none in particular. */
  of(phoneNumberSid: string, messagingServiceSid: string): Promise<NumberRegistration | undefined>;
}

export type Provider = A2PProviderPort & DetachCapability & ResubmitCapability & SubmissionRequirements;

// --- The store --------------------------------------------------------------------------------------------

export interface Page<A> {
  readonly items: readonly A[];
  /** Id after which the next page starts; absent on the last. */
  readonly after?: string;
}

export interface PageQuery {
  readonly limit: number;
  /** Id of the last item of the page before. Newest first. */
  readonly after?: string;
}

/** What a pass makes of an aggregate. The spec stays as it is. */
export interface Change<A> {
  readonly before: A;
  readonly next: A;
  readonly events: readonly DomainEvent[];
  /** W3C trace context of the pass, sent along with its events. */
  readonly traceparent?: string;
}

/**
 * One aggregate type at rest. Inside a tenant transaction only that tenant's rows exist; for a worker all do. `save`
 * and `saveAll` write rows and events in the caller's transaction: one commit or nothing.
 */
interface AggregateRepo<A> {
  get(on: Executor, id: string): Promise<A | undefined>;
  /** Same, holding the row until the transaction ends. */
  lock(tx: Tx, id: string): Promise<A | undefined>;
  /** Inserts with version 1. Throws Problem 409 on a uniqueness violation. Emits the events. */
  insert(tx: Tx, aggregate: A, events: readonly DomainEvent[]): Promise<A>;
  /**
   * Writes `next` over `before`; answers it with version + 1. Throws StaleVersion when the row has moved on,
   * Problem 409 on a uniqueness violation. Emits the events.
   */
  save(tx: Tx, before: A, next: A, events: readonly DomainEvent[]): Promise<A>;
  /** Writes the status of many aggregates, each named once; all or nothing. Throws StaleVersion as `save` does. */
  saveAll(tx: Tx, changes: readonly Change<A>[]): Promise<void>;
}

export interface BrandRepo extends AggregateRepo<Brand> {
  /** Holds off other writers of the same tax id until the transaction ends. */
  findByTaxId(tx: Tx, tenantId: string, country: string, taxId: string): Promise<Brand | undefined>;
  /** The part that campaigns are held to; opens nothing that is sealed. */
  siteOf(tx: Tx, brandId: string): Promise<BrandSite | undefined>;
  list(tx: Tx, query: PageQuery & { readonly phase?: BrandPhase }): Promise<Page<Brand>>;
}

export interface CampaignRepo extends AggregateRepo<Campaign> {
  list(
    tx: Tx,
    query: PageQuery & { readonly phase?: CampaignPhase; readonly brandId?: string },
  ): Promise<Page<Campaign>>;
  /** The campaign that holds the one slot of (brand, use case), if any (C16). */
  slotHolder(on: Executor, brandId: string): Promise<Campaign | undefined>;
  /** Whom a change of these brands concerns: a pass over each of their campaigns. */
  workOfBrands(tx: Tx, brandIds: readonly string[]): Promise<readonly Work[]>;
}

export interface BindingRepo extends AggregateRepo<Binding> {
  /** The newest binding of this number that the transaction may see. */
  findByE164(tx: Tx, e164: string): Promise<Binding | undefined>;
  /** Ended bindings of this number, of any tenant, that still have to be detached at the provider (C24). */
  detachingOf(on: Executor, e164: string): Promise<readonly Binding[]>;
  ofCampaign(on: Executor, campaignId: string): Promise<readonly Binding[]>;
  /** Whom a change of these campaigns concerns: a pass over each of their bindings. */
  workOfCampaigns(tx: Tx, campaignIds: readonly string[]): Promise<readonly Work[]>;
  /** Passes over the bindings, of whatever tenant, that ask for these numbers. */
  workRequesting(tx: Tx, numbers: readonly string[]): Promise<readonly Work[]>;
  list(
    tx: Tx,
    query: PageQuery & { readonly phase?: BindingPhase; readonly campaignId?: string },
  ): Promise<Page<Binding>>;
}

export interface Store {
  readonly brands: BrandRepo;
  readonly campaigns: CampaignRepo;
  readonly bindings: BindingRepo;
}

/**
 * Asks for a reconcile pass of an aggregate in the caller's transaction, because something that bears on it has
 * changed; the sooner time wins, and a parked one is tried once more.
 */
export type Enqueue = (
  tx: Tx,
  work: {
    readonly tenantId: string;
    readonly resource: Resource;
    readonly aggregateId: string;
    /** Set by a spec write or submit: voids backoff and parking. */
    readonly generation?: number;
  },
) => Promise<void>;
