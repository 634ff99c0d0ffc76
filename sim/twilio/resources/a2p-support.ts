import assert from 'node:assert/strict';
import type { TwilioSim } from '../sim.ts';
import { ACCOUNT, type Answer, API, call } from '../test-support.ts';
import { POLICY } from './policies.ts';
import { primaryProfileSid } from './trusthub.ts';

/** The path of a registration for tests: every step is a call over HTTP, as an adapter would make it. */
export const TRUSTHUB = '/trusthub/v1';
export const MESSAGING = '/messaging/v1';
export const EVENTS = '/events/v1';

type Form = Readonly<Record<string, string>> | URLSearchParams;

export async function post(sim: TwilioSim, path: string, form: Form = {}): Promise<Answer> {
  return call(sim, 'POST', path, { form });
}

export async function get(sim: TwilioSim, path: string): Promise<Answer> {
  return call(sim, 'GET', path);
}

/** The sid of what a call made; fails the test when it made nothing. */
export async function made(sim: TwilioSim, path: string, form: Form): Promise<string> {
  const answer = await post(sim, path, form);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return String(answer.body.sid);
}

export const BUSINESS: Readonly<Record<string, string>> = {
  business_name: 'Rosa Plumbing Incorporated',
  business_type: 'Corporation',
  business_industry: 'CONSTRUCTION',
  business_registration_identifier: 'EIN',
  business_registration_number: '12-3456789',
  business_regions_of_operation: 'USA_AND_CANADA',
  business_identity: 'direct_customer',
  website_url: 'https://rosa-plumbing.example',
};

const REPRESENTATIVE = {
  first_name: 'Rosa',
  last_name: 'Example',
  email: 'owner@rosa-plumbing.example',
  phone_number: '+15125550100',
  business_title: 'Owner',
  job_position: 'CEO',
};

export interface Bundles {
  readonly profile: string;
  readonly product: string;
  readonly business: string;
  readonly document: string;
  readonly address: string;
}

interface BundleOptions {
  readonly business?: Readonly<Record<string, string>>;
  readonly messaging?: Readonly<Record<string, string>>;
  readonly statusCallback?: string;
}

export async function endUser(sim: TwilioSim, type: string, attributes: object): Promise<string> {
  const form = { FriendlyName: type, Type: type, Attributes: JSON.stringify(attributes) };
  return made(sim, `${TRUSTHUB}/EndUsers`, form);
}

export async function assign(sim: TwilioSim, bundle: string, sid: string): Promise<Answer> {
  return post(sim, `${bundle}/EntityAssignments`, { ObjectSid: sid });
}

/** A filled profile and trust product, both still drafts. */
export async function draftBundles(sim: TwilioSim, options: BundleOptions = {}): Promise<Bundles> {
  const common = {
    FriendlyName: 'brand/profile',
    Email: 'compliance@example.com',
    ...(options.statusCallback !== undefined && { StatusCallback: options.statusCallback }),
  };
  const profile = await made(sim, `${TRUSTHUB}/CustomerProfiles`, { ...common, PolicySid: POLICY.secondary });
  const business = await endUser(sim, 'customer_profile_business_information', {
    ...BUSINESS,
    ...options.business,
  });
  const representative = await endUser(sim, 'authorized_representative_1', REPRESENTATIVE);
  const address = await made(sim, `${API}/Addresses.json`, {
    CustomerName: 'Rosa Plumbing Incorporated',
    Street: '1 Main Street',
    City: 'Austin',
    Region: 'TX',
    PostalCode: '78701',
    IsoCountry: 'US',
  });
  const document = await made(sim, `${TRUSTHUB}/SupportingDocuments`, {
    FriendlyName: 'brand/address',
    Type: 'customer_profile_address',
    Attributes: JSON.stringify({ address_sids: address }),
  });
  for (const sid of [business, representative, document, primaryProfileSid(ACCOUNT.sid)]) {
    assert.equal((await assign(sim, `${TRUSTHUB}/CustomerProfiles/${profile}`, sid)).status, 201);
  }
  const product = await made(sim, `${TRUSTHUB}/TrustProducts`, { ...common, PolicySid: POLICY.messaging });
  const messaging = options.messaging ?? { company_type: 'private' };
  const information = await endUser(sim, 'us_a2p_messaging_profile_information', messaging);
  for (const sid of [information, profile]) {
    assert.equal((await assign(sim, `${TRUSTHUB}/TrustProducts/${product}`, sid)).status, 201);
  }
  return { profile, product, business, document, address };
}

