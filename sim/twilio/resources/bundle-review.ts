import type { SimWorld } from '../world.ts';
import { codeOfTaxId } from './brand-verdict.ts';
import {
  assignmentsOf,
  attributesOf,
  type BundleRecord,
  type BundleStatus,
  bundlesOf,
  documentsOf,
  profilesOf,
  trustProducts,
} from './bundle-records.ts';
import { digitsOf } from './common.ts';

/** Statuses in which nothing of the bundle or of what hangs on it may change (60711). */
export function isLocked(status: BundleStatus): boolean {
  return status === 'pending-review' || status === 'in-review' || status === 'twilio-approved';
}

/** What a caller may set. A review under way cannot be called back; an approved bundle can go back to draft. */
export function mayMove(from: BundleStatus, to: string): to is 'draft' | 'pending-review' {
  if (to === 'pending-review') return from === 'draft' || from === 'twilio-rejected';
  return to === 'draft' && from !== 'draft' && from !== 'in-review';
}

/** Sets a status, and tells the world, which sends the status callback. */
export function setStatus(
  world: SimWorld,
  bundle: BundleRecord,
  status: BundleStatus,
  errors: BundleRecord['errors'] = [],
): void {
  bundle.status = status;
  bundle.errors = errors;
  bundle.updatedAt = world.now();
  for (const document of documentsOf(world, bundle.sid)) {
    if (status === 'pending-review' && document.status !== 'APPROVED') document.status = 'PENDING_REVIEW';
    if (status === 'twilio-approved') document.status = 'APPROVED';
    if (status === 'twilio-rejected') document.status = 'REJECTED';
  }
  const reason = errors.map((error) => `Error ${error.code}`).join(', ');
  world.emit({
    kind: 'bundle',
    account: bundle.account,
    payload: {
      sid: bundle.sid,
      status,
      statusCallback: bundle.statusCallback,
      failureReason: reason === '' ? undefined : reason,
    },
  });
}

/** Starts a review: pending-review now, in-review and the verdict after the set delays. */
export function submit(world: SimWorld, bundle: BundleRecord): void {
  const round = nextRound(bundle);
  setStatus(world, bundle, 'pending-review');
  world.schedule(world.delays.bundlePickUpMs, () => {
    if (bundle.round !== round || bundle.status !== 'pending-review') return;
    setStatus(world, bundle, 'in-review');
    world.schedule(world.delays.bundleReviewMs, () => {
      if (bundle.round !== round) return;
      bundle.reviewed = true;
      decide(world, bundle);
    });
  });
}

export function nextRound(bundle: BundleRecord): number {
  bundle.round += 1;
  bundle.reviewed = false;
  return bundle.round;
}

/** Gives the verdict when there is one; a trust product waits for the profile underneath. */
function decide(world: SimWorld, bundle: BundleRecord): void {
  if (!bundle.reviewed || bundle.status !== 'in-review') return;
  const verdict = verdictOf(world, bundle);
  if (verdict === 'waits') return;
  if (verdict === 'approved') setStatus(world, bundle, 'twilio-approved');
  else setStatus(world, bundle, 'twilio-rejected', verdict);
  settleTrustProducts(world, bundle);
}

/** The trust products over a profile get their own verdict once the profile has one. */
export function settleTrustProducts(world: SimWorld, profile: BundleRecord): void {
  if (profile.kind !== 'customer') return;
  for (const product of trustProducts.of(world).all()) {
    const over = assignmentsOf(world, product.sid).some((entry) => entry.objectSid === profile.sid);
    if (over) decide(world, product);
  }
}

function verdictOf(
  world: SimWorld,
  bundle: BundleRecord,
): 'approved' | 'waits' | readonly { code: number }[] {
  if (bundle.kind === 'trust') {
    const profile = profilesOf(world, bundle.sid)[0];
    if (profile?.status === 'twilio-approved') return 'approved';
    return profile?.status === 'twilio-rejected' ? profile.errors : 'waits';
  }
  const business = attributesOf(world, bundle.sid, 'customer_profile_business_information');
  const taxId = digitsOf(business.business_registration_number);
  if (taxId === '990000007') return 'waits';
  const code = codeOfTaxId(taxId);
  return code !== undefined && code < 30_000 ? [{ code }] : 'approved';
}

/** POST /_sim/bundles/<sid> {status, errors?: [{code}]}: a verdict by hand. */
export function installBundles(world: SimWorld): void {
  world.control('bundles', ({ sid, body }) => {
    const bundle = sid && (bundlesOf('customer').of(world).get(sid) ?? bundlesOf('trust').of(world).get(sid));
    if (!bundle) return { status: 404, body: { error: 'no such bundle' } };
    const status = STATUSES.find((known) => known === body.status);
    if (!status) return { status: 400, body: { error: `status must be one of ${STATUSES.join(', ')}` } };
    nextRound(bundle);
    setStatus(world, bundle, status, codesOf(body.errors));
    settleTrustProducts(world, bundle);
    return { status: 200, body: { sid: bundle.sid, status } };
  });
}

const STATUSES: readonly BundleStatus[] = [
  'draft',
  'pending-review',
  'in-review',
  'twilio-rejected',
  'twilio-approved',
];

/** Codes as numbers or as `{code}`. */
function codesOf(errors: unknown): { code: number }[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((error: unknown) => {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
    return typeof code === 'number' ? [{ code }] : [];
  });
}
