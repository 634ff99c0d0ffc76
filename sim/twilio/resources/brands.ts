import { notFound, type SimAnswer, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { type BrandRecord, brands } from './brand-records.ts';
import { register, sendOtp } from './brand-review.ts';
import { badParameter, iso, requiredAll } from './common.ts';

/** Mock brands and their campaigns go by themselves (docs/twilio.md 7). */
const MOCK_LIFE_MS = 30 * 24 * 60 * 60 * 1000;
const FREE_UPDATES = 3;

function view(request: SimRequest, brand: BrandRecord): Record<string, unknown> {
  const url = `${request.base}/v1/a2p/BrandRegistrations/${brand.sid}`;
  return {
    sid: brand.sid,
    account_sid: brand.account,
    customer_profile_bundle_sid: brand.customerProfileSid,
    a2p_profile_bundle_sid: brand.trustProductSid,
    date_created: iso(brand.createdAt),
    date_updated: iso(brand.updatedAt),
    brand_type: brand.brandType,
    status: brand.status,
    tcr_id: brand.tcrId,
    failure_reason: brand.status === 'FAILED' ? (brand.errors[0]?.description ?? null) : null,
    errors: brand.errors,
    url,
    brand_score: brand.score,
    brand_feedback: brand.errors.some((error) => error.error_code === 30_795) ? ['TAX_ID'] : null,
    identity_status: brand.identity,
    russell_3000: false,
    government_entity: false,
    tax_exempt_status: null,
    skip_automatic_sec_vet: brand.skipSecondaryVetting,
    mock: brand.mock,
    links: { brand_vettings: `${url}/Vettings`, brand_registration_otps: `${url}/SmsOtp` },
  };
}

/** `true` and `false` in any case; undefined for anything else. */
function flag(value: string | null): boolean | undefined {
  if (value === null) return false;
  return /^true$/i.test(value) ? true : /^false$/i.test(value) ? false : undefined;
}

function create(request: SimRequest, world: SimWorld): SimAnswer {
  const read = requiredAll(request.form, ['CustomerProfileBundleSid', 'A2PProfileBundleSid']);
  if ('refusal' in read) return read.refusal;
  const type = request.form.get('BrandType') ?? 'STANDARD';
  if (type === 'STARTER') return simError(400, 21_726, 'Starter brands can no longer be registered');
  if (type !== 'STANDARD' && type !== 'SOLE_PROPRIETOR') return badParameter('BrandType is not known');
  const mock = flag(request.form.get('Mock'));
  const skip = flag(request.form.get('SkipAutomaticSecVet'));
  if (mock === undefined || skip === undefined) {
    return badParameter('Mock and SkipAutomaticSecVet are true or false');
  }
  const brand = brands.of(world).insert({
    ...world.stamp('BN', request.account),
    customerProfileSid: read.values.CustomerProfileBundleSid,
    trustProductSid: read.values.A2PProfileBundleSid,
    brandType: type,
    skipSecondaryVetting: skip,
    mock,
    status: 'PENDING',
    // What the registry calls a brand that it has not looked at. Twilio's schema has no null here.
    identity: 'SELF_DECLARED',
    tcrId: null,
    errors: [],
    score: null,
    updates: 0,
    round: 0,
    reviewed: false,
    otps: 0,
  });
  register(world, brand);
  if (mock) {
    world.schedule(MOCK_LIFE_MS, () => {
      brands.of(world).remove(brand.sid);
      const payload = { sid: brand.sid, status: 'DELETED' };
      world.emit({ kind: 'brandChanged', account: brand.account, payload });
    });
  }
  return { status: 201, body: view(request, brand) };
}

/** Leaves out what is VETTED_VERIFIED, as the real list was reported to do (docs/twilio.md 12.1). */
function list(request: SimRequest, world: SimWorld): SimAnswer {
  const found = brands
    .of(world)
    .list(request.account)
    .filter((brand) => brand.identity !== 'VETTED_VERIFIED');
  return world.page(
    request,
    found.map((brand) => view(request, brand)),
    'data',
  );
}

function update(brand: BrandRecord, request: SimRequest, world: SimWorld): SimAnswer {
  if (brand.status === 'SUSPENDED') return simError(400, 21_731, 'The brand is suspended');
  if (brand.status !== 'FAILED' || brand.tcrId === null) {
    return simError(400, 21_725, 'Only a failed brand that the registry knows can be updated');
  }
  if (brand.updates >= FREE_UPDATES) return simError(400, 21_724, 'The brand was updated too often');
  brand.updates += 1;
  register(world, brand);
  return { status: 202, body: view(request, brand) };
}

function otp(brand: BrandRecord, world: SimWorld): SimAnswer {
  const waits = brand.brandType === 'SOLE_PROPRIETOR' && brand.status === 'APPROVED';
  if (!waits || brand.identity !== 'UNVERIFIED') {
    return simError(400, 20_001, 'The brand waits for no one-time passcode');
  }
  sendOtp(world, brand);
  return { status: 201, body: { account_sid: brand.account, brand_registration_sid: brand.sid } };
}

function onBrand(
  run: (brand: BrandRecord, request: SimRequest, world: SimWorld) => SimAnswer,
): SimRoute['handle'] {
  return (request, world) => {
    const brand = brands.of(world).find(request.account, request.params.sid ?? '');
    return brand ? run(brand, request, world) : notFound(request);
  };
}

const path = '/v1/a2p/BrandRegistrations';
const product = 'messaging';

export const brandRoutes: readonly SimRoute[] = [
  { method: 'POST', product, path, handle: create },
  { method: 'GET', product, path, handle: list },
  {
    method: 'GET',
    product,
    path: `${path}/:sid`,
    handle: onBrand((brand, request) => ({ status: 200, body: view(request, brand) })),
  },
  { method: 'POST', product, path: `${path}/:sid`, handle: onBrand(update) },
  {
    method: 'POST',
    product,
    path: `${path}/:sid/SmsOtp`,
    handle: onBrand((brand, _, world) => otp(brand, world)),
  },
];
