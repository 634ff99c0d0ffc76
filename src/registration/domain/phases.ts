import type { EventType } from './events.ts';
import type { BindingPhase, BrandPhase, CampaignPhase } from './types.ts';

/** One allowed move of an aggregate, and the event that tells the world of it. */
export interface PhaseEdge<P extends string> {
  readonly from: P;
  readonly to: P;
  readonly event: EventType;
}

/**
 * Every move there is (R9, C18). VETTED is final: what the provider later takes back is the condition
 * ProviderSuspended (C35).
 */
export const BRAND_EDGES: readonly PhaseEdge<BrandPhase>[] = [
  { from: 'DRAFT', to: 'SUBMITTED', event: 'BrandSubmitted' },
  { from: 'REJECTED', to: 'SUBMITTED', event: 'BrandSubmitted' },
  { from: 'SUBMITTED', to: 'VETTED', event: 'BrandVetted' },
  { from: 'SUBMITTED', to: 'REJECTED', event: 'BrandRejected' },
];

/** R10, C18, C34, C35. */
export const CAMPAIGN_EDGES: readonly PhaseEdge<CampaignPhase>[] = [
  { from: 'DRAFT', to: 'SUBMITTED', event: 'CampaignSubmitted' },
  { from: 'REJECTED', to: 'SUBMITTED', event: 'CampaignSubmitted' },
  { from: 'SUBMITTED', to: 'APPROVED', event: 'CampaignApproved' },
  { from: 'SUBMITTED', to: 'REJECTED', event: 'CampaignRejected' },
  { from: 'APPROVED', to: 'ACTIVE', event: 'CampaignActivated' },
  { from: 'APPROVED', to: 'REJECTED', event: 'CampaignRejected' },
  { from: 'APPROVED', to: 'SUSPENDED', event: 'CampaignSuspended' },
  { from: 'ACTIVE', to: 'SUSPENDED', event: 'CampaignSuspended' },
  { from: 'SUSPENDED', to: 'ACTIVE', event: 'CampaignActivated' },
];

/** R11, C25, C26. DETACHED is final; attaching the number again makes a new binding. */
export const BINDING_EDGES: readonly PhaseEdge<BindingPhase>[] = [
  { from: 'REQUESTED', to: 'ATTACHED', event: 'NumberAttached' },
  { from: 'ATTACHED', to: 'VERIFIED', event: 'NumberVerified' },
  { from: 'REQUESTED', to: 'FAILED', event: 'NumberAttachFailed' },
  { from: 'ATTACHED', to: 'FAILED', event: 'NumberAttachFailed' },
  { from: 'VERIFIED', to: 'FAILED', event: 'NumberAttachFailed' },
  { from: 'REQUESTED', to: 'DETACHED', event: 'NumberDetached' },
  { from: 'ATTACHED', to: 'DETACHED', event: 'NumberDetached' },
  { from: 'VERIFIED', to: 'DETACHED', event: 'NumberDetached' },
  { from: 'FAILED', to: 'DETACHED', event: 'NumberDetached' },
];

/** A live binding holds its number for itself, in the whole world (C2). */
export function isLive(phase: BindingPhase): boolean {
  return phase !== 'DETACHED' && phase !== 'FAILED';
}

/** The phases from which `to` can be reached in one move. */
export function sourcesOf<P extends string>(edges: readonly PhaseEdge<P>[], to: P): readonly P[] {
  return edges.filter((edge) => edge.to === to).map((edge) => edge.from);
}
