import type { SimRecord } from '../collection.ts';
import { kind, type SimKind, type SimWorld } from '../world.ts';
import type { CampaignError, CampaignTexts } from './campaign-verdict.ts';

export interface ServiceRecord extends SimRecord {
  friendlyName: string;
  usecase: string | null;
  useInboundWebhookOnNumber: boolean;
  /** The other parameters, by the API's field name. */
  fields: Record<string, string | number | boolean | null>;
  /** Until then a deleted campaign still blocks the service. */
  campaignBlockedUntil: number;
}

/** One per service, so its `sid` here is the service's: the one of the API is the same for every campaign. */
export interface CampaignRecord extends SimRecord {
  readonly brandSid: string;
  readonly useCase: string;
  readonly mock: boolean;
  /** The sid that only events carry. */
  readonly eventSid: string;
  readonly keywords: {
    readonly optIn: readonly string[];
    readonly optOut: readonly string[];
    readonly help: readonly string[];
  };
  readonly subscriberOptIn: boolean;
  texts: CampaignTexts;
  hasEmbeddedLinks: boolean;
  ageGated: boolean;
  directLending: boolean;
  /** PENDING, IN_PROGRESS, VERIFIED, FAILED, SUSPENDED, or whatever a verdict by hand says. */
  status: string;
  tcrCampaignId: string | null;
  errors: readonly CampaignError[];
  /** Voids the timers of an earlier submission. */
  round: number;
}

/** A number in a service; `sid` is the number's own. */
export interface ServiceNumberRecord extends SimRecord {
  readonly serviceSid: string;
  readonly phoneNumber: string;
  readonly capabilities: readonly string[];
}

export const services: SimKind<ServiceRecord> = kind('services');
export const campaigns: SimKind<CampaignRecord> = kind('campaigns');
export const serviceNumbers: SimKind<ServiceNumberRecord> = kind('serviceNumbers');

/** Numbers in a service, the one attached first in front. */
export function numbersOf(world: SimWorld, serviceSid: string): readonly ServiceNumberRecord[] {
  return serviceNumbers
    .of(world)
    .all()
    .filter((entry) => entry.serviceSid === serviceSid);
}
