import type { Resource } from './types.ts';

/** Why something was refused, as tenants read it in events. */
export interface Reason {
  readonly reason: string;
  readonly message: string;
  readonly code?: string;
  readonly field?: string;
  readonly remediation?: string;
}

interface BrandData {
  readonly brandId: string;
}
interface EndpointData {
  readonly webhookId: string;
}
interface CampaignData {
  readonly campaignId: string;
  readonly brandId: string;
}
interface NumberData {
  readonly bindingId: string;
  readonly campaignId: string;
  readonly e164: string;
}

/** What an endpoint's own events say; its delivery emits them (platform/webhooks/upkeep/announce.ts), no transition. */
interface EndpointEventData {
  readonly WebhookFailing: EndpointData & {
    /** ISO 8601. */
    readonly since: string;
    readonly failures: number;
    readonly lastStatus?: number;
    readonly lastError?: string;
  };
  readonly WebhookRecovered: EndpointData;
  readonly WebhookDisabled: EndpointData & { readonly reason: string };
  readonly WebhookTest: EndpointData & { readonly secretVersion?: number };
}

/** Every event type with its `data` (R38, C33). Contract: contracts/events/<type>.schema.json. */
export interface EventData extends EndpointEventData {
  readonly BrandSubmitted: BrandData & { readonly generation: number };
  readonly BrandVetted: BrandData & { readonly externalRefs: Readonly<Record<string, string>> };
  readonly BrandRejected: BrandData & { readonly reasons: readonly Reason[] };
  readonly CampaignSubmitted: CampaignData & { readonly generation: number };
  readonly CampaignApproved: CampaignData & { readonly externalRefs: Readonly<Record<string, string>> };
  readonly CampaignActivated: CampaignData & { readonly messagingServiceId: string };
  readonly CampaignRejected: CampaignData & { readonly reasons: readonly Reason[] };
  readonly CampaignSuspended: CampaignData & { readonly reasons: readonly Reason[] };
  readonly NumberAttachRequested: NumberData;
  readonly NumberAttached: NumberData & { readonly messagingServiceId: string };
  readonly NumberVerified: NumberData;
  readonly NumberAttachFailed: NumberData & { readonly reasons: readonly Reason[] };
  readonly NumberDetached: NumberData;
  /** Aggregate of both is the campaign. */
  readonly A2PReady: CampaignData & { readonly numbers: readonly string[] };
  readonly A2PNotReady: CampaignData & { readonly reasons: readonly Reason[] };
}

export type EventType = keyof EventData;

type DomainEventType = Exclude<EventType, keyof EndpointEventData>;

interface EventOf<T extends DomainEventType> {
  readonly type: T;
  readonly aggregateType: Resource;
  readonly aggregateId: string;
  readonly data: EventData[T];
}

/** An event as a transition emits it; the outbox adds id, sequence, tenant and time. */
export type DomainEvent = { [T in DomainEventType]: EventOf<T> }[DomainEventType];

export function brandEvent<T extends DomainEventType & `Brand${string}`>(
  type: T,
  data: EventData[T] & BrandData,
): EventOf<T> {
  return { type, aggregateType: 'brand', aggregateId: data.brandId, data };
}

/** The gate is the campaign's. */
export function campaignEvent<T extends DomainEventType & `${'Campaign' | 'A2P'}${string}`>(
  type: T,
  data: EventData[T] & CampaignData,
): EventOf<T> {
  return { type, aggregateType: 'campaign', aggregateId: data.campaignId, data };
}

export function numberEvent<T extends DomainEventType & `Number${string}`>(
  type: T,
  data: EventData[T] & NumberData,
): EventOf<T> {
  return { type, aggregateType: 'binding', aggregateId: data.bindingId, data };
}

/** The nine of the seed, delivered by default (C33). */
export const DEFAULT_EVENT_TYPES = [
  'BrandVetted',
  'BrandRejected',
  'CampaignApproved',
  'CampaignActivated',
  'CampaignRejected',
  'NumberAttached',
  'NumberVerified',
  'NumberAttachFailed',
  'A2PReady',
] as const satisfies readonly EventType[];

/** These exist too, for endpoints that name them (C33). */
export const OPT_IN_EVENT_TYPES = [
  'BrandSubmitted',
  'CampaignSubmitted',
  'CampaignSuspended',
  'NumberAttachRequested',
  'NumberDetached',
  'A2PNotReady',
  'WebhookFailing',
  'WebhookRecovered',
  'WebhookDisabled',
  'WebhookTest',
] as const satisfies readonly EventType[];

/** What a command or an observation does to an aggregate: its next state and what the world is told. */
export interface Transition<A> {
  readonly next: A;
  readonly events: readonly DomainEvent[];
}
