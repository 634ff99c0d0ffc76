import type { Twilio } from 'twilio';
import { type Call, nothing, sidOf } from './call-end.ts';
import type { CampaignInput, CampaignTextInput, TwilioCalls, TwilioCampaign } from './calls.ts';
import { newest, PAGE_SIZE, readList } from './pages.ts';
import { codeOf, faultsOf, items, member, optional, text } from './payload.ts';

type CampaignCalls = Pick<
  TwilioCalls,
  | 'createService'
  | 'findService'
  | 'createCampaign'
  | 'fetchCampaign'
  | 'updateCampaign'
  | 'deleteCampaign'
  | 'useCases'
>;

/** Sid of every campaign of every account (docs/twilio.md 5.3): the service it belongs to tells which. */
const CAMPAIGN_SID = 'QE2c6890da8086d771620e9b13fadeba0b';

/** Messaging services, and the campaign that each may have. */
export function campaignCalls(call: Call): CampaignCalls {
  return {
    createService: ({ friendlyName }) =>
      call(async (sdk) => {
        // Without this, messages that come in are dropped: the service has no webhook of its own.
        const asked = { friendlyName, useInboundWebhookOnNumber: true };
        return { sid: text((await sdk.messaging.v1.services.create(asked)).sid, 'sid') };
      }),
    findService: (friendlyName) =>
      call(async (sdk) => {
        const found = await readList(
          sdk.messaging.v1.services.page({ pageSize: PAGE_SIZE }),
          (service) => service.friendlyName === friendlyName,
        );
        const last = newest(found);
        return last && { sid: text(last.sid, 'sid') };
      }),
    createCampaign: (serviceSid, input) =>
      call(async (sdk) => {
        const asked = { ...textsOf(input), ...restOf(input) };
        const service = sdk.messaging.v1.services(sidOf(serviceSid));
        return campaignOf(await service.usAppToPerson.create(asked), serviceSid);
      }),
    fetchCampaign: (serviceSid) =>
      call<TwilioCampaign | undefined>(
        async (sdk) => campaignOf(await campaignAt(sdk, serviceSid).fetch(), serviceSid),
        { gone: () => undefined },
      ),
    updateCampaign: (serviceSid, input) =>
      call(async (sdk) => campaignOf(await campaignAt(sdk, serviceSid).update(textsOf(input)), serviceSid)),
    deleteCampaign: (serviceSid) =>
      call(
        async (sdk) => {
          await campaignAt(sdk, serviceSid).remove();
        },
        { gone: nothing, done: nothing },
      ),
    useCases: (serviceSid, brandSid) =>
      call(async (sdk) => {
        const asked = { brandRegistrationSid: brandSid };
        const found = await sdk.messaging.v1.services(sidOf(serviceSid)).usAppToPersonUsecases.fetch(asked);
        return items(found.usAppToPersonUsecases).flatMap((useCase) => codeOf(member(useCase, 'code')) ?? []);
      }),
  };
}

function campaignAt(sdk: Twilio, serviceSid: string) {
  return sdk.messaging.v1.services(sidOf(serviceSid)).usAppToPerson(CAMPAIGN_SID);
}

function textsOf(input: CampaignTextInput) {
  const { privacyPolicyUrl, termsAndConditionsUrl } = input;
  return {
    description: input.description,
    messageFlow: input.messageFlow,
    messageSamples: [...input.messageSamples],
    hasEmbeddedLinks: input.hasEmbeddedLinks,
    hasEmbeddedPhone: input.hasEmbeddedPhone,
    ageGated: input.ageGated,
    directLending: input.directLending,
    ...(privacyPolicyUrl && { privacyPolicyUrl }),
    ...(termsAndConditionsUrl && { termsAndConditionsUrl }),
  };
}

function restOf(input: CampaignInput) {
  const { optInMessage, optOutMessage, helpMessage, subscriberOptIn } = input;
  const { optInKeywords, optOutKeywords, helpKeywords } = input;
  return {
    brandRegistrationSid: input.brandSid,
    usAppToPersonUsecase: input.useCase,
    ...(subscriberOptIn !== undefined && { subscriberOptIn }),
    ...(optInMessage && { optInMessage }),
    ...(optOutMessage && { optOutMessage }),
    ...(helpMessage && { helpMessage }),
    ...(optInKeywords && { optInKeywords: [...optInKeywords] }),
    ...(optOutKeywords && { optOutKeywords: [...optOutKeywords] }),
    ...(helpKeywords && { helpKeywords: [...helpKeywords] }),
  };
}

function campaignOf(
  campaign: {
    readonly campaignStatus: string;
    readonly campaignId: string;
    readonly brandRegistrationSid: string;
    readonly errors: unknown;
  },
  serviceSid: string,
): TwilioCampaign {
  return {
    messagingServiceSid: serviceSid,
    status: text(campaign.campaignStatus, 'campaign_status'),
    ...optional('tcrCampaignId', campaign.campaignId),
    brandSid: text(campaign.brandRegistrationSid, 'brand_registration_sid'),
    errors: faultsOf(campaign.errors),
  };
}
