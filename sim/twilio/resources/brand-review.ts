import type { SimWorld } from '../world.ts';
import { factsOf } from './brand-facts.ts';
import type { BrandRecord, BrandStatus } from './brand-records.ts';
import { type BrandError, brandVerdict, type IdentityStatus } from './brand-verdict.ts';
import { bundleBySid } from './bundle-records.ts';
import { streamEvent } from './compliance-events.ts';
import { settingsOf } from './settings.ts';

/** Puts a brand into review: PENDING now, the verdict after the set delay and once both bundles have theirs. */
export function register(world: SimWorld, brand: BrandRecord): void {
  brand.round += 1;
  brand.reviewed = false;
  brand.status = 'PENDING';
  brand.errors = [];
  brand.updatedAt = world.now();
  const { round } = brand;
  streamEvent(world, about(brand), 'brand-registration.brand-registered', eventData(brand));
  world.schedule(world.delays.brandReviewMs, () => {
    if (brand.round !== round) return;
    brand.reviewed = true;
    judge(world, brand);
  });
}

/** Gives the verdict when the review's time is up and both bundles have theirs; otherwise nothing happens. */
export function judge(world: SimWorld, brand: BrandRecord): void {
  if (!brand.reviewed || (brand.status !== 'PENDING' && brand.status !== 'IN_REVIEW')) return;
  const bundles = [brand.customerProfileSid, brand.trustProductSid].map((sid) => bundleBySid(world, sid));
  if (bundles.some((bundle) => bundle?.status === 'pending-review' || bundle?.status === 'in-review')) return;
  const verdict = brandVerdict(factsOf(world, brand));
  if (verdict.kind === 'waits') return;
  if (verdict.kind === 'failed') {
    settle(world, brand, { status: 'FAILED', errors: verdict.errors, known: verdict.known });
    return;
  }
  const approve = () => {
    settle(world, brand, {
      status: 'APPROVED',
      identity: verdict.identity,
      errors: verdict.errors,
      known: true,
    });
    const { round } = brand;
    if (brand.brandType === 'SOLE_PROPRIETOR' && verdict.identity === 'UNVERIFIED') sendOtp(world, brand);
    if (!verdict.suspended) return;
    world.schedule(world.delays.brandReviewMs, () => {
      if (brand.round === round) settle(world, brand, { status: 'SUSPENDED', known: true });
    });
  };
  if (!verdict.manual) {
    approve();
    return;
  }
  brand.status = 'IN_REVIEW';
  brand.updatedAt = world.now();
  const { round } = brand;
  world.schedule(world.delays.brandReviewMs, () => {
    if (brand.round === round && brand.status === 'IN_REVIEW') approve();
  });
}

/** Brings a brand into a status and tells the world; also for verdicts by hand. */
export function settle(
  world: SimWorld,
  brand: BrandRecord,
  to: {
    readonly status: BrandStatus;
    readonly identity?: IdentityStatus | null;
    readonly errors?: readonly BrandError[];
    /** Whether the registry knows the brand; false keeps `tcr_id` null. */
    readonly known: boolean;
  },
): void {
  brand.status = to.status;
  brand.errors = to.errors ?? [];
  if (to.identity !== undefined) brand.identity = to.identity;
  else if (to.status === 'FAILED') brand.identity = to.known ? 'UNVERIFIED' : 'SELF_DECLARED';
  brand.tcrId = to.known ? (brand.tcrId ?? registryId('B', brand.sid)) : null;
  if (to.status === 'APPROVED') brand.score = 75;
  brand.updatedAt = world.now();
  announce(world, brand);
}

/** Registry ids are seven characters and no sids. */
export function registryId(prefix: 'B' | 'C', sid: string): string {
  return prefix + sid.slice(2, 8).toUpperCase();
}

function announce(world: SimWorld, brand: BrandRecord): void {
  const data = eventData(brand);
  if (brand.status === 'FAILED') {
    const type = brand.tcrId === null ? 'brand-failure' : 'brand-unverified';
    streamEvent(world, about(brand), `brand-registration.${type}`, data);
  } else if (brand.status === 'APPROVED') {
    const type =
      brand.identity === 'VETTED_VERIFIED'
        ? 'brand-vetted-verified'
        : brand.identity === 'VERIFIED'
          ? 'brand-verified'
          : 'brand-unverified';
    streamEvent(world, about(brand), `brand-registration.${type}`, data);
  }
  // Twilio streams no event for a suspension; the simulator's own parts need to know of it.
  world.emit({
    kind: 'brandChanged',
    account: brand.account,
    payload: { sid: brand.sid, status: brand.status },
  });
}

function about(brand: BrandRecord) {
  return { kind: 'brand' as const, account: brand.account };
}

function eventData(brand: BrandRecord): Record<string, unknown> {
  return {
    brandsid: brand.sid,
    brandstatus: brand.status === 'FAILED' && brand.tcrId === null ? 'registration_failed' : 'registered',
    identitystatus: brand.identity?.toLowerCase() ?? null,
    createddate: brand.createdAt,
    updateddate: brand.updatedAt,
    externalbrandid: brand.tcrId,
    brandregistrationerrors: brand.errors.map((error) => ({
      registrationerrorcode: error.error_code,
      registrationerrordescription: error.description,
      registrationerrorurl: error.url,
      registrationerrorfields: error.fields,
    })),
  };
}

/** Texts the one-time passcode. Mobile ...0001 never answers, ...0002 only from the second one on. */
export function sendOtp(world: SimWorld, brand: BrandRecord): void {
  brand.otps += 1;
  const { mobile } = factsOf(world, brand);
  if (mobile === '+15005550001' || (mobile === '+15005550002' && brand.otps === 1)) return;
  const { round } = brand;
  world.schedule(settingsOf(world).otpAnswerMs, () => {
    if (brand.round !== round || brand.status !== 'APPROVED' || brand.identity !== 'UNVERIFIED') return;
    settle(world, brand, { status: 'APPROVED', identity: 'VERIFIED', known: true });
  });
}
