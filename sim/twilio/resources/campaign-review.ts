import type { SimWorld } from '../world.ts';
import { registryId } from './brand-review.ts';
import { type CampaignError, campaignError, campaignVerdict } from './campaign-verdict.ts';
import { type EventType, streamEvent } from './compliance-events.ts';
import { syncService } from './number-registration.ts';
import { type CampaignRecord, campaigns, services } from './service-records.ts';
import { settingsOf } from './settings.ts';

/** Puts a campaign into review: PENDING now, IN_PROGRESS and the verdict after the set delays. */
export function review(world: SimWorld, campaign: CampaignRecord): void {
  campaign.round += 1;
  campaign.status = 'PENDING';
  campaign.errors = [];
  campaign.updatedAt = world.now();
  const { round } = campaign;
  world.schedule(world.delays.campaignPickUpMs, () => {
    if (campaign.round !== round) return;
    settle(world, campaign, 'IN_PROGRESS');
    world.schedule(world.delays.campaignReviewMs, () => {
      if (campaign.round === round && campaign.status === 'IN_PROGRESS') decide(world, campaign);
    });
  });
}

function decide(world: SimWorld, campaign: CampaignRecord): void {
  const verdict = campaignVerdict(campaign.texts);
  if (verdict.kind === 'waits') return;
  if (verdict.kind === 'failed') {
    settle(world, campaign, 'FAILED', verdict.errors);
    return;
  }
  settle(world, campaign, 'VERIFIED');
  if (!verdict.suspended) return;
  const { round } = campaign;
  world.schedule(world.delays.campaignReviewMs, () => {
    if (campaign.round === round) settle(world, campaign, 'SUSPENDED');
  });
}

const EVENTS: Readonly<Record<string, readonly [EventType, registrationStatus: string]>> = {
  IN_PROGRESS: ['campaign-registration.campaign-submitted', 'pending'],
  VERIFIED: ['campaign-registration.campaign-approved', 'success'],
  FAILED: ['campaign-registration.campaign-failure', 'failure'],
};

/** Brings a campaign into a status, tells the world, and lets its numbers follow. */
function settle(
  world: SimWorld,
  campaign: CampaignRecord,
  status: string,
  errors: readonly CampaignError[] = [],
): void {
  campaign.status = status;
  campaign.errors = errors;
  if (status !== 'PENDING') campaign.tcrCampaignId ??= registryId('C', campaign.eventSid);
  campaign.updatedAt = world.now();
  const event = EVENTS[status];
  if (event) {
    const about = { kind: 'campaign' as const, account: campaign.account };
    // The reasons of a failure are not in the event: they have to be fetched.
    streamEvent(world, about, event[0], {
      brandsid: campaign.brandSid,
      campaignsid: campaign.eventSid,
      messagingservicesid: campaign.sid,
      a2pusecase: campaign.useCase,
      campaignregistrationstatus: event[1],
      createddate: campaign.createdAt,
      updateddate: campaign.updatedAt,
      timestamp: campaign.updatedAt,
      externalcampaignid: campaign.tcrCampaignId,
    });
  }
  // A suspended campaign keeps its registered numbers; carriers only stop its traffic.
  if (status !== 'SUSPENDED') syncService(world, campaign.sid);
}

export function removeCampaign(world: SimWorld, campaign: CampaignRecord): void {
  campaign.round += 1;
  campaigns.of(world).remove(campaign.sid);
  const service = services.of(world).get(campaign.sid);
  if (service) service.campaignBlockedUntil = world.now() + settingsOf(world).campaignDeleteMs;
  syncService(world, campaign.sid);
}

/** POST /_sim/campaigns/<MG sid> {status, errors?: [code]}; a brand that is suspended or gone takes its campaigns along. */
export function installCampaigns(world: SimWorld): void {
  world.on((event) => {
    if (event.kind !== 'brandChanged') return;
    const { sid, status } = event.payload;
    for (const campaign of campaigns.of(world).all()) {
      if (campaign.brandSid !== sid) continue;
      if (status === 'SUSPENDED') settle(world, campaign, 'SUSPENDED');
      if (status === 'DELETED') removeCampaign(world, campaign);
    }
  });
  world.control('campaigns', ({ sid, body }) => {
    const campaign = campaigns.of(world).get(sid ?? '');
    if (!campaign) return { status: 404, body: { error: 'no campaign on this messaging service' } };
    const status: unknown = body.status;
    // Any text: the API does not say which there are, so callers must bear unknown ones.
    if (typeof status !== 'string' || status === '')
      return { status: 400, body: { error: 'status is missing' } };
    const codes = Array.isArray(body.errors) ? body.errors : [];
    campaign.round += 1;
    settle(world, campaign, status, codes.filter((code) => typeof code === 'number').map(campaignError));
    return { status: 200, body: { sid: campaign.sid, status } };
  });
}
