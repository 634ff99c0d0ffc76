import { test } from 'node:test';
import type { CampaignInput } from './calls.ts';
import { CORE, checkRows, MESSAGING, omit, type Row } from './calls-rows.test-support.ts';
import { ACCOUNT } from './server.test-support.ts';

const QE = 'QE2c6890da8086d771620e9b13fadeba0b';
const TEXTS = {
  description: 'Updates about appointments that customers asked for.',
  messageFlow: 'Customers opt in on our site, "Book now" + box = yes.',
  messageSamples: ['Rosa: see you at 9. Reply STOP to end', 'Rosa: done & paid'],
  hasEmbeddedLinks: true,
  hasEmbeddedPhone: false,
  ageGated: false,
  directLending: false,
  privacyPolicyUrl: 'https://rosa.test/privacy',
  termsAndConditionsUrl: 'https://rosa.test/terms',
};
const CAMPAIGN: CampaignInput = {
  ...TEXTS,
  brandSid: 'BN1',
  useCase: 'LOW_VOLUME',
  subscriberOptIn: true,
  optInMessage: 'You are in. Reply STOP to end.',
  optOutMessage: 'You are out.',
  helpMessage: 'Call us.',
  optInKeywords: ['START', 'YES'],
  helpKeywords: ['HELP'],
};
const TEXT_FORM = [
  ['Description', TEXTS.description],
  ['MessageFlow', TEXTS.messageFlow],
  ['MessageSamples', 'Rosa: see you at 9. Reply STOP to end'],
  ['MessageSamples', 'Rosa: done & paid'],
  ['HasEmbeddedLinks', 'true'],
  ['HasEmbeddedPhone', 'false'],
  ['AgeGated', 'false'],
  ['DirectLending', 'false'],
  ['PrivacyPolicyUrl', 'https://rosa.test/privacy'],
  ['TermsAndConditionsUrl', 'https://rosa.test/terms'],
];
const BRAND = {
  sid: 'BN1',
  status: 'FAILED',
  identity_status: 'UNVERIFIED',
  tcr_id: null,
  customer_profile_bundle_sid: 'BU1',
  a2p_profile_bundle_sid: 'BU2',
  date_updated: '2026-01-05T12:00:00Z',
  errors: [
    {
      error_code: 30795,
      description: 'EIN.',
      url: 'https://www.twilio.com/docs/api/errors/30795',
      fields: ['EIN'],
    },
    { error_code: '30799' },
  ],
};
const BRAND_READ = {
  sid: 'BN1',
  status: 'FAILED',
  identityStatus: 'UNVERIFIED',
  customerProfileSid: 'BU1',
  trustProductSid: 'BU2',
  updatedAt: '2026-01-05T12:00:00.000Z',
  errors: [
    {
      code: '30795',
      description: 'EIN.',
      url: 'https://www.twilio.com/docs/api/errors/30795',
      fields: ['EIN'],
    },
    { code: '30799' },
  ],
};
const CAMPAIGN_BODY = {
  sid: QE,
  campaign_status: 'VERIFIED',
  campaign_id: 'CABC123',
  brand_registration_sid: 'BN1',
  messaging_service_sid: 'MG1',
  errors: [],
};
const CAMPAIGN_READ = {
  messagingServiceSid: 'MG1',
  status: 'VERIFIED',
  tcrCampaignId: 'CABC123',
  brandSid: 'BN1',
  errors: [],
};