export async function submitBundles(sim: TwilioSim, bundles: Bundles): Promise<void> {
  for (const path of [`CustomerProfiles/${bundles.profile}`, `TrustProducts/${bundles.product}`]) {
    const answer = await post(sim, `${TRUSTHUB}/${path}`, { Status: 'pending-review' });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  }
}

/** Longer than every review of the simulator together. */
export const ALL_REVIEWS_MS = 10_000;

/** A brand in the state that its profile leads to. */
export async function brandOf(
  sim: TwilioSim,
  options: BundleOptions & { brand?: Readonly<Record<string, string>> } = {},
): Promise<Bundles & { readonly brand: string }> {
  const bundles = await draftBundles(sim, options);
  await submitBundles(sim, bundles);
  const brand = await made(sim, `${MESSAGING}/a2p/BrandRegistrations`, {
    CustomerProfileBundleSid: bundles.profile,
    A2PProfileBundleSid: bundles.product,
    SkipAutomaticSecVet: 'true',
    ...options.brand,
  });
  await sim.control.advance(ALL_REVIEWS_MS);
  return { ...bundles, brand };
}

/** A brand of a sole proprietor, in the state that the mobile leads to. */
export async function soleProprietor(sim: TwilioSim, mobile: string): Promise<string> {
  const bundles = await draftBundles(sim);
  const common = { FriendlyName: 'starter', Email: 'a@example.com' };
  const profile = await made(sim, `${TRUSTHUB}/CustomerProfiles`, { ...common, PolicySid: POLICY.starter });
  const { business_title: _, job_position: __, ...person } = REPRESENTATIVE;
  const starter = await endUser(sim, 'starter_customer_profile_information', person);
  for (const sid of [starter, bundles.document, primaryProfileSid(ACCOUNT.sid)]) {
    assert.equal((await assign(sim, `${TRUSTHUB}/CustomerProfiles/${profile}`, sid)).status, 201);
  }
  const policy = { ...common, PolicySid: POLICY.soleProprietor };
  const product = await made(sim, `${TRUSTHUB}/TrustProducts`, policy);
  const trade = await endUser(sim, 'sole_proprietor_information', {
    brand_name: 'Rosa Fixes',
    mobile_phone_number: mobile,
  });
  for (const sid of [trade, profile]) {
    assert.equal((await assign(sim, `${TRUSTHUB}/TrustProducts/${product}`, sid)).status, 201);
  }
  await submitBundles(sim, { ...bundles, profile, product });
  const brand = await made(sim, `${MESSAGING}/a2p/BrandRegistrations`, {
    CustomerProfileBundleSid: profile,
    A2PProfileBundleSid: product,
    BrandType: 'SOLE_PROPRIETOR',
  });
  await sim.control.advance(ALL_REVIEWS_MS);
  return brand;
}

export async function service(sim: TwilioSim): Promise<string> {
  return made(sim, `${MESSAGING}/Services`, {
    FriendlyName: 'campaign',
    UseInboundWebhookOnNumber: 'true',
  });
}

/** Parameters of a campaign that is approved; `over` replaces some, an empty text leaves one out. */
export function campaignForm(brand: string, over: Readonly<Record<string, string>> = {}): URLSearchParams {
  const single = {
    BrandRegistrationSid: brand,
    Description: 'Answers to customers who called us and were not picked up at once.',
    MessageFlow: 'Customers tick a box on https://rosa-plumbing.example/contact and read the terms there.',
    UsAppToPersonUsecase: 'LOW_VOLUME',
    HasEmbeddedLinks: 'false',
    HasEmbeddedPhone: 'false',
    AgeGated: 'false',
    DirectLending: 'false',
    PrivacyPolicyUrl: 'https://rosa-plumbing.example/privacy',
    TermsAndConditionsUrl: 'https://rosa-plumbing.example/terms',
    ...over,
  };
  const form = new URLSearchParams(Object.entries(single).filter(([, value]) => value !== ''));
  form.append('MessageSamples', 'Rosa Plumbing: sorry that we missed you. Reply STOP to opt out.');
  form.append('MessageSamples', 'Rosa Plumbing: we come on [date]. Reply STOP to opt out.');
  return form;
}

export function campaignPath(serviceSid: string): string {
  return `${MESSAGING}/Services/${serviceSid}/Compliance/Usa2p`;
}
