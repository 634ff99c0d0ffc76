import { notFound, type SimAnswer, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { type BrandRecord, brands } from './brand-records.ts';
import { attributesOf } from './bundle-records.ts';
import { createFault, editFault } from './campaign-params.ts';
import { removeCampaign, review } from './campaign-review.ts';
import type { CampaignTexts } from './campaign-verdict.ts';
import { badParameter, iso, NO_CONTENT, textOf } from './common.ts';
import { type CampaignRecord, campaigns, type ServiceRecord, services } from './service-records.ts';
import { settingsOf } from './settings.ts';
import { clashes, isUseCase, useCasesOf } from './use-cases.ts';

/** Every campaign of every account has this sid; its messaging service tells it from others. */
export const CAMPAIGN_SID = 'QE2c6890da8086d771620e9b13fadeba0b';

function view(request: SimRequest, campaign: CampaignRecord): Record<string, unknown> {
  const { texts } = campaign;
  // The two URLs are shown to callers that ask for this version only.
  const urls = request.header('x-twilio-api-version') === 'v1.2' && {
    privacy_policy_url: texts.privacyPolicyUrl,
    terms_and_conditions_url: texts.termsUrl,
  };
  return {
    sid: CAMPAIGN_SID,
    account_sid: campaign.account,
    brand_registration_sid: campaign.brandSid,
    messaging_service_sid: campaign.sid,
    description: texts.description,
    message_samples: texts.samples,
    us_app_to_person_usecase: campaign.useCase,
    has_embedded_links: campaign.hasEmbeddedLinks,
    has_embedded_phone: texts.hasEmbeddedPhone,
    subscriber_opt_in: campaign.subscriberOptIn,
    age_gated: campaign.ageGated,
    direct_lending: campaign.directLending,
    campaign_status: campaign.status,
    campaign_id: campaign.tcrCampaignId,
    is_externally_registered: false,
    rate_limits:
      campaign.status === 'VERIFIED'
        ? { att: { mps: 4, msg_class: 'T' }, tmobile: { brand_tier: 'LOW' } }
        : null,
    message_flow: texts.messageFlow,
    opt_in_message: texts.optInMessage,
    opt_out_message: texts.optOutMessage,
    help_message: texts.helpMessage,
    opt_in_keywords: campaign.keywords.optIn,
    opt_out_keywords: campaign.keywords.optOut,
    help_keywords: campaign.keywords.help,
    date_created: iso(campaign.createdAt),
    date_updated: iso(campaign.updatedAt),
    url: `${request.base}/v1/Services/${campaign.sid}/Compliance/Usa2p/${CAMPAIGN_SID}`,
    mock: campaign.mock,
    errors: campaign.errors,
    ...urls,
  };
}

function flag(form: URLSearchParams, name: string): boolean {
  return /^true$/i.test(form.get(name) ?? '');
}

/** Texts as sent; opt-out and help fall back to the defaults that the provider fills in. */
function textsOf(form: URLSearchParams): CampaignTexts {
  return {
    description: form.get('Description') ?? '',
    messageFlow: form.get('MessageFlow') ?? '',
    samples: form.getAll('MessageSamples'),
    optInMessage: form.get('OptInMessage') ?? '',
    optOutMessage: form.get('OptOutMessage') ?? 'You have been unsubscribed. Reply START to subscribe again.',
    helpMessage: form.get('HelpMessage') ?? 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
    hasEmbeddedPhone: flag(form, 'HasEmbeddedPhone'),
    privacyPolicyUrl: form.get('PrivacyPolicyUrl'),
    termsUrl: form.get('TermsAndConditionsUrl'),
  };
}

/** Why a brand cannot have this campaign, or undefined. */
function brandRefusal(
  world: SimWorld,
  brand: BrandRecord | undefined,
  useCase: string,
): SimAnswer | undefined {
  if (!brand) return simError(400, 21_717, 'The brand does not exist');
  if (brand.status === 'SUSPENDED') return simError(400, 21_731, 'The brand is suspended');
  const soleProprietor = brand.brandType === 'SOLE_PROPRIETOR';
  const verified = !soleProprietor || brand.identity === 'VERIFIED';
  if (brand.status !== 'APPROVED' || !verified) return simError(400, 21_717, 'The brand is not approved');
  if (soleProprietor && brand.mock)
    return simError(400, 21_717, 'A mock sole proprietor brand has no campaigns');
  if (!useCasesFor(world, brand).some((known) => known.code === useCase)) {
    return simError(400, 21_717, 'The use case is not open to this brand');
  }
  const own = campaigns
    .of(world)
    .all()
    .filter((campaign) => campaign.brandSid === brand.sid);
  return soleProprietor && own.length > 0
    ? simError(400, 21_717, 'A sole proprietor brand has one campaign')
    : undefined;
}

function useCasesFor(world: SimWorld, brand: BrandRecord) {
  const type = 'us_a2p_messaging_profile_information';
  const companyType = textOf(attributesOf(world, brand.trustProductSid, type).company_type);
  return useCasesOf({ soleProprietor: brand.brandType === 'SOLE_PROPRIETOR', companyType });
}

function create(service: ServiceRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const { form } = request;
  if (world.now() < service.createdAt + settingsOf(world).serviceReadyMs) {
    return simError(422, 20_422, "Can't create campaign");
  }
  const fault = createFault(form);
  if (fault) return simError(400, fault.code, fault.message);
  const useCase = form.get('UsAppToPersonUsecase') ?? '';
  if (!isUseCase(useCase)) return simError(400, 21_720, 'The use case is not known');
  if (clashes(service.usecase, useCase))
    return simError(400, 21_719, 'The use case does not fit the service');
  if (campaigns.of(world).get(service.sid) || world.now() < service.campaignBlockedUntil) {
    return simError(400, 21_732, 'The service has a campaign; delete it first');
  }
  const brand = brands.of(world).find(request.account, form.get('BrandRegistrationSid') ?? '');
  const refusal = brandRefusal(world, brand, useCase);
  if (refusal || !brand) return refusal ?? notFound(request);
  const campaign = campaigns.of(world).insert({
    ...world.stamp('MG', request.account),
    sid: service.sid,
    brandSid: brand.sid,
    useCase,
    mock: brand.mock,
    eventSid: world.newSid('CM'),
    keywords: {
      optIn: form.getAll('OptInKeywords'),
      optOut: form.has('OptOutKeywords') ? form.getAll('OptOutKeywords') : ['STOP', 'UNSUBSCRIBE', 'CANCEL'],
      help: form.has('HelpKeywords') ? form.getAll('HelpKeywords') : ['HELP', 'INFO'],
    },
    subscriberOptIn: flag(form, 'SubscriberOptIn'),
    texts: textsOf(form),
    hasEmbeddedLinks: flag(form, 'HasEmbeddedLinks'),
    ageGated: flag(form, 'AgeGated'),
    directLending: flag(form, 'DirectLending'),
    status: 'PENDING',
    tcrCampaignId: null,
    errors: [],
    round: 0,
  });
  review(world, campaign);
  return { status: 201, body: view(request, campaign) };
}

function edit(campaign: CampaignRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const { form } = request;
  if (!settingsOf(world).campaignEdit) return simError(403, 20_403, 'Editing is not enabled for the account');
  if (campaign.status === 'SUSPENDED') return simError(400, 21_729, 'The campaign is suspended');
  if (campaign.status !== 'FAILED') return simError(409, 20_409, 'Only a rejected campaign can be edited');
  const fault = editFault(form);
  if (fault) return simError(400, fault.code, fault.message);
  campaign.texts = {
    ...campaign.texts,
    description: form.get('Description') ?? '',
    messageFlow: form.get('MessageFlow') ?? '',
    samples: form.getAll('MessageSamples'),
    hasEmbeddedPhone: flag(form, 'HasEmbeddedPhone'),
    privacyPolicyUrl: form.get('PrivacyPolicyUrl') ?? campaign.texts.privacyPolicyUrl,
    termsUrl: form.get('TermsAndConditionsUrl') ?? campaign.texts.termsUrl,
  };
  campaign.hasEmbeddedLinks = flag(form, 'HasEmbeddedLinks');
  campaign.ageGated = flag(form, 'AgeGated');
  campaign.directLending = flag(form, 'DirectLending');
  review(world, campaign);
  return { status: 200, body: view(request, campaign) };
}

function useCases(request: SimRequest, world: SimWorld): SimAnswer {
  const brand = brands.of(world).find(request.account, request.query.get('BrandRegistrationSid') ?? '');
  if (!brand) return badParameter('BrandRegistrationSid is not a brand of the account');
  return { status: 200, body: { us_app_to_person_usecases: useCasesFor(world, brand) } };
}

type OnService = (service: ServiceRecord, request: SimRequest, world: SimWorld) => SimAnswer;

function onService(run: OnService): SimRoute['handle'] {
  return (request, world) => {
    const service = services.of(world).find(request.account, request.params.service ?? '');
    return service ? run(service, request, world) : notFound(request);
  };
}

function onCampaign(
  run: (campaign: CampaignRecord, request: SimRequest, world: SimWorld) => SimAnswer,
): SimRoute['handle'] {
  return onService((service, request, world) => {
    const campaign = campaigns.of(world).find(request.account, service.sid);
    const asked = request.params.sid === CAMPAIGN_SID;
    return campaign && asked ? run(campaign, request, world) : notFound(request);
  });
}

const path = '/v1/Services/:service/Compliance/Usa2p';
const product = 'messaging';

export const campaignRoutes: readonly SimRoute[] = [
  { method: 'POST', product, path, handle: onService(create) },
  {
    method: 'GET',
    product,
    path,
    handle: onService((service, request, world) => {
      const campaign = campaigns.of(world).find(request.account, service.sid);
      return world.page(request, campaign ? [view(request, campaign)] : [], 'compliance');
    }),
  },
  {
    method: 'GET',
    product,
    path: `${path}/Usecases`,
    handle: onService((_, request, world) => useCases(request, world)),
  },
  {
    method: 'GET',
    product,
    path: `${path}/:sid`,
    handle: onCampaign((campaign, request) => ({ status: 200, body: view(request, campaign) })),
  },
  { method: 'POST', product, path: `${path}/:sid`, handle: onCampaign(edit) },
  {
    method: 'DELETE',
    product,
    path: `${path}/:sid`,
    handle: onCampaign((campaign, _, world) => {
      if (campaign.status === 'SUSPENDED') return simError(400, 21_729, 'The campaign is suspended');
      removeCampaign(world, campaign);
      return NO_CONTENT;
    }),
  },
];