const ROWS: readonly Row[] = [
  {
    call: (c) =>
      c.createBrand({
        customerProfileSid: 'BU1',
        trustProductSid: 'BU2',
        brandType: 'STANDARD',
        skipAutomaticSecVet: true,
        mock: false,
      }),
    request: `POST ${MESSAGING}/a2p/BrandRegistrations`,
    form: [
      ['CustomerProfileBundleSid', 'BU1'],
      ['A2PProfileBundleSid', 'BU2'],
      ['BrandType', 'STANDARD'],
      ['Mock', 'false'],
      ['SkipAutomaticSecVet', 'true'],
    ],
    answer: { status: 201, body: BRAND },
    value: BRAND_READ,
  },
  {
    call: (c) => c.fetchBrand('BN1'),
    request: `GET ${MESSAGING}/a2p/BrandRegistrations/BN1`,
    answer: { status: 200, body: { ...BRAND, tcr_id: 'B123', identity_status: null } },
    value: { ...omit(BRAND_READ, 'identityStatus'), tcrId: 'B123' },
  },
  {
    call: (c) => c.updateBrand('BN1'),
    request: `POST ${MESSAGING}/a2p/BrandRegistrations/BN1`,
    form: [],
    answer: { status: 202, body: BRAND },
    value: BRAND_READ,
  },
  {
    call: (c) => c.sendOtp('BN1'),
    request: `POST ${MESSAGING}/a2p/BrandRegistrations/BN1/SmsOtp`,
    form: [],
    answer: { status: 200, body: { account_sid: ACCOUNT, brand_registration_sid: 'BN1' } },
  },
  {
    call: (c) => c.createService({ friendlyName: 'camp_1/service' }),
    request: `POST ${MESSAGING}/Services`,
    form: [
      ['FriendlyName', 'camp_1/service'],
      ['UseInboundWebhookOnNumber', 'true'],
    ],
    answer: { status: 201, body: { sid: 'MG1' } },
    value: { sid: 'MG1' },
  },
  {
    call: (c) => c.createCampaign('MG1', CAMPAIGN),
    request: `POST ${MESSAGING}/Services/MG1/Compliance/Usa2p`,
    form: [
      ...TEXT_FORM,
      ['BrandRegistrationSid', 'BN1'],
      ['UsAppToPersonUsecase', 'LOW_VOLUME'],
      ['SubscriberOptIn', 'true'],
      ['OptInMessage', 'You are in. Reply STOP to end.'],
      ['OptOutMessage', 'You are out.'],
      ['HelpMessage', 'Call us.'],
      ['OptInKeywords', 'START'],
      ['OptInKeywords', 'YES'],
      ['HelpKeywords', 'HELP'],
    ],
    answer: { status: 201, body: CAMPAIGN_BODY },
    value: CAMPAIGN_READ,
  },
  {
    call: (c) => c.fetchCampaign('MG1'),
    request: `GET ${MESSAGING}/Services/MG1/Compliance/Usa2p/${QE}`,
    answer: {
      status: 200,
      body: {
        ...CAMPAIGN_BODY,
        campaign_id: null,
        errors: [{ error_code: 30896, fields: ['MESSAGE_FLOW'] }],
      },
    },
    value: { ...omit(CAMPAIGN_READ, 'tcrCampaignId'), errors: [{ code: '30896', fields: ['MESSAGE_FLOW'] }] },
  },
  {
    call: (c) => c.updateCampaign('MG1', CAMPAIGN),
    request: `POST ${MESSAGING}/Services/MG1/Compliance/Usa2p/${QE}`,
    form: TEXT_FORM,
    answer: { status: 200, body: CAMPAIGN_BODY },
    value: CAMPAIGN_READ,
  },
  {
    call: (c) => c.deleteCampaign('MG1'),
    request: `DELETE ${MESSAGING}/Services/MG1/Compliance/Usa2p/${QE}`,
    answer: { status: 204 },
  },
  {
    call: (c) => c.useCases('MG1', 'BN1'),
    request: `GET ${MESSAGING}/Services/MG1/Compliance/Usa2p/Usecases?BrandRegistrationSid=BN1`,
    answer: {
      status: 200,
      body: { us_app_to_person_usecases: [{ code: '2FA' }, { code: 'LOW_VOLUME' }, {}] },
    },
    value: ['2FA', 'LOW_VOLUME'],
  },
  {
    call: (c) => c.findOwnNumber('+15125550123'),
    request: `GET ${CORE}/IncomingPhoneNumbers.json?PhoneNumber=%2B15125550123`,
    answer: {
      status: 200,
      body: {
        incoming_phone_numbers: [
          { sid: 'PN2', phone_number: '+151255501234', capabilities: { sms: false } },
          { sid: 'PN1', phone_number: '+15125550123', capabilities: { SMS: true }, sms_url: '' },
        ],
      },
    },
    value: { sid: 'PN1', e164: '+15125550123', sms: true },
  },
  {
    call: (c) => c.attachNumber('MG1', 'PN1'),
    request: `POST ${MESSAGING}/Services/MG1/PhoneNumbers`,
    form: [['PhoneNumberSid', 'PN1']],
    answer: { status: 201, body: { sid: 'PN1' } },
  },
  {
    call: (c) => c.attachNumber('MG1', 'PN1'),
    request: `POST ${MESSAGING}/Services/MG1/PhoneNumbers`,
    form: [['PhoneNumberSid', 'PN1']],
    answer: { status: 409, body: { status: 409, code: 21710, message: 'Already there.' } },
  },
  {
    call: (c) => c.detachNumber('MG1', 'PN1'),
    request: `DELETE ${MESSAGING}/Services/MG1/PhoneNumbers/PN1`,
    answer: { status: 204 },
  },
  {
    call: (c) => c.isAttached('MG1', 'PN1'),
    request: `GET ${MESSAGING}/Services/MG1/PhoneNumbers/PN1`,
    answer: { status: 200, body: { sid: 'PN1' } },
    value: true,
  },
];

test('every call of brands, campaigns and numbers asks what is documented, and reads the answer', (t) =>
  checkRows(t, ROWS));
